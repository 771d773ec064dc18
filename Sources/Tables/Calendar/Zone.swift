/// A time zone of the database of the system, such as `Europe/Moscow`; `UTC` and offsets such as `+03:00` need none.
///
/// Zones with one name are equal.
public struct Zone: Sendable, Hashable, CustomStringConvertible {
  public let name: String
  let rules: ZoneRules

  public static let utc = Zone(name: "UTC", rules: ZoneRules(offset: 0, abbreviation: "UTC"))

  public static func == (left: Zone, right: Zone) -> Bool { left.name == right.name }
  public func hash(into hasher: inout Hasher) { hasher.combine(name) }

  public var description: String { name }
}

extension Zone {
  /// A moment as its clocks show it, with the offset from UTC: `2024-07-01 12:30:45+03:00`.
  public func text(_ ticks: Int64, unit: TimeUnit) -> String {
    written(ticks, unit) { CalendarText.offset($0.offset) }
  }

  /// The same with the short name of the time, as polars shows it: `2024-07-01 12:30:45 MSK`.
  public func textWithAbbreviation(_ ticks: Int64, unit: TimeUnit) -> String {
    written(ticks, unit) { " " + $0.abbreviation }
  }

  private func written(_ ticks: Int64, _ unit: TimeUnit, _ suffix: (ZonePeriod) -> String) -> String {
    let second = floorDivided(ticks, unit.ticksPerSecond)
    let period = rules.period(at: second)
    let local = Int(second) + period.offset
    let rest = floorRemainder(ticks, unit.ticksPerSecond) * (1_000_000_000 / unit.ticksPerSecond)
    let clock = Int64(floorRemainder(local, 86_400)) * 1_000_000_000 + rest
    return CalendarText.date(days: floorDivided(local, 86_400)) + " " + CalendarText.time(clock) + suffix(period)
  }
}

/// A stretch of time in which the clocks of a zone keep one offset from UTC.
struct ZonePeriod: Sendable {
  /// Seconds since 1970-01-01T00:00:00 UTC; `Int64.min` and `Int64.max` where it has no start or end.
  let start: Int64
  let end: Int64
  /// Seconds east of UTC.
  let offset: Int
  let abbreviation: String

  func contains(_ second: Int64) -> Bool { second >= start && second < end }
}

/// The moments that a time on the clocks of a zone may mean.
public enum LocalMoments: Sendable, Hashable {
  case once(Int64)
  /// The clocks were put back: the first and the last moment.
  case twice(Int64, Int64)
  /// The clocks were put forward; the moment when that happened.
  case never(Int64)
}

/// Converts moments to the clocks of a zone and back. It remembers the period of the last moment, so that a run of
/// values of one period takes one search.
public struct ZoneClock {
  private let rules: ZoneRules
  private var period: ZonePeriod
  private let perSecond: Int64

  public init(_ zone: Zone, _ unit: TimeUnit) {
    rules = zone.rules
    period = rules.period(at: 0)
    perSecond = unit.ticksPerSecond
  }

  /// Seconds east of UTC at a moment.
  public mutating func offset(at ticks: Int64) -> Int {
    let second = floorDivided(ticks, perSecond)
    if !period.contains(second) { period = rules.period(at: second) }
    return period.offset
  }

  /// The short name of the time at a moment: `MSK`.
  public mutating func abbreviation(at ticks: Int64) -> String {
    _ = offset(at: ticks)
    return period.abbreviation
  }

  /// What the clocks show at a moment; nil if that does not fit in 64 bits.
  public mutating func local(_ ticks: Int64) -> Int64? {
    let (local, overflow) = ticks.addingReportingOverflow(Int64(offset(at: ticks)) * perSecond)
    return overflow ? nil : local
  }

  /// The moments at which the clocks show a time; nil if they do not fit in 64 bits.
  public mutating func moments(_ local: Int64) -> LocalMoments? {
    let second = floorDivided(local, perSecond)
    // Two days away from a change of the clocks, no other period has to be asked.
    let margin: Int64 = 172_800
    let (guess, overflow) = second.subtractingReportingOverflow(Int64(period.offset))
    if !overflow, period.start == .min || guess >= period.start + margin,
      period.end == .max || guess < period.end - margin
    {
      return ticks(guess, local).map { .once($0) }
    }
    let found = rules.moments(second)
    period = rules.period(at: found.first)
    switch found {
    case .once(let moment): return ticks(moment, local).map { .once($0) }
    case .twice(let first, let last):
      guard let first = ticks(first, local), let last = ticks(last, local) else { return nil }
      return .twice(first, last)
    case .never(let change):
      let (moment, overflow) = change.multipliedReportingOverflow(by: perSecond)
      return overflow ? nil : .never(moment)
    }
  }

  private func ticks(_ second: Int64, _ local: Int64) -> Int64? {
    // Offsets are short: their product fits, while that of the second does not at the ends of 64 bits.
    let (moment, overflow) = local.subtractingReportingOverflow((floorDivided(local, perSecond) - second) * perSecond)
    return overflow ? nil : moment
  }
}

extension LocalMoments {
  public var first: Int64 {
    switch self {
    case .once(let moment), .twice(let moment, _), .never(let moment): moment
    }
  }
}
