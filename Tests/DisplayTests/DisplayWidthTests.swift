import Display
import Generators
import Tables
import TestSupport
import Testing

@Suite struct DisplayWidthTests {
  @Test(arguments: [
    ("abc", 3), ("", 0), ("Привет", 6), ("寿司", 4), ("ｶﾅ", 2), ("ＡＢ", 4), ("한국", 4), ("🙂", 2), ("e\u{301}", 1),
    ("и\u{306}", 1), ("👩‍👩‍👧", 2), ("🇷🇺", 2), ("❤️", 2), ("❤", 1), ("👍🏽", 2), ("1️⃣", 2), ("\u{1100}\u{1161}\u{11A8}", 2),
    ("│┆…", 3), ("⠿", 1), ("℃", 1), ("а\u{301}", 1), ("a\u{200D}", 1), ("0\u{200D}", 1),
  ])
  func measures(_ text: String, cells: Int) {
    #expect(DisplayWidth().cells(of: text) == cells)
  }

  @Test(arguments: [("❤️", 1), ("👩‍👩‍👧", 6), ("👍🏽", 4), ("🇷🇺", 2), ("🙂", 2)])
  func measuresNarrowEmojiScalarByScalar(_ text: String, cells: Int) {
    #expect(DisplayWidth(emoji: .narrow).cells(of: text) == cells)
  }

  @Test(arguments: [
    ("abcdef", 6, "abcdef"), ("abcdef", 5, "abcd…"), ("abcdef", 1, "…"), ("abcdef", 0, ""), ("寿司寿司", 6, "寿司…"),
    ("寿司寿司", 5, "寿司…"), ("寿司寿司", 4, "寿…"), ("ae\u{301}io", 3, "ae\u{301}…"), ("👩‍👩‍👧👩‍👩‍👧", 3, "👩‍👩‍👧…"),
  ])
  func cutsBetweenClusters(_ text: String, limit: Int, expected: String) {
    #expect(DisplayWidth().cut(text, to: limit) == expected)
  }

  @Test func aTextIsAsWideAsItsClusters() {
    let measure = DisplayWidth()
    for value in UInt32(0x20)..<0x12000 {
      guard let scalar = Unicode.Scalar(value) else { continue }
      #expect(measure.cells(of: String(scalar)) == measure.cells(of: Character(scalar)))
    }
    var generator = SplitMix(state: 9)
    for _ in 0..<500 {
      let text = sanitised(generator.text(upTo: 30))
      #expect(measure.cells(of: text) == text.reduce(0) { $0 + measure.cells(of: $1) })
    }
  }

  @Test func padsByCells() {
    #expect(DisplayWidth().padded("寿", to: 4) == "寿  ")
    #expect(DisplayWidth().padded("寿", to: 4, .right) == "  寿")
    #expect(DisplayWidth().padded("寿", to: 5, .center) == " 寿  ")
    #expect(DisplayWidth().padded("long", to: 2) == "long")
  }
}

@Suite struct SanitisingTests {
  @Test(arguments: [
    ("plain", "plain"), ("a\tb\nc", "a\\tb\\nc"), ("\u{1B}[2J", "\\u{1b}[2J"), ("\u{202E}abc", "\\u{202e}abc"),
    ("\u{2028}", "\\u{2028}"), ("\u{85}", "\\u{85}"), ("\u{7F}", "\\u{7f}"), ("Привет, 寿司 🙂", "Привет, 寿司 🙂"),
    ("👩‍👧", "👩‍👧"), ("\u{FEFF}", "\\u{feff}"), ("\r\n", "\\u{d}\\n"),
  ])
  func escapesWhatIsUnsafe(_ text: String, expected: String) {
    #expect(sanitised(text) == expected)
    #expect(sanitised(Text(text)) == expected)
  }

