import Tables
import Testing

@Suite struct CalendarTests {
  @Test func `days and dates are each other's inverse`() {
    var date = CivilDate(days: -800_000)
    for days in -800_000..<800_000 {
      #expect(date.days == days)
      let next = CivilDate(days: days + 1)
      let isSameMonth = next.month == date.month && next.year == date.year && next.day == date.day + 1
      let isNextMonth =
        next.day == 1 && date.day == CivilDate.daysInMonth(date.month, of: date.year)
        && (next.year * 12 + next.month) == (date.year * 12 + date.month) + 1
      if !(isSameMonth || isNextMonth) { Issue.record("day \(days + 1) does not follow day \(days)") }
      date = next
    }
    #expect(CivilDate(year: 2000, month: 2, day: 29)?.days == 11_016)
    #expect(CivilDate(year: 1900, month: 2, day: 29) == nil && CivilDate(year: 2024, month: 13, day: 1) == nil)
    for days in [Int(Int32.min), Int(Int32.max)] { #expect(CivilDate(days: days).days == days) }
  }

  @Test func `weeks are ISO weeks`() throws {
    // Around the years' ends, from the standard's own examples.
    let known: [(Int, Int, Int, year: Int, week: Int, weekday: Int)] = [
      (2005, 1, 1, 2004, 53, 6), (2005, 1, 2, 2004, 53, 7), (2007, 1, 1, 2007, 1, 1), (2008, 12, 29, 2009, 1, 1),
      (2010, 1, 3, 2009, 53, 7), (2024, 7, 1, 2024, 27, 1), (1970, 1, 1, 1970, 1, 4),
    ]
    for (year, month, day, weekYear, week, weekday) in known {
      let days = try #require(CivilDate(year: year, month: month, day: day)).days
      #expect(isoWeek(ofDays: days) == (weekYear, week))
      #expect(Tables.weekday(ofDays: days) == weekday)
    }
  }

  @Test func `moments are cut to intervals`() throws {
    let day = try #require(CivilDate(year: 2024, month: 8, day: 15)).days
    func first(_ interval: String) -> String? {
      CalendarInterval(interval)?.truncate(days: day).map { CalendarText.date(Int32($0)) }
    }
    #expect(first("1d") == "2024-08-15" && first("1w") == "2024-08-12" && first("1mo") == "2024-08-01")
    #expect(first("1q") == "2024-07-01" && first("1y") == "2024-01-01" && first("24h") == "2024-08-15")
    // As polars counts several at a time.
    #expect(first("7d") == "2024-08-15" && first("3d") == "2024-08-15" && first("2w") == "2024-08-05")
    #expect(first("3w") == "2024-07-29" && first("5mo") == "2024-08-01" && first("3q") == "2024-01-01")
    #expect(first("7y") == "2019-01-01" && first("3y") == "2024-01-01")
    // Weeks begin on a Monday, however many stand together.
    for weeks in 1...9 {
      let start = try #require(CalendarInterval("\(weeks)w")?.truncate(days: day))
      #expect(Tables.weekday(ofDays: start) == 1 && (0..<7 * weeks).contains(day - start))
    }
    #expect(first("1h") == nil && CalendarInterval("1h")?.isWholeDays == false)
    #expect(CalendarInterval("15m")?.truncate(ticks: -1, unit: .milliseconds) == -900_000)
    #expect(CalendarInterval("1d")?.truncate(ticks: -1, unit: .nanoseconds) == -86_400_000_000_000)
    for wrong in ["", "d", "0d", "-1d", "1x", "1 d", "99999999999999999999d"] {
      #expect(CalendarInterval(wrong) == nil)
    }
  }

  @Test func `texts of moments`() {
    func ticks(_ text: String, _ unit: TimeUnit = .milliseconds) -> Int64? {
      CalendarText.ticks(Text(text).bytes.span, unit: unit)
    }
    func moment(_ text: String) -> Int64? { CalendarText.moment(Text(text).bytes.span, unit: .milliseconds)?.ticks }
    #expect(ticks("1970-01-01") == 0 && moment("1970-01-01T00:00:01Z") == 1000)
    #expect(moment("1970-01-01 03:00+03:00") == 0 && ticks("1969-12-31 23:59:59.999") == -1)
    for same in ["00:00Z", "00:00+00:00", "03:00+03", "03:00+0300", "02:30:17+02:30:17", "02:30:17+023017"] {
      #expect(moment("1970-01-01 " + same) == 0, "\(same)")
      // A datetime without a zone would lose the offset.
      #expect(ticks("1970-01-01 " + same) == nil, "\(same)")
    }
    for wrong in ["+3", "+03:", "+030", "+24", "+03001", "+030060", "+03:0010", "+0300:10", "-"] {
      #expect(moment("1970-01-01 03:00" + wrong) == nil, "\(wrong)")
    }
    #expect(ticks("1970-01-01 00:00:00.0005") == nil && ticks("1970-01-01 00:00:00.0005", .microseconds) == 500)
    for wrong in ["", "2024", "2024-1-01", "2024-01-01T", "2024-01-01 24:00", "2024-01-01 12:00:00.", "2024-01-01x"] {
      #expect(ticks(wrong) == nil)
    }
    #expect(ticks("9999-12-31 00:00", .nanoseconds) == nil)
    #expect(CalendarText.datetime(-1, unit: .milliseconds) == "1969-12-31 23:59:59.999")
    #expect(CalendarText.date(-800_000) == "-0221-09-05" || CalendarText.date(-800_000).count >= 10)
    #expect(CalendarText.duration(90_061_000, unit: .milliseconds) == "1d 1h 1m 1s")
    #expect(
      CalendarText.duration(-1, unit: .nanoseconds) == "-1ns" && CalendarText.duration(0, unit: .milliseconds) == "0s")
    #expect(CalendarText.duration(.min, unit: .nanoseconds).hasPrefix("-106751d"))
  }

