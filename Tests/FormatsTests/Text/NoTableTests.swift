import Diagnostics
import Formats
import Foundation
import Generators
import Tables
import Testing

/// Text that is no table, or not from its first line on.
@Suite struct NoTableTests {
  @Test(arguments: [
    ("<!DOCTYPE html>\n<html>\n<body>Not found</body>\n", "an HTML page"),
    ("\n  <html lang=\"en\">\n<p>a</p>\n", "an HTML page"), ("<?xml version=\"1.0\"?>\n<a>1</a>\n", "XML"),
    ("---\ntitle: a\ndata: b\n", "YAML"), ("%YAML 1.2\n---\na: 1\n", "YAML"),
  ])
  func `pages and documents are refused`(_ text: String, _ kind: String) throws {
    let scratch = try ScratchFolder()
    let path = try scratch.write("t.csv", text)
    let diagnostic = #expect(throws: Diagnostic.self) { try openTable(path) }
    #expect(diagnostic?.message == "`\(path)` is \(kind), not a table")
    var options = LoadOptions()
    options.format = "csv"
    #expect(try openTable(path, options: options).schema.count == 1)
  }

  /// A table that we wrote holds what its texts held.
  @Test func `a few zero bytes in text are text`() throws {
    let scratch = try ScratchFolder()
    let table = Table([("a", Column([1, 2])), ("b", Column(["x\u{0}y", "да"]))])
    for name in ["t.csv", "t.tsv", "t.ndjson"] {
      _ = try saveTable(table, to: scratch.file(name))
      #expect(try read(scratch.file(name)).row(0) == [.integer(1), .text(Text("x\u{0}y"))], "\(name)")
    }
    let path = try scratch.write("t.bin", [0x7F, 0x45, 0x4C, 0x46, 2, 1, 1, 0] + [UInt8](repeating: 0x41, count: 200))
    #expect(throws: Diagnostic.self) { try openTable(path) }
  }

  @Test(arguments: [
    ("Report of March\n\nid;name\n1;a\n2;b\n", 2, 2), ("made, by hand\nid,name,price\n1,a,2\n2,b,3\n", 1, 3),
    ("Shop: all\nDate: today\nid\tn\n1\t2\n3\t4\n", 2, 2),
  ])
  func `lines above a table are named, and the hint reads it`(_ text: String, _ lines: Int, _ columns: Int) throws {
    let scratch = try ScratchFolder()
    let path = try scratch.write("t.csv", text)
    let diagnostic = #expect(throws: Diagnostic.self) { try openTable(path) }
    #expect(
      diagnostic?.message
        == "the first \(counted(lines, "line")) of `\(path)` \(lines == 1 ? "is" : "are") not of its table: "
        + "from line \(lines + 1) on, every line has \(columns) fields")
    #expect(diagnostic?.hint == "add `skip=\(lines)`")
    var options = LoadOptions()
    options.skip = lines
    let table = try read(path, options: options)
    #expect(table.schema.names.first == "id" && table.columnCount == columns && table.rowCount == 2)
  }

  @Test(arguments: [
    "title: a\ndata: b\nseed: 0\n", "196 242 3\n186 302 3\n", "name   price\ntea      2\nbread   12\n",
    "2024 [info] started\n2024 [info] stopped\n", "This is a letter.\nIt has no table.\nBye.\n",
    "# A title\n\nSome prose\n- a point\n",
  ])
  func `text of one column that holds more is said`(_ text: String) throws {
    let scratch = try ScratchFolder()
    let source = try openTable(try scratch.write("t.txt", text))
    #expect(source.schema.count == 1)
    #expect(source.notes.contains { $0.hasPrefix("read as a single text column") })
  }

  @Test(arguments: ["name\nAnna\nBob\n", "id\n1\n2\n", "word\n\"a; b\"\n\"c: d\"\n", "city\nNew York\nRome\n"])
  func `a column of words is nothing to speak of`(_ text: String) throws {
    let scratch = try ScratchFolder()
    #expect(try openTable(try scratch.write("t.txt", text)).notes.isEmpty)
  }

  /// Longer than what is looked at first.
  @Test func `a header and a record of any length are read whole`() throws {
    let scratch = try ScratchFolder()
    let names = (0..<40_000).map { "a_long_name_of_column_\($0)" }
    let values = names.indices.map { "\($0)" }
    let text = names.joined(separator: ",") + "\n" + values.joined(separator: ",") + "\n"
    let source = try openTable(try scratch.write("wide.csv", text))
    #expect(source.schema.count == 40_000)
    #expect(source.schema[39_999] == Field("a_long_name_of_column_39999", .i64))
    #expect(try source.columns([39_999])[0][0] == .integer(39_999))

    let long = String(repeating: "x", count: 600_000)
    let table = try read(scratch.write("long.csv", "id,text,n\n1,\(long),2\n3,y,4\n"))
    #expect(table.schema.summary == "id i64, text str, n i64")
    #expect(table.rowCount == 2)
  }

  @Test func `a line without an end is no table`() throws {
    let scratch = try ScratchFolder()
    let path = try scratch.write("t.csv", [UInt8](repeating: 0x61, count: 20 << 20) + Array("\nb\n".utf8))
    let diagnostic = #expect(throws: Diagnostic.self) { try openTable(path) }
    #expect(diagnostic?.message == "a line of `\(path)` is longer than 16 MB: it is not a text table")
  }
}
