/// The offsets of a zone from UTC, from the first to beyond the last that its table gives.
///
/// Periods are stored in order, each with the second at which it starts. Where the zone changes its clocks every year
/// for ever, the last 400 years of the table repeat: the calendar has the same weekdays again after 400 years.
final class ZoneRules: Sendable {
  private let starts: [Int64]
  private let offsets: [Int]
  private let abbreviations: [String]
  /// From here on the table repeats; nil if its last period has no end.
  private let cycleStart: Int64?

  /// The seconds of 400 years.
  private static let cycle: Int64 = 146_097 * 86_400

  init(offset: Int, abbreviation: String) {
    (starts, offsets, abbreviations, cycleStart) = ([.min], [offset], [abbreviation], nil)
  }

  /// - Parameter changes: in order of their moments, without two of one moment.
  init(before first: LocalTime, changes: [ZoneChange], then footer: ZoneFooter?) {
    var changes = changes
    var cycleStart: Int64?
    if let footer {
      let last = changes.last?.moment ?? .min
      let year = last == .min ? 1970 : CivilDate(days: Int(floorDivided(last, 86_400))).year
      let yearly = footer.changes(years: year - 1...year + 402).filter { $0.moment > last }
      if let start = yearly.first?.moment {
        cycleStart = start
        changes += yearly.prefix { $0.moment < start + ZoneRules.cycle }
      }
    }
    starts = [.min] + changes.map(\.moment)
    offsets = [first.offset] + changes.map(\.time.offset)
    abbreviations = [first.abbreviation] + changes.map(\.time.abbreviation)
    self.cycleStart = cycleStart
  }

  func period(at second: Int64) -> ZonePeriod {
    var shift: Int64 = 0
    if let cycleStart, second >= cycleStart {
      shift = (second - cycleStart) / ZoneRules.cycle * ZoneRules.cycle
    }
    let index = lastStart(atOrBefore: second - shift)
    let end: Int64
    if index + 1 < starts.count {
      end = starts[index + 1] + shift
    } else if let cycleStart {
      end = cycleStart + ZoneRules.cycle + shift
    } else {
      end = .max
    }
    return ZonePeriod(
      start: index == 0 ? .min : starts[index] + shift, end: end, offset: offsets[index],
      abbreviation: abbreviations[index])
  }

  private func lastStart(atOrBefore second: Int64) -> Int {
    var (low, high) = (0, starts.count)
    while high - low > 1 {
      let middle = (low + high) / 2
      if starts[middle] <= second { low = middle } else { high = middle }
    }
    return low
  }

  /// The moments at which the clocks show a second of local time.
  func moments(_ local: Int64) -> LocalMoments {
    // No offset is as long as this.
    let reach: Int64 = 108_000
    var period = period(at: local - reach)
    var found: [Int64] = []
    var gap: Int64?
    while true {
      let moment = local - Int64(period.offset)
      if period.contains(moment) { found.append(moment) }
      if period.end == .max || period.end > local + reach { break }
      let next = self.period(at: period.end)
      if moment >= period.end, local - Int64(next.offset) < period.end { gap = gap ?? period.end }
      period = next
    }
    guard let first = found.first, let last = found.last else { return .never(gap ?? local - Int64(period.offset)) }
    return first == last ? .once(first) : .twice(first, last)
  }
}

/// What the clocks of a zone show from some moment on.
struct LocalTime: Sendable, Hashable {
  /// Seconds east of UTC.
  let offset: Int
  let abbreviation: String
}

/// A moment at which the clocks of a zone change.
struct ZoneChange: Sendable {
  let moment: Int64
  let time: LocalTime
}