  @Test func `the ends of what moments hold`() throws {
    #expect(CalendarText.datetime(.min, unit: .milliseconds) == "-292275055-05-16 16:47:04.192")
    #expect(CalendarText.datetime(.max, unit: .milliseconds) == "+292278994-08-17 07:12:55.807")
    #expect(CalendarText.datetime(.min, unit: .microseconds) == "-290308-12-21 19:59:05.224192")
    #expect(CalendarText.datetime(.max, unit: .nanoseconds) == "2262-04-11 23:47:16.854775807")
    #expect(CalendarText.datetime(.min, unit: .nanoseconds) == "1677-09-21 00:12:43.145224192")
    #expect(CalendarText.date(.max) == "+5881580-07-11" && CalendarText.date(.min) == "-5877641-06-23")
    for unit in [TimeUnit.milliseconds, .microseconds, .nanoseconds] {
      for end in [Int64.min, .max] {
        let text = Text(CalendarText.datetime(end, unit: unit))
        #expect(CalendarText.ticks(text.bytes.span, unit: unit) == end, "\(text)")
      }
    }
    for interval in ["1d", "1w", "1mo", "1y", "7d", "1h"] {
      let cut = try #require(CalendarInterval(interval))
      for unit in TimeUnit.allCases {
        let last = try #require(cut.truncate(ticks: .max, unit: unit))
        #expect(last <= .max && cut.truncate(ticks: last, unit: unit) == last)
        // The first piece begins before the first tick.
        #expect(cut.truncate(ticks: .min, unit: unit) == nil)
      }
    }
    for days in [Int(Int64.max / 86_400_000), Int(Int64.min / 86_400_000)] {
      let date = CivilDate(days: days)
      #expect(date.days == days && CivilDate(year: date.year, month: date.month, day: date.day) == date)
      #expect((1...53).contains(isoWeek(ofDays: days).week) && (1...7).contains(Tables.weekday(ofDays: days)))
    }
  }

  @Test func `pieces that start between ticks`() throws {
    for (interval, unit, fits) in [
      ("1500us", TimeUnit.milliseconds, false), ("1500us", .microseconds, true), ("1us", .milliseconds, true),
      ("300us", .milliseconds, false), ("7h", .milliseconds, true), ("1mo", .milliseconds, true),
    ] {
      #expect(try #require(CalendarInterval(interval)).startsAtTicks(of: unit) == fits, "\(interval) in \(unit)")
    }
  }

  @Test func `division rounds down`() {
    for a in -20...20 {
      for b in [-7, -1, 1, 3, 8] {
        #expect(floorDivided(a, b) == Int((Double(a) / Double(b)).rounded(.down)))
        #expect(floorDivided(a, b) * b + floorRemainder(a, b) == a)
      }
    }
  }
}
