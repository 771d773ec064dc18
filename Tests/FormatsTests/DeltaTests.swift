import Diagnostics
import Formats
import Foundation
import Generators
import Tables
import Testing

/// Tables of Delta Lake; `Scripts/fixtures/delta-fixtures.py` made the fixtures, logs in tests are written by hand.
@Suite struct DeltaTests {
  private static let folder = ReferenceFiles.fixtures + "/Delta/"

  private func table(_ name: String, version: Int? = nil) throws -> Table {
    var options = LoadOptions()
    options.version = version
    let source = try openTable(Self.folder + name, options: options)
    return Table(Array(zip(source.schema.names, try source.columns(Array(source.schema.names.indices)))))
  }

  private func ids(_ table: Table, _ column: Int = 0) -> [Value] {
    (0..<table.rowCount).map { table.columns[column][$0] }.sorted { "\($0)" < "\($1)" }
  }

  @Test func `every version has the rows of its commits`() throws {
    #expect(ids(try table("orders", version: 0)) == [1, 2, 3, 4].map { .integer($0) })
    #expect(ids(try table("orders", version: 1)) == [1, 2, 3, 4, 5, 6].map { .integer($0) })
    #expect(ids(try table("orders", version: 2)) == [1, 3, 5, 6].map { .integer($0) })
    #expect(ids(try table("orders")) == [1, 3, 5, 6].map { .integer($0) })
  }

  @Test func `columns have the types and the order of the log`() throws {
    let first = try table("orders", version: 0)
    #expect(first.schema.summary == "id i64, shop str, day date, price f64")
    let last = try table("orders")
    #expect(last.schema.summary == "id i64, price f64, shop str, day date, note str")
    let rows = Dictionary(uniqueKeysWithValues: (0..<last.rowCount).map { (last.row($0)[0], last.row($0)) })
    #expect(rows[.integer(1)] == [.integer(1), .float(1.5), .text("01"), .date(19_905), .null])
    #expect(rows[.integer(3)] == [.integer(3), .float(3.5), .text("a/b c"), .date(19_906), .null])
    #expect(rows[.integer(5)] == [.integer(5), .float(5.5), .text("01"), .date(19_905), .text("new")])
    let before = try table("orders", version: 0)
    #expect((0..<4).contains { before.row($0)[0] == .integer(2) && before.row($0)[1] == .null })
  }

  @Test func `a checkpoint stands for the commits before it`() throws {
    #expect(ids(try table("compacted")) == [20, 21, 22, 30, 31, 32, 40, 41, 42].map { .integer($0) })
    #expect(throws: Diagnostic.self) { try table("compacted", version: 3) }
    #expect(throws: Diagnostic.self) { try table("compacted", version: 5) }
  }

  // MARK: Logs written by hand

