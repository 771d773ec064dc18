import Diagnostics
import Display
import Generators
import TestSupport
import Testing

@Suite struct DiagnosticDrawingTests {
  private func span(_ source: Source, _ text: String) -> SourceSpan {
    let bytes = Array(source.text.utf8)
    let wanted = Array(text.utf8)
    let start = (0...bytes.count - wanted.count).first { Array(bytes[$0..<$0 + wanted.count]) == wanted } ?? 0
    return SourceSpan(source, start..<start + wanted.count)
  }

  @Test func drawsWhatTheLanguageShows() {
    let source = Source(name: "In [7]", text: "train | filter produkt_id != 7")
    let diagnostic = Diagnostic(
      "no column `produkt_id` in `train`", at: span(source, "produkt_id"), label: "did you mean `product_id`?",
      notes: ["columns: user_id i32, product_id i64, date date"])
    expectText(
      diagnostic.styledText().plain,
      equals: """
        error: no column `produkt_id` in `train`
          ┌─ In [7]:1:16
        1 │ train | filter produkt_id != 7
          │                ^^^^^^^^^^ did you mean `product_id`?
          = columns: user_id i32, product_id i64, date date
        """)
  }

  @Test func looksAsRecorded() throws {
    let cell = Source(
      name: "In [7]", text: "a = load \"x\"\nb = a\n  | filter name == user_id\n  | head 3\nc = b | взять 10")
    let file = Source(name: "seminar.md", text: "\tмолоко 寿司 + \u{1B}[2J ? 🙂 !", firstLine: 118)
    let long = Source(
      name: "eval", text: String(repeating: "select a, ", count: 40) + "oops" + String(repeating: ", b", count: 40))
    let types = Diagnostic(
      "cannot compare `str` with `i32`", at: span(cell, "name"), label: "this is str",
      hint: "write `cast(user_id, str)`"
    ).labelling(span(cell, "user_id"), "this is i32")
    let lines = Diagnostic("the pipeline has no result", at: SourceSpan(cell, 13..<56), label: "all of this")
    let apart = Diagnostic("`b` is not a model", at: span(cell, "взять"), label: "needs a model")
      .labelling(SourceSpan(cell, 13..<14), "assigned here")
    let two = Diagnostic("the types differ", at: span(cell, "filter"), label: "here")
      .labelling(span(file, "寿司"), "and here")
    let parts: [(title: String, text: String)] = [
      ("two labels on a line", types.styledText().plain),
      ("two labels, narrow", types.styledText(Page(width: 30)).plain),
      ("a span of several lines", lines.styledText().plain),
      ("lines apart", apart.styledText().plain),
      ("two sources, tabs, wide characters, control bytes", two.styledText().plain),
      ("a place in a file", Diagnostic("a ragged line", place: "ratings.csv:812:3").styledText().plain),
      (
        "a place and a span",
        Diagnostic("cannot read", at: span(cell, "\"x\""), notes: ["more"], place: "x.parquet, row group 3")
          .styledText()
          .plain
      ),
      ("the end of the text", Diagnostic("unfinished", at: SourceSpan(cell, 90..<95)).styledText().plain),
      (
        "an empty text", Diagnostic("nothing", at: SourceSpan(Source(name: "eval", text: ""), 0..<0)).styledText().plain
      ),
      ("a long line", Diagnostic("no column", at: span(long, "oops"), label: "this").styledText(Page(width: 60)).plain),
      ("ascii", types.styledText(Page(isASCII: true)).plain),
      ("warning", Diagnostic("all ratings are equal", kind: .warning, hint: "look at `history`").styledText().plain),
      ("interruption", Diagnostic.interrupted.styledText().plain),
      ("fault", Diagnostic.fault("a buffer of another length").styledText(Page(width: 60)).plain),
      ("a long message", Diagnostic(String(repeating: "many words ", count: 12)).styledText(Page(width: 60)).plain),
    ]
    try expectGolden(sections(parts), "diagnostics.txt")
  }

  @Test func anySpanAnywhereFitsThePage() {
    var generator = SplitMix(state: 5)
    for _ in 0..<500 {
      let source = Source(
        name: generator.text(upTo: 3), text: generator.text(upTo: 60),
        firstLine: Int.random(in: 1...2000, using: &generator))
      var diagnostic = Diagnostic(
        generator.text(upTo: 20), hint: generator.text(upTo: 9), notes: [generator.text(upTo: 30)],
        place: Bool.random(using: &generator) ? generator.text(upTo: 5) : nil)
      for _ in 0..<Int.random(in: 0...4, using: &generator) {
        let start = Int.random(in: -3...source.text.utf8.count + 5, using: &generator)
        let span = SourceSpan(source, start..<start + Int.random(in: 0...30, using: &generator))
        diagnostic = diagnostic.labelling(span, generator.text(upTo: 6))
      }
      let page = Page(width: Int.random(in: 20...120, using: &generator))
      let text = diagnostic.styledText(page)
      #expect(text.width(page.measure) <= page.width, "\(text.plain)")
      #expect(isSafe(text.plain))
    }
  }
}
