/// Reads and writes ISO 8601 dates, times and datetimes as bytes, without Foundation.
public enum CalendarText {
  /// Days since 1970-01-01 of a date such as `2024-07-01`; nil if the bytes are not exactly a date.
  public static func days(_ text: borrowing Span<UInt8>) -> Int32? {
    var reader = DigitReader(position: 0, end: text.count)
    guard let days = reader.date(text), reader.isAtEnd else { return nil }
    return Int32(exactly: days)
  }

  /// Ticks since 1970-01-01T00:00:00 of `2024-07-01`, `2024-07-01 12:30`, `2024-07-01T12:30:45.123456`; nil if the bytes
  /// are not one of these, or if the fraction is finer than `unit`. Also nil with `Z` or an offset, which a datetime
  /// without a zone would lose.
  public static func ticks(_ text: borrowing Span<UInt8>, unit: TimeUnit) -> Int64? {
    guard let moment = moment(text, unit: unit), !moment.hasOffset else { return nil }
    return moment.ticks
  }

  /// Whether a text is a datetime with `Z` or an offset.
  public static func hasOffset(_ text: borrowing Span<UInt8>) -> Bool {
    moment(text, unit: .nanoseconds)?.hasOffset ?? moment(text, unit: .milliseconds)?.hasOffset ?? false
  }

  /// The same as `ticks`, also with `Z` or an offset, `+03:00`, `+0300`, `+03` (converted to UTC), and whether the text
  /// has one: whether it says which moment it is.
  public static func moment(
    _ text: borrowing Span<UInt8>, unit: TimeUnit
  ) -> (ticks: Int64, hasOffset: Bool)? {
    var reader = DigitReader(position: 0, end: text.count)
    guard let days = reader.date(text) else { return nil }
    var nanoseconds: Int64 = 0
    var offset: Int64 = 0
    var hasOffset = false
    if !reader.isAtEnd {
      guard reader.skip(text, 0x54) || reader.skip(text, 0x20), let time = reader.time(text) else { return nil }
      nanoseconds = time
      hasOffset = !reader.isAtEnd
      guard let east = reader.offset(text), reader.isAtEnd else { return nil }
      offset = east
    }
    let perTick = 1_000_000_000 / unit.ticksPerSecond
    guard nanoseconds % perTick == 0 else { return nil }
    let seconds = Int64(days) * 86_400 - offset
    let (ticks, overflow) = seconds.multipliedReportingOverflow(by: unit.ticksPerSecond)
    let (moment, overflowToo) = ticks.addingReportingOverflow(nanoseconds / perTick)
    if !overflow, !overflowToo { return (moment, hasOffset) }
    // The first second of 64 bits begins before them.
    let exact = Int128(seconds) * Int128(unit.ticksPerSecond) + Int128(nanoseconds / perTick)
    return Int64(exactly: exact).map { ($0, hasOffset) }
  }

  /// Nanoseconds since midnight of a time such as `12:30` or `12:30:45.5`.
  public static func nanoseconds(_ text: borrowing Span<UInt8>) -> Int64? {
    var reader = DigitReader(position: 0, end: text.count)
    guard let time = reader.time(text), reader.isAtEnd else { return nil }
    return time
  }

  /// `2024-07-01`; years outside 0…9999 have a sign.
  public static func date(_ days: Int32) -> String { date(days: Int(days)) }

  static func date(days: Int) -> String {
    let date = CivilDate(days: days)
    let year =
      switch date.year {
      case 0...9999: padded(date.year, 4)
      case ..<0: "-" + padded(-date.year, 4)
      default: "+\(date.year)"
      }
    return "\(year)-\(padded(date.month, 2))-\(padded(date.day, 2))"
  }

  /// `2024-07-01 12:30:45`, with a fraction of 3, 6 or 9 digits where there is one.
  public static func datetime(_ ticks: Int64, unit: TimeUnit) -> String {
    let perDay = 86_400 * unit.ticksPerSecond
    let nanoseconds = floorRemainder(ticks, perDay) * (1_000_000_000 / unit.ticksPerSecond)
    return date(days: Int(floorDivided(ticks, perDay))) + " " + time(nanoseconds)
  }

