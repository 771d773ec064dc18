import Diagnostics
import Tables

extension Function {
  /// `date(y, m, d)`; with one argument, the date of a datetime or of a text.
  static let date = Function(
    "date", topic: "dates",
    [
      Parameter("y", .anything), Parameter("m", .wholeNumber, optional: true),
      Parameter("d", .wholeNumber, optional: true),
    ],
    summary: "a date from year, month and day, or the date of a datetime",
    examples: [
      Example("actions | group_by day = date(timestamp) | head 3", "the day of a datetime"),
      Example("train | filter date >= date(2024, 6, 1) | head 3", "a date from its parts"),
    ],
    typing: { (arguments) throws(Diagnostic) in
      if arguments.count == 2 { throw Diagnostic("`date` takes 1 or 3 arguments, found 2", at: arguments[1].span) }
      if arguments.count == 1 {
        guard arguments[0].type.canBecome(.date), !arguments[0].type.isNumeric else {
          throw .wrongType(arguments[0], expected: "a datetime or a text", by: "`date`", hint: "write `date(y, m, d)`")
        }
        arguments[0] = arguments[0].cast(to: .date, by: .strict)
      } else {
        guard arguments[0].type.isInteger || arguments[0].type == .null else {
          throw .wrongType(arguments[0], expected: "a year", by: "`date`")
        }
        for index in 0..<3 { arguments[index] = arguments[index].cast(to: .i64) }
      }
      return .date
    },
    body: .row { (call) throws(Diagnostic) in
      if call.arguments.count == 1 { return try call.column(0) }
      let parts = (try call.column(0), try call.column(1), try call.column(2))
      guard case .i64(let years) = parts.0.values, case .i64(let months) = parts.1.values,
        case .i64(let days) = parts.2.values
      else { return .nulls(.date, count: call.rowCount) }
      let validity = Bitmap.intersection(
        parts.0.validity, Bitmap.intersection(parts.1.validity, parts.2.validity))
      var results = [Int32](repeating: 0, count: call.rowCount)
      for row in 0..<call.rowCount where validity?[row] ?? true {
        guard
          let date = CivilDate(
            year: Int(clamping: years[row]), month: Int(clamping: months[row]), day: Int(clamping: days[row])),
          let day = Int32(exactly: date.days)
        else {
          throw Diagnostic(
            "there is no date \(years[row])-\(months[row])-\(days[row])\(inRow(call.numbers[row]))", at: call.span)
        }
        results[row] = day
      }
      return Column(.date, .i32(Buffer(results)), validity: validity)
    })

  static let year = part("year", .i32, "the year of a date or a datetime") { Int64(CivilDate(days: $0).year) }
  static let quarter = part("quarter", .i8, "the quarter of a date or a datetime, 1 to 4") {
    Int64((CivilDate(days: $0).month + 2) / 3)
  }
  static let month = part("month", .i8, "the month of a date or a datetime, 1 to 12") {
    Int64(CivilDate(days: $0).month)
  }
  static let day = part("day", .i8, "the day of the month of a date or a datetime, 1 to 31") {
    Int64(CivilDate(days: $0).day)
  }
  static let weekday = part("weekday", .i8, "the day of the week of a date or a datetime; Monday is 1") {
    Int64(Tables.weekday(ofDays: $0))
  }
  static let week = part("week", .i8, "the ISO week of a date or a datetime, 1 to 53") {
    Int64(isoWeek(ofDays: $0).week)
  }

  static let truncate = Function(
    "truncate", topic: "dates", [Parameter("x", .moment), Parameter("every", .text, constant: true)],
    summary: "the start of the period that contains the time: `1d`, `1w`, `1mo`, `1q`, `1y`, `6h`, `15m`",
    examples: [Example("actions | group_by week = truncate(timestamp, \"1w\") | sort week", "weeks start on Monday")],
    typing: { (arguments) throws(Diagnostic) in
      if case .text(let text)? = arguments[1].constantValue {
        guard let interval = CalendarInterval(text.string) else {
          throw Diagnostic(
            "`\(text)` is not a length of time", at: arguments[1].span,
            hint: "a number and one of `ns us ms s m h d w mo q y`: \"1d\"")
        }
        if arguments[0].type == .date, !interval.isWholeDays {
          throw Diagnostic(
            "a date cannot be truncated to `\(text)`, which is not a number of days", at: arguments[1].span)
        }
        if let unit = arguments[0].type.momentUnit, !interval.startsAtTicks(of: unit) {
          throw Diagnostic(
            "periods of `\(text)` do not start at whole ticks of \(arguments[0].type)", at: arguments[1].span,
            hint:
              "cast to a finer one first: `truncate(cast(\(arguments[0]), \(arguments[0].type.inNanoseconds)), \"\(text)\")`"
          )
        }
      }
      return arguments[0].type
    },
    body: .row { (call) throws(Diagnostic) in
      let column = try call.column(0)
      guard let interval = CalendarInterval(call.arguments[1].text.string) else {
        return .nulls(call.resultType, count: call.rowCount)
      }
      switch (column.values, column.type) {
      case (.i32(let days), _):
        return try call.starts(of: days, in: column) { interval.truncate(days: Int($0)).flatMap { Int32(exactly: $0) } }
      case (.i64(let ticks), .datetime(let unit)):
        return try call.starts(of: ticks, in: column) { interval.truncate(ticks: $0, unit: unit) }
      case (.i64(let ticks), .zoned(let unit, let zone)):
        var clock = ZoneClock(zone, unit)
        return try call.starts(of: ticks, in: column) { interval.start(of: $0, unit, on: &clock) }
      default: return .nulls(call.resultType, count: call.rowCount)
      }
    })