  @Test func showsBytesThatAreNoText() {
    #expect(sanitised(Text(Buffer([0x61, 0xFF, 0xC3, 0x28, 0x62]))) == "a\\xff\\xc3(b")
    #expect(sanitised(Text(Buffer([0xE2, 0x82]))) == "\\xe2\\x82")
    #expect(sanitised(Text(Buffer([0xED, 0xA0, 0x80]))) == "\\xed\\xa0\\x80")
  }

  /// What would turn or hide the text after it is written out, each of them.
  @Test func whatReordersOrHidesIsWrittenOut() {
    let values = Array(0x202A...0x202E) + Array(0x2066...0x2069) + [0x200B, 0x200E, 0x200F, 0x061C, 0xFEFF] as [UInt32]
    for value in values {
      guard let scalar = Unicode.Scalar(value) else { continue }
      #expect(sanitised("a\(Character(scalar))b") == "a\\u{\(String(value, radix: 16))}b")
    }
    // Joiners make one character of several.
    #expect(sanitised("\u{1F468}\u{200D}\u{1F33E}") == "\u{1F468}\u{200D}\u{1F33E}")
  }

  @Test func anythingBecomesSafe() {
    var generator = SplitMix(state: 1)
    for _ in 0..<2000 {
      let text = sanitised(Text(Buffer(generator.bytes(upTo: 40))))
      #expect(isSafe(text) && !text.contains("\n"))
      #expect(sanitised(text) == text)
    }
  }
}

@Suite struct StyledTextTests {
  @Test func wrapsBetweenWordsAndInsideLongOnes() {
    func lines(_ text: String, _ width: Int) -> [String] { StyledLine(text).wrapped(to: width).map(\.plain) }
    #expect(lines("one two three", 7) == ["one two", "three"])
    #expect(lines("abcdefgh", 3) == ["abc", "def", "gh"])
    #expect(lines("寿司寿司", 3) == ["寿", "司", "寿", "司"])
    #expect(lines("", 5) == [""])
    #expect(
      StyledLine("one two three").wrapped(to: 9, indent: StyledLine("  ")).map(\.plain) == ["one two", "  three"])
  }

  @Test func wrappingKeepsEveryCharacterInWidth() {
    var generator = SplitMix(state: 2)
    for _ in 0..<500 {
      let line = StyledLine(generator.text(upTo: 40))
      let width = Int.random(in: 4...60, using: &generator)
      let wrapped = line.wrapped(to: width)
      #expect(wrapped.allSatisfy { $0.width() <= width })
      let kept = wrapped.map(\.plain).joined().unicodeScalars.filter { $0 != " " }
      #expect(kept.elementsEqual(line.plain.unicodeScalars.filter { $0 != " " }))
    }
  }

  @Test func coloursAndLinksOnlyWhereAskedFor() {
    var line = StyledLine("see ", .dim)
    line.append("page", .link(url: "https://example.com/a"))
    let text = StyledText([line])
    #expect(text.plain == "see page")
    #expect(text.terminalText(.none) == "see page")
    #expect(text.terminalText(.eight) == "\u{1B}[2msee \u{1B}[0m\u{1B}[4mpage\u{1B}[0m")
    #expect(
      text.terminalText(.none, links: true)
        == "see \u{1B}]8;;https://example.com/a\u{1B}\\page\u{1B}]8;;\u{1B}\\")
  }

  @Test(arguments: [
    "javascript:alert(1)", "file:///etc/passwd", "https://a b", "https://a\u{1B}b", "http", "https://пример", "ftp://x",
  ])
  func otherAddressesAreNoLinks(_ url: String) {
    #expect(clickable(url) == nil)
    let line = StyledLine([StyledLine.Run("x", .link(url: url))])
    #expect(line.terminalText(.none, links: true) == "x")
  }

  @Test func runsAreSafeByConstruction() {
    #expect(StyledLine("a\u{1B}[2Jb\n").plain == "a\\u{1b}[2Jb\\n")
  }
}
