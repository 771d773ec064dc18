import Diagnostics
import Tables

// Time zones: the same moment on the clocks of another zone, and clock times that become moments.

extension Function {
  static let toZone = Function(
    "to_zone", topic: "dates", [Parameter("ts", .moment), Parameter("zone", .text, constant: true)],
    summary: "the same moment, shown in another time zone",
    examples: [
      Example(
        "actions | select utc = to_zone(with_zone(timestamp, \"Europe/Moscow\"), \"UTC\") | head 3",
        "three hours less on the clock"),
      Example(
        "table t = [\"2024-07-01 12:00+00:00\"] | with x = to_zone(cast(t, datetime[us, UTC]), \"Asia/Kolkata\")",
        "half past five"),
    ], traits: .neverFails,
    typing: { (arguments) throws(Diagnostic) in
      guard let zone = try arguments[1].zone else {
        throw Diagnostic(
          "`to_zone` needs the name of a zone", at: arguments[1].span,
          hint: "`with_zone(\(arguments[0]), null)` leaves the zone out")
      }
      switch arguments[0].type {
      case .zoned(let unit, _): return .zoned(unit, zone)
      case .null: return .zoned(.microseconds, zone)
      case let other:
        throw .wrongType(
          arguments[0], expected: "a datetime with a zone", by: "`to_zone`",
          hint: "say which zone it is of: `to_zone(with_zone(\(arguments[0].asDatetime(other)), \"UTC\"), \"\(zone)\")`"
        )
      }
    },
    body: .row { (call) throws(Diagnostic) in
      let column = try call.column(0)
      if case .null = column.values { return .nulls(call.resultType, count: call.rowCount) }
      return Column(call.resultType, column.values, validity: column.validity)
    })

  static let withZone = Function(
    "with_zone", topic: "dates",
    [
      Parameter("ts", .moment), Parameter("zone", .text, constant: true),
      Parameter("twice", .text, optional: true, constant: true),
      Parameter("never", .text, optional: true, constant: true),
    ],
    summary:
      "a time read as the clocks of a zone show it; `null` leaves the zone out. Where the clocks were put back, a "
      + "time occurs twice: `\"error\"` (default), `\"earliest\"`, `\"latest\"` or `\"null\"`; where they were put "
      + "forward, it never occurs: `\"error\"` (default) or `\"null\"`",
    examples: [
      Example("actions | with at = with_zone(timestamp, \"Europe/Moscow\") | head 3", "times of a shop in Moscow"),
      Example(
        "table t = [\"2010-10-31 02:30\"] | with x = with_zone(cast(t, datetime[us]), \"Europe/Moscow\", \"earliest\")",
        "a time that occurs twice"),
      Example(
        "table t = [\"2011-03-27 02:30\"] | with x = with_zone(cast(t, datetime[us]), \"Europe/Moscow\", \"error\", "
          + "\"null\")", "a time that never occurs"),
    ], traits: .takesNullConstants,
    typing: { (arguments) throws(Diagnostic) in
      for index in arguments.indices.dropFirst(2) { _ = try ClockChange(arguments[index], isTwice: index == 2) }
      let zone = try arguments[1].zone
      if arguments[0].type == .date { arguments[0] = arguments[0].cast(to: .datetime(.microseconds)) }
      let unit: TimeUnit
      switch arguments[0].type {
      case .zoned(let own, _), .datetime(let own): unit = own
      default: unit = .microseconds
      }
      return zone.map { .zoned(unit, $0) } ?? .datetime(unit)
    },
    body: .row { (call) throws(Diagnostic) in
      let column = try call.column(0)
      if case .null = column.values { return .nulls(call.resultType, count: call.rowCount) }
      let local = try column.localTimes()
      guard case .i64(let times) = local.values, case .datetime(let unit) = local.type else {
        return .nulls(call.resultType, count: call.rowCount)
      }
      if local.nullCount > column.nullCount,
        let row = (0..<call.rowCount).first(where: { local.isNull($0) && !column.isNull($0) })
      {
        throw .overflow(local.type, row: call.numbers[row], at: call.span)
      }
      guard case .zoned(_, let zone) = call.resultType else { return local }
      return try call.moments(times, local, in: zone, unit)
    })
}

/// What becomes of a clock time that occurs twice, or never.
private enum ClockChange: String, CaseIterable {
  case error, earliest, latest, null

  init(_ argument: BoundExpression, isTwice: Bool) throws(Diagnostic) {
    let allowed: [ClockChange] = isTwice ? ClockChange.allCases : [.error, .null]
    guard case .text(let text)? = argument.constantValue,
      let found = allowed.first(where: { $0.rawValue == text.string })
    else {
      throw Diagnostic(
        "`with_zone` takes \(allowed.map { "\"\($0.rawValue)\"" }.joined(separator: ", ")) here", at: argument.span,
        label: isTwice ? "for times that occur twice" : "for times that never occur")
    }
    self = found
  }

  init(_ call: RowCall, _ index: Int) {
    self = index < call.arguments.count ? ClockChange(rawValue: call.arguments[index].text.string) ?? .error : .error
  }
}

