import Tables

extension PlotAxis {
  /// The time between two ticks.
  private enum Step {
    case seconds(Int)
    case days(Int)
    case months(Int)

    var seconds: Double {
      switch self {
      case .seconds(let count): Double(count)
      case .days(let count): Double(count) * 86_400
      case .months(let count): Double(count) * 365.2425 / 12 * 86_400
      }
    }
  }

  private static let secondSteps = [
    1, 2, 5, 15, 30, 60, 120, 300, 900, 1800, 3600, 7200, 10_800, 21_600, 43_200,
  ]
  .map(Step.seconds)
  private static let calendarSteps: [Step] =
    [.days(1), .days(2), .days(7), .days(14), .months(1), .months(3), .months(6)]
    + [1, 2, 5, 10, 20, 50, 100, 200, 500, 1000, 10_000, 100_000, 1_000_000].map {
      .months($0 * 12)
    }

  /// Returns at most `count` ticks at natural points of the calendar or clock: midnights, Mondays, the first of a
  /// month, full hours. Nil if the axis exceeds the calendar's range or is shorter than the smallest step.
  func calendarTicks(_ count: Int) -> [Tick]? {
    let unit = quantity == .date ? 86_400.0 : 1
    let (first, last) = (low * unit, high * unit)
    guard first.magnitude < 1e14, last.magnitude < 1e14 else { return nil }
    let steps =
      (quantity == .date ? [] : PlotAxis.secondSteps)
      + (quantity == .timeOfDay ? [] : PlotAxis.calendarSteps)
    guard
      let step = steps.first(where: { (last - first) / $0.seconds <= Double(max(1, count)) })
        ?? steps.last
    else {
      return nil
    }
    let ticks: [Tick]
    switch step {
    case .seconds(let length):
      ticks = PlotAxis.multiples(of: length, in: first...last).enumerated().map { index, seconds in
        Tick(value: Double(seconds), label: clockLabel(seconds, isFirst: index == 0, step: length))
      }
    case .days(let length):
      // Day −3 (1969-12-29) was a Monday.
      ticks = PlotAxis.multiples(of: length, in: first / 86_400 + 3...last / 86_400 + 3).map {
        index in
        Tick(
          value: Double(index - 3) * 86_400 / unit,
          label: CalendarText.date(Int32(clamping: index - 3)))
      }
    case .months(let length):
      let span = PlotAxis.month(of: first)...PlotAxis.month(of: last) + 1
      ticks = PlotAxis.multiples(of: length, in: Double(span.lowerBound)...Double(span.upperBound))
        .compactMap {
          index in
          let (year, month) = (floorDivided(index, 12), floorRemainder(index, 12) + 1)
          guard let date = CivilDate(year: year, month: month, day: 1) else { return nil }
          let value = Double(date.days) * 86_400
          guard value >= first, value <= last else { return nil }
          let label =
            length >= 12
            ? "\(year)" : String(CalendarText.date(Int32(clamping: date.days)).dropLast(3))
          return Tick(value: value / unit, label: label)
        }
    }
    return ticks.isEmpty ? nil : ticks
  }

  private static func multiples(of step: Int, in range: ClosedRange<Double>) -> [Int] {
    let first = Int((range.lowerBound / Double(step)).rounded(.up))
    let last = Int((range.upperBound / Double(step)).rounded(.down))
    return first > last ? [] : (first...last).map { $0 * step }
  }

  /// The number of months since the start of year 0.
  private static func month(of seconds: Double) -> Int {
    let date = CivilDate(days: Int((seconds / 86_400).rounded(.down)))
    return date.year * 12 + date.month - 1
  }

  /// The time of day, preceded by the date at the start of a day and at the first tick.
  private func clockLabel(_ seconds: Int, isFirst: Bool, step: Int) -> String {
    let ofDay = floorRemainder(seconds, 86_400)
    let parts = [ofDay / 3600, ofDay / 60 % 60] + (step < 60 ? [ofDay % 60] : [])
    let clock = parts.map { ($0 < 10 ? "0" : "") + "\($0)" }.joined(separator: ":")
    if quantity == .timeOfDay { return clock }
    let day = CalendarText.date(Int32(clamping: floorDivided(seconds, 86_400)))
    return ofDay == 0 ? day : isFirst ? day + " " + clock : clock
  }
}
