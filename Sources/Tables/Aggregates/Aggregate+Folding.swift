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
  switch kind {
  case .count where column.type != .null: return Column(.u32, .u32(Buffer(try valueCounts(column, slices, partitions))))
  case .variance(let ddof): return try foldedDeviations(column, slices, type, ddof: ddof, isVariance: true)
  case .deviation(let ddof): return try foldedDeviations(column, slices, type, ddof: ddof, isVariance: false)
  case .sum, .mean, .min, .max, .any, .all: break
  default: return nil
  }
  let folding = GroupFolding(
    partitions: partitions, mask: Bitmap.intersection(slices.kept?.bits, column.validity), kind: kind, type: type,
    inputType: column.type)
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
  let folding = GroupFolding(partitions: partitions, mask: nil, kind: .sum, type: .u32, inputType: .bool)
  let counts = try folding.states(try bits.bytes(), SumFold<UInt8>()) ?? []
  return counts.map { UInt32(truncatingIfNeeded: $0) }
}

/// What is kept of the values of a group met so far.
private protocol GroupFold: Sendable {
  associatedtype Element: ColumnElement
  associatedtype State: BitwiseCopyable & Sendable
  var start: State { get }
  /// A value that changes no state.
  var neutral: Element { get }
  /// The state with one more value; false where it does not fit.
  func adding(_ value: Element, to state: State) -> (state: State, fits: Bool)
  func merging(_ a: State, _ b: State) -> (state: State, fits: Bool)
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
  let partitions: RowPartitions
  /// Which rows have a value that counts; nil where all do.
  let mask: Bitmap?
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
      guard let sums = try states(buffer, SumFold<Element>()) else { return nil }
      return type == .u64 ? Column(sums.map { UInt64($0) }) : Column(type, .i64(Buffer(sums)))
    case .mean where !inputType.isTemporal:
      guard let sums = try states(buffer, SumFold<Element>()) else { return nil }
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
    let own = GroupFolding(partitions: partitions, mask: nil, kind: kind, type: type, inputType: inputType)
    guard let sums = try own.states((mask.map { bits & $0 } ?? bits).bytes(), SumFold<UInt8>()) else { return nil }
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
    guard let extremes = try states(buffer, fold) else { return nil }
    return Column(type, Fold.Element.storage(Buffer(extremes)), validity: mask == nil ? nil : validity(try counts()))
  }

  private func means(_ sums: [Int64], _ counts: [UInt32]) throws(Diagnostic) -> Column {
    let means = try buildArray(count: sums.count, grain: rowGrain, of: Double.self) { (groups, means) in
      for group in groups {
        means[group - groups.lowerBound] = counts[group] == 0 ? 0 : Double(sums[group]) / Double(counts[group])
      }
    }
    return Column(.f64, .f64(Buffer(means)), validity: mask == nil && inputType != .bool ? nil : validity(counts))
  }

  /// Which groups have a value; nil if all have one.
  private func validity(_ counts: [UInt32]) -> Bitmap? { counts.contains(0) ? Bitmap(counts.map { $0 > 0 }) : nil }

  func states<Fold: GroupFold>(
    _ buffer: Buffer<Fold.Element>, _ fold: Fold
  ) throws(Diagnostic) -> [Fold.State]? {
    let values = MaskedValues(buffer: buffer, mask: mask, neutral: fold.neutral)
    return partitions.isNumberedByGroup ? try statesByNumber(values, fold) : try statesByPartition(values, fold)
  }

  /// Where groups are few, each of a few ranges of rows has a place for each.
  private func statesByNumber<Fold: GroupFold>(
    _ source: MaskedValues<Fold.Element>, _ fold: Fold
  ) throws(Diagnostic) -> [Fold.State]? {
    let groupCount = partitions.groupCount
    let count = source.buffer.count
    let ranges = max(1, min(8, count >> 17, count / max(1, 2 * groupCount)))
    let numbers = partitions.numbers
    let found = try mapChunks(of: count, grain: (count + ranges - 1) / ranges) { (rows) throws(Diagnostic) in
      var states = [Fold.State](repeating: fold.start, count: groupCount)
      var fits = true
      try source.forEachBlock(of: rows) { (block, values, first) in
        let groups = numbers.span
        var places = states.mutableSpan
        for row in block {
          let group = Int(groups[row])
          let next = fold.adding(values[row &- first], to: places[group])
          places[group] = next.state
          fits = fits && next.fits
        }
      }
      return (states: states, fits: fits)
    }
    guard var all = found.first?.states, found.allSatisfy(\.fits) else { return nil }
    for other in found.dropFirst() {
      for group in all.indices {
        let merged = fold.merging(all[group], other.states[group])
        guard merged.fits else { return nil }
        all[group] = merged.state
      }
    }
    return all
  }

  /// Where groups are many: some ranges of rows at a time are written partition by partition, and then come to the
  /// places of their groups, which stand together.
  private func statesByPartition<Fold: GroupFold>(
    _ source: MaskedValues<Fold.Element>, _ fold: Fold
  ) throws(Diagnostic) -> [Fold.State]? {
    let order = try partitions.order()
    var states = try repeatedArray(fold.start, count: partitions.groupCount)
    let rangesAtOnce = max(1, (1 << 22) >> order.rangeBits)
    var values: [Fold.Element] = []
    var fits = true
    for first in stride(from: 0, to: order.cursors.count, by: rangesAtOnce) {
      let window = PartitionWindow(order, ranges: first..<min(order.cursors.count, first + rangesAtOnce))
      if values.count < window.count { values = try fillArray(count: window.count, scattered: true) { _ in } }
      try withDisjointRows(of: &values) { (values) throws(Diagnostic) in
        try window.partition(source, into: values)
        let results = try withDisjointRows(of: &states) { (states) throws(Diagnostic) in
          try mapChunks(of: order.partitionCount, grain: 16) { (some) throws(Diagnostic) in
            var fits = true
            for partition in some where window.count(partition) > 0 {
              let own = try window.fold(partition, values, states, fold)
              fits = fits && own
            }
            return fits
          }
        }
        fits = fits && results.allSatisfy { $0 }
      }
      if !fits { return nil }
    }
    return states
  }
}

