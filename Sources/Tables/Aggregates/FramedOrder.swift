import Diagnostics
import Parallelism

// Quantiles, modes and distinct counts of frames. The values of a group are sorted once. For quantiles and modes, a
// tree over the sorted positions records which rows are in the frame; a row enters or leaves it in O(log n) for a group
// of n rows.

/// The rows of each group in the order of their values.
private struct GroupOrder: Sendable {
  /// The start of each group, then the total count.
  let starts: [Int]
  /// The rows, group by group in the order of their values; rows count in the order of the frames.
  let rows: [UInt32]
  /// The sorted position of every row within its group, from 0.
  let places: [UInt32]

  init(_ values: Column, _ frames: Frames) throws(Diagnostic) {
    var starts = (0..<frames.groupCount).map { group in
      let first = frames.groups[group]
      return first < frames.groups[group + 1] ? frames.range(first).lowerBound : -1
    }
    starts.append(values.count)
    if !starts.isEmpty { starts[0] = 0 }
    for group in starts.indices.dropLast().reversed() where starts[group] < 0 { starts[group] = starts[group + 1] }
    let bounds = starts
    self.starts = bounds
    let borders = GroupSlices(rows: nil, offsets: Buffer(bounds))
    let groups = Column(try borders.sliceOfPosition())
    rows = try sortedRows(try KeyEncoder([SortKey(groups), SortKey(values)], count: values.count))
    let rows = rows
    places = try fillArray(count: values.count, of: UInt32.self, scattered: true) { (places) throws(Diagnostic) in
      try borders.forEachSliceChunk { (chunk) throws(Diagnostic) in
        for group in chunk {
          for position in bounds[group]..<bounds[group + 1] {
            places.store(UInt32(position - bounds[group]), at: Int(rows[position]))
          }
        }
      }
    }
  }
}

/// The quantile of every frame, ignoring nulls.
func framedQuantiles(
  _ column: Column, _ frames: Frames, _ type: DataType, _ fraction: Double
) throws(Diagnostic) -> Column {
  let (values, frames) = try frames.values(of: column)
  if column.type == .null { return .nulls(type, count: frames.count) }
  let order = try GroupOrder(values, frames)
  if column.type.isTemporal {
    let ticks = try values.ticks(as: type)
    let found = try framedStatistics(frames, order) { (count, row) -> Int64 in
      interpolatedTicks(fraction, count: count) { ticks[row($0)] }
    }
    return Column(type, .i64(Buffer(found.map(\.value))), validity: try found.validity())
  }
  let numbers = try values.asDoubles()
  let found = try framedStatistics(frames, order) { (count, row) -> Double in
    interpolated(fraction, count: count) { numbers[row($0)] }
  }
  let validity = try found.validity()
  if type == .f32 { return Column(.f32, .f32(Buffer(found.map { Float($0.value) })), validity: validity) }
  return Column(.f64, .f64(Buffer(found.map(\.value))), validity: validity)
}

private struct Statistic<Value: BitwiseCopyable & Sendable>: BitwiseCopyable, Sendable {
  let isThere: Bool
  let value: Value
}

extension [Statistic<Int64>] {
  fileprivate func validity() throws(Diagnostic) -> Bitmap? {
    try Bitmap.ofRows(count) { self[$0].isThere }.unlessAllSet
  }
}

extension [Statistic<Double>] {
  fileprivate func validity() throws(Diagnostic) -> Bitmap? {
    try Bitmap.ofRows(count) { self[$0].isThere }.unlessAllSet
  }
}

/// A statistic of the sorted values of every frame: `statistic` gets their count and a function from rank to row.
private func framedStatistics<Value: BitwiseCopyable & Sendable & AdditiveArithmetic>(
  _ frames: Frames, _ order: GroupOrder, _ statistic: @Sendable (Int, (Int) -> Int) -> Value
) throws(Diagnostic) -> [Statistic<Value>] {
  try fillArray(count: frames.count) { (results) throws(Diagnostic) in
    try frames.forEachGroupChunk { (chunk) throws(Diagnostic) in
      for group in chunk {
        let start = order.starts[group]
        var tree = CountTree(places: order.starts[group + 1] - start)
        try frames.walk(group) { row in
          tree.add(1, at: Int(order.places[row]))
        } leaving: { row in
          tree.add(-1, at: Int(order.places[row]))
        } body: { frame in
          let count = frames.range(frame).count
          let found = count == 0 ? Value.zero : statistic(count) { Int(order.rows[start + tree.place(of: $0)]) }
          results.store(Statistic(isThere: count > 0, value: found), at: frame)
        }
      }
    }
  }
}

