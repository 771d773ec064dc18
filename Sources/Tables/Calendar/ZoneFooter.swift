/// The rule by which a zone goes on after its table, as POSIX writes it: `MSK-3`, `EST5EDT,M3.2.0,M11.1.0`.
///
/// - Source: POSIX.1-2017, chapter 8.3, `TZ`; RFC 8536 allows hours from −167 to 167.
struct ZoneFooter: Sendable {
  let standard: LocalTime
  /// The other time of the year with the days on which it starts and ends; nil if there is none.
  let summer: (time: LocalTime, start: YearDay, end: YearDay)?

  /// A day of every year and the time of that day, in seconds of the clocks before the change.
  struct YearDay: Sendable {
    enum Kind: Sendable {
      /// 1…365; 29 February is never counted.
      case withoutLeapDay(Int)
      /// 0…365.
      case withLeapDay(Int)
      /// The weekday (0 is Sunday) of the week (5 is the last) of a month.
      case weekday(Int, week: Int, month: Int)
    }

    let kind: Kind
    let seconds: Int

    /// Seconds since 1970-01-01T00:00:00 on the clocks.
    func local(_ year: Int) -> Int64? {
      guard let newYear = CivilDate(year: year, month: 1, day: 1)?.days else { return nil }
      let day: Int
      switch kind {
      case .withoutLeapDay(let number): day = newYear + number - 1 + (CivilDate.isLeap(year) && number >= 60 ? 1 : 0)
      case .withLeapDay(let number): day = newYear + number
      case .weekday(let weekday, let week, let month):
        guard let first = CivilDate(year: year, month: month, day: 1)?.days else { return nil }
        // Day 0 of 1970 was a Thursday, weekday 4.
        let own = first + floorRemainder(weekday - floorRemainder(first + 4, 7), 7) + (week - 1) * 7
        day = own < first + CivilDate.daysInMonth(month, of: year) ? own : own - 7
      }
      return Int64(day) * 86_400 + Int64(seconds)
    }
  }

  /// The changes of the clocks in some years, in order.
  func changes(years: ClosedRange<Int>) -> [ZoneChange] {
    guard let summer else { return [] }
    var changes: [ZoneChange] = []
    for year in years {
      guard let start = summer.start.local(year), let end = summer.end.local(year) else { continue }
      changes.append(ZoneChange(moment: start - Int64(standard.offset), time: summer.time))
      changes.append(ZoneChange(moment: end - Int64(summer.time.offset), time: standard))
    }
    changes.sort { $0.moment < $1.moment }
    return changes.indices.filter { $0 == 0 || changes[$0].moment > changes[$0 - 1].moment }.map { changes[$0] }
  }

  /// Nil if the text is not such a rule.
  init?(_ text: [UInt8]) {
    var reader = FooterReader(text: text)
    guard let name = reader.name(), let west = reader.time(hours: 24) else { return nil }
    standard = LocalTime(offset: -west, abbreviation: name)
    if reader.isAtEnd {
      summer = nil
      return
    }
    guard let summerName = reader.name() else { return nil }
    let own = reader.isAt(UInt8(ascii: ",")) ? west - 3600 : reader.time(hours: 24)
    guard let own, reader.skip(UInt8(ascii: ",")), let start = reader.day(), reader.skip(UInt8(ascii: ",")),
      let end = reader.day(), reader.isAtEnd
    else { return nil }
    summer = (LocalTime(offset: -own, abbreviation: summerName), start, end)
  }
}

/// A position in a rule.
private struct FooterReader {
  let text: [UInt8]
  var position = 0

  init(text: [UInt8]) { self.text = text }

  var isAtEnd: Bool { position == text.count }

  func isAt(_ byte: UInt8) -> Bool { position < text.count && text[position] == byte }

  mutating func skip(_ byte: UInt8) -> Bool {
    guard isAt(byte) else { return false }
    position += 1
    return true
  }

  /// `MSK`, or `<+03>` in angle brackets.
  mutating func name() -> String? {
    let isQuoted = skip(UInt8(ascii: "<"))
    let start = position
    while position < text.count {
      let byte = text[position]
      let isLetter = (0x41...0x5a).contains(byte & 0xdf)
      guard isQuoted ? byte != UInt8(ascii: ">") : isLetter else { break }
      position += 1
    }
    guard position > start else { return nil }
    let name = String(decoding: text[start..<position], as: UTF8.self)
    if isQuoted, !skip(UInt8(ascii: ">")) { return nil }
    return name
  }

  mutating func number(_ range: ClosedRange<Int>) -> Int? {
    var (number, count) = (0, 0)
    while position < text.count, count < 4, (0x30...0x39).contains(text[position]) {
      number = number * 10 + Int(text[position] - 0x30)
      (position, count) = (position + 1, count + 1)
    }
    return count > 0 && range.contains(number) ? number : nil
  }

  /// `3`, `-4:30`, `+02:00:00`, in seconds.
  mutating func time(hours limit: Int) -> Int? {
    let isNegative = skip(UInt8(ascii: "-"))
    if !isNegative { _ = skip(UInt8(ascii: "+")) }
    guard let hours = number(0...limit) else { return nil }
    var seconds = hours * 3600
    for length in [60, 1] where skip(UInt8(ascii: ":")) {
      guard let part = number(0...59) else { return nil }
      seconds += part * length
    }
    return isNegative ? -seconds : seconds
  }

  /// `M3.2.0`, `J60`, `59`, with `/2` for the time of day.
  mutating func day() -> ZoneFooter.YearDay? {
    let kind: ZoneFooter.YearDay.Kind
    if skip(UInt8(ascii: "M")) {
      guard let month = number(1...12), skip(UInt8(ascii: ".")), let week = number(1...5), skip(UInt8(ascii: ".")),
        let weekday = number(0...6)
      else { return nil }
      kind = .weekday(weekday, week: week, month: month)
    } else if skip(UInt8(ascii: "J")) {
      guard let day = number(1...365) else { return nil }
      kind = .withoutLeapDay(day)
    } else {
      guard let day = number(0...365) else { return nil }
      kind = .withLeapDay(day)
    }
    guard skip(UInt8(ascii: "/")) else { return ZoneFooter.YearDay(kind: kind, seconds: 7200) }
    guard let seconds = time(hours: 167) else { return nil }
    return ZoneFooter.YearDay(kind: kind, seconds: seconds)
  }
}
