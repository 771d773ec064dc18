public import Diagnostics
import Parallelism

// Aggregates. An aggregate gives one value per slice of rows: a group, a list, the partition of a window, or a whole
// column. A column is arranged in the order of the slices once; then every aggregate is a loop over contiguous values.
// Long slices are cut into pieces whose borders depend only on the rows, and the results of pieces are merged in order:
// sums have the same bits on one core and on many.

/// A function from the values of a group, a list, a window or a whole column to one value.
///
/// Null is not a value: sums, means, extremes, quantiles, `count`, `any`, `all` and `mode` ignore it. Without any value
/// they are null, except that `sum` and `count` are 0, `any` is false and `all` is true. `len`, `first`, `last`,
/// `distinctCount`, `unique` and `list` treat null like a value. NaN makes sums, means and deviations NaN; it sorts
/// after all numbers in quantiles, and is an extreme only where there is no number.
public enum Aggregate: Sendable, Hashable {
  /// The number of rows, null or not.
  case len
  /// The number of rows that are not null.
  case count
  /// Integers sum to i64 (u64 to u64, bools to u32), exactly; an overflow is an error. f32 sums to f32, computed in
  /// f64.
  case sum
  case mean
  /// Σ(x − mean)² / (n − ddof), in two passes; null if n ≤ ddof.
  case variance(ddof: Int)
  /// The variance's square root.
  case deviation(ddof: Int)
  case min, max, first, last
  /// The number of distinct values; null counts as one.
  case distinctCount
  /// The distinct values in first-occurrence order, including null.
  case unique
  /// All values in the order of rows.
  case list
  case median
  /// Interpolated linearly between the two nearest values, the default of numpy and pandas; polars takes the nearest
  /// value.
  case quantile(Double)
  /// The most frequent value; the least one if several are equally frequent.
  case mode
  case any, all

  /// The name of the aggregate in the language, for messages.
  public var name: String {
    switch self {
    case .len: "len"
    case .count: "count"
    case .sum: "sum"
    case .mean: "mean"
    case .variance: "var"
    case .deviation: "std"
    case .min: "min"
    case .max: "max"
    case .first: "first"
    case .last: "last"
    case .distinctCount: "n_unique"
    case .unique: "unique"
    case .list: "list"
    case .median: "median"
    case .quantile: "quantile"
    case .mode: "mode"
    case .any: "any"
    case .all: "all"
    }
  }

  /// The type of the result for values of type `input`.
  ///
  /// - Throws: `cannotAggregate` if the aggregate is not defined for it.
  public func type(of input: DataType) throws(Diagnostic) -> DataType {
    switch self {
    case .len, .count, .distinctCount: return .u32
    case .min, .max, .first, .last, .mode: return input
    case .unique, .list: return .list(input)
    case .any, .all:
      guard input == .bool || input == .null else { throw .cannotAggregate(name, input) }
      return .bool
    case .sum:
      switch input {
      case .bool: return .u32
      case .u64, .f32, .f64, .duration, .null: return input
      case .decimal(_, let scale): return .decimal(precision: 38, scale: scale)
      case _ where input.isInteger: return .i64
      default: throw .cannotAggregate(name, input)
      }
    case .mean, .median, .quantile, .variance, .deviation:
      switch input {
      case .f32: return .f32
      case .bool, .null: return .f64
      case .duration, .date, .datetime, .zoned, .time:
        if case .variance = self { throw .cannotAggregate(name, input) }
        if case .deviation = self { throw .cannotAggregate(name, input) }
        return input == .date ? .datetime(.milliseconds) : input
      case _ where input.isNumeric: return .f64
      default: throw .cannotAggregate(name, input)
      }
    }
  }
}

/// The aggregate of the column's values in every slice: one value per slice.
///
/// - Complexity: O(rows) on all cores, plus a gather if the slices are not in the order of the table. Modes, and
///   quantiles of temporal values, take O(n log n) for a slice of n rows.
/// - Throws: `sumOverflow`; `cannotAggregate` if the aggregate is not defined for the type.
public func aggregate(_ kind: Aggregate, of column: Column, over slices: GroupSlices) throws(Diagnostic) -> Column {
  let type = try kind.type(of: column.type)
  if case .len = kind { return Column(.u32, .u32(Buffer(sliceLengths(slices)))) }
  if case .list = kind {
    return Column(type, .list(ListValues(offsets: slices.offsets, child: try slices.arranged(column))))
  }
  if let column = try folded(kind, column, slices, type) { return column }
  // Works on one range of slices at a time, so that intermediate arrays never cover all rows.
  let column = kind == .distinctCount || kind == .unique ? try column.interned() : column
  let ranges = slices.ranges
  var results = growingColumn(type)
  var arrangement = try ColumnArrangement(of: column, slices)
  for range in ranges {
    let (own, ownSlices) =
      ranges.count > 1 || slices.partitions != nil
      ? try arrangement.slices(range) : (try slices.arranged(column), slices.inOrder)
    try results.append(
      aggregateOfArranged(kind, own, ownSlices, type) { slice in
        let position = slices.offsets[range.lowerBound + slice]
        return slices.rows.map { $0.indices.contains(position) ? Int($0[position]) : 0 } ?? position
      })
    // Returns the freed copy of a large range to the system before the next range is copied.
    let length = slices.offsets[range.upperBound] - slices.offsets[range.lowerBound]
    if slices.rows != nil, length >= 1 << 22 { releaseFreedMemory() }
  }
  return try results.take()
}

/// The aggregate of a column that is already in the order of the slices.
private func aggregateOfArranged(
  _ kind: Aggregate, _ arranged: Column, _ slices: GroupSlices, _ type: DataType, firstRow: (Int) -> Int
) throws(Diagnostic) -> Column {
  switch kind {
  case .len, .list, .count: return try countValues(arranged, slices)
  case .sum: return try sums(arranged, slices, type, firstRow: firstRow)
  case .mean: return try means(arranged, slices, type, firstRow: firstRow)
  case .variance(let ddof):
    return try deviations(arranged, slices, type, ddof: ddof, isVariance: true, firstRow: firstRow)
  case .deviation(let ddof):
    return try deviations(arranged, slices, type, ddof: ddof, isVariance: false, firstRow: firstRow)
  case .min: return try extremes(arranged, slices, greatest: false)
  case .max: return try extremes(arranged, slices, greatest: true)
  case .first: return try gather(arranged, rows: edgePositions(slices, last: false), hasMissing: true)
  case .last: return try gather(arranged, rows: edgePositions(slices, last: true), hasMissing: true)
  case .distinctCount: return Column(.u32, .u32(Buffer(try distinctCounts(arranged, slices))))
  case .unique:
    let (positions, offsets) = try distinctPositions(arranged, slices)
    let child = try gather(arranged, rows: positions, hasMissing: false)
    return Column(type, .list(ListValues(offsets: Buffer(offsets), child: child)))
  case .median: return try quantiles(arranged, slices, type, 0.5)
  case .quantile(let fraction): return try quantiles(arranged, slices, type, fraction)
  case .mode: return try modes(arranged, slices)
  case .any: return try anyOrAll(arranged, slices, isAny: true)
  case .all: return try anyOrAll(arranged, slices, isAny: false)
  }
}

/// The aggregate of a whole column: a column of one row.
public func aggregate(_ kind: Aggregate, of column: Column) throws(Diagnostic) -> Column {
  try aggregate(kind, of: column, over: GroupSlices(rowCount: column.count))
}
