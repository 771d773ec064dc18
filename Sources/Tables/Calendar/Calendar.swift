/// A date of the proleptic Gregorian calendar; day 0 is 1970-01-01. It covers every day that a date or a datetime of
/// any unit can hold: 2⁶³ milliseconds are some 292 million years.
///
/// - Source: Howard Hinnant, *chrono-Compatible Low-Level Date Algorithms*, 2013.
public struct CivilDate: Sendable, Hashable {
  /// The astronomical year: 0 is 1 BC.
  public var year: Int
  /// 1…12.
  public var month: Int
  /// 1…31.
  public var day: Int

  /// The date of these parts, or nil if the calendar has no such day.
  public init?(year: Int, month: Int, day: Int) {
    guard (1...12).contains(month), day >= 1, day <= CivilDate.daysInMonth(month, of: year) else { return nil }
    guard (-300_000_000...300_000_000).contains(year) else { return nil }
    self.year = year
    self.month = month
    self.day = day
  }

  /// The date `days` after 1970-01-01.
  public init(days: Int) {
    let shifted = days + 719_468
    let era = floorDivided(shifted, 146_097)
    let dayOfEra = shifted - era * 146_097
    let yearOfEra = (dayOfEra - dayOfEra / 1460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
    let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
    let shiftedMonth = (5 * dayOfYear + 2) / 153
    day = dayOfYear - (153 * shiftedMonth + 2) / 5 + 1
    month = shiftedMonth < 10 ? shiftedMonth + 3 : shiftedMonth - 9
    year = yearOfEra + era * 400 + (month <= 2 ? 1 : 0)
  }

  /// Days since 1970-01-01.
  public var days: Int {
    let shiftedYear = month <= 2 ? year - 1 : year
    let era = floorDivided(shiftedYear, 400)
    let yearOfEra = shiftedYear - era * 400
    let dayOfYear = (153 * (month > 2 ? month - 3 : month + 9) + 2) / 5 + day - 1
    let dayOfEra = yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear
    return era * 146_097 + dayOfEra - 719_468
  }

  public static func isLeap(_ year: Int) -> Bool {
    year % 4 == 0 && (year % 100 != 0 || year % 400 == 0)
  }

  public static func daysInMonth(_ month: Int, of year: Int) -> Int {
    switch month {
    case 2: isLeap(year) ? 29 : 28
    case 4, 6, 9, 11: 30
    default: 31
    }
  }
}

/// The day of the week of a day since 1970-01-01: 1 is Monday, 7 Sunday, as ISO 8601 counts.
public func weekday(ofDays days: Int) -> Int { floorRemainder(days + 3, 7) + 1 }

/// The ISO 8601 week (1…53) of a day, and the year that the week belongs to.
public func isoWeek(ofDays days: Int) -> (year: Int, week: Int) {
  let thursday = days - weekday(ofDays: days) + 4
  let year = CivilDate(days: thursday).year
  let firstDay = CivilDate(year: year, month: 1, day: 1)?.days ?? thursday
  return (year, (thursday - firstDay) / 7 + 1)
}

/// The width of the intervals into which time is cut: `1d`, `15m`, `1w`, `1mo`, `1q`, `1y`.
public struct CalendarInterval: Sendable, Hashable {
  enum Kind: Sendable, Hashable {
    case nanoseconds(Int64)
    /// Days, counted from an origin: weeks start on a Monday.
    case days(Int, from: Int)
    case months(Int)
  }

  let kind: Kind

  /// Reads a whole number and a unit, one of `ns us ms s m h d w mo q y`; nil for any other text.
  public init?(_ text: String) {
    let digits = text.utf8.prefix { (0x30...0x39).contains($0) }
    let unit = String(text.utf8.dropFirst(digits.count)) ?? ""
    guard let count = Int64(String(digits) ?? ""), count > 0, count < 1_000_000_000 else { return nil }
    let second: Int64 = 1_000_000_000
    switch unit {
    case "ns": kind = .nanoseconds(count)
    case "us": kind = .nanoseconds(count * 1000)
    case "ms": kind = .nanoseconds(count * 1_000_000)
    case "s": kind = .nanoseconds(count * second)
    case "m" where count < 100_000_000: kind = .nanoseconds(count * 60 * second)
    case "h" where count < 1_000_000: kind = .nanoseconds(count * 3600 * second)
    case "d": kind = .days(Int(count), from: 0)
    case "w": kind = .days(Int(count) * 7, from: CalendarInterval.firstMonday)
    case "mo": kind = .months(Int(count))
    case "q": kind = .months(Int(count) * 3)
    case "y": kind = .months(Int(count) * 12)
    default: return nil
    }
  }

