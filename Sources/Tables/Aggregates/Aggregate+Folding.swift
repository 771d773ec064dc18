import Diagnostics
import Parallelism

// Sums, means and extremes of whole numbers, value by value into a place for each group: no column is brought into the
// order of groups. Whole numbers allow it, because their sums do not depend on the order. Rows that a condition leaves
// out, and nulls, are met as values that change nothing.

/// The aggregate of partitioned rows, computed value by value; nil where it needs the values group by group.
///
/// - Complexity: O(rows) on all cores; a place a group, and 4 million values partition by partition.
func folded(
  _ kind: Aggregate, _ column: Column, _ slices: GroupSlices, _ type: DataType
) throws(Diagnostic) -> Column? {
  guard let partitions = slices.partitions else { return nil }
  let mask = Bitmap.intersection(slices.kept?.bits, column.validity)
  switch kind {
  case .count where column.type != .null: return Column(.u32, .u32(Buffer(try valueCounts(column, slices, partitions))))
  case .variance(let ddof), .deviation(let ddof):
    let isVariance = if case .variance = kind { true } else { false }
    if let squares = try foldedPowers(of: column, mask, partitions) {
      let counts = try valueCounts(column, slices, partitions)
      return deviations(zip(squares, counts).map { ($0.squaredDeviations(count: $1), Int($1)) }, type, ddof, isVariance)
    }
    return try foldedMoments(of: column, over: slices).map {
      deviations($0.map { ($0.powers.x, Int($0.count)) }, type, ddof, isVariance)
    }
  case .sum, .mean, .min, .max, .any, .all: break
  default: return nil
  }
  let states = GroupStates(partitions: partitions, mask: mask)
  let folding = GroupFolding(states: states, kind: kind, type: type, inputType: column.type)
  let counts = { () throws(Diagnostic) in try valueCounts(column, slices, partitions) }
  if case .bool(let bits) = column.values { return try folding.result(bits, counts) }
  return try column.values.run(FoldedColumn(folding: folding, counts: counts)) ?? nil
}

private struct FoldedColumn: WholeNumberKernel {
  let folding: GroupFolding
  let counts: () throws(Diagnostic) -> [UInt32]

  func whole<Number: ColumnElement & FixedWidthInteger>(_ buffer: Buffer<Number>) throws(Diagnostic) -> Column? {
    try folding.result(buffer, counts)
  }
}

/// How many values, nulls left out, each group has.
private func valueCounts(
  _ column: Column, _ slices: GroupSlices, _ partitions: RowPartitions
) throws(Diagnostic) -> [UInt32] {
  guard let validity = column.validity else { return sliceLengths(slices) }
  return try setBits(of: slices.kept.map { $0.bits & validity } ?? validity, in: partitions)
}

/// How many of each group's rows have their bit set.
func setBits(of bits: Bitmap, in partitions: RowPartitions) throws(Diagnostic) -> [UInt32] {
  let counts = try GroupStates(partitions: partitions, mask: nil).folding(try bits.bytes(), by: SumFold<UInt8>()) ?? []
  return counts.map { UInt32(truncatingIfNeeded: $0) }
}

private struct SumFold<Element: FixedWidthInteger & ColumnElement>: GroupFold {
  var start: Int64 { 0 }
  var neutral: Element { 0 }

  @inline(__always)
  func adding(_ value: Element, to state: Int64) -> (state: Int64, fits: Bool) {
    // 2³² rows of 32 bits fit.
    if Element.bitWidth <= 32 { return (state &+ Int64(truncatingIfNeeded: value), true) }
    let number = Int64(truncatingIfNeeded: value)
    let (sum, overflow) = state.addingReportingOverflow(number)
    return (sum, !overflow && (Element.isSigned || number >= 0))
  }

  @inline(__always)
  func merging(_ a: Int64, _ b: Int64) -> (state: Int64, fits: Bool) {
    let (sum, overflow) = a.addingReportingOverflow(b)
    return (sum, !overflow)
  }
}

