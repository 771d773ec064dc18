import Arrow
import Diagnostics
import Formats
import Foundation
import Generators
import Parallelism
import Tables
import Testing

@Suite struct ArrowReadingTests {
  static let folder = ReferenceFiles.fixtures + "/Arrow"
  static let names = ["arrow", "arrows", "feather"].flatMap { ReferenceFiles.names(in: folder, ending: "." + $0) }

  /// Values by `Scripts/fixtures/arrow-fixtures.py`, as pyarrow reads what it, polars, DuckDB and pandas write.
  @Test(arguments: names) func `reads what pyarrow, polars, DuckDB and pandas write`(_ name: String) throws {
    let expected = try ReferenceFiles.contents(Self.folder + "/expected.tsv")
      .split(separator: "\n").map { $0.split(separator: "\t", omittingEmptySubsequences: false) }
      .filter { $0[0] == name }
    let table = try read(Self.folder + "/" + name)
    #expect(table.columnCount == expected.count)
    for (index, line) in expected.enumerated() where index < table.columnCount {
      let values = spell(table.columns[index])
      #expect(table.schema.names[index] == line[1])
      #expect(values.count == Int(line[2]), "\(line[1])")
      #expect((values.first.map { String($0.prefix(60)) } ?? "") == line[4], "\(line[1])")
      #expect(checksum(values.joined(separator: "\n")) == UInt32(line[3]), "\(line[1]) \(values.prefix(5))")
    }
  }

