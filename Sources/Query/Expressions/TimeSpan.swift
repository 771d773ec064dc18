/// A duration written as text: `30m`, `1h 30m`, `-2d`. The units are w, d, h, m, s, ms, us (µs) and ns.
struct TimeSpan: Sendable, Hashable {
  let nanoseconds: Int128

  private static let units: [(name: String, nanoseconds: Int128)] = [
    ("w", 604_800_000_000_000), ("d", 86_400_000_000_000), ("h", 3_600_000_000_000), ("m", 60_000_000_000),
    ("s", 1_000_000_000), ("ms", 1_000_000), ("us", 1_000), ("µs", 1_000), ("ns", 1),
  ]

  /// Nil if the text is not a duration. A minus sign applies to the whole.
  init?(_ text: String) {
    var rest = Substring(text).drop { $0 == " " }
    let isNegative = rest.first == "-"
    if isNegative { rest = rest.dropFirst() }
    var total: Int128 = 0
    var count = 0
    while true {
      rest = rest.drop { $0 == " " }
      if rest.isEmpty { break }
      let digits = rest.prefix { $0.isASCII && $0.isNumber }
      let name = rest.dropFirst(digits.count).prefix { $0.isLetter }
      guard let number = Int64(digits), let unit = TimeSpan.units.first(where: { $0.name == name }) else { return nil }
      total += Int128(number) * unit.nanoseconds
      rest = rest.dropFirst(digits.count + name.count)
      count += 1
    }
    guard count > 0 else { return nil }
    nanoseconds = isNegative ? -total : total
  }
}