extension RowCall {
  /// The moments at which the clocks of a zone show times.
  fileprivate func moments(
    _ times: Buffer<Int64>, _ column: Column, in zone: Zone, _ unit: TimeUnit
  ) throws(Diagnostic) -> Column {
    let (twice, never) = (ClockChange(self, 2), ClockChange(self, 3))
    var clock = ZoneClock(zone, unit)
    var moments = [Int64](repeating: 0, count: rowCount)
    var lost: [Int] = []
    for row in 0..<rowCount where !column.isNull(row) {
      guard let found = clock.moments(times[row]) else {
        throw .overflow(resultType, row: numbers[row], at: span)
      }
      switch found {
      case .once(let moment): moments[row] = moment
      case .twice(let first, let last):
        if twice == .error { throw changed(column[row], row, zone, isTwice: true) }
        if twice == .null { lost.append(row) } else { moments[row] = twice == .latest ? last : first }
      case .never:
        if never == .error { throw changed(column[row], row, zone, isTwice: false) }
        lost.append(row)
      }
    }
    var validity = column.validity
    if !lost.isEmpty {
      var known = [Bool](repeating: true, count: rowCount)
      for row in lost { known[row] = false }
      validity = Bitmap.intersection(validity, Bitmap(known))
    }
    return Column(resultType, .i64(Buffer(moments)), validity: validity)
  }

  private func changed(_ value: Value, _ row: Int, _ zone: Zone, isTwice: Bool) -> Diagnostic {
    Diagnostic(
      isTwice
        ? "`\(value)`\(inRow(numbers[row])) occurs twice in \(zone): the clocks were put back"
        : "`\(value)`\(inRow(numbers[row])) does not occur in \(zone): the clocks were put forward", at: span,
      hint: isTwice
        ? "`with_zone(…, \"\(zone)\", \"earliest\")` takes the first, `\"latest\"` the last, `\"null\"` gives null"
        : "`with_zone(…, \"\(zone)\", \"error\", \"null\")` gives null for it")
  }

  /// The moment to which a clock time belongs that was computed from another moment. Of a time that occurs twice, it is
  /// the last one if the other moment was a last one too. Nil if the time never occurs, or does not fit.
  func moment(_ local: Int64, from origin: Int64, _ clock: inout ZoneClock) -> Int64? {
    switch clock.moments(local) {
    case .once(let moment)?: return moment
    case .twice(let first, let last)?:
      guard let own = clock.local(origin), case .twice(_, origin)? = clock.moments(own) else { return first }
      return last
    case .never?, nil: return nil
    }
  }
}

extension CalendarInterval {
  /// The start of the period that contains a moment, by the clocks of a zone; nil if it does not fit.
  ///
  /// Periods shorter than a day follow one another as moments do: a later moment is never in an earlier period. A day is
  /// one period, whatever its clocks do.
  func start(of moment: Int64, _ unit: TimeUnit, on clock: inout ZoneClock) -> Int64? {
    guard let local = clock.local(moment), let start = truncate(ticks: local, unit: unit) else { return nil }
    switch clock.moments(start) {
    case .once(let found)?:
      guard !isWholeDays, local - start < moment - found else { return found }
      // The clocks were put back since: a period that was over by then begins again when that happened.
      let change = clock.change(after: found, until: moment)
      let before = clock.local(change - 1).flatMap { truncate(ticks: $0, unit: unit) }
      return before == start ? found : change
    // The day starts later where its midnight never occurs.
    case .never(let change)?: return change
    // An hour that occurs twice is two periods, of which this one is the last that has begun.
    case .twice(let first, let last)?: return isWholeDays || last > moment ? first : last
    case nil: return nil
    }
  }
}

extension ZoneClock {
  /// The first moment after another at which the offset from UTC is not what it was; there is one until `end`.
  fileprivate mutating func change(after start: Int64, until end: Int64) -> Int64 {
    let old = offset(at: start)
    var (same, other) = (start, end)
    while other - same > 1 {
      let middle = same + (other - same) / 2
      if offset(at: middle) == old { same = middle } else { other = middle }
    }
    return other
  }
}

extension BoundExpression {
  /// The zone that a constant argument names; nil if it is null.
  fileprivate var zone: Zone? {
    get throws(Diagnostic) {
      guard case .text(let name)? = constantValue else { return nil }
      return try located(at: span) { () throws(Diagnostic) in try Zone.named(name.string) }
    }
  }

  fileprivate func asDatetime(_ type: DataType) -> String { type == .date ? "cast(\(self), datetime[us])" : "\(self)" }

  /// What the clocks of its zone show, as a datetime without a zone; other expressions as they are.
  func onItsClocks() throws(Diagnostic) -> BoundExpression {
    guard case .zoned = type else { return self }
    return try .call(.withZone, [self, .constant(.null, .null, span: span)], at: span)
  }
}