  /// How many months it is; nil of what is a number of days or shorter.
  public var months: Int? { if case .months(let count) = kind { count } else { nil } }

  /// Whether the interval cuts between days only, so that a date can be cut by it too.
  public var isWholeDays: Bool {
    if case .nanoseconds(let length) = kind { return length % 86_400_000_000_000 == 0 }
    return true
  }

  /// Whether every interval that contains a tick starts at a tick. False for 1500 µs and millisecond ticks.
  public func startsAtTicks(of unit: TimeUnit) -> Bool {
    guard case .nanoseconds(let length) = kind else { return true }
    let perTick = 1_000_000_000 / unit.ticksPerSecond
    return length % perTick == 0 || perTick % length == 0
  }

  /// 1970-01-05.
  private static let firstMonday = 4

  /// The first day of the interval that contains a day. As in polars, intervals of days and months count from
  /// 1970-01-01, intervals of weeks from the first Monday after it. Nil for intervals that are not whole days.
  public func truncate(days: Int) -> Int? {
    switch kind {
    case .days(1, _): return days
    case .days(let length, let origin): return days - floorRemainder(days - origin, length)
    case .months(let length):
      let date = CivilDate(days: days)
      let month = date.year * 12 + date.month - 1
      let first = month - floorRemainder(month - 1970 * 12, length)
      return CivilDate(year: floorDivided(first, 12), month: floorRemainder(first, 12) + 1, day: 1)?.days
    case .nanoseconds(let length):
      guard length % 86_400_000_000_000 == 0 else { return nil }
      return days - floorRemainder(days, Int(length / 86_400_000_000_000))
    }
  }

  /// The first tick of the interval that contains a datetime; nil if it does not fit in 64 bits.
  public func truncate(ticks: Int64, unit: TimeUnit) -> Int64? {
    let ticksPerDay = 86_400 * unit.ticksPerSecond
    guard case .nanoseconds(let nanoseconds) = kind else {
      guard let day = truncate(days: Int(floorDivided(ticks, ticksPerDay))) else { return nil }
      let (start, overflow) = Int64(day).multipliedReportingOverflow(by: ticksPerDay)
      return overflow ? nil : start
    }
    let length = nanoseconds / (1_000_000_000 / unit.ticksPerSecond)
    if length <= 1 { return ticks }
    let (start, overflow) = ticks.subtractingReportingOverflow(floorRemainder(ticks, length))
    return overflow ? nil : start
  }
}

/// The quotient rounded down, as Python's `//`.
@inlinable public func floorDivided<Number: BinaryInteger>(_ dividend: Number, _ divisor: Number) -> Number {
  let (quotient, remainder) = dividend.quotientAndRemainder(dividingBy: divisor)
  return remainder != 0 && (remainder < 0) != (divisor < 0) ? quotient - 1 : quotient
}

/// The remainder with the sign of the divisor, as Python's `%`.
@inlinable public func floorRemainder<Number: BinaryInteger>(_ dividend: Number, _ divisor: Number) -> Number {
  let remainder = dividend % divisor
  return remainder != 0 && (remainder < 0) != (divisor < 0) ? remainder + divisor : remainder
}

/// Ticks converted to another unit; nil if that is not exact or does not fit.
func rescaled(_ ticks: Int64, from: TimeUnit, to: TimeUnit) -> Int64? {
  if from.ticksPerSecond <= to.ticksPerSecond {
    let (scaled, overflow) = ticks.multipliedReportingOverflow(by: to.ticksPerSecond / from.ticksPerSecond)
    return overflow ? nil : scaled
  }
  let factor = from.ticksPerSecond / to.ticksPerSecond
  return ticks % factor == 0 ? ticks / factor : nil
}
