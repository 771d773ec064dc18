import Diagnostics
import Parallelism

// What is folded value by value into a place for each group.

/// What is kept of the values of a group met so far.
protocol GroupFold: Sendable {
  associatedtype Element: ColumnElement
  associatedtype State: BitwiseCopyable & Sendable
  var start: State { get }
  /// A value that changes no state.
  var neutral: Element { get }
  /// The state with one more value; false where it does not fit.
  func adding(_ value: Element, to state: State) -> (state: State, fits: Bool)
  func merging(_ a: State, _ b: State) -> (state: State, fits: Bool)
}

/// The groups of partitioned rows, and which of the rows count.
struct GroupStates {
  let partitions: RowPartitions
  /// Which rows have a value that counts; nil where all do.
  let mask: Bitmap?

  /// The state of every group; nil where one does not fit on the way.
  func folding<Fold: GroupFold>(
    _ buffer: Buffer<Fold.Element>, by fold: Fold
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