private struct LeastFold<Element: FixedWidthInteger & ColumnElement>: GroupFold {
  var start: Element { .max }
  var neutral: Element { .max }
  @inline(__always)
  func adding(_ value: Element, to state: Element) -> (state: Element, fits: Bool) { (min(state, value), true) }
  @inline(__always)
  func merging(_ a: Element, _ b: Element) -> (state: Element, fits: Bool) { (min(a, b), true) }
}

private struct GreatestFold<Element: FixedWidthInteger & ColumnElement>: GroupFold {
  var start: Element { .min }
  var neutral: Element { .min }
  @inline(__always)
  func adding(_ value: Element, to state: Element) -> (state: Element, fits: Bool) { (max(state, value), true) }
  @inline(__always)
  func merging(_ a: Element, _ b: Element) -> (state: Element, fits: Bool) { (max(a, b), true) }
}

private struct GroupFolding {
  let states: GroupStates
  let kind: Aggregate
  let type: DataType
  let inputType: DataType

  /// nil where the aggregate is another, or a sum does not fit on the way.
  func result<Element: FixedWidthInteger & ColumnElement>(
    _ buffer: Buffer<Element>, _ counts: () throws(Diagnostic) -> [UInt32]
  ) throws(Diagnostic) -> Column? {
    switch kind {
    case .min: return try extremes(buffer, LeastFold<Element>(), counts)
    case .max: return try extremes(buffer, GreatestFold<Element>(), counts)
    case .sum:
      guard let sums = try states.folding(buffer, by: SumFold<Element>()) else { return nil }
      return type == .u64 ? Column(sums.map { UInt64($0) }) : Column(type, .i64(Buffer(sums)))
    case .mean where !inputType.isTemporal:
      guard let sums = try states.folding(buffer, by: SumFold<Element>()) else { return nil }
      return try means(sums, counts())
    default: return nil
    }
  }

  /// The same of truth values.
  func result(_ bits: Bitmap, _ counts: () throws(Diagnostic) -> [UInt32]) throws(Diagnostic) -> Column? {
    switch kind {
    case .sum, .mean, .any, .all: break
    default: return nil
    }
    let own = GroupStates(partitions: states.partitions, mask: nil)
    guard let sums = try own.folding((states.mask.map { bits & $0 } ?? bits).bytes(), by: SumFold<UInt8>()) else {
      return nil
    }
    switch kind {
    case .sum: return Column(type, .u32(Buffer(sums.map { UInt32(truncatingIfNeeded: $0) })))
    case .mean: return try means(sums, counts())
    case .any: return Column(.bool, .bool(Bitmap(sums.map { $0 > 0 })))
    default: return Column(.bool, .bool(Bitmap(zip(sums, try counts()).map { $0 == Int64($1) })))
    }
  }

  private func extremes<Fold: GroupFold>(
    _ buffer: Buffer<Fold.Element>, _ fold: Fold, _ counts: () throws(Diagnostic) -> [UInt32]
  ) throws(Diagnostic) -> Column? where Fold.State == Fold.Element {
    guard let extremes = try states.folding(buffer, by: fold) else { return nil }
    return Column(
      type, Fold.Element.storage(Buffer(extremes)), validity: states.mask == nil ? nil : validity(try counts()))
  }

  private func means(_ sums: [Int64], _ counts: [UInt32]) throws(Diagnostic) -> Column {
    let means = try buildArray(count: sums.count, grain: rowGrain, of: Double.self) { (groups, means) in
      for group in groups {
        means[group - groups.lowerBound] = counts[group] == 0 ? 0 : Double(sums[group]) / Double(counts[group])
      }
    }
    return Column(
      .f64, .f64(Buffer(means)), validity: states.mask == nil && inputType != .bool ? nil : validity(counts))
  }

  /// Which groups have a value; nil if all have one.
  private func validity(_ counts: [UInt32]) -> Bitmap? { counts.contains(0) ? Bitmap(counts.map { $0 > 0 }) : nil }
}
