import Diagnostics
import Parallelism

// Means and quantiles of dates, datetimes, times and durations, computed in whole ticks: a float cannot hold a
// present-day datetime in nanoseconds exactly.

extension Column {
  /// The ticks of a temporal column in `type`; a date counts as its midnight.
  func ticks(as type: DataType) throws(Diagnostic) -> Buffer<Int64> {
    // The milliseconds of any date fit in 64 bits.
    let own = self.type == .date && type != .date ? try cast(self, to: type, .lenient) : self
    guard let ticks = Int64.buffer(of: own.values) else { throw .cannotAggregate("mean", self.type) }
    return ticks
  }
}

/// The mean of every slice, rounded to the nearest tick, halves up; null for an empty slice.
///
/// - Parameter values: without nulls.
func meansOfTimes(_ values: Column, _ slices: GroupSlices, as type: DataType) throws(Diagnostic) -> Column {
  let ticks = try values.ticks(as: type)
  let offsets = slices.offsets
  let sums = try slices.mapPieces(empty: Int128(0)) { (piece) throws(Diagnostic) in
    let own = ticks[piece.positions].span
    var sum: Int128 = 0
    for index in own.indices { sum += Int128(own[index]) }
    return sum
  } merging: {
    $0 + $1
  }
  let means = sums.indices.map { slice -> Int64? in
    let length = Int128(offsets[slice + 1] - offsets[slice])
    // The mean fits because it lies between the least and the greatest value.
    return length == 0 ? nil : Int64(floorDivided(2 * sums[slice] + length, 2 * length))
  }
  return Column(type, .i64(Buffer(means.map { $0 ?? 0 })), validity: Bitmap(validOf: means))
}

/// The quantile of every slice by the same interpolation as `interpolated`, rounded to the nearest tick; null for an
/// empty slice.
///
/// - Complexity: O(n log n) in the length of a slice.
/// - Parameter values: without nulls.
func quantilesOfTimes(
  _ values: Column, _ slices: GroupSlices, as type: DataType, _ fraction: Double
) throws(Diagnostic) -> Column {
  let ticks = try values.ticks(as: type)
  let offsets = slices.offsets
  let results = try slices.mapSliceChunks { (chunk) throws(Diagnostic) in
    try chunk.map { (slice) throws(Diagnostic) -> Int64? in
      let own = offsets[slice]..<offsets[slice + 1]
      if own.isEmpty { return nil }
      if own.count > hugeSlice {
        let part = Column(.i64, .i64(ticks[own]))
        let order = try argsort([SortKey(part)], count: own.count)
        return interpolatedTicks(fraction, count: own.count) { ticks[own.lowerBound + Int(order[$0])] }
      }
      let sorted = ticks[own].array.sorted()
      return interpolatedTicks(fraction, count: sorted.count) { sorted[$0] }
    }
  }.flatMap { $0 }
  return Column(type, .i64(Buffer(results.map { $0 ?? 0 })), validity: Bitmap(validOf: results))
}

/// A quantile of sorted ticks.
func interpolatedTicks(_ fraction: Double, count: Int, _ tick: (Int) -> Int64) -> Int64 {
  let place = Double(count - 1) * min(max(fraction, 0), 1)
  let below = Int(place)
  let low = Int128(tick(below))
  let share = place - Double(below)
  if share == 0 { return Int64(low) }
  return Int64(low + (Int128(tick(below + 1)) - low).portion(share))
}

extension Int128 {
  /// The product with a share between 0 and 1, rounded to the nearest whole number, halves up. The number must not be
  /// negative and has at most 65 bits; the product is exact, which a float could not hold.
  fileprivate func portion(_ share: Double) -> Int128 {
    // The share is `significand` / 2^shift.
    let shift = Double.significandBitCount - Int(share.exponent)
    guard shift < Int128.bitWidth - 2 else { return 0 }
    let product = self * Int128(share.significandBitPattern | 1 << UInt64(Double.significandBitCount))
    return (product + (1 << (shift - 1))) >> shift
  }
}
