import Diagnostics
import Formats
import Foundation
import Generators
import Tables
import Testing

@Suite struct ParquetReadingTests {
  @Test(arguments: ReferenceFiles.names(in: ReferenceFiles.fixtures, ending: ".parquet"))
  func `reads what polars, pyarrow, DuckDB and fastparquet write`(_ name: String) throws {
    try expectValues(of: ReferenceFiles.fixtures + "/" + name, listedIn: "expected.tsv")
  }

  @Test(.enabled(if: ReferenceFiles.hasShared("parquet-testing/data"), "needs ../shared"))
  func `reads the conformance files as pyarrow and DuckDB do`() throws {
    let folder = ReferenceFiles.shared("parquet-testing/data")
    // Its moments are too far away for pyarrow's nanoseconds, which wrap around: `MomentTests` has the right ones.
    for name in ReferenceFiles.names(in: folder, ending: ".parquet") where name != "int96_from_spark.parquet" {
      try expectValues(of: folder + "/" + name, listedIn: "parquet_testing.tsv")
    }
  }

  @Test(.enabled(if: ReferenceFiles.hasShared("parquet-testing/bad_data"), "needs ../shared"))
  func `says what is broken about the bad files, or reads them`() throws {
    let folder = ReferenceFiles.shared("parquet-testing/bad_data")
    for name in ReferenceFiles.names(in: folder, ending: ".parquet") {
      try BrokenFiles.expectReadOrRefused(folder + "/" + name)
    }
  }

  @Test(arguments: ReferenceFiles.names(in: ReferenceFiles.fixtures, ending: ".parquet"))
  func `says what is broken about files that are cut or overwritten`(_ name: String) throws {
    try BrokenFiles.expectReadOrRefused(breaking: ReferenceFiles.fixtures + "/" + name)
  }

  private func expectValues(of path: String, listedIn list: String) throws {
    let name = URL(fileURLWithPath: path).lastPathComponent
    let expected = try ReferenceFiles.contents(ReferenceFiles.fixtures + "/" + list)
      .split(separator: "\n").map { $0.split(separator: "\t", omittingEmptySubsequences: false) }
      .filter { $0[0] == name }
    let table = try read(path)
    #expect(table.columnCount == expected.count, "\(name)")
    for (index, line) in expected.enumerated() where index < table.columnCount {
      let values = spell(table.columns[index])
      #expect(table.schema.names[index] == line[1])
      #expect(values.count == Int(line[2]), "\(name) \(line[1])")
      let first = values.first.map { String($0.prefix(60)) } ?? ""
      #expect(first == line[4], "\(name) \(line[1])")
      #expect(checksum(values.joined(separator: "\n")) == UInt32(line[3]), "\(name) \(line[1]) \(values.prefix(5))")
    }
  }

