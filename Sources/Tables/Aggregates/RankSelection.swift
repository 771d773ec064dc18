/// Finds the values at a rank (order statistics) among numbers that fit the cache, on one core.
///
/// Radix selection: the numbers are partitioned by the highest bits in which they differ. Only the partition that
/// contains the rank is partitioned again, until few numbers are left. The order of the numbers does not affect the
/// time.
///
/// - Complexity: O(n) per 6 to 9 bits in which the numbers differ; n decreases from step to step.
struct RankSelection {
  /// The values that are left, and those of the step before.
  private var kept: [UInt64] = []
  private var previous: [UInt64] = []
  private var counts = [UInt32](repeating: 0, count: 1 << 9)

  /// Fewer values are sorted.
  private static let fewest = 32

  /// The ordered bits of the value at a rank, and those of the next value in sorted order; for the last rank, both are
  /// the same.
  mutating func neighbours<Element: OrderedBits>(
    at rank: Int, of values: Span<Element>
  ) -> (value: UInt64, next: UInt64) {
    if kept.count < values.count { kept = [UInt64](repeating: 0, count: values.count) }
    let isLast = rank + 1 == values.count
    var state = State(rank: rank, count: values.count)
    if values.count <= Self.fewest {
      for index in values.indices { kept[index] = values[index].orderedBits(descending: false) }
    } else {
      // The first step reads the values as they are stored: often four bytes each.
      Self.narrow(values, &state, keeping: &kept, counting: &counts)
    }
    while state.count > Self.fewest, state.only == nil {
      swap(&kept, &previous)
      if kept.count < state.count { kept = [UInt64](repeating: 0, count: state.count) }
      let values = previous
      Self.narrow(values.span.extracting(0..<state.count), &state, keeping: &kept, counting: &counts)
    }
    if let only = state.only { return (only, state.rank + 1 < state.count || isLast ? only : state.beyond) }
    sort(state.count)
    let value = kept[state.rank]
    return (value, isLast ? value : state.rank + 1 < state.count ? kept[state.rank + 1] : state.beyond)
  }

  private struct State {
    /// The rank among the values that are left.
    var rank: Int
    var count: Int
    /// The least value that is greater than all that are left.
    var beyond = UInt64.max
    /// The value that all that are left have.
    var only: UInt64?
  }

  /// Keeps the values that have the same highest digit as the value at the rank.
  private static func narrow<Element: OrderedBits>(
    _ values: Span<Element>, _ state: inout State, keeping kept: inout [UInt64], counting counts: inout [UInt32]
  ) {
    let (least, greatest) = Element.bounds(of: values, descending: false)
    if least == greatest {
      state.only = least
      return
    }
    let width = 64 - (greatest - least).leadingZeroBitCount
    let digitBits = min(width, state.count < 1 << 10 ? 6 : 9)
    let shift = UInt64(width - digitBits)
    let (digit, before) = digit(of: state.rank, values, least, shift, counting: &counts, digitCount: 1 << digitBits)
    let found = keep(digit, values, least, shift, in: &kept)
    state.beyond = min(state.beyond, found.beyond)
    state.rank -= before
    state.count = found.count
  }

  /// The digit of the value at a rank, and the number of values with a smaller digit.
  private static func digit<Element: OrderedBits>(
    of rank: Int, _ values: Span<Element>, _ least: UInt64, _ shift: UInt64, counting own: inout [UInt32],
    digitCount: Int
  ) -> (digit: UInt64, before: Int) {
    var counts = own.mutableSpan
    for digit in 0..<digitCount { counts[digit] = 0 }
    for index in values.indices {
      let bits = values[index].orderedBits(descending: false)
      counts[Int(truncatingIfNeeded: (bits &- least) &>> shift)] &+= 1
    }
    var before = 0
    var digit = 0
    while before + Int(counts[digit]) <= rank {
      before += Int(counts[digit])
      digit += 1
    }
    return (UInt64(digit), before)
  }

  /// Writes the values with a digit to an array. Returns their count, and the least value with a greater digit.
  private static func keep<Element: OrderedBits>(
    _ digit: UInt64, _ values: Span<Element>, _ least: UInt64, _ shift: UInt64, in array: inout [UInt64]
  ) -> (count: Int, beyond: UInt64) {
    var array = array.mutableSpan
    var kept = 0
    var beyond = UInt64.max
    for index in values.indices {
      let value = values[index].orderedBits(descending: false)
      let own = (value &- least) &>> shift
      array[kept] = value
      kept &+= own == digit ? 1 : 0
      beyond = min(beyond, own > digit ? value : .max)
    }
    return (kept, beyond)
  }

  private mutating func sort(_ count: Int) {
    var values = kept.mutableSpan
    for index in 0..<count {
      let value = values[index]
      var place = index
      while place > 0, values[place - 1] > value {
        values[place] = values[place - 1]
        place -= 1
      }
      values[place] = value
    }
  }
}
