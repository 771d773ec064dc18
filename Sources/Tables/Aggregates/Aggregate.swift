public import Diagnostics
import Parallelism

/// What is made of the values of a group, a list, a window or a whole column.
///
/// Null is no value: sums, means, extremes, quantiles, `count`, `any`, `all` and `mode` pass over it, and of no values
/// at all they are null (a sum 0, `any` false, `all` true). `len`, `first`, `last`, `distinctCount`, `unique` and `list` take
/// nulls as they come. NaN makes sums, means and deviations NaN; it sorts after all numbers in quantiles, and is an
/// extreme only where there is no number.
public enum Aggregate: Sendable, Hashable {
  /// Rows, null or not.
  case len
  /// Rows that are not null.
  case count
  /// Whole numbers sum to i64 (u64 to u64), exactly or not at all; f32 sums to f32, computed in f64.
  case sum
  case mean
  /// Σ(x − mean)² / (n − ddof), in two passes.
  case variance(ddof: Int)
  /// The variance's square root.
  case deviation(ddof: Int)
  case min, max, first, last
  /// Distinct rows; null is one.
  case distinctCount
  /// The distinct values in order of first appearance, null among them.
  case unique
  /// All values in the order of rows.
  case list
  case median
  /// Interpolated linearly between the two nearest values, as numpy and pandas do by default; polars takes the nearest.
  case quantile(Double)
  /// The most frequent value, the least one of several.
  case mode
  case any, all

  /// The name the language gives it, for messages.
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

  /// The type of the result for values of a type, or a diagnostic where there is none.
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
      case .duration, .date, .datetime, .time:
        if case .variance = self { throw .cannotAggregate(name, input) }
        if case .deviation = self { throw .cannotAggregate(name, input) }
        return input == .date ? .datetime(.milliseconds) : input
      case _ where input.isNumeric: return .f64
      default: throw .cannotAggregate(name, input)
      }
    }
  }
}

/// One value a run: the aggregate of the column's values there.
///
/// - Complexity: O(rows) on all cores, after a gather where the runs are not in the order of the table; quantiles,
///   modes and distinct values O(n log n) in the length of a run.
/// - Throws: `sumOverflow`, or `cannotAggregate` for a type without that aggregate.
public func aggregate(_ kind: Aggregate, of column: Column, over runs: RowRuns) throws(Diagnostic) -> Column {
  let type = try kind.type(of: column.type)
  if case .len = kind { return Column(.u32, .u32(Buffer(runLengths(runs)))) }
  if case .list = kind {
    return Column(type, .list(ListValues(offsets: runs.offsets, child: try runs.arranged(column))))
  }
  // Stretch by stretch: what lies between the column and the results is never there for all rows at once.
  let column = kind == .distinctCount || kind == .unique ? try column.interned() : column
  let stretches = runs.stretches
  var results = growingColumn(type)
  for stretch in stretches {
    let stretch = stretches.count == 1 ? nil : stretch
    try results.append(aggregateOfStretch(kind, column, runs, stretch, type))
    // A copy of so many rows is not to lie about while the next call makes another.
    let length = runs.offsets[stretch?.upperBound ?? runs.count] - runs.offsets[stretch?.lowerBound ?? 0]
    if runs.rows != nil, length >= 1 << 22 { releaseFreedMemory() }
  }
  return try results.take()
}

/// The aggregate of some runs, nil of all, which are brought into their order first.
private func aggregateOfStretch(
  _ kind: Aggregate, _ column: Column, _ runs: RowRuns, _ stretch: Range<Int>?, _ type: DataType
) throws(Diagnostic) -> Column {
  let (own, ownRuns) =
    if let stretch { try runs.arranged(column, stretch) } else { (try runs.arranged(column), runs.inOrder) }
  return try aggregateOfArranged(kind, own, ownRuns, type) { run in
    let position = runs.offsets[(stretch?.lowerBound ?? 0) + run]
    return runs.rows.map { $0.indices.contains(position) ? Int($0[position]) : 0 } ?? position
  }
}

/// The aggregate of a column that is in the order of the runs.
private func aggregateOfArranged(
  _ kind: Aggregate, _ arranged: Column, _ runs: RowRuns, _ type: DataType, firstRow: (Int) -> Int
) throws(Diagnostic) -> Column {
  switch kind {
  case .len, .list, .count: return try countValues(arranged, runs)
  case .sum: return try sums(arranged, runs, type, firstRow: firstRow)
  case .mean: return try means(arranged, runs, type, firstRow: firstRow)
  case .variance(let ddof):
    return try deviations(arranged, runs, type, ddof: ddof, isVariance: true, firstRow: firstRow)
  case .deviation(let ddof):
    return try deviations(arranged, runs, type, ddof: ddof, isVariance: false, firstRow: firstRow)
  case .min: return try firstInOrder(arranged, runs, descending: false)
  case .max: return try firstInOrder(arranged, runs, descending: true)
  case .first: return try gather(arranged, rows: edgePositions(runs, last: false), hasMissing: true)
  case .last: return try gather(arranged, rows: edgePositions(runs, last: true), hasMissing: true)
  case .distinctCount: return Column(.u32, .u32(Buffer(try distinctCounts(arranged, runs))))
  case .unique:
    let (positions, offsets) = try distinctPositions(arranged, runs)
    let child = try gather(arranged, rows: positions, hasMissing: false)
    return Column(type, .list(ListValues(offsets: Buffer(offsets), child: child)))
  case .median: return try quantiles(arranged, runs, type, 0.5)
  case .quantile(let fraction): return try quantiles(arranged, runs, type, fraction)
  case .mode: return try modes(arranged, runs)
  case .any: return try anyOrAll(arranged, runs, isAny: true)
  case .all: return try anyOrAll(arranged, runs, isAny: false)
  }
}

/// The aggregate of a whole column: a column of one row.
public func aggregate(_ kind: Aggregate, of column: Column) throws(Diagnostic) -> Column {
  try aggregate(kind, of: column, over: RowRuns(rowCount: column.count))
}
