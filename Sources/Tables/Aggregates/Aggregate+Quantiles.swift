import Diagnostics
import Parallelism

/// The quantile of every slice, ignoring nulls.
func quantiles(
  _ column: Column, _ slices: GroupSlices, _ type: DataType, _ fraction: Double
) throws(Diagnostic) -> Column {
  let (values, slices) = try withoutNulls(column, slices)
  if column.type.isTemporal { return try quantilesOfTimes(values, slices, as: type, fraction) }
  if slices.count == 1 {
    let range = slices.offsets[0]..<slices.offsets[1]
    return Column(floats: try orderStatistics(values[range], [fraction]).map { [$0[0]] } ?? [nil], as: type)
  }
  return Column(floats: try values.read(by: SliceQuantiles(slices: slices, fraction: fraction)), as: type)
}

/// The quantile of many slices by selection, each slice on one core; nil for an empty slice.
private struct SliceQuantiles: NumberReader {
  let slices: GroupSlices
  let fraction: Double

  func read<Element: ColumnElement & OrderedBits>(
    _ values: Buffer<Element>, _ number: @Sendable (Element) -> Double
  ) throws(Diagnostic) -> [Double?] {
    let offsets = slices.offsets
    return try slices.mapSliceChunks { (chunk) throws(Diagnostic) in
      var selection = RankSelection()
      return try chunk.map { (slice) throws(Diagnostic) -> Double? in
        let range = offsets[slice]..<offsets[slice + 1]
        if range.isEmpty { return nil }
        if range.count > hugeSlice { return try orderStatistics(values[range], [fraction], number)[0] }
        let below = rank(of: fraction, count: range.count)
        let found = selection.neighbours(at: below, of: values.span.extracting(range))
        return interpolated(fraction, count: range.count) {
          number(Element(orderedBits: $0 == below ? found.value : found.next))
        }
      }
    }.flatMap { $0 }
  }
}

/// The rank of a quantile in sorted order, rounded down.
private func rank(of fraction: Double, count: Int) -> Int { Int(Double(count - 1) * min(max(fraction, 0), 1)) }

/// The quantile q of n sorted values x₀ … xₙ₋₁ by linear interpolation: with h = (n − 1)·q, the point between x⌊h⌋ and
/// x⌊h⌋₊₁.
///
/// - Source: Hyndman and Fan, *Sample Quantiles in Statistical Packages*, 1996, definition 7; the two forms of the
///   interpolation are numpy's, so that results agree in the last bit.
func interpolated(_ fraction: Double, count: Int, _ value: (Int) -> Double) -> Double {
  let place = Double(count - 1) * min(max(fraction, 0), 1)
  let below = Int(place)
  let low = value(below)
  let share = place - Double(below)
  if share == 0 { return low }
  let high = value(below + 1)
  if low == high { return low }
  let step = high - low
  // With an infinite step, the second form would compute ∞ − ∞.
  return share < 0.5 || step.isInfinite ? low + step * share : high - step * (1 - share)
}

/// Several quantiles of a column without nulls; nil if it is empty. NaN counts as the greatest number.
///
/// - Complexity: O(n) on all cores.
func orderStatistics(_ column: Column, _ fractions: [Double]) throws(Diagnostic) -> [Double]? {
  column.count == 0 ? nil : try column.read(by: OrderStatistics(fractions: fractions))
}

private struct OrderStatistics: NumberReader {
  let fractions: [Double]

  func read<Element: ColumnElement & OrderedBits>(
    _ values: Buffer<Element>, _ number: @Sendable (Element) -> Double
  ) throws(Diagnostic) -> [Double] { try orderStatistics(values, fractions, number) }
}

/// Reads the numbers of a column in the width in which they are stored.
private protocol NumberReader: Sendable {
  associatedtype Result
  func read<Element: ColumnElement & OrderedBits>(
    _ values: Buffer<Element>, _ number: @Sendable (Element) -> Double
  ) throws(Diagnostic) -> Result
}

extension Column {
  fileprivate func read<Reader: NumberReader>(by reader: Reader) throws(Diagnostic) -> Reader.Result {
    switch values {
    case .i8(let buffer): try reader.read(buffer) { Double($0) }
    case .i16(let buffer): try reader.read(buffer) { Double($0) }
    case .i32(let buffer): try reader.read(buffer) { Double($0) }
    case .i64(let buffer): try reader.read(buffer) { Double($0) }
    case .u8(let buffer): try reader.read(buffer) { Double($0) }
    case .u16(let buffer): try reader.read(buffer) { Double($0) }
    case .u32(let buffer): try reader.read(buffer) { Double($0) }
    case .u64(let buffer): try reader.read(buffer) { Double($0) }
    case .f32(let buffer): try reader.read(buffer) { Double($0) }
    default: try reader.read(try asDoubles()) { $0 }
    }
  }
}

