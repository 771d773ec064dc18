import Diagnostics
import Formats
import Foundation
import Generators
import Tables
import Testing

/// Quotes that nobody closed, beside those around fields of several lines.
@Suite struct LoneQuotesTests {
  struct Case: Sendable {
    let text: String
    /// The rows by the reading that is chosen.
    let rows: [[Value]]
    /// How many lines both readings give, where the quote is taken for a letter.
    var lines: (Int, Int)?
    var line = 2
  }

  @Test(arguments: [
    // Never closed, and closed by the next lone quote.
    Case(
      text: "id\tcity\n1\t\"Rome\n2\tParis\n", rows: [[.integer(1), .text("\"Rome")], [.integer(2), .text("Paris")]],
      lines: (3, 2)),
    Case(
      text: "id\tcity\n1\t\"Rome\n2\tParis\n3\t\"Oslo\n",
      rows: [[.integer(1), .text("\"Rome")], [.integer(2), .text("Paris")], [.integer(3), .text("\"Oslo")]],
      lines: (4, 2)),
    // Closed like a field of two lines, whose second is a row.
    Case(
      text: "id,city\n7,Nice\n1,\"Rome\n2,Paris\"\n",
      rows: [[.integer(7), .text("Nice")], [.integer(1), .text("\"Rome")], [.integer(2), .text("Paris\"")]],
      lines: (4, 3),
      line: 3),
    // Fields that are quoted on their line stay quoted.
    Case(
      text: "id,city\n1,\"Rome, Italy\"\n2,\"Paris\n3,\"\"\n4,x\n",
      rows: [
        [.integer(1), .text("Rome, Italy")], [.integer(2), .text("\"Paris")], [.integer(3), .text("")],
        [.integer(4), .text("x")],
      ],
      lines: (5, 3), line: 3),
    // Fields of several lines: a line of theirs is no row.
    Case(
      text: "id,note\n1,\"two\nlines\"\n2,x\n", rows: [[.integer(1), .text("two\nlines")], [.integer(2), .text("x")]]),
    Case(
      text: "id,note\n1,\"Dear Ann,\nbest, Bob\"\n2,x\n",
      rows: [[.integer(1), .text("Dear Ann,\nbest, Bob")], [.integer(2), .text("x")]]),
    Case(
      text: "who,note\nAnn,\"hi\nyours, Bob\"\nEve,x\n",
      rows: [[.text("Ann"), .text("hi\nyours, Bob")], [.text("Eve"), .text("x")]]),
  ])
  func `the plausible reading is chosen, and it is said`(_ example: Case) throws {
    let scratch = try ScratchFolder()
    let source = try openTable(try scratch.write("t.csv", example.text))
    let table = try read(source)
    #expect((0..<table.rowCount).map { table.row($0) } == example.rows)
    let note = example.lines.map { lone, quoted in
      "the quote on line \(example.line) is not closed there and is read as an ordinary character: "
        + "\(lone) lines instead of \(quoted); `quote=double` lets fields span lines"
    }
    #expect(source.notes == (note.map { [$0] } ?? []))
  }

  @Test func `who says what quotes are gets them so`() throws {
    let scratch = try ScratchFolder()
    let path = try scratch.write("t.csv", "id,city\n7,Nice\n1,\"Rome\n2,Paris\"\n")
    var options = LoadOptions()
    options.quote = "none"
    #expect(try read(path, options: options).row(2) == [.integer(2), .text("Paris\"")])
    options.quote = "\""
    #expect(try read(path, options: options).row(1) == [.integer(1), .text("Rome\n2,Paris")])
    options.quote = "'"
    #expect(
      try read(scratch.write("s.csv", "id,city\n1,'Rome, Italy'\n"), options: options).row(0) == [
        .integer(1), .text("Rome, Italy"),
      ])
    options.quote = "quotes"
    #expect(throws: Diagnostic.self) { try openTable(path, options: options) }
  }

  /// Far behind the lines that are looked at first, the reading is not changed any more: it is refused.
  @Test func `a quote that hides rows far down is refused, and the hints work`() throws {
    let scratch = try ScratchFolder()
    var lines = (0..<60_000).map { "\($0),city \($0)" }
    lines[50_000] = "50000,\"Rome"
    lines[50_003] = "50003,\"Oslo"
    let path = try scratch.write("t.csv", "id,city\n" + lines.joined(separator: "\n") + "\n")
    let diagnostic = #expect(throws: Diagnostic.self) { try read(path) }
    #expect(
      diagnostic?.message
        == "a quote that opens on line 50002 closes on another, and the 4 lines between them look like rows")
    var options = LoadOptions()
    options.quote = "none"
    #expect(try read(path, options: options).rowCount == 60_000)
    options.quote = "\""
    #expect(try read(path, options: options).rowCount == 59_997)
  }
}
