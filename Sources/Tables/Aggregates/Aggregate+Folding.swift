import Diagnostics
import Parallelism

// Sums, means and extremes of whole numbers, value by value into a place for each group: no column is brought into the
// order of groups. Whole numbers allow it, because their sums do not depend on the order.

/// The aggregate of partitioned rows, computed value by value; nil where it needs the values group by group.
///
/// - Complexity: O(rows) on all cores; a place a group, and 4 million values partition by partition.
func folded(
  _ kind: Aggregate, _ column: Column, _ slices: GroupSlices, _ type: DataType
) throws(Diagnostic) -> Column? {
  guard let partitions = slices.partitions, slices.kept == nil, column.validity == nil else { return nil }
  let folding = GroupFolding(partitions: partitions, kind: kind, type: type, inputType: column.type)
  switch column.values {
  case .i8(let buffer): return try folding.result(buffer)
  case .i16(let buffer): return try folding.result(buffer)
  case .i32(let buffer): return try folding.result(buffer)
  case .i64(let buffer): return try folding.result(buffer)
  case .u8(let buffer): return try folding.result(buffer)
  case .u16(let buffer): return try folding.result(buffer)
  case .u32(let buffer): return try folding.result(buffer)
  case .u64(let buffer): return try folding.result(buffer)
  default: return nil
  }
}

/// What is kept of the values of a group met so far.
private protocol GroupFold: Sendable {
  associatedtype Element: ColumnElement
  associatedtype State: BitwiseCopyable & Sendable
  var start: State { get }
  /// The state with one more value; false where it does not fit.
  func adding(_ value: Element, to state: State) -> (state: State, fits: Bool)
  func merging(_ a: State, _ b: State) -> (state: State, fits: Bool)
}

private struct SumFold<Element: FixedWidthInteger & ColumnElement>: GroupFold {
  var start: Int64 { 0 }

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
  @inline(__always)
  func adding(_ value: Element, to state: Element) -> (state: Element, fits: Bool) { (min(state, value), true) }
  @inline(__always)
  func merging(_ a: Element, _ b: Element) -> (state: Element, fits: Bool) { (min(a, b), true) }
}

private struct GreatestFold<Element: FixedWidthInteger & ColumnElement>: GroupFold {
  var start: Element { .min }
  @inline(__always)
  func adding(_ value: Element, to state: Element) -> (state: Element, fits: Bool) { (max(state, value), true) }
  @inline(__always)
  func merging(_ a: Element, _ b: Element) -> (state: Element, fits: Bool) { (max(a, b), true) }
}

private struct GroupFolding {
  let partitions: RowPartitions
  let kind: Aggregate
  let type: DataType
  let inputType: DataType

  /// nil where the aggregate is another, or a sum does not fit on the way.
  func result<Element: FixedWidthInteger & ColumnElement>(_ buffer: Buffer<Element>) throws(Diagnostic) -> Column? {
    switch kind {
    case .min: return try states(buffer, LeastFold<Element>()).map { Column(type, Element.storage(Buffer($0))) }
    case .max: return try states(buffer, GreatestFold<Element>()).map { Column(type, Element.storage(Buffer($0))) }
    case .sum:
      guard let sums = try states(buffer, SumFold<Element>()) else { return nil }
      return type == .u64 ? Column(sums.map { UInt64($0) }) : Column(type, .i64(Buffer(sums)))
    case .mean where !inputType.isTemporal:
      guard let sums = try states(buffer, SumFold<Element>()) else { return nil }
      let offsets = partitions.offsets
      return Column(
        try buildArray(count: sums.count, grain: rowGrain, of: Double.self) { (groups, means) throws(Diagnostic) in
          for group in groups {
            means[group - groups.lowerBound] = Double(sums[group]) / Double(offsets[group + 1] - offsets[group])
          }
        })
    default: return nil
    }
  }

  private func states<Fold: GroupFold>(
    _ buffer: Buffer<Fold.Element>, _ fold: Fold
  ) throws(Diagnostic) -> [Fold.State]? {
    partitions.isNumberedByGroup ? try statesByNumber(buffer, fold) : try statesByPartition(buffer, fold)
  }

  /// Where groups are few, each of a few ranges of rows has a place for each.
  private func statesByNumber<Fold: GroupFold>(
    _ buffer: Buffer<Fold.Element>, _ fold: Fold
  ) throws(Diagnostic) -> [Fold.State]? {
    let groupCount = partitions.groupCount
    let ranges = max(1, min(8, buffer.count >> 17, buffer.count / max(1, 2 * groupCount)))
    let numbers = partitions.numbers
    let found = try mapChunks(of: buffer.count, grain: (buffer.count + ranges - 1) / ranges) {
      (rows) throws(Diagnostic) in
      var states = [Fold.State](repeating: fold.start, count: groupCount)
      var fits = true
      let cancellation = Cancellation.current
      for start in stride(from: rows.lowerBound, to: rows.upperBound, by: rowGrain) {
        try cancellation.check()
        let block = start..<min(rows.upperBound, start + rowGrain)
        let values = buffer.span
        let groups = numbers.span
        var places = states.mutableSpan
        for row in block {
          let group = Int(groups[row])
          let next = fold.adding(values[row], to: places[group])
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
    _ buffer: Buffer<Fold.Element>, _ fold: Fold
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
        try window.partition(buffer, into: values)
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
    _ buffer: Buffer<Element>, into values: DisjointRows<Element>
  ) throws(Diagnostic) {
    try forEachIndex(of: ranges.count) { (index) throws(Diagnostic) in
      let range = ranges.lowerBound + index
      var cursors = (0..<order.partitionCount).map { partition in
        starts[partition] + Int(order.cursors[range][partition]) - Int(order.cursors[ranges.lowerBound][partition])
      }
      var next = cursors.mutableSpan
      let numbers = order.numbers.span
      let source = buffer.span
      for row in order.rows(of: range) {
        let partition = Int(numbers[row] &>> order.shift)
        let place = next[partition]
        values.store(source[row], at: place)
        next[partition] = place &+ 1
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
