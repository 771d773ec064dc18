public import Diagnostics
import Parallelism

// Running aggregates: cumulative sums and maxima.

extension Window {
  /// The cumulative sum up to and including the row, in the order of its group; null where the value is null.
  public func cumulativeSums(_ column: Column) throws(Diagnostic) -> Column {
    let type = try Aggregate.sum.type(of: column.type)
    switch (column.values, type) {
    case (.null, _): return column
    case (_, .f32), (_, .f64):
      let numbers = try column.asDoubles()
      let sums = try accumulated(column, from: 0.0) { (sum, row) throws(Diagnostic) in
        sum + numbers[row]
      } result: {
        $0
      }
      return try cast(Column(.f64, .f64(Buffer(sums)), validity: column.validity), to: type, .lenient)
    case (_, .decimal):
      return Column(type, .i128(Buffer(try exactSums(column, type) { $0 })), validity: column.validity)
    case (_, .u64):
      let sums = try exactSums(column, type) { UInt64(truncatingIfNeeded: $0) }
      return Column(.u64, .u64(Buffer(sums)), validity: column.validity)
    case (_, .u32):
      let sums = try exactSums(column, type) { UInt32(truncatingIfNeeded: $0) }
      return Column(.u32, .u32(Buffer(sums)), validity: column.validity)
    default:
      let sums = try exactSums(column, type) { Int64(truncatingIfNeeded: $0) }
      return Column(type, .i64(Buffer(sums)), validity: column.validity)
    }
  }

  private func exactSums<Element: ColumnElement>(
    _ column: Column, _ type: DataType, _ result: @Sendable (Int128) -> Element
  ) throws(Diagnostic) -> [Element] {
    guard let number = column.values.wholeNumbers else { throw .cannotAggregate("cum_sum", column.type) }
    let bounds: ClosedRange<Int128> =
      switch type {
      case .decimal(let precision, _): (powerOfTen(precision).map { 1 - $0...$0 - 1 }) ?? .min ... .max
      case .u64: 0...Int128(UInt64.max)
      case .u32: 0...Int128(UInt32.max)
      default: Int128(Int64.min)...Int128(Int64.max)
      }
    return try accumulated(column, from: Int128(0)) { (sum, row) throws(Diagnostic) in
      let (next, overflow) = sum.addingReportingOverflow(number(row))
      if overflow || !bounds.contains(next) { throw .runningSumOverflow(type, row: row) }
      return next
    } result: {
      result($0)
    }
  }

  /// The greatest value up to and including the row, in the order of its group; null where the value is null.
  public func cumulativeMaxima(_ column: Column) throws(Diagnostic) -> Column {
    if case .null = column.values { return column }
    let encoder = try KeyEncoder([SortKey(column, descending: true)], count: column.count)
    let best = try fillArray(count: column.count, of: UInt32.self, scattered: true) { (best) throws(Diagnostic) in
      try slices.forEachSliceChunk { (chunk) throws(Diagnostic) in
        var greatest: (row: UInt32, code: UInt64) = (missingRow, .max)
        try slices.forEachRow(of: chunk, codes: encoder) { row, place, code in
          if place == 0 { greatest = (missingRow, .max) }
          let isNull = column.isNull(row)
          if !isNull, greatest.row == missingRow || code < greatest.code { greatest = (UInt32(row), code) }
          best.store(isNull ? missingRow : greatest.row, at: row)
        }
      }
    }
    return try gather(column, rows: best, hasMissing: column.validity != nil)
  }

  /// Updates a state row by row in every group, and writes the result of the state after each row that is not null.
  /// Results are in the order of the table.
  private func accumulated<State, Element: ColumnElement>(
    _ column: Column, from initial: State, _ step: @Sendable (State, Int) throws(Diagnostic) -> State,
    result: @Sendable (State) -> Element
  ) throws(Diagnostic) -> [Element] where State: Sendable {
    try fillArray(count: column.count, of: Element.self, scattered: true) { (results) throws(Diagnostic) in
      try slices.forEachSliceChunk { (chunk) throws(Diagnostic) in
        let cancellation = Cancellation.current
        for slice in chunk {
          var state = initial
          for position in slices.offsets[slice]..<slices.offsets[slice + 1] {
            if position & 0xffff == 0 { try cancellation.check() }
            let row = slices.row(at: position)
            if column.isNull(row) {
              results.store(Element.placeholder, at: row)
            } else {
              state = try step(state, row)
              results.store(result(state), at: row)
            }
          }
        }
      }
    }
  }
}

extension ColumnValues {
  /// A function from row to whole number: a temporal value in ticks, a decimal unscaled; nil for other storages.
  var wholeNumbers: (@Sendable (Int) -> Int128)? {
    switch self {
    case .bool(let bits): { bits[$0] ? 1 : 0 }
    default: run(NumberOfRow()) ?? nil
    }
  }
}

private struct NumberOfRow: NumberKernel {
  typealias Failure = Never

  func integers<Number: ColumnElement & FixedWidthInteger>(_ buffer: Buffer<Number>) -> (@Sendable (Int) -> Int128)? {
    { Int128(buffer[$0]) }
  }

  func floats<Number: ColumnElement & BinaryFloatingPoint>(_ buffer: Buffer<Number>) -> (@Sendable (Int) -> Int128)? {
    nil
  }
}
