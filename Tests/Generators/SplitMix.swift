/// The SplitMix64 generator of Steele, Lea and Flood. The same seed gives the same numbers in every run.
public struct SplitMix: RandomNumberGenerator, Sendable {
  public var state: UInt64

  public init(state: UInt64) { self.state = state }

  /// The generator of one of many independent series.
  public init(seed: UInt64, _ series: UInt64...) {
    state = seed
    for number in series { state = next() ^ number &* 0xD6E8_FEB8_6659_FD93 }
  }

  public mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var z = state
    z = (z ^ z >> 30) &* 0xBF58_476D_1CE4_E5B9
    z = (z ^ z >> 27) &* 0x94D0_49BB_1331_11EB
    return z ^ z >> 31
  }
}

extension SplitMix {
  /// A number from 0 to `count` - 1; 0 if `count` is 0.
  public mutating func below(_ count: Int) -> Int { count > 1 ? Int.random(in: 0..<count, using: &self) : 0 }

  /// True with a probability of `share` percent.
  public mutating func chance(_ share: Int) -> Bool { below(100) < share }

  /// A random element.
  ///
  /// - Precondition: there is at least one.
  public mutating func pick<Element>(_ elements: [Element]) -> Element { elements[below(elements.count)] }

  /// A random number of elements, within `counts`, each made by `make`.
  public mutating func some<Element>(
    _ counts: ClosedRange<Int>, _ make: (inout SplitMix) -> Element
  ) -> [Element] {
    var elements: [Element] = []
    for _ in 0..<Int.random(in: counts, using: &self) { elements.append(make(&self)) }
    return elements
  }
}