  /// The offset of a zone from UTC: `+03:00`, `-04:30`, `+02:30:17`.
  static func offset(_ seconds: Int) -> String {
    let parts = [seconds.magnitude / 3600, seconds.magnitude / 60 % 60].map { padded(Int($0), 2) }
    let rest = Int(seconds.magnitude % 60)
    return (seconds < 0 ? "-" : "+") + parts.joined(separator: ":") + (rest == 0 ? "" : ":" + padded(rest, 2))
  }

  /// `12:30:45`, with a fraction of 3, 6 or 9 digits where there is one.
  public static func time(_ nanoseconds: Int64) -> String {
    let seconds = nanoseconds / 1_000_000_000
    let clock = [seconds / 3600, seconds / 60 % 60, seconds % 60].map { padded(Int($0), 2) }.joined(separator: ":")
    let fraction = Int(nanoseconds % 1_000_000_000)
    if fraction == 0 { return clock }
    if fraction % 1_000_000 == 0 { return clock + "." + padded(fraction / 1_000_000, 3) }
    if fraction % 1_000 == 0 { return clock + "." + padded(fraction / 1_000, 6) }
    return clock + "." + padded(fraction, 9)
  }

  /// The ticks of a duration as the function `duration` writes it, `-2d 3h`; weeks (`w`) are read too. Nil for any
  /// other text, and for a duration that is not a whole number of ticks or does not fit.
  public static func length(_ text: borrowing Span<UInt8>, unit: TimeUnit) -> Int64? {
    var reader = DigitReader(position: 0, end: text.count)
    while reader.skip(text, 0x20) {}
    let isNegative = reader.skip(text, 0x2d)
    while reader.skip(text, 0x20) {}
    var nanoseconds: Int128 = 0
    repeat {
      guard let part = reader.lengthPart(text) else { return nil }
      let (sum, overflow) = nanoseconds.addingReportingOverflow(part)
      if overflow { return nil }
      nanoseconds = sum
      while reader.skip(text, 0x20) {}
    } while !reader.isAtEnd
    let (ticks, rest) = nanoseconds.quotientAndRemainder(dividingBy: Int128(1_000_000_000 / unit.ticksPerSecond))
    return rest == 0 ? Int64(exactly: isNegative ? -ticks : ticks) : nil
  }

  /// `2d 3h 4m 5s 6ms`: the parts that are not zero; `0s` if all are.
  public static func duration(_ ticks: Int64, unit: TimeUnit) -> String {
    var rest = ticks.magnitude
    var parts: [String] = []
    let second = UInt64(unit.ticksPerSecond)
    for (name, length) in [("d", 86_400 * second), ("h", 3600 * second), ("m", 60 * second), ("s", second)] {
      if rest >= length { parts.append("\(rest / length)\(name)") }
      rest %= length
    }
    var fraction = rest * (1_000_000_000 / second)
    for (name, length) in [("ms", UInt64(1_000_000)), ("us", 1000), ("ns", 1)] {
      if fraction >= length { parts.append("\(fraction / length)\(name)") }
      fraction %= length
    }
    if parts.isEmpty { return "0s" }
    return (ticks < 0 ? "-" : "") + parts.joined(separator: " ")
  }
}

func padded(_ number: Int, _ width: Int) -> String {
  let digits = String(number)
  return String(repeating: "0", count: max(0, width - digits.utf8.count)) + digits
}

/// A position in bytes that moves over digits and separators.
private struct DigitReader {
  var position: Int
  let end: Int

  var isAtEnd: Bool { position == end }

  mutating func skip(_ text: borrowing Span<UInt8>, _ byte: UInt8) -> Bool {
    guard position < end, text[position] == byte else { return false }
    position += 1
    return true
  }

  /// Reads exactly `count` digits.
  mutating func digits(_ text: borrowing Span<UInt8>, _ count: Int) -> Int? {
    guard end - position >= count else { return nil }
    var number = 0
    for _ in 0..<count {
      guard (0x30...0x39).contains(text[position]) else { return nil }
      number = number * 10 + Int(text[position] - 0x30)
      position += 1
    }
    return number
  }

