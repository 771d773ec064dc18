import Diagnostics
import Formats
import Foundation
import Generators
import Tables
import Testing

/// What the footer of a written file says of its values: filters skip what it excludes, so it has to be exact.
@Suite struct WrittenStatisticsTests {
  @Test(arguments: RandomTables.flatTypes) func `bounds are the least and the greatest value`(_ type: DataType) throws {
    let scratch = try ScratchFolder()
    var tables = RandomTables(seed: 99)
    var bounded = 0
    for count in [1, 2, 50, 400] {
      for nulls in [0, 0.3, 1] {
        let column = try tables.column(type, count: count, nulls: nulls)
        let path = scratch.file("\(count)-\(nulls).parquet")
        _ = try saveTable(Table([("some", column)]), to: path)
        let statistics = try #require(try openTable(path).partitions[0].statistics[0])
        #expect(statistics.nullCount == column.nullCount)
        let values = (0..<count).map { column[$0] }.filter { !$0.isNull && !isNaN($0) }
        let least = values.min(by: isLess)
        let greatest = values.max(by: isLess)
        if let minimum = statistics.minimum {
          #expect(
            least.map { isSame(minimum, $0) } == true,
            "least of \(count) is \(String(describing: least)), not \(minimum)")
          bounded += 1
        }
        if let maximum = statistics.maximum {
          #expect(
            greatest.map { isSame(maximum, $0) } == true,
            "greatest of \(count) is \(String(describing: greatest)), not \(maximum)")
        }
      }
    }
    // Bits, bytes, durations and decimals are written without bounds, and what orders as a number is not.
    let hasBounds: Bool =
      switch type {
      case .bool, .binary, .duration, .decimal: false
      default: true
      }
    #expect(hasBounds == (bounded > 0))
  }

  @Test func `every row group has its own`() throws {
    let scratch = try ScratchFolder()
    let rows = 600_000
    let path = scratch.file("t.parquet")
    _ = try saveTable(Table([("id", Column(Array(0..<rows))), ("back", Column((0..<rows).map { -$0 }))]), to: path)
    let source = try openTable(path)
    #expect(source.partitions.count == 3)
    for partition in source.partitions {
      let (first, last) = (Int128(partition.rows.lowerBound), Int128(partition.rows.upperBound - 1))
      #expect(partition.statistics[0]?.minimum == .integer(first) && partition.statistics[0]?.maximum == .integer(last))
      #expect(
        partition.statistics[1]?.minimum == .integer(-last) && partition.statistics[1]?.maximum == .integer(-first))
    }
  }

  /// A text that is too long for a footer bounds nothing: its beginning is less than itself.
  @Test func `a bound that is cut short is none`() throws {
    let scratch = try ScratchFolder()
    let path = scratch.file("t.parquet")
    let long = String(repeating: "я", count: 100)
    _ = try saveTable(Table([("a", Column(["b", long])), ("b", Column([long, "яя"]))]), to: path)
    let statistics = try openTable(path).partitions[0].statistics
    #expect(statistics[0]?.minimum == .text("b"))
    #expect(statistics[1]?.minimum == .text("яя"))
    for column in 0..<2 {
      guard case .text(let greatest)? = statistics[column]?.maximum else { continue }
      #expect(greatest >= Text(long))
    }
  }

  /// A reader that tells the zeros apart skips no row of the other one.
  ///
  /// - Source: parquet-format, parquet.thrift: “If the min is +0, the row group may contain −0 values as well”.
  @Test func `bounds of zero have the sign that covers both zeros`() throws {
    let scratch = try ScratchFolder()
    let path = scratch.file("t.parquet")
    let table = Table([
      ("least", Column([0.0, 1])), ("greatest", Column([-0.0, -1])), ("both", Column([0.0, 0])),
      ("single", Column([Float(0), 1])),
    ])
    _ = try saveTable(table, to: path)
    let bytes = [UInt8](try Data(contentsOf: URL(fileURLWithPath: path)))
    let length = bytes.suffix(8).prefix(4).reversed().reduce(0) { $0 << 8 | Int($1) }
    let footer = try #require(ThriftTree(bytes.dropLast(8).suffix(length)))
    // Row groups, the first one's columns, their metadata, its statistics: 5 and 6 are the greatest and the least.
    let columns = try #require(footer[4]?.items.first?[1]?.items)
    let bounds = columns.map { column in [6, 5].map { column[3]?[12]?[$0]?.binary ?? [] } }
    let zero = (plus: [UInt8](repeating: 0, count: 8), minus: [0, 0, 0, 0, 0, 0, 0, 0x80] as [UInt8])
    #expect(bounds[0][0] == zero.minus)
    #expect(bounds[1][1] == zero.plus)
    #expect(bounds[2] == [zero.minus, zero.plus])
    #expect(bounds[3][0] == [0, 0, 0, 0x80])
  }

  private func isNaN(_ value: Value) -> Bool { if case .float(let number) = value { number.isNaN } else { false } }

  /// Zeros of both signs are one bound.
  private func isSame(_ left: Value, _ right: Value) -> Bool {
    if case .float(let a) = left, case .float(let b) = right { return a == b }
    return left == right
  }

  private func isLess(_ left: Value, _ right: Value) -> Bool {
    switch (left, right) {
    case (.integer(let a), .integer(let b)): a < b
    case (.float(let a), .float(let b)): a < b
    case (.text(let a), .text(let b)): a < b
    case (.date(let a), .date(let b)): a < b
    case (.time(let a), .time(let b)), (.datetime(let a, _), .datetime(let b, _)): a < b
    default: false
    }
  }
}
