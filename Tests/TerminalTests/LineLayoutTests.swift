import Terminal
import TestSupport
import Testing

@Suite struct LineLayoutTests {
  private func text(_ layout: LineLayout) -> String { layout.rows.map(\.text).joined(separator: "\n") }

  @Test func continuationStandsUnderThePrompt() {
    let layout = LineLayout(
      prompt: "In [1]: ", continuation: "   ...: ", line: "train |\n  head 3", cursor: 9, columns: 40)
    expectText(text(layout), equals: "In [1]: train |\n   ...:   head 3")
    #expect(layout.cursorRow == 1 && layout.cursorColumn == 9)
  }

  @Test func promptColoursTakeNoCells() {
    let prompt = "\u{1}\u{1B}[32m\u{2}In [1]: \u{1}\u{1B}[39m\u{2}"
    #expect(LineLayout.width(ofPrompt: prompt) == 8)
    #expect(LineLayout(prompt: prompt, line: "", cursor: 0, columns: 20).cursorColumn == 8)
  }

  @Test func longLinesBreakBeforeWideCharacters() {
    let layout = LineLayout(prompt: "> ", line: "ab漢字", cursor: 8, columns: 5)
    expectText(text(layout), equals: "> ab\n漢字")
    #expect(layout.cursorRow == 1 && layout.cursorColumn == 4)
  }

  @Test func longLinesBreakBetweenWords() {
    let line = "train | filter user_id > 10 | head 3"
    let layout = LineLayout(prompt: "In [1]: ", line: line, cursor: 15, columns: 28)
    expectText(text(layout), equals: "In [1]: train | filter \n        user_id > 10 | head \n        3")
    #expect(layout.rows.map(\.width) == [23, 28, 9])
    #expect(
      (layout.cursorRow, layout.cursorColumn) == (1, 8), "the cursor stands on the word that went to the next row")
    let space = LineLayout(prompt: "In [1]: ", line: line, cursor: 14, columns: 28)
    #expect((space.cursorRow, space.cursorColumn) == (0, 22))
    let lines = LineLayout(
      prompt: "In [1]: ", continuation: "   ...: ", line: "a\nfilter user_id > 10", cursor: 0, columns: 26)
    expectText(text(lines), equals: "In [1]: a\n   ...: filter user_id > \n        10")
  }

  @Test func wordsThatFitNoRowBreakInside() {
    let layout = LineLayout(prompt: "In [1]: ", line: "x == \"abcdefghijklmnopqrstuvwxyz\"", cursor: 0, columns: 24)
    expectText(text(layout), equals: "In [1]: x == \"abcdefghij\nklmnopqrstuvwxyz\"")
    // A prompt that takes up most of the screen is not indented again.
    let narrow = LineLayout(prompt: "In [1]: ", line: "train head", cursor: 0, columns: 14)
    expectText(text(narrow), equals: "In [1]: train \nhead")
  }

  /// Found by the fuzzer: a row of six cells on a screen of two.
  @Test func whatIsWrittenOutIsBrokenWhereItIsWiderThanTheScreen() {
    let layout = LineLayout(prompt: "\u{FEFF}", line: "a\u{FEFF}b", cursor: 4, columns: 4)
    expectText(text(layout), equals: "<FEF\nF>a\n<FEF\nF>b")
    #expect(layout.cursorRow == 3 && layout.cursorColumn == 2)
    #expect(LineLayout(prompt: "", line: "\u{FEFF}", cursor: 0, columns: 2).rows.allSatisfy { $0.width <= 2 })
  }

  @Test func cursorBehindAFullRowStandsInTheNext() {
    let layout = LineLayout(prompt: "", line: "abcd", cursor: 4, columns: 4)
    #expect(layout.cursorRow == 1 && layout.cursorColumn == 0)
  }

  @Test func cursorBeforeAWrappedCharacterStandsOnIt() {
    let layout = LineLayout(prompt: "", line: "abcdef", cursor: 4, columns: 4)
    #expect(layout.cursorRow == 1 && layout.cursorColumn == 0)
  }

  @Test(arguments: [
    ("\u{1B}[31m", "^[[31m"), ("a\tb", "a    b"), ("\u{202E}x", "<202E>x"), ("\u{7F}", "^?"), ("е\u{301}", "е\u{301}"),
  ])
  func nothingTypedReachesTheTerminalRaw(line: String, shown: String) {
    #expect(text(LineLayout(prompt: "", line: line, cursor: 0, columns: 40)) == shown)
  }

  @Test func cuttingKeepsWholeCharacters() {
    #expect(visibleCells("漢字漢字", limit: 5).text == "漢字…")
    #expect(visibleCells("漢字漢字", limit: 4).text == "漢…")
    #expect(visibleCells("столбец", limit: 7).text == "столбец")
    #expect(visibleCells("столбец", limit: 0).text.isEmpty)
  }

  /// Every row looks as it does by itself: it may be drawn alone.
  @Test func looksEndWithTheirRowAndBeginAnewInTheNext() {
    let style = LineStyle(range: 1..<5, graphicRendition: "36")
    let layout = LineLayout(prompt: "> ", line: "abcdef", cursor: 6, columns: 5, styles: [style])
    #expect(layout.rows.map(\.text) == ["> a\u{1B}[36mbc\u{1B}[0m", "\u{1B}[36mde\u{1B}[0mf"])
    #expect(layout.rows.map(\.width) == [5, 3])
    let lines = LineLayout(
      prompt: "> ", continuation: "+ ", line: "ab\ncd", cursor: 0, columns: 20,
      styles: [LineStyle(range: 0..<5, graphicRendition: "1")])
    #expect(lines.rows.map(\.text) == ["> \u{1B}[1mab\u{1B}[0m", "+ \u{1B}[1mcd\u{1B}[0m"])
    #expect((lines.cursorRow, lines.cursorColumn) == (0, 2))
  }

  @Test func hintsStandBehindTheLineAndLeaveTheCursor() {
    var layout = LineLayout(prompt: "> ", line: "head ", cursor: 5, columns: 14)
    let cursor = layout.cursorColumn
    layout.append(hint: "count and more", usesColor: true)
    #expect(layout.cursorColumn == cursor)
    #expect(layout.rows.map(\.width).allSatisfy { $0 < 14 })
    #expect(layout.rows[0].text.contains("\u{1B}[2mcount"))
    var plain = LineLayout(prompt: "> ", line: "head ", cursor: 5, columns: 14)
    plain.append(hint: "count", usesColor: false)
    #expect(plain.rows[0].text == "> head ")
  }
}
