import Diagnostics
import Formats
import Foundation
import Generators
import Tables
import Testing

@Suite struct SavingTests {
  @Test(arguments: ["zstd", "snappy", "gzip", "lz4", "brotli", "none"])
  func `every fixture written and read again is the same`(_ compression: String) throws {
    let scratch = try ScratchFolder()
    var options = SaveOptions()
    options.compression = compression
    options.overwrite = true
    for name in ReferenceFiles.names(in: ReferenceFiles.fixtures, ending: ".parquet") {
      let table = try read(ReferenceFiles.fixtures + "/" + name)
      _ = try saveTable(table, to: scratch.file("again.parquet"), options: options)
      let again = try read(scratch.file("again.parquet"))
      #expect(again.schema == table.schema, "\(name)")
      for index in table.columns.indices where index < again.columns.count {
        #expect(spell(again.columns[index]) == spell(table.columns[index]), "\(name) \(table.schema.names[index])")
      }
    }
  }

  @Test(arguments: ["zstd", "lz4", "none"])
  func `every fixture written as Arrow and read again is the same`(_ compression: String) throws {
    let scratch = try ScratchFolder()
    var options = SaveOptions()
    options.compression = compression
    options.overwrite = true
    let paths =
      ReferenceFiles.names(in: ReferenceFiles.fixtures, ending: ".parquet").map { ReferenceFiles.fixtures + "/" + $0 }
      + ArrowReadingTests.names.map { ArrowReadingTests.folder + "/" + $0 }
    for path in paths {
      let table = try read(path)
      _ = try saveTable(table, to: scratch.file("again.arrow"), options: options)
      let again = try read(scratch.file("again.arrow"))
      #expect(again.schema == table.schema, "\(path)")
      for index in table.columns.indices where index < again.columns.count {
        #expect(spell(again.columns[index]) == spell(table.columns[index]), "\(path) \(table.schema.names[index])")
      }
    }
  }

