import Diagnostics
import Formats
import Foundation
import Generators
import Tables
import Testing

/// What is saved comes back: types, values and nulls, through every format.
@Suite struct RoundTripTests {
  private static let counts = [0, 1, 7, 300]

  @Test(arguments: RandomTables.flatTypes + RandomTables.nestedTypes) func `Parquet keeps every type`(_ type: DataType)
    throws
  {
    let scratch = try ScratchFolder()
    var tables = RandomTables(seed: 20_240_721)
    for (number, count) in Self.counts.enumerated() {
      for nulls in [0, 0.2, 1] {
        let table = Table([
          ("some", try tables.column(type, count: count, nulls: nulls)), ("id", Column(Array(0..<count))),
        ])
        let path = scratch.file("\(number)-\(nulls).parquet")
        _ = try saveTable(table, to: path)
        let again = try read(path)
        #expect(again.schema == table.schema)
        #expect(spell(again.columns[0]) == spell(table.columns[0]), "\(count) rows, \(nulls) nulls")
        #expect(spell(again.columns[1]) == spell(table.columns[1]))
      }
    }
  }

  @Test(arguments: RandomTables.flatTypes + RandomTables.nestedTypes + [.null])
  func `Arrow keeps every type, as a file and as a stream`(_ type: DataType) throws {
    let scratch = try ScratchFolder()
    var tables = RandomTables(seed: 20_240_721)
    for (number, count) in Self.counts.enumerated() {
      for (nulls, compression) in zip([0, 0.2, 1], ["none", "lz4", "zstd"]) {
        let table = Table([
          ("some", try tables.column(type, count: count, nulls: nulls)), ("id", Column(Array(0..<count))),
        ])
        // What is cut out of a column is written as if it were all.
        let part = table[count / 3..<count]
        for (ending, saved) in [("arrow", table), ("arrows", table), ("feather", part)] {
          let path = scratch.file("\(number)-\(nulls).\(ending)")
          var options = SaveOptions()
          options.compression = compression
          _ = try saveTable(saved, to: path, options: options)
          let again = try read(path)
          #expect(again.schema == saved.schema)
          #expect(spell(again.columns[0]) == spell(saved.columns[0]), "\(count) rows, \(nulls) nulls, \(ending)")
          #expect(spell(again.columns[1]) == spell(saved.columns[1]))
        }
      }
    }
  }

  @Test func `tables without rows or columns are tables`() throws {
    let scratch = try ScratchFolder()
    for (name, table) in [
      ("rows", Table([("a", Column([] as [Int]))])), ("columns", Table(Schema([]), [], rowCount: 0)),
    ] {
      for ending in ["arrow", "arrows"] {
        _ = try saveTable(table, to: scratch.file("\(name).\(ending)"))
        let again = try read(scratch.file("\(name).\(ending)"))
        #expect(again.schema == table.schema && again.rowCount == 0)
      }
    }
  }

  /// Types that text has no place for are asked for when it is read.
  @Test(
    arguments: ["csv", "tsv", "csv.gz", "ndjson", "ndjson.zst"],
    RandomTables.flatTypes.filter { $0 != .binary })
  func `text keeps every value`(_ format: String, _ type: DataType) throws {
    let scratch = try ScratchFolder()
    var tables = RandomTables(seed: 7)
    for (number, count) in Self.counts.enumerated() where count > 0 || format.hasPrefix("csv") {
      for nulls in [0, 0.2, 1] {
        let isJSON = format.hasPrefix("ndjson")
        let column = try near(tables.column(type, count: count, nulls: nulls), isJSON: isJSON)
        let table = Table([("some", column), ("id", Column(Array(0..<count)))])
        let path = scratch.file("\(number)-\(nulls).\(format)")
        _ = try saveTable(table, to: path)
        var options = LoadOptions()
        options.types = ["some": type, "id": .i64]
        let again = try read(path, options: options)
        #expect(again.schema == table.schema, "\(count) rows, \(nulls) nulls")
        #expect(spell(again.columns[0]) == spell(table.columns[0]), "\(count) rows, \(nulls) nulls")
      }
    }
  }

  /// Without what a format is known not to have: JSON's numbers are finite, and years have four digits in text.
  private func near(_ column: Column, isJSON: Bool) throws -> Column {
    try Column(
      column.type,
      (0..<column.count).map { row in
        switch column[row] {
        case .float(let number) where isJSON && !number.isFinite: .null
        case .date(let days): .date(days % 700_000)
        case .datetime(let ticks, let unit): .datetime(ticks % (unit.ticksPerSecond * 9_000_000_000), unit)
        case let other: other
        }
      })
  }
}
