import Diagnostics
import Tables

// Parts of the time of day, and adding months.

extension Function {
  static let hour = clock("hour", "the hour of a datetime, 0 to 23", ticksPerPart: { $0 * 3600 }, partsPerWhole: 24)
  static let minute = clock("minute", "the minute of a datetime, 0 to 59", ticksPerPart: { $0 * 60 }, partsPerWhole: 60)
  static let second = clock("second", "the second of a datetime, 0 to 59", ticksPerPart: { $0 }, partsPerWhole: 60)

  private static func clock(
    _ name: String, _ summary: String, ticksPerPart: @escaping @Sendable (Int64) -> Int64, partsPerWhole: Int64
  ) -> Function {
    Function(
      name, topic: "dates", [Parameter("x", .moment)], summary: summary + "; 0 for a date",
      examples: [Example("actions | group_by h = \(name)(timestamp) | sort h | head 3", "")], traits: .neverFails,
      typing: ofClocks(.i8),
      body: .row { (call) throws(Diagnostic) in
        let column = try call.column(0)
        if case .null = column.values { return .nulls(.i8, count: call.rowCount) }
        guard case .datetime(let unit) = column.type, case .i64(let ticks) = column.values else {
          return Column(.i8, .i8(Buffer(repeating: 0, count: call.rowCount)), validity: column.validity)
        }
        let ticksPerPart = ticksPerPart(unit.ticksPerSecond)
        return Column(
          .i8,
          .i8(
            mapped(ticks) {
              Int8(truncatingIfNeeded: floorRemainder(floorDivided($0, ticksPerPart), partsPerWhole))
            }),
          validity: column.validity)
      })
  }

  static let addMonths = Function(
    "add_months", topic: "dates", [Parameter("x", .moment), Parameter("n", .wholeNumber)],
    summary: "the same day `n` months later, or the last day of a shorter month; earlier if `n` is negative",
    examples: [Example("train | with due = add_months(date, 1) | head 3", "31 January gives the last of February")],
    typing: { (arguments) throws(Diagnostic) in
      arguments[1] = arguments[1].cast(to: .i64)
      return arguments[0].type
    },
    body: .row { (call) throws(Diagnostic) in
      let (column, months) = (try call.column(0), try call.column(1))
      guard case .i64(let counts) = months.values else { return .nulls(call.resultType, count: call.rowCount) }
      let validity = Bitmap.intersection(column.validity, months.validity)
      func moved<Element: ColumnElement>(
        _ buffer: Buffer<Element>, _ move: (Element, Int64) -> Element?
      ) throws(Diagnostic) -> Column {
        var results = [Element](repeating: .placeholder, count: buffer.count)
        for row in 0..<buffer.count where validity?[row] ?? true {
          guard let moved = move(buffer[row], counts[row]) else {
            throw .overflow(column.type, row: call.numbers[row], at: call.span)
          }
          results[row] = moved
        }
        return Column(column.type, Element.storage(Buffer(results)), validity: validity)
      }
      switch (column.values, column.type) {
      case (.i32(let days), _):
        return try moved(days) { day, count in
          CivilDate(days: Int(day)).adding(months: count).flatMap { Int32(exactly: $0.days) }
        }
      case (.i64(let ticks), .datetime(let unit)):
        let perDay = unit.ticksPerSecond * 86_400
        return try moved(ticks) { tick, count in
          let (day, rest) = (Int(floorDivided(tick, perDay)), floorRemainder(tick, perDay))
          guard let date = CivilDate(days: day).adding(months: count) else { return nil }
          return Int64(exactly: Int128(date.days) * Int128(perDay) + Int128(rest))
        }
      case (.i64(let ticks), .zoned(let unit, let zone)):
        let perDay = unit.ticksPerSecond * 86_400
        var clock = ZoneClock(zone, unit)
        var results = [Int64](repeating: 0, count: ticks.count)
        for row in 0..<ticks.count where validity?[row] ?? true {
          guard let local = clock.local(ticks[row]),
            let date = CivilDate(days: Int(floorDivided(local, perDay))).adding(months: counts[row]),
            let later = Int64(exactly: Int128(date.days) * Int128(perDay) + Int128(floorRemainder(local, perDay)))
          else { throw .overflow(column.type, row: call.numbers[row], at: call.span) }
          guard let moment = call.moment(later, from: ticks[row], &clock) else {
            throw Diagnostic(
              "`\(Value.datetime(later, unit))`\(inRow(call.numbers[row])) does not occur in \(zone): the clocks were put "
                + "forward", at: call.span,
              hint: "add the months to the time without its zone: `with_zone(add_months(with_zone(ts, null), n), "
                + "\"\(zone)\", \"error\", \"null\")`")
          }
          results[row] = moment
        }
        return Column(column.type, .i64(Buffer(results)), validity: validity)
      default: return .nulls(call.resultType, count: call.rowCount)
      }
    })
}

extension CivilDate {
  /// The same day of the month `count` months later, or the last day of a shorter month; nil if the calendar has no
  /// such date.
  fileprivate func adding(months count: Int64) -> CivilDate? {
    // More months exceed every date type; the bound also prevents an overflow.
    guard count.magnitude < 1 << 40 else { return nil }
    let months = year * 12 + month - 1 + Int(count)
    let (year, month) = (floorDivided(months, 12), floorRemainder(months, 12) + 1)
    return CivilDate(year: year, month: month, day: min(day, Self.daysInMonth(month, of: year)))
  }
}
