/// Finds the values at a rank (order statistics) among numbers that fit the cache, on one core.
///
/// Radix selection: the numbers are partitioned by the highest bits in which they differ. Only the partition that
/// contains the rank is partitioned again, until few numbers are left. The order of the numbers does not affect the
/// time.
///
/// - Complexity: O(n) per 6 to 9 bits in which the numbers differ; n decreases from step to step.
struct RankSelection {
  private var bits: [UInt64] = []

  /// The ordered bits of the value at a rank, and those of the next value in sorted order; for the last rank, both are
  /// the same.
  mutating func neighbours<Element: OrderedBits>(
    at rank: Int, of values: Span<Element>
  ) -> (value: UInt64, next: UInt64) {
    if bits.count < values.count { bits = [UInt64](repeating: 0, count: values.count) }
    var all = bits.mutableSpan
    for index in values.indices { all[index] = values[index].orderedBits(descending: false) }
    return neighbours(at: rank, count: values.count, isLast: rank + 1 == values.count)
  }

  private mutating func neighbours(at rank: Int, count: Int, isLast: Bool) -> (value: UInt64, next: UInt64) {
    var (rank, count) = (rank, count)
    // The least value that is greater than all remaining ones.
    var beyond = UInt64.max
    var counts = [UInt32](repeating: 0, count: count > 32 ? 1 << 9 : 0)
    while count > 32 {
      let (least, greatest) = bounds(count)
      if least == greatest { return (least, rank + 1 < count || isLast ? least : beyond) }
      let width = 64 - (greatest - least).leadingZeroBitCount
      let digitBits = min(width, count < 1 << 10 ? 6 : 9)
      let shift = UInt64(width - digitBits)
      let (digit, before) = RankSelection.digit(
        of: rank, bits.span.extracting(0..<count), least, shift, counting: &counts, digitCount: 1 << digitBits)
      let kept = keep(digit, count, least, shift)
      beyond = min(beyond, kept.beyond)
      rank -= before
      count = kept.count
    }
    sort(count)
    let value = bits[rank]
    return (value, isLast ? value : rank + 1 < count ? bits[rank + 1] : beyond)
  }

  private func bounds(_ count: Int) -> (least: UInt64, greatest: UInt64) {
    let bits = bits.span
    var (least, greatest) = (UInt64.max, UInt64(0))
    for index in 0..<count {
      least = min(least, bits[index])
      greatest = max(greatest, bits[index])
    }
    return (least, greatest)
  }

  /// The digit of the value at a rank, and the number of values with a smaller digit.
  private static func digit(
    of rank: Int, _ bits: Span<UInt64>, _ least: UInt64, _ shift: UInt64, counting own: inout [UInt32], digitCount: Int
  ) -> (digit: UInt64, before: Int) {
    var counts = own.mutableSpan
    for digit in 0..<digitCount { counts[digit] = 0 }
    for index in bits.indices { counts[Int(truncatingIfNeeded: (bits[index] &- least) &>> shift)] &+= 1 }
    var before = 0
    var digit = 0
    while before + Int(counts[digit]) <= rank {
      before += Int(counts[digit])
      digit += 1
    }
    return (UInt64(digit), before)
  }

  /// Moves the values with a digit to the start. Returns their count, and the least value with a greater digit.
  private mutating func keep(
    _ digit: UInt64, _ count: Int, _ least: UInt64, _ shift: UInt64
  ) -> (count: Int, beyond: UInt64) {
    var bits = bits.mutableSpan
    var kept = 0
    var beyond = UInt64.max
    for index in 0..<count {
      let value = bits[index]
      let own = (value &- least) &>> shift
      bits[kept] = value
      kept &+= own == digit ? 1 : 0
      beyond = min(beyond, own > digit ? value : .max)
    }
    return (kept, beyond)
  }

  private mutating func sort(_ count: Int) {
    var bits = bits.mutableSpan
    for index in 0..<count {
      let value = bits[index]
      var place = index
      while place > 0, bits[place - 1] > value {
        bits[place] = bits[place - 1]
        place -= 1
      }
      bits[place] = value
    }
  }
}
