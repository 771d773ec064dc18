import ElementaryFunctions

/// numpy's `np.random.RandomState`, draw for draw: many Python recommenders take their randomness from it.
///
/// Every method returns what the numpy method named in its comment returns for the same seed and the same calls before
/// it. Permutations and choices are in `RandomState+Choice`.
public struct RandomState: Sendable {
  public var generator: MersenneTwister
  /// The polar method makes two Gaussians at a time; the second is kept here for the next draw.
  private var cachedGaussian: Double?

  public init(seed: UInt32) { generator = MersenneTwister(seed: seed) }

  public init(seeds: [UInt32]) { generator = MersenneTwister(seeds: seeds) }

  /// A number in [0, 1) with 53 random bits: `random_sample()`, `rand()`.
  public mutating func randomSample() -> Double {
    let high = generator.next32() >> 5
    let low = generator.next32() >> 6
    return (Double(high) * 67_108_864 + Double(low)) / 9_007_199_254_740_992
  }

  /// `count` numbers in [0, 1): `random_sample(count)`.
  public mutating func randomSample(count: Int) -> [Double] {
    (0..<count).map { _ in randomSample() }
  }

  /// A number in [low, high): `uniform(low, high)`.
  public mutating func uniform(_ low: Double, _ high: Double) -> Double {
    low + (high - low) * randomSample()
  }

  /// A whole number from 0 to `maximum`, all equally likely: as many bits as `maximum` has are drawn until they are not
  /// above it.
  public mutating func interval(_ maximum: UInt64) -> UInt64 {
    guard maximum > 0 else { return 0 }
    let mask = UInt64.max >> UInt64(maximum.leadingZeroBitCount)
    while true {
      let draw = maximum > 0xffff_ffff ? generator.next64() : UInt64(generator.next32())
      if draw & mask <= maximum { return draw & mask }
    }
  }

  /// A whole number in `low..<high`: `randint(low, high)` of numpy's default type.
  public mutating func integer(in range: Range<Int>) -> Int {
    precondition(!range.isEmpty, "no whole number lies in an empty range")
    return range.lowerBound + Int(interval(UInt64(range.count - 1)))
  }

  /// A Gaussian: `normal(mean, deviation)`, by Marsaglia's polar method. The logarithm is `Elementary.log`.
  public mutating func normal(_ mean: Double = 0, _ deviation: Double = 1) -> Double {
    mean + deviation * gaussian()
  }

  /// Whether the next Gaussian is already drawn.
  public var hasGaussian: Bool { cachedGaussian != nil }

  /// A random point within the unit circle, but not its centre, from which two Gaussians are made.
  public mutating func polarPoint() -> PolarPoint {
    while true {
      let point = PolarPoint(x: 2 * randomSample() - 1, y: 2 * randomSample() - 1)
      if point.squared < 1, point.squared != 0 { return point }
    }
  }

  private mutating func gaussian() -> Double {
    if let cached = cachedGaussian {
      cachedGaussian = nil
      return cached
    }
    let gaussians = polarPoint().gaussians
    cachedGaussian = gaussians.second
    return gaussians.first
  }
}

/// A point within the unit circle: Marsaglia's polar method makes two Gaussians from it.
public struct PolarPoint: Sendable, BitwiseCopyable {
  public let x: Double
  public let y: Double

  public init(x: Double, y: Double) {
    self.x = x
    self.y = y
  }

  var squared: Double { x * x + y * y }

  /// The two Gaussians, in the order in which numpy returns them.
  public var gaussians: (first: Double, second: Double) {
    let scale = (-2 * Elementary.log(squared) / squared).squareRoot()
    return (scale * y, scale * x)
  }
}
