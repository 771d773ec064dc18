import Diagnostics
import Parallelism

// Deviations, shapes and correlations where groups are few: two passes over the rows in the order of the table, with a
// place for each group. No column is brought into the order of groups.

/// The central moments of a group's values, n·mₖ = Σ(x − x̄)ᵏ.
struct CentralMoments {
  var count: Double
  /// The sums of the second, third and fourth powers.
  var powers: SIMD4<Double>
}

/// The moments of every group of partitioned rows; nil where groups are too many for a place each.
///
/// - Complexity: O(rows) in two passes on all cores.
func foldedMoments(of column: Column, over slices: GroupSlices) throws(Diagnostic) -> [CentralMoments]? {
  guard let partitions = slices.partitions, partitions.isNumberedByGroup, column.type != .null else { return nil }
  let mask = Bitmap.intersection(slices.kept?.bits, column.validity)
  let means = try foldedMeans(of: column, mask, partitions)
  let groupOfRow = partitions.numbers
  let powers = try partitions.foldBlocks(SIMD4<Double>.zero) { (rows, states) throws(Diagnostic) in
    let numbers = try column[rows].asDoubles()
    let values = numbers.span
    let groups = groupOfRow.span
    let means = means.span
    for index in values.indices where mask?[rows.lowerBound &+ index] ?? true {
      let group = Int(groups[rows.lowerBound &+ index])
      let deviation = values[index] - means[group].mean
      let square = deviation * deviation
      states[group] += SIMD4(square, square * deviation, square * square, 0)
    }
  } merging: {
    $0 += $1
  }
  return zip(means, powers).map { CentralMoments(count: $0.count, powers: $1) }
}

/// Σ(x − x̄)², Σ(y − ȳ)² and Σ(x − x̄)(y − ȳ) of every group, or some multiple of all three, over the rows in which
/// neither is null; nil as above.
func foldedProducts(
  of x: Column, _ y: Column, over slices: GroupSlices
) throws(Diagnostic) -> [(count: Double, products: SIMD4<Double>)]? {
  guard let partitions = slices.partitions, partitions.isNumberedByGroup else { return nil }
  let mask = Bitmap.intersection(slices.kept?.bits, Bitmap.intersection(x.validity, y.validity))
  if let pairs = try foldedPairs(of: x, y, mask, partitions) {
    return pairs.map { (Double($0.count), $0.productsOfDeviations) }
  }
  let (left, right) = (try foldedMeans(of: x, mask, partitions), try foldedMeans(of: y, mask, partitions))
  let groupOfRow = partitions.numbers
  let products = try partitions.foldBlocks(SIMD4<Double>.zero) { (rows, states) throws(Diagnostic) in
    let (xs, ys) = (try x[rows].asDoubles(), try y[rows].asDoubles())
    let own = xs.span
    let others = ys.span
    let groups = groupOfRow.span
    let left = left.span
    let right = right.span
    for index in own.indices where mask?[rows.lowerBound &+ index] ?? true {
      let group = Int(groups[rows.lowerBound &+ index])
      let dx = own[index] - left[group].mean
      let dy = others[index] - right[group].mean
      states[group] += SIMD4(dx * dx, dy * dy, dx * dy, 0)
    }
  } merging: {
    $0 += $1
  }
  return zip(left, products).map { ($0.count, $1) }
}

/// The number of values and their mean. Sums carry their rounding errors along: the third moment of values far from
/// zero needs the mean to the last bit.
private func foldedMeans(
  of column: Column, _ mask: Bitmap?, _ partitions: RowPartitions
) throws(Diagnostic) -> [(count: Double, mean: Double)] {
  let groupOfRow = partitions.numbers
  let sums = try partitions.foldBlocks(SIMD4<Double>.zero) { (rows, states) throws(Diagnostic) in
    let numbers = try column[rows].asDoubles()
    let values = numbers.span
    let groups = groupOfRow.span
    for index in values.indices where mask?[rows.lowerBound &+ index] ?? true {
      let group = Int(groups[rows.lowerBound &+ index])
      let (value, state) = (values[index], states[group])
      let sum = state.x + value
      let added = sum - state.x
      let error = (state.x - (sum - added)) + (value - added)
      states[group] = SIMD4(sum, state.y + error, state.z + 1, 0)
    }
  } merging: {
    $0 += $1
  }
  // Infinite sums have no error.
  return sums.map { ($0.z, ($0.y.isFinite ? $0.x + $0.y : $0.x) / $0.z) }
}

extension RowPartitions {
  /// What `body` adds to the places of the groups, block of rows by block, on all cores.
  ///
  /// Each of a few ranges of rows has its own places; they are added up in the order of ranges.
  func foldBlocks<State: BitwiseCopyable & Sendable>(
    _ start: State,
    _ body: @Sendable (_ rows: Range<Int>, _ states: inout MutableSpan<State>) throws(Diagnostic) -> Void,
    merging: (inout State, State) -> Void
  ) throws(Diagnostic) -> [State] {
    let groupCount = groupCount
    let ranges = max(1, min(8, rowCount >> 17, rowCount / max(1, 2 * groupCount)))
    let found = try mapChunks(of: rowCount, grain: (rowCount + ranges - 1) / ranges) { (rows) throws(Diagnostic) in
      let cancellation = Cancellation.current
      var states = [State](repeating: start, count: groupCount)
      for start in stride(from: rows.lowerBound, to: rows.upperBound, by: rowGrain) {
        try cancellation.check()
        var places = states.mutableSpan
        try body(start..<min(rows.upperBound, start + rowGrain), &places)
      }
      return states
    }
    guard let first = found.first else { return [] }
    return found.dropFirst().reduce(into: first) { all, own in
      for group in all.indices { merging(&all[group], own[group]) }
    }
  }
}
