/// A day of the proleptic Gregorian calendar.
struct CalendarDate: Hashable {
  var year: Int
  var month: Int
  var day: Int

  /// The day that many days after 1970-01-01.
  ///
  /// Counts years from March, so that the leap day is the last of its year.
  /// - Source: Howard Hinnant, *chrono-Compatible Low-Level Date Algorithms*.
  init(daysSince1970 days: Int) {
    let shifted = days + 719_468
    let era = (shifted >= 0 ? shifted : shifted - 146_096) / 146_097
    let dayOfEra = shifted - era * 146_097
    let yearOfEra = (dayOfEra - dayOfEra / 1460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
    let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
    let monthFromMarch = (5 * dayOfYear + 2) / 153
    day = dayOfYear - (153 * monthFromMarch + 2) / 5 + 1
    month = monthFromMarch < 10 ? monthFromMarch + 3 : monthFromMarch - 9
    year = yearOfEra + era * 400 + (month <= 2 ? 1 : 0)
  }

  /// `2024-07-01`; years outside 0…9999 carry their sign.
  var text: String {
    let sign = year < 0 ? "-" : year > 9999 ? "+" : ""
    return sign + "\(year.magnitude)".leftPadded(4) + "-" + "\(month)".leftPadded(2) + "-" + "\(day)".leftPadded(2)
  }
}

extension String {
  /// Zeros before the digits, up to `count` of them in all.
  func leftPadded(_ count: Int) -> String { String(repeating: "0", count: max(0, count - utf8.count)) + self }
}

/// Words for moments and stretches of time, of any tick.
enum CalendarText {
  /// `12:30:05`, and where a fraction is asked for, its digits.
  static func time(nanoseconds: Int64, decimals: Int) -> String {
    let seconds = nanoseconds.flooredDivision(by: 1_000_000_000)
    let fraction = "\(seconds.remainder)".leftPadded(9).prefix(decimals)
    let clock = [seconds.quotient / 3600, seconds.quotient / 60 % 60, seconds.quotient % 60]
      .map { "\($0)".leftPadded(2) }.joined(separator: ":")
    return decimals > 0 ? clock + "." + fraction : clock
  }

  /// `2024-07-01 12:30:05`, and where a fraction is asked for, its digits.
  static func datetime(ticks: Int64, ticksPerSecond: Int64, decimals: Int) -> String {
    let seconds = ticks.flooredDivision(by: ticksPerSecond)
    let days = seconds.quotient.flooredDivision(by: 86_400)
    let nanoseconds = days.remainder * 1_000_000_000 + seconds.remainder * (1_000_000_000 / ticksPerSecond)
    return CalendarDate(daysSince1970: Int(days.quotient)).text + " "
      + time(nanoseconds: nanoseconds, decimals: decimals)
  }

  /// `2d 3h 15m 1.5s`: the units that are not zero.
  static func duration(ticks: Int64, ticksPerSecond: Int64) -> String {
    if ticks == 0 { return "0s" }
    let magnitude = ticks.magnitude
    let perSecond = UInt64(ticksPerSecond)
    let seconds = magnitude / perSecond
    var parts: [String] = []
    for (size, unit) in [(86_400, "d"), (3600, "h"), (60, "m")] as [(UInt64, String)] {
      let count = unit == "d" ? seconds / size : seconds / size % (size == 3600 ? 24 : 60)
      if count > 0 { parts.append("\(count)\(unit)") }
    }
    let fraction = magnitude % perSecond
    if seconds % 60 > 0 || fraction > 0 {
      let decimals = "\(ticksPerSecond)".utf8.count - 1
      var text = "\(seconds % 60)"
      if fraction > 0 {
        let digits = "\(fraction)".leftPadded(decimals)
        text += "." + String(digits.reversed().drop { $0 == "0" }.reversed())
      }
      parts.append(text + "s")
    }
    return (ticks < 0 ? "-" : "") + parts.joined(separator: " ")
  }

  /// How many digits of a second's fraction a tick count needs: 0, 3, 6 or 9.
  static func fractionDecimals(ticks: Int64, ticksPerSecond: Int64) -> Int {
    let nanoseconds = ticks.flooredDivision(by: ticksPerSecond).remainder * (1_000_000_000 / ticksPerSecond)
    if nanoseconds == 0 { return 0 }
    if nanoseconds % 1_000_000 == 0 { return 3 }
    return nanoseconds % 1_000 == 0 ? 6 : 9
  }
}

extension Int64 {
  /// The quotient rounded down and what remains, never negative.
  func flooredDivision(by divisor: Int64) -> (quotient: Int64, remainder: Int64) {
    let (quotient, remainder) = quotientAndRemainder(dividingBy: divisor)
    return remainder < 0 ? (quotient - 1, remainder + divisor) : (quotient, remainder)
  }
}
