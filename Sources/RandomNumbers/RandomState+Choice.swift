extension RandomState {
  /// Fisher–Yates from the end: `shuffle(values)`.
  public mutating func shuffle<Element>(_ values: inout [Element]) {
    var last = values.count - 1
    while last > 0 {
      values.swapAt(last, Int(interval(UInt64(last))))
      last -= 1
    }
  }

  /// 0, 1, … `count` − 1 in random order: `permutation(count)`.
  ///
  /// - Complexity: O(count).
  public mutating func permutation(_ count: Int) -> [Int] {
    permutation(count, of: Int.self) {}
  }

  /// The same permutation in another integer type: for tables of millions of rows, `UInt32` needs half the memory.
  ///
  /// - Parameter check: is called every few thousand draws; what it throws ends the drawing.
  /// - Precondition: `count` positions fit in `Position`.
  public mutating func permutation<Position: FixedWidthInteger, Failure: Error>(
    _ count: Int, of: Position.Type, check: () throws(Failure) -> Void
  ) throws(Failure) -> [Position] {
    let drawsBetweenChecks = 1 << 14
    var values = (0..<max(0, count)).map { Position(truncatingIfNeeded: $0) }
    var end = values.count
    while end > 1 {
      try check()
      let next = max(1, end - drawsBetweenChecks)
      for last in (next..<end).reversed() { values.swapAt(last, Int(interval(UInt64(last)))) }
      end = next
    }
    return values
  }

  /// The first `size` numbers of `permutation(count)`. It makes the same draws, so the generator ends in the same
  /// state.
  ///
  /// A shuffle accesses memory at random for every draw. This method stores the draws instead, and then follows the
  /// first `size` positions back through the exchanges to where their numbers began: one pass over memory in order.
  ///
  /// - Complexity: O(count) time and 4 bytes per number if `size` is less than `count` / 64; otherwise that of the
  ///   permutation.
  /// - Precondition: `count` fits in 32 bits.
  public mutating func permutation<Failure: Error>(
    _ count: Int, prefix size: Int, check: () throws(Failure) -> Void
  ) throws(Failure) -> [UInt32] {
    let size = max(0, min(size, count))
    guard size < count / 64 else {
      return Array(try permutation(count, of: UInt32.self, check: check).prefix(size))
    }
    let partners = try exchanges(of: count, check: check)
    // For each followed position: the position in the result that its number belongs to.
    var numbers = Array(0..<size)
    for place in 1..<max(1, size) { numbers.swapAt(place, Int(partners[place])) }
    var followed = Dictionary(uniqueKeysWithValues: numbers.enumerated().map { (UInt32($0), $1) })
    var isFollowed = [UInt64](repeating: 0, count: (count + 63) / 64)
    for place in 0..<size { isFollowed[place >> 6] |= 1 << UInt64(place & 63) }
    for place in max(1, size)..<max(1, count) {
      let partner = partners[place]
      guard isFollowed[Int(partner >> 6)] >> UInt64(partner & 63) & 1 == 1 else { continue }
      isFollowed[Int(partner >> 6)] ^= 1 << UInt64(partner & 63)
      isFollowed[place >> 6] |= 1 << UInt64(place & 63)
      followed[UInt32(truncatingIfNeeded: place)] = followed.removeValue(forKey: partner)
    }
    var prefix = [UInt32](repeating: 0, count: size)
    for (place, number) in followed { prefix[number] = place }
    return prefix
  }

  /// For each position, the one that a shuffle of `count` values exchanges it with.
  private mutating func exchanges<Failure: Error>(
    of count: Int, check: () throws(Failure) -> Void
  ) throws(Failure) -> [UInt32] {
    var partners = [UInt32](repeating: 0, count: count)
    var last = UInt32(truncatingIfNeeded: max(0, count - 1))
    while last > 0 {
      try check()
      let mask = UInt32.max >> UInt32(last.leadingZeroBitCount)
      let end = max(mask >> 1, last > 1 << 16 ? last - 1 << 16 : 0)
      // The next draw overwrites one that is too large: a branch would be mispredicted about every third time.
      while last > end {
        let draw = generator.next32() & mask
        partners[Int(last)] = draw
        last &-= draw <= last ? 1 : 0
      }
    }
    return partners
  }

  /// `size` of `count` indices, all equally likely: `choice(count, size, replace)`.
  ///
  /// Without replacement the result is the beginning of a permutation and has at most `count` indices.
  ///
  /// - Complexity: O(size) with replacement, O(count) without.
  public mutating func choice(_ count: Int, size: Int, replacing: Bool) -> [Int] {
    guard count > 0, size > 0 else { return [] }
    guard replacing else { return Array(permutation(count).prefix(size)) }
    return (0..<size).map { _ in integer(in: 0..<count) }
  }

  /// `size` indices drawn by probability: `choice(n, size, replace=…, p=…)`. Without replacement there are at most
  /// as many as have a probability above zero.
  public mutating func choice(_ distribution: DiscreteDistribution, size: Int, replacing: Bool) -> [Int] {
    guard size > 0, distribution.possible > 0 else { return [] }
    guard replacing else { return choiceWithoutReplacement(distribution, size: min(size, distribution.possible)) }
    return (0..<size).map { _ in distribution.index(at: randomSample()) }
  }

  /// Draws as many as are still missing, drops repeats, sets the probability of those found to zero, and repeats.
  private mutating func choiceWithoutReplacement(_ distribution: DiscreteDistribution, size: Int) -> [Int] {
    var found: [Int] = []
    found.reserveCapacity(size)
    var remaining = distribution
    while found.count < size {
      let draws = randomSample(count: size - found.count)
      if !found.isEmpty { remaining = distribution.removing(found) }
      let earlier = found.count
      for draw in draws {
        let index = remaining.index(at: draw)
        if !found[earlier...].contains(index) { found.append(index) }
      }
    }
    return found
  }
}

