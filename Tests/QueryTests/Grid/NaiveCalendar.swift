import Tables

/// The calendar by counting: 400 years are 146,097 days, then year by year and month by month.
enum NaiveCalendar {
  static func call(_ name: String, _ values: [Value], _ type: DataType) throws -> Value {
    if name == "date", values.count == 3 { return try made(values) }
    if name == "date" {
      if case .text = values[0] {
        guard let found = NaiveCast(from: .string, to: .date).value(values[0]) else { throw NaiveFailure.refused }
        return found
      }
      guard let nanoseconds = try local(values[0]) else { throw NaiveFailure.types }
      guard let days = Int32(exactly: nanoseconds.floorDivided(by: day)) else { throw NaiveFailure.refused }
      return .date(days)
    }
    guard let nanoseconds = try local(values[0]) else { throw NaiveFailure.unknown(.fault) }
    let days = nanoseconds.floorDivided(by: day)
    let date = civil(days)
    switch name {
    case "year": return .integer(date.year)
    case "month": return .integer(date.month)
    case "day": return .integer(date.day)
    case "weekday": return .integer(weekday(days))
    case "week":
      // The week of its Thursday.
      let thursday = days + 4 - weekday(days)
      return .integer((thursday - start(of: civil(thursday).year, 1)).floorDivided(by: 7) + 1)
    case "quarter": return .integer((date.month + 2) / 3)
    case "minute": return .integer((nanoseconds - days * day) / 60_000_000_000 % 60)
    case "second": return .integer((nanoseconds - days * day) / 1_000_000_000 % 60)
    case "add_months":
      guard case .integer(let count) = values[1] else { throw NaiveFailure.unknown(.fault) }
      if abs(count) > 1 << 40 { throw NaiveFailure.refused }
      let months = date.year * 12 + date.month - 1 + count
      let (year, month) = (months.floorDivided(by: 12), months - months.floorDivided(by: 12) * 12 + 1)
      let moved = start(of: year, month) + min(date.day, length(year, month)) - 1
      return try moment(moved * day + nanoseconds - days * day, type)
    case "hour": return .integer((nanoseconds - days * day).floorDivided(by: 3_600_000_000_000))
    case "truncate":
      guard case .text(let every) = values[1] else { throw NaiveFailure.unknown(.fault) }
      return try truncated(values[0], nanoseconds, every.string, type)
    default: throw NaiveFailure.unknown(.fault)
    }
  }

  static let day: Int128 = 86_400_000_000_000

  static func weekday(_ days: Int128) -> Int128 { (days + 3) - (days + 3).floorDivided(by: 7) * 7 + 1 }

  private static func isLeap(_ year: Int128) -> Bool { year % 4 == 0 && (year % 100 != 0 || year % 400 == 0) }

  static func length(_ year: Int128, _ month: Int128) -> Int128 {
    month == 2 ? (isLeap(year) ? 29 : 28) : [4, 6, 9, 11].contains(month) ? 30 : 31
  }

  static func civil(_ days: Int128) -> (year: Int128, month: Int128, day: Int128) {
    let cycles = days.floorDivided(by: 146_097)
    var rest = days - cycles * 146_097
    var year = 1970 + cycles * 400
    while rest >= (isLeap(year) ? 366 : 365) {
      rest -= isLeap(year) ? 366 : 365
      year += 1
    }
    var month: Int128 = 1
    while rest >= length(year, month) {
      rest -= length(year, month)
      month += 1
    }
    return (year, month, rest + 1)
  }

  /// The days from the epoch to the first of a month.
  static func start(of year: Int128, _ month: Int128) -> Int128 {
    let cycles = (year - 1970).floorDivided(by: 400)
    var days = cycles * 146_097
    for passed in (1970 + cycles * 400)..<year { days += isLeap(passed) ? 366 : 365 }
    for passed in 1..<month { days += length(year, passed) }
    return days
  }