  private static func part(
    _ name: String, _ type: DataType, _ summary: String, _ compute: @escaping @Sendable (Int) -> Int64
  ) -> Function {
    Function(
      name, topic: "dates", [Parameter("x", .moment)], summary: summary,
      examples: [Example("train | group_by \(name)(date) | head 3", "")], traits: .neverFails, typing: ofClocks(type),
      body: .row { (call) throws(Diagnostic) in
        let column = try call.column(0)
        let values: ColumnValues
        switch (column.values, column.type) {
        case (.i32(let days), _): values = parts(of: days, column.validity, type, compute)
        case (.i64(let ticks), .datetime(let unit)):
          values = parts(of: days(of: ticks, unit), column.validity, type, compute)
        default: return .nulls(type, count: call.rowCount)
        }
        return Column(type, values, validity: column.validity)
      })
  }

  private static func parts<Day: ColumnElement & FixedWidthInteger>(
    of days: Buffer<Day>, _ validity: Bitmap?, _ type: DataType, _ compute: (Int) -> Int64
  ) -> ColumnValues {
    type == .i32
      ? .i32(computed(of: days, validity) { Int32(truncatingIfNeeded: compute($0)) })
      : .i8(computed(of: days, validity) { Int8(truncatingIfNeeded: compute($0)) })
  }

  /// Computes a value from the day of every row. If the range of days is small, it is computed once per day and then
  /// looked up.
  private static func computed<Day: ColumnElement & FixedWidthInteger, Part: ColumnElement>(
    of days: Buffer<Day>, _ validity: Bitmap?, _ compute: (Int) -> Part
  ) -> Buffer<Part> {
    var (first, last) = (Day.max, Day.min)
    if let validity {
      for row in 0..<days.count where validity[row] {
        (first, last) = (Swift.min(first, days[row]), Swift.max(last, days[row]))
      }
    } else {
      let days = days.span
      for row in days.indices { (first, last) = (Swift.min(first, days[row]), Swift.max(last, days[row])) }
    }
    guard first <= last, Int(last) - Int(first) < days.count / 4 else { return mapped(days) { compute(Int($0)) } }
    let table = (Int(first)...Int(last)).map(compute)
    let least = Int(first)
    // A null row may get any value.
    return mapped(days) { table[Swift.min(Swift.max(Int($0) - least, 0), table.count - 1)] }
  }

  /// The days of datetimes. Division by a constant is many times faster, hence one case per unit.
  private static func days(of ticks: Buffer<Int64>, _ unit: TimeUnit) -> Buffer<Int64> {
    switch unit {
    case .milliseconds: mapped(ticks) { floorDivided($0, 86_400_000) }
    case .microseconds: mapped(ticks) { floorDivided($0, 86_400_000_000) }
    case .nanoseconds: mapped(ticks) { floorDivided($0, 86_400_000_000_000) }
    }
  }
}

extension RowCall {
  /// The start of the period that contains each row's time; an error if it lies before the first day or tick of the
  /// type.
  fileprivate func starts<Element: ColumnElement>(
    of buffer: Buffer<Element>, in column: Column, _ start: (Element) -> Element?
  ) throws(Diagnostic) -> Column {
    var starts = [Element](repeating: .placeholder, count: buffer.count)
    for row in 0..<buffer.count where !column.isNull(row) {
      guard let own = start(buffer[row]) else { throw .overflow(column.type, row: numbers[row], at: span) }
      starts[row] = own
    }
    return Column(column.type, Element.storage(Buffer(starts)), validity: column.validity)
  }
}