  /// Reads a whole number and its unit, as nanoseconds.
  mutating func lengthPart(_ text: borrowing Span<UInt8>) -> Int128? {
    var count: Int128 = 0
    var digitCount = 0
    while let digit = digits(text, 1) {
      // No duration that fits has more digits.
      guard digitCount < 24 else { return nil }
      count = count * 10 + Int128(digit)
      digitCount += 1
    }
    guard digitCount > 0 else { return nil }
    let length: Int128
    if skip(text, 0x77) {  // w
      length = 604_800_000_000_000
    } else if skip(text, 0x64) {  // d
      length = 86_400_000_000_000
    } else if skip(text, 0x68) {  // h
      length = 3_600_000_000_000
    } else if skip(text, 0x6d) {  // m, ms
      length = skip(text, 0x73) ? 1_000_000 : 60_000_000_000
    } else if skip(text, 0x73) {  // s
      length = 1_000_000_000
    } else if skip(text, 0x75) || skip(text, 0xc2) && skip(text, 0xb5), skip(text, 0x73) {  // us, µs
      length = 1000
    } else if skip(text, 0x6e), skip(text, 0x73) {  // ns
      length = 1
    } else {
      return nil
    }
    let (nanoseconds, overflow) = count.multipliedReportingOverflow(by: length)
    return overflow ? nil : nanoseconds
  }

  mutating func date(_ text: borrowing Span<UInt8>) -> Int? {
    let isNegative = skip(text, 0x2d)
    // Years of more than four digits have a sign, as they are written.
    let mayBeLong = isNegative || skip(text, 0x2b)
    guard var year = digits(text, 4) else { return nil }
    var further = 0
    while mayBeLong, further < 5, let digit = digits(text, 1) {
      year = year * 10 + digit
      further += 1
    }
    if isNegative { year = -year }
    guard skip(text, 0x2d), let month = digits(text, 2), skip(text, 0x2d), let day = digits(text, 2) else { return nil }
    return CivilDate(year: year, month: month, day: day)?.days
  }

  mutating func time(_ text: borrowing Span<UInt8>) -> Int64? {
    guard let hour = digits(text, 2), hour < 24, skip(text, 0x3a), let minute = digits(text, 2), minute < 60 else {
      return nil
    }
    var nanoseconds = Int64(hour * 60 + minute) * 60 * 1_000_000_000
    guard skip(text, 0x3a) else { return nanoseconds }
    guard let second = digits(text, 2), second < 60 else { return nil }
    nanoseconds += Int64(second) * 1_000_000_000
    guard skip(text, 0x2e) else { return nanoseconds }
    var place: Int64 = 100_000_000
    var found = 0
    while place > 0, let digit = digits(text, 1) {
      nanoseconds += Int64(digit) * place
      place /= 10
      found += 1
    }
    return found == 0 ? nil : nanoseconds
  }

  /// Reads an offset as seconds east of UTC: 0 for `Z` and for nothing. Seconds follow the minutes where local time was
  /// that of the sun: `+02:30:17`, `+023017`.
  mutating func offset(_ text: borrowing Span<UInt8>) -> Int64? {
    if isAtEnd || skip(text, 0x5a) { return 0 }
    let sign: Int64
    if skip(text, 0x2b) { sign = 1 } else if skip(text, 0x2d) { sign = -1 } else { return nil }
    guard let hours = digits(text, 2), hours < 24 else { return nil }
    // `+03`, as PostgreSQL writes it.
    if isAtEnd { return sign * Int64(hours * 3600) }
    let hasColon = skip(text, 0x3a)
    guard let minutes = digits(text, 2), minutes < 60 else { return nil }
    var seconds = hours * 3600 + minutes * 60
    if !isAtEnd, !hasColon || skip(text, 0x3a) {
      guard let rest = digits(text, 2), rest < 60 else { return nil }
      seconds += rest
    }
    return sign * Int64(seconds)
  }
}