  private static func made(_ values: [Value]) throws -> Value {
    // The parts become i64 first, each by itself: what does not fit is refused beside a null too.
    for case .integer(let part) in values where Int64(exactly: part) == nil { throw NaiveFailure.refused }
    guard case .integer(let year) = values[0], case .integer(let month) = values[1], case .integer(let day) = values[2]
    else {
      return .null
    }
    guard (1...12).contains(month), day >= 1, year.magnitude < 10_000_000, day <= length(year, month),
      let days = Int32(exactly: start(of: year, month) + day - 1)
    else { throw NaiveFailure.refused }
    return .date(days)
  }

  /// A whole number and its unit.
  static func length(_ every: String) -> (count: Int128, unit: String)? {
    guard let match = every.wholeMatch(of: /([0-9]+)(ns|us|ms|s|m|h|d|w|mo|q|y)/), let count = Int128(match.1) else {
      return nil
    }
    return (count, String(match.2))
  }

  private static func truncated(_ value: Value, _ nanoseconds: Int128, _ every: String, _ type: DataType) throws
    -> Value
  {
    guard let (count, length) = length(every) else { throw NaiveFailure.types }
    let start: Int128
    switch length {
    case "mo", "q", "y":
      let months = count * (length == "mo" ? 1 : length == "q" ? 3 : 12)
      let date = civil(nanoseconds.floorDivided(by: day))
      let place = ((date.year - 1970) * 12 + date.month - 1).floorDivided(by: months) * months
      let year = 1970 + place.floorDivided(by: 12)
      if year.magnitude > 10_000_000_000 { throw NaiveFailure.refused }
      start = Self.start(of: year, place - place.floorDivided(by: 12) * 12 + 1) * day
    case "d": start = nanoseconds.floorDivided(by: count * day) * count * day
    default:
      guard length == "h" else { throw NaiveFailure.unknown(.fault) }
      if type == .date { throw NaiveFailure.types }
      start = nanoseconds.floorDivided(by: count * 3_600_000_000_000) * count * 3_600_000_000_000
    }
    return try moment(start, type)
  }

  /// Nanoseconds since the epoch as a date or a datetime.
  private static func moment(_ nanoseconds: Int128, _ type: DataType) throws -> Value {
    if type == .date {
      guard let days = Int32(exactly: nanoseconds / day) else { throw NaiveFailure.refused }
      return .date(days)
    }
    guard let unit = type.unit, let ticks = Int64(exactly: nanoseconds / Int128(1_000_000_000 / unit.ticksPerSecond))
    else { throw NaiveFailure.refused }
    guard case .zoned(_, let zone) = type else { return .datetime(ticks, unit) }
    guard let own = Int64(exactly: Int128(ticks) - offset(zone) * Int128(unit.ticksPerSecond)) else {
      throw NaiveFailure.refused
    }
    return .zoned(own, unit, zone)
  }

  private static func offset(_ zone: Zone) -> Int128 { Int128(NaiveMeaning.zones[zone.name] ?? 0) }

  /// What the clocks of its zone show, in nanoseconds; refused where the ticks do not fit.
  static func local(_ value: Value) throws -> Int128? {
    guard case .zoned(let ticks, let unit, let zone) = value else { return value.nanoseconds }
    let shown = Int128(ticks) + offset(zone) * Int128(unit.ticksPerSecond)
    if Int64(exactly: shown) == nil { throw NaiveFailure.refused }
    return shown * Int128(1_000_000_000 / unit.ticksPerSecond)
  }

  /// `to_zone` and `with_zone`: the offsets of the grid's zones never change.
  static func zoned(_ name: String, _ values: [Value], _ type: DataType) throws -> Value {
    if values[0] == .null { return .null }
    if case .zoned(let ticks, let unit, _) = values[0], case .zoned(_, let zone) = type, name == "to_zone" {
      return .zoned(ticks, unit, zone)
    }
    guard let nanoseconds = try local(values[0]) else { throw NaiveFailure.unknown(.fault) }
    return try moment(nanoseconds, type)
  }
}