/// The most frequent value of every frame, ignoring nulls; the least one if several are equally frequent.
func framedModes(_ column: Column, _ frames: Frames) throws(Diagnostic) -> Column {
  let (values, frames) = try frames.values(of: column)
  let order = try GroupOrder(values, frames)
  let ranks = try denseRanks(try KeyEncoder([SortKey(values)], count: values.count))
  let found = try fillArray(count: frames.count, of: UInt32.self) { (found) throws(Diagnostic) in
    try frames.forEachGroupChunk { (chunk) throws(Diagnostic) in
      for group in chunk {
        let start = order.starts[group]
        let places = order.starts[group + 1] - start
        // Each value is represented by its first sorted position.
        var firsts = [UInt32](repeating: 0, count: places)
        for place in 0..<places {
          let isSame = place > 0 && ranks[Int(order.rows[start + place])] == ranks[Int(order.rows[start + place - 1])]
          firsts[place] = isSame ? firsts[place - 1] : UInt32(place)
        }
        var tree = FrequencyTree(places: places)
        try frames.walk(group) { row in
          tree.add(1, at: Int(firsts[Int(order.places[row])]))
        } leaving: { row in
          tree.add(-1, at: Int(firsts[Int(order.places[row])]))
        } body: { frame in
          found.store(frames.range(frame).isEmpty ? missingRow : order.rows[start + tree.mostFrequent], at: frame)
        }
      }
    }
  }
  return try gather(values, rows: found)
}

/// The number of distinct values in every frame; null counts as one.
///
/// A row of the frame counts if the previous row with the same value lies before the frame.
func framedDistinctCounts(_ column: Column, _ frames: Frames) throws(Diagnostic) -> [UInt32] {
  let values = try frames.arranged(column)
  let ranks = try denseRanks(try KeyEncoder(identityOf: [values], count: values.count))
  var next = [UInt32](repeating: .max, count: values.count)
  var previous = [UInt32](repeating: .max, count: values.count)
  var latest = [UInt32](repeating: .max, count: Int(ranks.max() ?? 0) + 1)
  for row in ranks.indices {
    let before = latest[Int(ranks[row])]
    if before != .max { next[Int(before)] = UInt32(row) }
    previous[row] = before
    latest[Int(ranks[row])] = UInt32(row)
  }
  let (before, after) = (previous, next)
  return try fillArray(count: frames.count, of: UInt32.self) { (counts) throws(Diagnostic) in
    try frames.forEachGroupChunk { (chunk) throws(Diagnostic) in
      for group in chunk {
        var count: UInt32 = 0
        var (start, end) = (0, 0)
        try frames.walk(group) { row in
          if end == 0 { start = row }
          end = row + 1
          if before[row] == .max || Int(before[row]) < start { count += 1 }
        } leaving: { row in
          start = row + 1
          // If the next row with this value is in the frame, it now counts instead.
          if Int(after[row]) >= end { count -= 1 }
        } body: { frame in
          counts.store(count, at: frame)
        }
      }
    }
  }
}

extension Frames {
  /// For each frame of a group: calls `entering` with every new row, then `leaving` with every row that is no longer in
  /// the frame, then `body` with the frame.
  @inline(__always)
  fileprivate func walk(
    _ group: Int, entering: (Int) -> Void, leaving: (Int) -> Void, body: (Int) -> Void
  ) throws(Diagnostic) {
    let cancellation = Cancellation.current
    let own = groups[group]..<groups[group + 1]
    if own.isEmpty { return }
    var start = range(own.lowerBound).lowerBound
    var end = start
    for frame in own {
      if frame & 0xfff == 0 { try cancellation.check() }
      let range = self.range(frame)
      while end < range.upperBound {
        entering(end)
        end += 1
      }
      while start < range.lowerBound {
        leaving(start)
        start += 1
      }
      body(frame)
    }
  }
}

/// A Fenwick tree of counts per position; it finds the position of the k-th counted item in O(log n).
///
/// - Source: Fenwick, *A New Data Structure for Cumulative Frequency Tables*, 1994.
private struct CountTree {
  private var sums: [Int32]
  private let top: Int

  init(places: Int) {
    sums = [Int32](repeating: 0, count: places + 1)
    top = places == 0 ? 0 : 1 << (Int.bitWidth - 1 - places.leadingZeroBitCount)
  }

  mutating func add(_ count: Int32, at place: Int) {
    var index = place + 1
    while index < sums.count {
      sums[index] += count
      index += index & -index
    }
  }

  /// The position of the item with that rank, from 0.
  func place(of rank: Int) -> Int {
    var (index, step, rest) = (0, top, Int32(rank))
    while step > 0 {
      if index + step < sums.count, sums[index + step] <= rest {
        index += step
        rest -= sums[index]
      }
      step >>= 1
    }
    return min(index, max(0, sums.count - 2))
  }
}

/// A tournament tree of counts per position; it knows the position with the greatest count, the first one of several.
private struct FrequencyTree {
  private var counts: [UInt32]
  /// The position with the greatest count below each node. The root is node 1; the leaves come last.
  private var best: [UInt32]
  private let leaves: Int

  init(places: Int) {
    var leaves = 1
    while leaves < places { leaves *= 2 }
    self.leaves = leaves
    counts = [UInt32](repeating: 0, count: leaves)
    best = [UInt32](repeating: 0, count: 2 * leaves)
    for place in 0..<leaves { best[leaves + place] = UInt32(place) }
    for node in stride(from: leaves - 1, to: 0, by: -1) { best[node] = best[2 * node] }
  }

  var mostFrequent: Int { Int(best[1]) }

  mutating func add(_ count: Int, at place: Int) {
    counts[place] = UInt32(Int(counts[place]) + count)
    var node = (leaves + place) / 2
    while node > 0 {
      let (left, right) = (best[2 * node], best[2 * node + 1])
      best[node] = counts[Int(left)] >= counts[Int(right)] ? left : right
      node /= 2
    }
  }
}