  @Test func `Arrow's schema says what Parquet has no type for`() throws {
    let source = try openTable(ReferenceFiles.fixtures + "/pyarrow_arrow_schema.parquet")
    #expect(
      source.schema.summary
        == "for_s duration[ms], for_ms duration[ms], for_us duration[us], for_ns duration[ns], at datetime[us, Europe/Moscow], "
        + "kind str, large str, in_list list[duration[us]]")
    #expect(source.notes == [])
  }

  @Test func `partitions together are the table`() throws {
    for name in ["pyarrow_zstd_v1.parquet", "polars_zstd.parquet"] {
      let source = try openTable(ReferenceFiles.fixtures + "/" + name)
      let all = Array(0..<source.schema.count)
      var parts: [[Column]] = []
      for partition in source.partitions.indices { parts.append(try source.columns(all, partition: partition)) }
      #expect(parts.count > 2)
      let whole = try source.columns(all)
      for index in all {
        #expect(spell(try concat(parts.map { $0[index] })) == spell(whole[index]), "\(source.schema[index].name)")
        #expect(source.isInMemory(index))
      }
    }
  }

  @Test func `statistics bound the values of their partition`() throws {
    var bounds = 0
    for name in ReferenceFiles.names(in: ReferenceFiles.fixtures, ending: ".parquet") {
      let source = try openTable(ReferenceFiles.fixtures + "/" + name)
      for (number, partition) in source.partitions.enumerated() {
        for (index, statistics) in partition.statistics.enumerated() {
          guard let statistics else { continue }
          let column = try source.columns([index], partition: number)[0]
          if let nulls = statistics.nullCount { #expect(nulls == column.nullCount) }
          for row in 0..<column.count {
            if let low = statistics.minimum, let isBelow = isLess(column[row], low) { #expect(!isBelow) }
            if let high = statistics.maximum, let isAbove = isLess(high, column[row]) { #expect(!isAbove) }
            bounds += 1
          }
        }
      }
    }
    #expect(bounds > 1000)
  }

  /// Old writers compared bytes as signed numbers: what they say of unsigned numbers and texts is not to be trusted.
  @Test func `bounds of old writers count for signed numbers alone`() throws {
    let scratch = try ScratchFolder()
    let path = scratch.file("t.parquet")
    _ = try saveTable(
      Table([
        ("i", Column([3, -5])), ("d", Column([2.5, 0.5])), ("u", Column([7, 9] as [UInt32])),
        ("t", Column(["b", "я"])),
      ]), to: path)
    let bytes = [UInt8](try Data(contentsOf: URL(fileURLWithPath: path)))
    let length = bytes.suffix(8).prefix(4).reversed().reduce(0) { $0 << 8 | Int($1) }
    let footer = try #require(ThriftTree(bytes.dropLast(8).suffix(length)))
    // Fields 5 and 6 of the statistics are bounds in the order of the type, 1 and 2 those of old writers.
    let old = footer.renaming(at: [4, 1, 3, 12], [5: 1, 6: 2]).bytes
    let size = withUnsafeBytes(of: UInt32(old.count).littleEndian) { Array($0) }
    let oldPath = try scratch.write("old.parquet", bytes.dropLast(8 + length) + old + size + Array("PAR1".utf8))
    let (new, found) = (try openTable(path).partitions[0].statistics, try openTable(oldPath).partitions[0].statistics)
    #expect(new.map { $0?.minimum } == [.integer(-5), .float(0.5), .integer(7), .text("b")])
    #expect(found.map { $0?.minimum } == [.integer(-5), .float(0.5), nil, nil])
    #expect(found.map { $0?.maximum } == [.integer(3), .float(2.5), nil, nil])
    #expect(found.allSatisfy { $0?.nullCount == 0 })
    #expect(try read(oldPath).row(1) == read(path).row(1))
  }

  private func isLess(_ left: Value, _ right: Value) -> Bool? {
    switch (left, right) {
    case (.integer(let a), .integer(let b)): a < b
    case (.float(let a), .float(let b)): a < b
    case (.text(let a), .text(let b)): a < b
    case (.date(let a), .date(let b)): a < b
    case (.datetime(let a, _), .datetime(let b, _)): a < b
    default: nil
    }
  }

  @Test func `text of dictionary pages is known to be distinct, plain text is not`() throws {
    let plain = try read(ReferenceFiles.fixtures + "/pyarrow_plain.parquet")
    let coded = try read(ReferenceFiles.fixtures + "/pyarrow_zstd_v1.parquet")
    guard case .text(let a)? = plain.column("text")?.values, case .text(let b)? = coded.column("text")?.values else {
      Issue.record("no text")
      return
    }
    #expect(!a.dictionary.isUnique)
    #expect(b.dictionary.isUnique)
    #expect(Set((0..<b.dictionary.count).map { b.dictionary[$0] }).count == b.dictionary.count)
  }

  @Test func `a truncated file names what is missing`() throws {
    let scratch = try ScratchFolder()
    let bytes = [UInt8](try Data(contentsOf: URL(fileURLWithPath: ReferenceFiles.fixtures + "/polars_zstd.parquet")))
    let path = try scratch.write("cut.parquet", Array(bytes.dropLast(100)))
    let diagnostic = #expect(throws: Diagnostic.self) { try read(path) }
    #expect(diagnostic?.message == "`\(path)` is cut short: it starts as a Parquet file, but its footer is missing")
  }

  @Test func `a file that changed since it was opened is not read`() throws {
    let scratch = try ScratchFolder()
    let bytes = [UInt8](try Data(contentsOf: URL(fileURLWithPath: ReferenceFiles.fixtures + "/polars_zstd.parquet")))
    let path = try scratch.write("orders", bytes)
    let source = try openTable(path)
    try scratch.write("orders", Array(bytes.prefix(2000)))
    let diagnostic = #expect(throws: Diagnostic.self) { try read(source) }
    #expect(diagnostic?.message == "`\(path)` has changed since it was opened")
  }

  @Test func `a broken page names file, row group and column`() throws {
    let scratch = try ScratchFolder()
    var bytes = [UInt8](
      try Data(contentsOf: URL(fileURLWithPath: ReferenceFiles.fixtures + "/pyarrow_zstd_v1.parquet")))
    for index in 600..<700 { bytes[index] ^= 0x55 }
    let path = try scratch.write("broken.parquet", bytes)
    let diagnostic = #expect(throws: Diagnostic.self) { try read(path) }
    #expect(diagnostic?.place?.hasPrefix("\(path), row group 0, column `") == true, "\(String(describing: diagnostic))")
  }

  @Test func `what is encrypted is said, and what is not is read`() throws {
    let folder = ReferenceFiles.fixtures + "/Encrypted"
    let whole = #expect(throws: Diagnostic.self) { try openTable("\(folder)/footer.parquet") }
    #expect(whole?.message == "`\(folder)/footer.parquet` is an encrypted Parquet file")

    let source = try openTable("\(folder)/columns.parquet")
    #expect(source.schema.names == ["user_id", "secret"])
    #expect(try source.columns([0])[0].equals(Column([1, 2, 3] as [Int32])))
    let column = #expect(throws: Diagnostic.self) { try source.columns([1]) }
    #expect(column?.message == "column `secret` is encrypted")
    #expect(column?.place == "\(folder)/columns.parquet, row group 0, column `secret`")
  }

  @Test func `a compression that is not read is named`() throws {
    let scratch = try ScratchFolder()
    let path = scratch.file("lzo.parquet")
    _ = try saveTable(Table([("x", Column([1, 2, 3]))]), to: path)
    var bytes = [UInt8](try Data(contentsOf: URL(fileURLWithPath: path)))
    // Of the column's metadata: the path, a list of one name, and the codec after it, 6 for zstd, which becomes 3.
    let codec: [UInt8] = [0x19, 0x18, 1, UInt8(ascii: "x"), 0x15, 6 << 1]
    let place = try #require(bytes.indices.first { bytes[$0...].starts(with: codec) })
    bytes[place + codec.count - 1] = 3 << 1
    try scratch.write("lzo.parquet", bytes)
    let diagnostic = #expect(throws: Diagnostic.self) { try read(path) }
    #expect(diagnostic?.message == "compression number 3 cannot be read yet")
  }
}