private func orderStatistics<Element: ColumnElement & OrderedBits>(
  _ values: Buffer<Element>, _ fractions: [Double], _ number: (Element) -> Double
) throws(Diagnostic) -> [Double] {
  var results: [Double] = []
  for fraction in fractions {
    let below = rank(of: fraction, count: values.count)
    let ranks = below..<min(values.count, below + 2)
    let found = try orderedBits(at: ranks, of: values)
    results.append(
      interpolated(fraction, count: values.count) { number(Element(orderedBits: found[$0 - below])) })
  }
  return results
}

/// The ordered bits of the values at some neighbouring ranks in sorted order.
///
/// A sorted sample gives two bounds between which the wanted values almost surely lie. One pass counts the values below
/// the bounds and collects those between them, and the selection continues among these. If the wanted values are not
/// between the bounds, all values are sorted.
///
/// - Source: Floyd, Rivest, *Expected Time Bounds for Selection*, CACM 18 (3), 1975.
private func orderedBits<Element: ColumnElement & OrderedBits>(
  at ranks: Range<Int>, of values: Buffer<Element>
) throws(Diagnostic) -> [UInt64] {
  let count = values.count
  if count <= 1 << 15 {
    let sorted = (0..<count).map { values[$0].orderedBits(descending: false) }.sorted()
    return Array(sorted[ranks])
  }
  let sampleCount = 1 << 14
  let sample = (0..<sampleCount).map { values[$0 * count / sampleCount].orderedBits(descending: false) }.sorted()
  let place = ranks.lowerBound * sampleCount / count
  let low = place < sampleSlack ? 0 : sample[place - sampleSlack]
  let high = place + sampleSlack >= sampleCount ? UInt64.max : sample[place + sampleSlack]
  let chunks = try mapChunks(of: count, grain: partitioningGrain) { (range) throws(Diagnostic) in
    PartitionedRange(low, high, of: values, rows: range)
  }
  let ends = chunks.reduce(into: (below: 0, atLow: 0, atHigh: 0)) { ends, chunk in
    ends = (ends.below + chunk.below, ends.atLow + chunk.atLow, ends.atHigh + chunk.atHigh)
  }
  let between = try joined(chunks.map(\.between))
  let firstBetween = ends.below + ends.atLow
  let firstAtHigh = firstBetween + between.count
  guard ranks.lowerBound >= ends.below, ranks.upperBound <= firstAtHigh + ends.atHigh else {
    let order = try argsort([SortKey(Column(Element.dataType, Element.storage(values)))], count: count)
    return order[ranks].map { values[Int($0)].orderedBits(descending: false) }
  }
  let inner = ranks.clamped(to: firstBetween..<firstAtHigh)
  let found =
    inner.isEmpty
    ? [] : try orderedBits(at: inner.lowerBound - firstBetween..<inner.upperBound - firstBetween, of: Buffer(between))
  return ranks.map { $0 < firstBetween ? low : $0 >= firstAtHigh ? high : found[$0 - inner.lowerBound] }
}

/// The standard deviation of a rank in a random sample of 2¹⁴ values is at most 64; the slack is five times that.
let sampleSlack = 320

/// The three-way partition step of quickselect with two bounds: counts of the values below and at the bounds, and the
/// values strictly between them.
private struct PartitionedRange {
  var below = 0
  var atLow = 0
  var atHigh = 0
  var between: [UInt64] = []

  init<Element: OrderedBits>(_ low: UInt64, _ high: UInt64, of values: Buffer<Element>, rows: Range<Int>) {
    let values = values.span
    // One comparison tests whether a value is strictly between the bounds: at or below the lower bound, the unsigned
    // difference wraps around.
    let width = high > low ? high - low - 1 : 0
    var (below, atMostLow, atMostHigh) = (0, 0, 0)
    for start in stride(from: rows.lowerBound, to: rows.upperBound, by: 64) {
      let block = values.extracting(start..<min(rows.upperBound, start + 64))
      var found: UInt64 = 0
      for offset in block.indices {
        let bits = block[offset].orderedBits(descending: false)
        below &+= bits < low ? 1 : 0
        atMostLow &+= bits <= low ? 1 : 0
        atMostHigh &+= bits <= high ? 1 : 0
        found |= (bits &- low &- 1 < width ? 1 : 0) &<< UInt64(truncatingIfNeeded: offset)
      }
      while found != 0 {
        between.append(block[found.trailingZeroBitCount].orderedBits(descending: false))
        found &= found - 1
      }
    }
    self.below = below
    atLow = atMostLow - below
    atHigh = atMostHigh - atMostLow - between.count
  }
}
