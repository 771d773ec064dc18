import Diagnostics
import Formats
import Generators
import Tables
import Testing

/// Databases and sheets lose no value without a word. `Scripts/fixtures/digits-fixtures.py` made the fixtures.
@Suite struct KeptValuesTests {
  private func open(
    _ name: String, sheet: String? = nil, _ change: (inout LoadOptions) -> Void = { _ in }
  ) throws -> any TableSource {
    var options = LoadOptions()
    options.sheet = sheet
    change(&options)
    return try openTable(ReferenceFiles.fixtures + "/Everyday/" + name, options: options)
  }

  private func values(_ source: any TableSource, _ name: String) throws -> [Value] {
    let column = try source.columns([try #require(source.schema.index(of: name))])[0]
    return (0..<column.count).map { column[$0] }
  }

  private func text(_ text: String) -> Value { .text(Text(text)) }

  private static let mixed =
    "`mixed` is str: its whole numbers would lose digits beside floating ones; `types=[\"mixed f64\"]` rounds them"

  // MARK: Databases

  @Test func `numbers and bytes of a database keep what they hold`() throws {
    let source = try open("digits.db")
    #expect(
      source.schema.summary == "id i64, long str, short f64, blobs binary, foreign_text str, late f64")
    #expect(
      source.notes == [
        "`long` is str: its whole numbers would lose digits beside floating ones; `types=[\"long f64\"]` rounds them",
        "`blobs` is binary: some of its values are bytes, 1 of 3",
      ])
    // SQLite itself writes 0.1 + 0.2 as 0.3.
    #expect(try values(source, "long") == [text("9007199254740993"), text("0.30000000000000004"), .null])
    #expect(try values(source, "short") == [.float(9_007_199_254_740_992), .float(0.5), .null])
    let blobs: [[UInt8]] = [[0, 0xFF], Array("text".utf8), Array("7".utf8)]
    #expect(try values(source, "blobs") == blobs.map { .binary(Text(Buffer($0))) })
    #expect(try values(source, "foreign_text")[1] == .text(Text(Buffer([0xE9]))))
  }

  @Test func `types that are asked for lose nothing of a database`() throws {
    let rounded = try open("digits.db") { $0.types = ["long": .f64] }
    #expect(!rounded.notes.contains { $0.contains("`long`") })
    #expect(try values(rounded, "long")[0] == .float(9_007_199_254_740_992))
    let whole = try open("digits.db") { $0.types = ["late": .i64] }
    #expect(throws: Diagnostic.self) { try values(whole, "late") }
    let texts = try open("digits.db") { $0.types = ["late": .string, "blobs": .string] }
    #expect(try values(texts, "late") == [text("1"), text("2.5"), .null])
    #expect(throws: Diagnostic.self) { try values(texts, "blobs") }
    let number = try open("digits.db") { $0.types = ["foreign_text": .f64] }
    #expect(throws: Diagnostic.self) { try values(number, "foreign_text") }
  }

  // MARK: Sheets

  @Test func `years are names of columns, and it is said`() throws {
    let source = try open("digits.xlsx", sheet: "pivoted")
    #expect(source.schema.summary == "product str, 2022 i64, 2023 i64")
    #expect(source.notes == ["the first line, `product,2022,2023`, is read as names; `header=false` reads it as data"])
    let data = try open("digits.xlsx", sheet: "pivoted") { $0.header = false }
    #expect(data.rowCount == 2 && data.notes == [])
  }

  @Test func `numbers of a workbook keep their digits`() throws {
    let source = try open("digits.xlsx", sheet: "numbers")
    #expect(source.schema.summary == "long i64, mixed str, unsigned u64, far str, short f64")
    #expect(
      source.notes == [
        Self.mixed,
        "`far` is str: its cells are of several kinds",
      ])
    #expect(try values(source, "long") == [.integer(9_007_199_254_740_993), .integer(-2)])
    #expect(try values(source, "mixed") == [text("9007199254740993"), text("0.5")])
    #expect(try values(source, "unsigned") == [.integer(18_446_744_073_709_551_615), .integer(1)])
    #expect(try values(source, "far") == [text("1e400"), text("2")])
    let rounded = try open("digits.xlsx", sheet: "numbers") { $0.types = ["mixed": .f64] }
    #expect(try values(rounded, "mixed") == [.float(9_007_199_254_740_992), .float(0.5)])
    #expect(!rounded.notes.contains { $0.contains("`mixed`") })
  }

  @Test func `numbers of a spreadsheet keep their digits`() throws {
    let source = try open("digits.ods", sheet: "numbers")
    #expect(source.schema.summary == "long i64, mixed str")
    #expect(source.notes == [Self.mixed])
    #expect(try values(source, "long") == [.integer(9_007_199_254_740_993), .integer(-2)])
  }

  @Test func `formulas that nobody computed are said`() throws {
    let workbook = try open("digits.xlsx", sheet: "formulas")
    #expect(workbook.schema.summary == "id i64, sum i64, label str")
    #expect(try values(workbook, "sum") == [.null, .null, .integer(6)])
    #expect(try values(workbook, "label") == [text(""), text("a"), .null])
    #expect(
      workbook.notes == [
        "2 formulas without a stored result are null, the first in B2; "
          + "a spreadsheet program that opens and saves the file computes them"
      ])
    let spreadsheet = try open("digits.ods", sheet: "formulas")
    #expect(try values(spreadsheet, "sum") == [.null, .integer(4)])
    #expect(
      spreadsheet.notes == [
        "1 formula without a stored result is null, the first in B2; "
          + "a spreadsheet program that opens and saves the file computes it"
      ])
  }

  @Test func `a title above a table is named, and the hint reads the table`() throws {
    let diagnostic = #expect(throws: Diagnostic.self) { try open("digits.xlsx", sheet: "titled") }
    #expect(
      diagnostic?.message
        == "the first 2 rows of `titled` are not of its table: row 3 has 3 cells, the first one 1")
    #expect(diagnostic?.hint == "add `skip=2`; `header=true` takes the first row for the header")
    let table = try open("digits.xlsx", sheet: "titled") { $0.skip = 2 }
    #expect(table.schema.summary == "id i64, name str, price f64" && table.rowCount == 2)
    let whole = try open("digits.xlsx", sheet: "titled") { $0.header = true }
    #expect(whole.schema.names == ["Sales of March", "column_2", "column_3"])
  }

  @Test(arguments: [("index", "column_1 str, name str"), ("sparse", "id i64, name str, price str, note str")])
  func `a header is no title where names or values are missing`(_ sheet: String, _ schema: String) throws {
    let source = try open("digits.xlsx", sheet: sheet)
    #expect(source.schema.summary == schema && source.rowCount == 2)
  }

  @Test func `times of day beside lengths of time are such too`() throws {
    let source = try open("digits.ods", sheet: "times")
    #expect(source.schema.summary == "lasts duration[ms], several str")
    #expect(try values(source, "lasts").map(\.description) == ["1d 6h 5m 6s", "8h 30m", "1s"])
    #expect(try values(source, "several") == [text("1d 6h"), text("2024-07-01"), text("12:00:00")])
    #expect(source.notes == ["`several` is str: its cells are of several kinds"])
  }
}