  @Test func `compressions that Arrow does not have are refused`() throws {
    let scratch = try ScratchFolder()
    var options = SaveOptions()
    options.compression = "snappy"
    let refusal = #expect(throws: Diagnostic.self) {
      try saveTable(Table([("a", Column([1]))]), to: scratch.file("a.arrow"), options: options)
    }
    #expect(refusal?.message == "no compression named `snappy`")
    #expect(scratch.names == [])
  }

  @Test func `tables one after another make the same file as all at once`() throws {
    let scratch = try ScratchFolder()
    let table = Table([
      ("user_id", Column((0..<600_000).map { $0 % 1000 })), ("name", Column((0..<600_000).map { "n\($0 % 17)" })),
    ])
    _ = try saveTable(table, to: scratch.file("whole.parquet"))
    let writer = try ParquetWriter(path: scratch.file("parts.parquet"), schema: table.schema)
    for start in stride(from: 0, to: 600_000, by: 70_000) {
      try writer.append(table[start..<min(600_000, start + 70_000)])
    }
    #expect(try writer.finish().rowCount == 600_000)
    #expect(
      FileManager.default.contentsEqual(atPath: scratch.file("whole.parquet"), andPath: scratch.file("parts.parquet")))
  }

  /// Values other than texts are quoted too where they contain the separator.
  @Test(arguments: [":", "-", ".", " ", "1", "T", "e", "+", "_", "::", "0"])
  func `any separator separates values of all types`(_ separator: String) throws {
    let scratch = try ScratchFolder()
    let moments: [Int64] = [-1, 1_719_792_000_123_456]
    let table = Table([
      ("i", Column([-101, nil] as [Int64?])), ("f", Column([0.1, -1e300] as [Double?])),
      ("g", Column([0.1, nil] as [Float?])), ("b", Column([true, nil] as [Bool?])),
      ("s", Column(["a b", "T-1:0.e+_"])), ("d", try Column(.date, [.date(0), .date(19_905)])),
      ("c", try Column(.time, [.time(36_000_000_000_000), .time(1_000_000)])),
      ("t", try Column(.datetime(.microseconds), moments.map { .datetime($0, .microseconds) })),
      ("z", try Column(.zoned(.microseconds, .utc), moments.map { .zoned($0, .microseconds, .utc) })),
      ("l", try Column(.duration(.microseconds), moments.map { .duration($0, .microseconds) })),
      ("m", try Column(.decimal(precision: 5, scale: 2), [.decimal(-101, scale: 2), .null])),
    ])
    func readBack(_ separator: String, _ name: String) throws -> Table {
      var (writing, reading) = (SaveOptions(), LoadOptions())
      (writing.separator, reading.separator) = (separator, separator)
      _ = try saveTable(table, to: scratch.file(name), options: writing)
      return try read(try openTable(scratch.file(name), options: reading))
    }
    let (usual, again) = (try readBack(";", "usual.csv"), try readBack(separator, "again.csv"))
    #expect(usual.row(0)[0] == .integer(-101))
    #expect(again.schema == usual.schema)
    for row in 0..<2 { #expect(again.row(row) == usual.row(row)) }
  }

  /// A pivot's columns are named by values; read back, their line is still the header.
  @Test func `names that look like values are read back as names`() throws {
    let scratch = try ScratchFolder()
    let names = ["2022", "007", "1.5", "1,5", "2024-01-01", "true", "2024-01-01 10:00:00", "NaN", "product"]
    let table = Table(names.map { ($0, Column(["x", "y"])) })
    for place in 0..<8 {
      _ = try saveTable(table.selecting([place, 8]), to: scratch.file("\(place).csv"))
      #expect(try read(scratch.file("\(place).csv")).schema.names == [names[place], "product"])
    }
    _ = try saveTable(table, to: scratch.file("all.csv"))
    #expect(try read(scratch.file("all.csv")).schema == table.schema)
  }

  @Test func `a file is only replaced where that was asked for`() throws {
    let scratch = try ScratchFolder()
    let table = Table([("a", Column([1, 2, 3]))])
    let path = scratch.file("a.parquet")
    _ = try saveTable(table, to: path)
    let diagnostic = #expect(throws: Diagnostic.self) { try saveTable(table, to: path) }
    #expect(diagnostic?.message == "`\(path)` exists already")
    let source = try openTable(path)
    var options = SaveOptions()
    options.overwrite = true
    let reading = #expect(throws: Diagnostic.self) { try saveTable(table, to: path, options: options) }
    #expect(reading?.message == "`\(path)` is an input of this session and is still being read")
    #expect(source.rowCount == 3)
    #expect(scratch.names == ["a.parquet"])
  }

  @Test func `nothing is left of a file that was not finished`() throws {
    let scratch = try ScratchFolder()
    do {
      let writer = try ParquetWriter(path: scratch.file("a.parquet"), schema: Schema([Field("a", .i64)]))
      try writer.append(Table([("a", Column([1, 2, 3]))]))
    }
    #expect(scratch.names == [])
  }

  @Test func `missing files name their neighbours`() throws {
    let scratch = try ScratchFolder()
    try scratch.write("train_orders.csv", "a\n1\n")
    let diagnostic = #expect(throws: Diagnostic.self) { try openTable(scratch.file("train_order.csv")) }
    #expect(diagnostic?.hint == "did you mean `\(scratch.file("train_orders.csv"))`?")
  }

  @Test func `a folder of part files is one table, its folders' keys columns`() throws {
    let scratch = try ScratchFolder()
    try scratch.write("orders/day=2024-03-01/part-0.csv", "id,name\n1,x\n2,y\n")
    try scratch.write("orders/day=2024-03-02/part-0.csv", "id,name\n3,z\n")
    try scratch.write("orders/_SUCCESS", "")
    let table = try read(scratch.file("orders"))
    #expect(table.schema.summary == "id i64, name str, day date")
    #expect(table.row(2) == [.integer(3), .text("z"), .date(19_784)])
    let source = try openTable(scratch.file("orders/*/*.csv"))
    #expect(source.rowCount == 3)
    #expect(source.partitions.count == 2)
  }

  @Test func `single floats are written in their own digits, in lists too`() throws {
    let scratch = try ScratchFolder()
    let single = try Column(.list(.f32), [.list([.float(Double(Float(0.1))), .float(Double(Float(8.571666)))])])
    let table = Table([("s", Column([Float(0.1)])), ("l", single)])
    for (format, expected) in [("ndjson", #"{"s":0.1,"l":[0.1,8.571666]}"#), ("csv", #"0.1,"[0.1,8.571666]""#)] {
      let path = scratch.file("t.\(format)")
      _ = try saveTable(table, to: path)
      let text = try ReferenceFiles.contents(path)
      #expect(text.contains(expected), "\(text)")
    }
  }

  @Test(arguments: ["csv", "tsv", "ndjson"])
  func `bytes that are no text have no form in text files`(_ format: String) throws {
    let scratch = try ScratchFolder()
    let path = scratch.file("bytes." + format)
    let texts = try Column(.binary, [.binary(Text("чай")), .null])
    _ = try saveTable(Table([("a", texts)]), to: path)
    let bytes = Value.binary(Text(Buffer([0xFF, 0x00])))
    for column in [
      try Column(.binary, [.binary(Text("a")), bytes]),
      try Column(listsOf: .binary, [[], [.binary(Text("a")), bytes]]),
    ] {
      let found = #expect(throws: Diagnostic.self) {
        try saveTable(Table([("a", column)]), to: scratch.file("no." + format))
      }
      #expect(found?.message == "`a` in row 1 holds bytes that are no text")
    }
    #expect(!FileManager.default.fileExists(atPath: scratch.file("no." + format)))
  }

  @Test func `JSON says which numbers it does not have`() throws {
    let scratch = try ScratchFolder()
    let lists = try Column(listsOf: .f64, [[.float(.nan), .float(1)], nil, [.float(-.infinity)]])
    let table = Table([
      ("a", Column([1.5, .nan, nil] as [Double?])), ("b", lists), ("c", Column([0.5, 1.5, nil] as [Double?])),
    ])
    let report = try saveTable(table, to: scratch.file("t.ndjson"))
    #expect(
      report.notes == [
        "1 value of `a`: JSON has no NaN and no infinity, they are null there",
        "2 values of `b`: JSON has no NaN and no infinity, they are null there",
      ])
    #expect(try saveTable(table, to: scratch.file("t.csv")).notes == ["`b` is written as JSON text"])
  }

  @Test func `text says which zones it does not keep`() throws {
    let scratch = try ScratchFolder()
    let moscow = try Zone.named("Europe/Moscow")
    let table = Table([
      ("my t", try Column(.zoned(.microseconds, moscow), [.zoned(0, .microseconds, moscow)])),
      ("u", try Column(.zoned(.microseconds, .utc), [.zoned(0, .microseconds, .utc)])),
    ])
    for name in ["t.csv", "t.tsv", "t.ndjson"] {
      let notes = try saveTable(table, to: scratch.file(name)).notes
      #expect(
        notes == [
          "`my t` is written with its offset from UTC, without its zone: "
            + "`load … types=[\"my t datetime[us, Europe/Moscow]\"]` gives it back"
        ])
    }
    #expect(try saveTable(table, to: scratch.file("t.parquet")).notes.isEmpty)
  }
}
