import Diagnostics
import Tables

// Functions that read dates and datetimes from text in given formats, and write them.

extension Function {
  static let parseDate = parsing("parse_date", .date, fails: true)
  static let tryParseDate = parsing("try_parse_date", .date, fails: false)
  static let parseDatetime = parsing("parse_datetime", .datetime(.microseconds), fails: true)
  static let tryParseDatetime = parsing("try_parse_datetime", .datetime(.microseconds), fails: false)

  static let format = Function(
    "format", synonyms: ["strftime"], topic: "dates",
    [Parameter("x", .moment), Parameter("format", .text, constant: true)],
    summary: "a date or a datetime as text, in a format of `strftime`; month and day names are English",
    examples: [Example("train | with written = format(date, \"%d.%m.%Y\") | head 3", "as people write it")],
    typing: { (arguments) throws(Diagnostic) in
      if case .text(let form)? = arguments[1].constantValue {
        let pattern = try TimePattern(form.string, at: arguments[1].span)
        let hasOffset = pattern.fields.contains(.offset)
        if case .zoned = arguments[0].type {
          if !hasOffset { arguments[0] = try arguments[0].onItsClocks() }
        } else if hasOffset {
          throw Diagnostic(
            "\(arguments[0].type) has no time zone, so `%z` cannot be written", at: arguments[1].span,
            hint: "say which zone it is of: `with_zone(\(arguments[0]), \"UTC\")`")
        }
        if arguments[0].type == .date, let field = pattern.fields.first(where: \.isOfTime) {
          throw Diagnostic(
            "a date has no time of day to write as `%\(field.rawValue)`", at: arguments[1].span,
            hint: "cast it first: `format(cast(\(arguments[0]), datetime[ms]), \"\(form)\")`")
        }
      }
      return .string
    },
    body: .row { (call) throws(Diagnostic) in
      let column = try call.column(0)
      guard case .text(let form)? = call.arguments[1].value else { return .nulls(.string, count: call.rowCount) }
      let pattern = try TimePattern(form.string, at: call.span)
      var builder = TextColumnBuilder(capacity: call.rowCount)
      switch (column.values, column.type) {
      case (.i32(let days), _):
        builder.append(days, column.validity) { day, text in
          pattern.write(days: Int(day), nanoseconds: 0, digits: 9, to: &text)
        }
      case (.i64(let ticks), .datetime(let unit)):
        let perDay = unit.ticksPerSecond * 86_400
        if pattern.fields.contains(where: \.isOfTime) {
          builder.append(ticks, column.validity) { tick, text in
            pattern.write(
              days: Int(floorDivided(tick, perDay)),
              nanoseconds: floorRemainder(tick, perDay) * (1_000_000_000 / unit.ticksPerSecond),
              digits: unit.fractionDigits, to: &text)
          }
        } else {
          builder.append(mapped(ticks) { floorDivided($0, perDay) }, column.validity) { day, text in
            pattern.write(days: Int(day), nanoseconds: 0, digits: 9, to: &text)
          }
        }
      case (.i64(let ticks), .zoned(let unit, let zone)):
        let perDay = unit.ticksPerSecond * 86_400
        var clock = ZoneClock(zone, unit)
        for row in 0..<call.rowCount where !column.isNull(row) && clock.local(ticks[row]) == nil {
          throw .overflow(column.type, row: call.numbers[row], at: call.span)
        }
        builder.append(ticks, column.validity) { tick, text in
          let local = clock.local(tick) ?? 0
          pattern.write(
            days: Int(floorDivided(local, perDay)),
            nanoseconds: floorRemainder(local, perDay) * (1_000_000_000 / unit.ticksPerSecond),
            digits: unit.fractionDigits, offset: clock.offset(at: tick), to: &text)
        }
      default: return .nulls(.string, count: call.rowCount)
      }
      return builder.column()
    })