  @Test func `types are those that hold what Arrow's hold`() throws {
    let schema = try openTable(Self.folder + "/pyarrow_plain.arrow").schema
    let types = Dictionary(uniqueKeysWithValues: schema.fields.map { ($0.name, $0.type.description) })
    let expected = [
      "half": "f32", "large_text": "str", "text_view": "str", "bytes_view": "binary", "fixed": "binary", "uuid": "str",
      "date64": "date", "time_s": "time", "timestamp_s": "datetime[ms]",
      "timestamp_zone": "datetime[ns, Europe/Moscow]", "timestamp_utc": "datetime[us, UTC]",
      "duration_s": "duration[ms]", "decimal32": "decimal[7,2]", "decimal256": "decimal[38,5]",
      "fixed_list": "list[i16]", "large_list_view": "list[str]", "map": "list[struct[key: str, value: i32]]",
      "nulls": "null",
    ]
    for (name, type) in expected { #expect(types[name] == type, "\(name)") }
  }

  @Test(arguments: names) func `one core and many read the same, partitions too`(_ name: String) throws {
    let source = try openTable(Self.folder + "/" + name)
    let all = Array(0..<source.schema.count)
    let whole = try source.columns(all)
    let onOne = try Cores.limited(to: 1) { () throws(Diagnostic) in
      try openTable(Self.folder + "/" + name).columns(all)
    }
    for index in all { #expect(spell(onOne[index]) == spell(whole[index]), "\(source.schema[index].name)") }
    let fresh = try openTable(Self.folder + "/" + name)
    var parts: [[Column]] = []
    for partition in fresh.partitions.indices { parts.append(try fresh.columns(all, partition: partition)) }
    for index in all where !parts.isEmpty {
      #expect(spell(try concat(parts.map { $0[index] })) == spell(whole[index]), "\(source.schema[index].name)")
      #expect(source.isInMemory(index))
    }
  }

  /// Batches are put together or cut to partitions; some rows of each are what the whole has there.
  @Test(arguments: ["none", "zstd", "lz4"]) func `large files come in partitions`(_ compression: String) throws {
    let scratch = try ScratchFolder()
    let rows = 700_000
    let numbers = (0..<rows).map { (row: Int) -> Int? in row % 7 == 0 ? nil : row &* 7919 % 100_003 }
    let texts = (0..<rows).map { (row: Int) -> String? in row % 11 == 0 ? nil : "text \(row % 97)" }
    let table = Table([("n", Column(numbers)), ("text", Column(texts))])
    var options = SaveOptions()
    options.compression = compression
    _ = try saveTable(table, to: scratch.file("t.arrow"), options: options)
    let source = try openTable(scratch.file("t.arrow"))
    #expect(source.partitions.map(\.rows) == [0..<262_144, 262_144..<524_288, 524_288..<rows])
    for partition in source.partitions.indices {
      for some in [0..<3, 65_000..<66_001] {
        let rows = source.partitions[partition].rows.lowerBound
        let kept = Bitmap(some.map { $0 % 37 == 5 })
        let read = try source.columns([0, 1], partition: partition, rows: some, kept: nil)
        let few = try source.columns([0, 1], partition: partition, rows: some, kept: kept)
        for index in 0..<2 {
          let expected = table.columns[index][rows + some.lowerBound..<rows + some.upperBound]
          #expect(spell(read[index]) == spell(expected))
          #expect(spell(few[index]) == spell(try filter(expected, kept)))
        }
      }
    }
    #expect(!source.isInMemory(0))
    let again = try read(source)
    #expect(again.columns.map(\.validity) == table.columns.map(\.validity))
    for row in stride(from: 0, to: rows, by: 97) { #expect(again.row(row) == table.row(row)) }
    // Equal texts are kept once.
    #expect(again.columns[1].values.text?.dictionary.count == 97)
  }

  static let refusals = [
    ("union", "`union` is or holds a union of several types, which no column here can be"),
    ("dense_union", "`dense_union` is or holds a union of several types, which no column here can be"),
    ("runs", "`runs` is or holds a column encoded by the ends of its runs, which no column here can be"),
    ("interval", "`interval` is or holds an interval of months, days and times, which no column here can be"),
  ]

  @Test(arguments: refusals) func `what no column can hold is left out and said`(_ name: String, _ message: String)
    throws
  {
    let path = Self.folder + "/Refused/\(name).arrow"
    let others = try openTable(path)
    #expect(!others.schema.names.contains(name) && others.schema.names.contains("id"))
    #expect(others.notes == [message.replacing("` is or holds", with: "` is left out: it is or holds")])
    #expect(spell(try others.columns([try #require(others.schema.index(of: "id"))])[0]).first == "0")
    // Asked for, it is refused by name.
    var options = LoadOptions()
    options.columns = ["id", name]
    let refusal = #expect(throws: Diagnostic.self) { try openTable(path, options: options) }
    #expect(refusal?.message == message)
    options.columns = ["text", "id"]
    #expect(try openTable(path, options: options).notes.isEmpty)
    let table = try read(path, options: options)
    #expect(table.schema.names == ["text", "id"])
    #expect(spell(table.columns[0]).allSatisfy { $0 == "t78" })
    #expect(spell(table.columns[1]) == (0..<table.rowCount).map { "\($0)" })
  }

  @Test(arguments: [
    ("big_endian.arrow", "a big-endian Arrow file cannot be read"),
    ("version_1.feather", "Feather's first version cannot be read"),
    ("wide_decimal.arrow", "a decimal of more than 38 digits is beyond what its column's type holds"),
    ("uneven_date.arrow", "a date (whole days only) is beyond what its column's type holds"),
  ]) func `what cannot be read is said`(_ name: String, _ message: String) throws {
    let refusal = #expect(throws: Diagnostic.self) { try read(Self.folder + "/Refused/" + name) }
    #expect(refusal?.message == message)
    #expect(refusal?.place?.contains(name) == true)
  }

  @Test func `a file that is cut short is said to be`() throws {
    let scratch = try ScratchFolder()
    for name in ["pyarrow_plain.arrow", "pyarrow_deltas.arrows"] {
      let bytes = [UInt8](try Data(contentsOf: URL(fileURLWithPath: Self.folder + "/" + name)))
      let refusal = #expect(throws: Diagnostic.self) {
        try read(try scratch.write(name, Array(bytes[..<(bytes.count * 2 / 3)])))
      }
      #expect(refusal?.message == "it is cut short")
      #expect(refusal?.place == scratch.file(name))
    }
  }

  @Test func `streams end to end are not one`() throws {
    let scratch = try ScratchFolder()
    let bytes = [UInt8](try Data(contentsOf: URL(fileURLWithPath: Self.folder + "/pyarrow_deltas.arrows")))
    let refusal = #expect(throws: Diagnostic.self) { try read(try scratch.write("two.arrows", bytes + bytes)) }
    #expect(refusal?.message == "a second stream behind the first cannot be read")
  }

  @Test(arguments: names) func `says what is broken about files that are cut or overwritten`(_ name: String) throws {
    try BrokenFiles.expectReadOrRefused(breaking: Self.folder + "/" + name)
  }

  /// Numbers of messages and footers changed for those that counts and offsets must not be believed to be.
  @Test(arguments: names) func `extreme claims are refused or read`(_ name: String) throws {
    let scratch = try ScratchFolder()
    let bytes = [UInt8](try Data(contentsOf: URL(fileURLWithPath: Self.folder + "/" + name)))
    guard let parts = ArrowParts(bytes) else { return #expect(name == "pyarrow_legacy.arrows") }
    var random = SplitMix(state: 20_240_721)
    for round in 0..<24 {
      let changed = round % 3 == 2 ? parts.changingBuffers(&random) : parts.changingMetadata(&random)
      try BrokenFiles.expectReadOrRefused(try scratch.write("changed-" + name, changed))
    }
  }

  /// lz4 1.9.4 keeps of a broken frame how many bytes it promised, and refuses every frame after it that promises none.
  @Test func `a whole frame is read after a broken one`() {
    let broken: [UInt8] = [
      0x04, 0x22, 0x4D, 0x18, 0x58, 0x50, 0x82, 0x20, 0, 0, 0, 0x4F, 0, 0, 0xBA, 0, 1, 0, 2, 0x5F, 0xB8, 0, 0, 0,
      0xC5, 0x1A, 0, 2, 0x1F, 0xED, 0x16, 0, 2, 0x0F, 2, 0, 0x21, 0x50, 0, 0, 0, 0, 0, 0, 0, 0, 0,
    ]
    let whole: [UInt8] = [
      0x04, 0x22, 0x4D, 0x18, 0x60, 0x40, 0x82, 0x10, 0, 0, 0, 0x1F, 0, 1, 0, 0x29, 0x1F, 0x34, 0x3D, 0, 0x12, 0x50,
      0, 0, 0, 0, 0, 0, 0, 0, 0,
    ]
    func isRead(_ frame: [UInt8], count: Int) -> Bool {
      var output = [UInt8](repeating: 0, count: count)
      return frame.withUnsafeBytes { input in
        output.withUnsafeMutableBytes { ArrowCompression.lz4.decompress(input, into: $0) }
      }
    }
    #expect(isRead(whole, count: 104))
    #expect(!isRead(broken, count: 130))
    #expect(isRead(whole, count: 104))
  }
}