/// Probabilities with their cumulative sum, computed once for many draws.
///
/// The sum runs from left to right in `Double`, because numpy's does. Another order would change the last bits, and
/// sometimes the item that is drawn.
public struct DiscreteDistribution: Sendable {
  private let probabilities: [Double]
  private let cumulative: [Double]
  /// How many indices have a probability above zero.
  public let possible: Int

  /// - Precondition: no probability is negative or NaN.
  public init(_ probabilities: [Double]) {
    self.probabilities = probabilities
    var sum = 0.0
    var possible = 0
    var cumulative = [Double](unsafeUninitializedCapacity: probabilities.count) { buffer, count in
      for (index, probability) in probabilities.enumerated() {
        sum += probability
        if probability > 0 { possible += 1 }
        buffer.initializeElement(at: index, to: sum)
      }
      count = probabilities.count
    }
    for index in cumulative.indices { cumulative[index] /= sum }
    self.cumulative = cumulative
    self.possible = possible
  }

  /// All of `count` indices equally likely, as numpy treats `[1 / count] * count`.
  public init(uniform count: Int) {
    self.init([Double](repeating: 1 / Double(max(1, count)), count: count))
  }

  /// Probabilities in proportion to counts: `counts / sum(counts)`.
  public init(counts: [Int]) {
    let total = Double(counts.reduce(0, +))
    self.init(counts.map { Double($0) / total })
  }

  /// The distribution with the probabilities of `indices` set to zero. As in numpy, only the cumulative sum is
  /// normalized again, not the probabilities.
  func removing(_ indices: [Int]) -> DiscreteDistribution {
    var probabilities = probabilities
    for index in indices { probabilities[index] = 0 }
    return DiscreteDistribution(probabilities)
  }

  /// The first index whose cumulative sum exceeds `draw`: `searchsorted(cdf, draw, side="right")`.
  func index(at draw: Double) -> Int {
    var low = 0
    var high = cumulative.count
    while low < high {
      let middle = (low + high) / 2
      if cumulative[middle] <= draw { low = middle + 1 } else { high = middle }
    }
    return min(low, cumulative.count - 1)
  }
}