/// Values of which those that do not count are replaced by one that changes nothing.
private struct MaskedValues<Element: ColumnElement>: Sendable {
  let buffer: Buffer<Element>
  /// Which rows count; nil where all do.
  let mask: Bitmap?
  let neutral: Element

  /// Calls `body` with blocks of rows; the value of a row stands at the row minus `first`.
  @inline(__always)
  func forEachBlock(
    of rows: Range<Int>, _ body: (_ block: Range<Int>, _ values: Span<Element>, _ first: Int) -> Void
  ) throws(Diagnostic) {
    let cancellation = Cancellation.current
    var replaced = [Element](repeating: neutral, count: mask == nil ? 0 : min(rowGrain, rows.count))
    for start in stride(from: rows.lowerBound, to: rows.upperBound, by: rowGrain) {
      try cancellation.check()
      let block = start..<min(rows.upperBound, start + rowGrain)
      if let mask {
        replace(block, mask, &replaced)
        body(block, replaced.span, start)
      } else {
        body(block, buffer.span, 0)
      }
    }
  }

  private func replace(_ block: Range<Int>, _ mask: Bitmap, _ replaced: inout [Element]) {
    let words = mask.words.span
    let values = buffer.span
    var replaced = replaced.mutableSpan
    for row in block {
      let counts = words[row >> 6] &>> UInt64(row & 63) & 1 != 0
      replaced[row &- block.lowerBound] = counts ? values[row] : neutral
    }
  }
}

/// The rows of some ranges, partition by partition.
private struct PartitionWindow: Sendable {
  private let order: PartitionedOrder
  private let ranges: Range<Int>
  /// Where every partition starts among the rows of the ranges, and how many these are.
  private let starts: [Int]

  init(_ order: PartitionedOrder, ranges: Range<Int>) {
    self.order = order
    self.ranges = ranges
    var starts = [0]
    starts.reserveCapacity(order.partitionCount + 1)
    for partition in 0..<order.partitionCount {
      starts.append(starts[partition] + order.positions(of: ranges, in: partition).count)
    }
    self.starts = starts
  }

  var count: Int { starts[starts.count - 1] }
  func count(_ partition: Int) -> Int { starts[partition + 1] - starts[partition] }

  func partition<Element: ColumnElement>(
    _ source: MaskedValues<Element>, into partitioned: DisjointRows<Element>
  ) throws(Diagnostic) {
    try forEachIndex(of: ranges.count) { (index) throws(Diagnostic) in
      let range = ranges.lowerBound + index
      var cursors = (0..<order.partitionCount).map { partition in
        starts[partition] + Int(order.cursors[range][partition]) - Int(order.cursors[ranges.lowerBound][partition])
      }
      try source.forEachBlock(of: order.rows(of: range)) { (block, values, first) in
        var next = cursors.mutableSpan
        let numbers = order.numbers.span
        for row in block {
          let partition = Int(numbers[row] &>> order.shift)
          let place = next[partition]
          partitioned.store(values[row &- first], at: place)
          next[partition] = place &+ 1
        }
      }
    }
  }

  /// Adds the values of a partition to the states of its groups; false where one does not fit.
  func fold<Fold: GroupFold>(
    _ partition: Int, _ values: DisjointRows<Fold.Element>, _ states: DisjointRows<Fold.State>, _ fold: Fold
  ) throws(Diagnostic) -> Bool {
    try values.readRows(starts[partition]..<starts[partition + 1]) { (values) throws(Diagnostic) in
      try states.withRows(order.firstGroups[partition]..<order.firstGroups[partition + 1]) { states in
        let locals = order.locals.span
        let first = order.positions(of: ranges, in: partition).lowerBound
        var fits = true
        for index in values.indices {
          let group = Int(locals[first &+ index])
          let next = fold.adding(values[index], to: states[group])
          states[group] = next.state
          fits = fits && next.fits
        }
        return fits
      }
    }
  }
}