  private static func parsing(_ name: String, _ type: DataType, fails: Bool) -> Function {
    let what = type == .date ? "date" : "datetime"
    let form = type == .date ? "%d.%m.%Y" : "%d.%m.%Y %H:%M"
    let text = type == .date ? "31.12.2024" : "31.12.2024 23:59"
    return Function(
      name, topic: "dates", [Parameter("x", .text), Parameter("format", .anything, constant: true)],
      summary: "the \(what) that the text gives in a format of `strftime`"
        + (fails ? ", or in the first format of a list that fits; an error if none fits" : "; null if it does not fit"),
      examples: [Example("table t = [\"\(text)\"] | with x = \(name)(t, \"\(form)\")", "as people write it")],
      typing: { (arguments) throws(Diagnostic) in
        let patterns = try timePatterns(arguments[1], of: name)
        for pattern in patterns {
          guard pattern.namesADay else {
            throw Diagnostic(
              "`\(pattern.source)` does not say year, month and day", at: arguments[1].span, hint: "`\"\(form)\"`")
          }
          guard pattern.hoursAreClear else {
            throw Diagnostic(
              "`%I` counts hours from 1 to 12, and `\(pattern.source)` does not say which half of the day",
              at: arguments[1].span, hint: "add `%p` for AM or PM, or write `%H` for hours from 0 to 23")
          }
        }
        // A text with an offset says which moment it is.
        let saysMoments = !patterns.isEmpty && patterns.allSatisfy { $0.fields.contains(.offset) }
        if type != .date, !saysMoments { try requireOneKind(patterns, of: name, arguments) }
        if case .datetime(let unit) = type, saysMoments { return .zoned(unit, .utc) }
        return type
      },
      body: .row { (call) throws(Diagnostic) in
        let column = try call.column(0)
        guard case .text(let texts) = column.values else { return .nulls(call.resultType, count: call.rowCount) }
        let patterns = try call.arguments[1].timePatterns(at: call.span)
        if patterns.isEmpty { return .nulls(call.resultType, count: call.rowCount) }
        // Each distinct text is read once.
        let read = (0..<texts.dictionary.count).map { code -> Int64? in
          let bytes = texts.dictionary[code].bytes
          // A date is the day that the text says, which may be another one in UTC.
          return patterns.lazy.compactMap { $0.moment(bytes, inUTC: type != .date).flatMap { ticks($0, type) } }.first
        }
        var results = [Int64](repeating: 0, count: call.rowCount)
        var isKnown = [Bool](repeating: true, count: call.rowCount)
        for row in 0..<call.rowCount {
          if column.isNull(row) {
            isKnown[row] = false
          } else if let value = read[Int(texts.codes[row])] {
            results[row] = value
          } else if fails {
            let forms = patterns.map { "`\($0.source)`" }.joined(separator: " or ")
            throw Diagnostic(
              "`\(texts[row])` is not a \(what) in the format \(forms)\(inRow(call.numbers[row]))", at: call.span,
              hint: "`try_\(name)` gives null for it")
          } else {
            isKnown[row] = false
          }
        }
        let values: ColumnValues =
          type == .date ? .i32(mapped(Buffer(results)) { Int32(truncatingIfNeeded: $0) }) : .i64(Buffer(results))
        return Column(call.resultType, values, validity: isKnown.contains(false) ? Bitmap(isKnown) : nil)
      })
  }

  /// No type holds both moments and datetimes without a zone.
  private static func requireOneKind(
    _ patterns: [TimePattern], of name: String, _ arguments: [BoundExpression]
  ) throws(Diagnostic) {
    let offset = patterns.filter { $0.fields.contains(.offset) }.map { Value.text(Text($0.source)).literal }
    if offset.isEmpty { return }
    let plain = patterns.filter { !$0.fields.contains(.offset) }.map { Value.text(Text($0.source)).literal }
    func read(_ forms: [String], by name: String) -> String {
      "\(name)(\(arguments[0]), [\(forms.joined(separator: ", "))])"
    }
    let (moment, clock) = (read(offset, by: "try_parse_datetime"), read(plain, by: name))
    throw Diagnostic(
      "only some of the formats of `\(name)` have `%z`", at: arguments[1].span,
      label: "some say which moment it is, and some do not",
      hint: "read them apart: `coalesce(\(moment), with_zone(\(clock), \"UTC\"))`")
  }

  /// The formats of an argument, which is a text or a list of texts; null gives no formats.
  private static func timePatterns(
    _ argument: BoundExpression, of name: String
  ) throws(Diagnostic) -> [TimePattern] {
    let operand: Operand
    switch argument.node {
    case .constant(let value): operand = .constant(value, argument.type)
    case .list(let list): operand = .list(list)
    default: throw .wrongType(argument, expected: "a text or a list of texts", by: "`\(name)`")
    }
    guard operand.isTexts else {
      throw .wrongType(argument, expected: "a text or a list of texts", by: "`\(name)`")
    }
    return try operand.timePatterns(at: argument.span)
  }
}

extension Operand {
  fileprivate var isTexts: Bool { [.string, .null, .list(.string), .list(.null)].contains(type) }

  fileprivate func timePatterns(at span: SourceSpan?) throws(Diagnostic) -> [TimePattern] {
    var forms: [Value] = []
    switch self {
    case .constant(let value, _): forms = [value]
    case .list(let list): forms = (0..<list.elements.count).map { list.elements[$0] }
    case .column: break
    }
    var patterns: [TimePattern] = []
    for case .text(let form) in forms { patterns.append(try TimePattern(form.string, at: span)) }
    return patterns
  }
}

/// Converts to the days of a date or the ticks of a datetime; nil if it does not fit or its fraction is finer than a
/// tick.
private func ticks(_ moment: (days: Int, nanoseconds: Int64), _ type: DataType) -> Int64? {
  guard case .datetime(let unit) = type else { return Int32(exactly: moment.days).map { Int64($0) } }
  let (own, rest) = moment.nanoseconds.quotientAndRemainder(dividingBy: 1_000_000_000 / unit.ticksPerSecond)
  let all = Int128(moment.days) * 86_400 * Int128(unit.ticksPerSecond) + Int128(own)
  return rest == 0 ? Int64(exactly: all) : nil
}

extension TimeUnit {
  /// The number of digits of a fraction of a second in this unit.
  fileprivate var fractionDigits: Int {
    switch self {
    case .milliseconds: 3
    case .microseconds: 6
    case .nanoseconds: 9
    }
  }
}
