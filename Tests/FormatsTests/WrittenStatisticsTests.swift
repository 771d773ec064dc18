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
