import Diagnostics
import Parallelism

/// The quantile of every run without its nulls.
func quantiles(
  _ column: Column, _ runs: RowRuns, _ type: DataType, _ fraction: Double
) throws(Diagnostic) -> Column {
  let (values, runs) = try withoutNulls(column, runs)
  let numbers = try values.asDoubles()
  let offsets = runs.offsets
  let results: [Double?]
  if runs.count == 1 {
    results = try orderStatistics(numbers[offsets[0]..<offsets[1]], [fraction]).map { [$0[0]] } ?? [nil]
  } else {
    results = try runs.mapRunChunks { (chunk) throws(Diagnostic) in
      chunk.map { run in
        let sorted = numbers[offsets[run]..<offsets[run + 1]].array.sorted(by: precedesWithNaNLast)
        return sorted.isEmpty ? nil : interpolated(fraction, count: sorted.count) { sorted[$0] }
      }
    }.flatMap { $0 }
  }
  return Column(floats: results, as: type, from: column.type)
}

private func precedesWithNaNLast(_ a: Double, _ b: Double) -> Bool { a < b || (b.isNaN && !a.isNaN) }

/// The quantile by linear interpolation: at h = (n − 1)·q between the sorted values ⌊h⌋ and ⌊h⌋ + 1.
///
/// - Source: Hyndman and Fan, *Sample Quantiles in Statistical Packages*, 1996, definition 7; the two forms of the
///   interpolation are numpy's, so that results agree in the last bit.
private func interpolated(_ fraction: Double, count: Int, _ value: (Int) -> Double) -> Double {
  let place = Double(count - 1) * min(max(fraction, 0), 1)
  let below = Int(place)
  let low = value(below)
  let share = place - Double(below)
  if share == 0 { return low }
  let high = value(below + 1)
  if low == high { return low }
  return share < 0.5 ? low + (high - low) * share : high - (high - low) * (1 - share)
}

/// Several quantiles of the same numbers, nil of none. NaN counts as the greatest number.
///
/// Only the stretches of the order that are asked for are ever sorted: counting by the top bits tells which.
///
/// - Complexity: O(n) on all cores, where no few values make up most of a stretch; 8 bytes a row where they do.
func orderStatistics(_ numbers: Buffer<Double>, _ fractions: [Double]) throws(Diagnostic) -> [Double]? {
  let count = numbers.count
  if count == 0 { return nil }
  if count <= 1 << 14 {
    let sorted = numbers.array.sorted(by: precedesWithNaNLast)
    return fractions.map { interpolated($0, count: count) { sorted[$0] } }
  }
  var wanted: Set<Int> = []
  for fraction in fractions {
    _ = interpolated(fraction, count: count) { rank in
      wanted.insert(rank)
      return Double(rank)
    }
  }
  let values = try select(wanted.sorted(), from: numbers)
  return fractions.map { interpolated($0, count: count) { values[$0] ?? .nan } }
}

/// The numbers at some ranks of the sorted order.
private func select(_ ranks: [Int], from numbers: Buffer<Double>) throws(Diagnostic) -> [Int: Double] {
  let bounds = try mapChunks(of: numbers.count, grain: rowGrain) { (range) throws(Diagnostic) in
    let numbers = numbers.span
    var bounds: (least: UInt64, greatest: UInt64) = (.max, 0)
    for row in range {
      let bits = numbers[row].orderedBits(descending: false)
      bounds = (min(bounds.least, bits), max(bounds.greatest, bits))
    }
    return bounds
  }
  let least = bounds.reduce(UInt64.max) { min($0, $1.least) }
  let greatest = bounds.reduce(0) { max($0, $1.greatest) }
  let digit = 12
  let shift = UInt64(max(0, 64 - (greatest - least).leadingZeroBitCount - digit))
  let chunks = try mapChunks(of: numbers.count, grain: dealGrain) { (range) throws(Diagnostic) in
    let numbers = numbers.span
    var counts = [Int](repeating: 0, count: 1 << digit)
    for row in range { counts[Int((numbers[row].orderedBits(descending: false) - least) >> shift)] += 1 }
    return counts
  }
  var starts = [0]
  for bucket in 0..<1 << digit { starts.append((starts.last ?? 0) + chunks.reduce(0) { $0 + $1[bucket] }) }
  var found: [Int: Double] = [:]
  for bucket in 0..<1 << digit {
    let own = ranks.filter { (starts[bucket]..<starts[bucket + 1]).contains($0) }
    if own.isEmpty { continue }
    let members = try mapChunks(of: numbers.count, grain: dealGrain) { (range) throws(Diagnostic) in
      let numbers = numbers.span
      var members: [Double] = []
      for row in range where Int((numbers[row].orderedBits(descending: false) - least) >> shift) == bucket {
        members.append(numbers[row])
      }
      return members
    }.flatMap { $0 }
    if shift == 0 {
      for rank in own { found[rank] = members[0] }
    } else if members.count <= 1 << 16 {
      let sorted = members.sorted(by: precedesWithNaNLast)
      for rank in own { found[rank] = sorted[rank - starts[bucket]] }
    } else {
      let deeper = try select(own.map { $0 - starts[bucket] }, from: Buffer(members))
      for rank in own { found[rank] = deeper[rank - starts[bucket]] }
    }
  }
  return found
}