  private static let metadata = #"""
    {"metaData":{"format":{"provider":"parquet"},"schemaString":"{\"fields\":[{\"name\":\"id\",\"type\":\"long\"},{\"name\":\"p\",\"type\":\"decimal(5,2)\"}]}","partitionColumns":[]}}
    """#

  private func open(_ commits: [String], _ files: [String] = []) throws -> any TableSource {
    let scratch = try ScratchFolder()
    for (version, commit) in commits.enumerated() {
      try scratch.write("t/_delta_log/\(String(repeating: "0", count: 19))\(version).json", commit)
    }
    for (number, name) in files.enumerated() {
      let columns = [("id", Column([Int64(number)]))]
      try FileManager.default.createDirectory(atPath: scratch.file("t"), withIntermediateDirectories: true)
      _ = try saveTable(Table(columns), to: scratch.file("t/" + name))
    }
    let source = try openTable(scratch.file("t"))
    _ = try source.columns(Array(source.schema.names.indices))
    return source
  }

  @Test func `a table without files has its columns`() throws {
    let source = try open([Self.metadata])
    #expect(source.schema.summary == "id i64, p decimal[5,2]" && source.rowCount == 0)
    #expect(source.notes == ["version 0 of a table of Delta Lake"])
  }

  @Test func `a column that no file has is null, in the type of the log`() throws {
    let source = try open(
      [Self.metadata + "\n" + #"{"add":{"path":"a%20b.parquet","partitionValues":{}}}"#], ["a b.parquet"])
    #expect(source.schema.summary == "id i64, p decimal[5,2]" && source.rowCount == 1)
  }

  @Test func `an empty value of a partition is null, as the protocol says`() throws {
    let metadata = Self.metadata
      .replacingOccurrences(of: #"\"p\",\"type\":\"decimal(5,2)\""#, with: #"\"p\",\"type\":\"string\""#)
      .replacingOccurrences(of: #""partitionColumns":[]"#, with: #""partitionColumns":["p"]"#)
    let adds = ["\"\"", "null", "\"a\""].enumerated().map {
      #"{"add":{"path":"\#($0).parquet","partitionValues":{"p":\#($1)}}}"#
    }
    let source = try open(
      [([metadata] + adds).joined(separator: "\n")], ["0.parquet", "1.parquet", "2.parquet"])
    #expect(source.schema.summary == "id i64, p str")
    let column = try source.columns([1])[0]
    #expect((0..<3).map { column[$0] } == [.null, .null, .text("a")])
  }

  @Test func `files come and go in the order of the log`() throws {
    let add = { (name: String) in #"{"add":{"path":"\#(name)","partitionValues":{}}}"# }
    let source = try open(
      [
        Self.metadata + "\n" + add("a.parquet") + "\n" + add("b.parquet"),
        #"{"remove":{"path":"a.parquet"}}"# + "\n" + add("c.parquet"), add("a.parquet"),
      ], ["a.parquet", "b.parquet", "c.parquet"])
    #expect((0..<source.rowCount).map { try? source.columns([0])[0][$0] } == [.integer(1), .integer(2), .integer(0)])
  }

  @Test(arguments: [
    (#"{"add":{"path":"../x.parquet"}}"#, "outside of its folder"),
    (#"{"add":{"path":"%2E%2E/x.parquet"}}"#, "outside of its folder"),
    (#"{"add":{"path":"/etc/passwd"}}"#, "outside of its folder"),
    (#"{"add":{"path":"s3://bucket/x.parquet"}}"#, "outside of its folder"),
    (#"{"add":{"path":"file:///etc/passwd"}}"#, "outside of its folder"),
    (#"{"add":{}}"#, "without a path"),
    (#"{"add":{"path":"a.parquet","deletionVector":{"storageType":"u","pathOrInlineDv":"x"}}}"#, "by a vector"),
    (#"{"protocol":{"minReaderVersion":3,"readerFeatures":["typeWidening"]}}"#, "`typeWidening`"),
    (#"{"protocol":{"minReaderVersion":4}}"#, "version 4"),
    (
      #"{"metaData":{"schemaString":"{\"fields\":[]}","configuration":{"delta.columnMapping.mode":"name"}}}"#,
      "other names"
    ),
    (#"{"metaData":{"schemaString":"no JSON"}}"#, "what columns there are"),
    (#"{"metaData":{"schemaString":"{\"fields\":[]}","format":{"provider":"orc"}}}"#, "format orc"),
    ("{broken", "no JSON object"), (#"{"add":{"path":"missing.parquet"}}"#, "missing.parquet"),
  ])
  func `what is not read is said`(_ action: String, _ message: String) throws {
    let error = #expect(throws: Diagnostic.self) { try open([Self.metadata, action]) }
    #expect(error?.message.contains(message) == true, "\(error?.message ?? "")")
  }

  @Test func `a gap in the log is said`() throws {
    let scratch = try ScratchFolder()
    try scratch.write("t/_delta_log/00000000000000000001.json", Self.metadata)
    let error = #expect(throws: Diagnostic.self) { try openTable(scratch.file("t")) }
    #expect(error?.message.contains("has no commit 0") == true)
    try scratch.write("u/_delta_log/_last_checkpoint", "{}")
    #expect(throws: Diagnostic.self) { try openTable(scratch.file("u")) }
  }

  @Test func `a version is of a table of Delta Lake`() throws {
    let scratch = try ScratchFolder()
    try scratch.write("t.csv", "a\n1\n")
    var options = LoadOptions()
    options.version = 1
    let error = #expect(throws: Diagnostic.self) { try openTable(scratch.file("t.csv"), options: options) }
    #expect(error?.message.hasPrefix("`version` is for tables of Delta Lake") == true)
    #expect(throws: Diagnostic.self) { try openTables([scratch.file("t.csv"), Self.folder + "orders"]) }
  }
}
