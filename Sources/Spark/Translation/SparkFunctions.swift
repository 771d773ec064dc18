import Diagnostics
package import Query
import Tables

/// The translations of functions. A function without an entry is refused.
package enum SparkFunctions {
  /// Whether there is a translation of the function.
  package static func has(_ function: Function) -> Bool {
    switch function.kind {
    case .row: rows.keys.contains { $0 == function.name || $0.hasPrefix(function.name + "/") }
    case .aggregate: aggregates[function.name] != nil
    case .window: SparkTranslator.windows.contains(function.name)
    }
  }

  static func form(_ name: String, count: Int, in table: [String: SparkForm]) -> SparkForm? {
    table["\(name)/\(count)"] ?? table[name]
  }

  static let rows: [String: SparkForm] = numbers.merging(texts) { a, _ in a }.merging(dates) { a, _ in a }
    .merging(lists) { a, _ in a }

  // MARK: Numbers

  private static let numbers: [String: SparkForm] = [
    "abs": SparkForm { (call, translator) throws(Diagnostic) in
      if call.type.isFloat || call.type.isDecimal { return .call("abs", call.values) }
      guard call.type.wholeRange?.least != 0 else { return call.first }
      let negative = try translator.arithmetic(.subtract, .whole(0), call.first, call.type, at: call.span)
      return .when((call.first.isBelow(.whole(0)), negative), otherwise: call.first)
    }.plainly { .call("abs", $0.values) },
    "round": SparkForm { (call, translator) throws(Diagnostic) in
      let digits = call.integer(1) ?? 0
      if case .decimal(_, let scale) = call.type, digits >= 0 {
        return digits >= scale ? call.first : .call("bround", [call.first, .int(digits)])
      }
      if call.type.isInteger, digits >= 0 { return call.first }
      guard call.type.isFloat, 0...15 ~= digits else {
        throw translator.refusal("`round` before the point", at: call.span)
      }
      let value = call.first.cast(.double)
      if digits == 0 { return toEven(value) }
      let scale = SparkExpression.double((0..<digits).reduce(1.0) { power, _ in power * 10 })
      let isSmall = SparkExpression.call("abs", [value]).isBelow(.double(1e290))
      return .when((isSmall, .call("/", [toEven(value.times(scale)), scale])), otherwise: value)
    }.plainly("halves are those of the digits that are written") { call in
      .call("bround", [call.first, .int(call.integer(1) ?? 0)])
    },
    "floor": SparkForm { (call, translator) throws(Diagnostic) in
      if call.type.isInteger { return call.first }
      return call.type.isFloat ? translator.wholeFloor(call.first.cast(.double)) : .call("floor", call.values)
    }.plainly { .call("floor", $0.values) },
    "ceil": SparkForm { (call, translator) throws(Diagnostic) in
      if call.type.isInteger { return call.first }
      return call.type.isFloat ? translator.wholeFloor(call.first.cast(.double), up: true) : .call("ceil", call.values)
    }.plainly { .call("ceil", $0.values) },
    "sqrt": .of { .call("sqrt", [$0.first.cast(.double)]) }.plainly { .call("sqrt", $0.values) },
    "exp": .of { .call("exp", [$0.first.cast(.double)]) }.plainly { .call("exp", $0.values) },
    "log": .of { logarithm($0.first.cast(.double), zero: 0, "ln") }
      .plainly("of zero and below it is null") { .call("ln", $0.values) },
    "log1p": .of { logarithm($0.first.cast(.double), zero: -1, "log1p") }
      .plainly("of -1 and below it is null") { .call("log1p", $0.values) },
    "sign": .of { call in
      let zero = SparkExpression.int(0)
      return .when(
        (call.first.isAbove(zero).and(isNumber(call)), .int(1)), (call.first.isBelow(zero), .int(-1)),
        otherwise: call.type.isFloat ? call.first : .when((call.first.isKnown, zero)))
    }.plainly { .call("signum", $0.values) },
    "clip": .of { call in
      let (value, least, greatest) = (call.values[0], call.values[1], call.values[2])
      let raised = SparkExpression.when((value.isBelow(least), least), otherwise: value)
      return .when((raised.isAbove(greatest), greatest), otherwise: raised)
    },
    "least": .same("least"), "greatest": .same("greatest"), "coalesce": .same("coalesce"),
    "is_nan": .of { call in
      guard call.inputType.isFloat else { return .when((call.first.isKnown, .literal(.bool(false)))) }
      return .when((call.first.isKnown, .call("isnan", call.values)))
    },
    "cut": SparkForm { (call, translator) throws(Diagnostic) in
      guard case .list(let list) = call.arguments[1].node else { return .literal(.null(.text)) }
      let ends = ["-inf"] + (0..<list.elements.count).map { list.elements[$0].description } + ["inf"]
      var cases = [call.first.isNull, .literal(.null(.text))]
      if call.inputType.isFloat { cases += [.call("isnan", [call.first]), .literal(.null(.text))] }
      for index in 0..<list.elements.count {
        let edge = try translator.literal(list.elements[index], list.elements.type, at: call.span)
        cases += [.call("<=", [call.first, edge]), .text("(\(ends[index]), \(ends[index + 1])]")]
      }
      return .call("when", cases + [.text("(\(ends[ends.count - 2]), inf]")])
    },
  ]

  /// Rounds to the nearest integer, halves to even. `rint` differs between servers.
  private static func toEven(_ value: SparkExpression) -> SparkExpression {
    let below = SparkExpression.call("floor", [value]).cast(.double)
    let rest = value.minus(below)
    let isOdd = SparkExpression.call("%", [below, .double(2)]).equals(.double(0)).negated
    let isUp = rest.isAbove(.double(0.5)).or(rest.equals(.double(0.5)).and(isOdd))
    let rounded = below.plus(.when((isUp, .double(1)), otherwise: .double(0)))
    return .when((SparkExpression.call("abs", [value]).isBelow(.double(0x1p52)), rounded), otherwise: value)
  }

  private static func isNumber(_ call: SparkForm.Call) -> SparkExpression {
    call.type.isFloat ? .call("isnan", [call.first]).negated : .literal(.bool(true))
  }

  /// A logarithm. Outside its domain, Spark returns null and Lectern -inf or NaN.
  private static func logarithm(_ value: SparkExpression, zero: Double, _ name: String) -> SparkExpression {
    .when(
      (value.equals(.double(zero)), .double(-.infinity)), (value.isBelow(.double(zero)), .double(.nan)),
      otherwise: .call(name, [value]))
  }

  // MARK: Dates

  private static let dates: [String: SparkForm] = [
    "date/1": .of { $0.first },
    "date/3": .of { .call("make_date", $0.values.map { $0.cast(.integer) }) }.plainly { .call("make_date", $0.values) },
    "year": .same("year"), "quarter": .same("quarter"), "month": .same("month"), "day": .same("day"),
    "weekday": .of { call in
      // Computed from the distance to a Monday, because `weekday` differs between servers.
      let days = SparkExpression.call("datediff", [call.first.cast(.date), .literal(.date(4))])
      let rest = SparkExpression.call("%", [days, .int(7)])
      return SparkExpression.call("%", [rest.plus(.int(7)), .int(7)]).plus(.int(1))
    }.plainly { SparkExpression.call("weekday", $0.values).plus(.int(1)) },
    "week": .same("weekofyear"),
    "hour": clock("hour"), "minute": clock("minute"), "second": clock("second"),
    "truncate": SparkForm { (call, translator) throws(Diagnostic) in
      let days = ["1d": "day", "1w": "week", "1mo": "month", "1q": "quarter", "1y": "year"]
      let hours = ["1h": "hour", "1m": "minute", "1s": "second"]
      let every = call.text(1) ?? ""
      if call.type == .date, let unit = days[every] {
        return unit == "day" ? call.first : .call("trunc", [call.first, .text(unit)])
      }
      guard let unit = days[every] ?? hours[every] else {
        throw translator.refusal("pieces of `\(every)`", at: call.span)
      }
      return .call("date_trunc", [.text(unit), call.first])
    },
    "add_months": SparkForm { (call, translator) throws(Diagnostic) in
      guard call.type == .date else {
        throw translator.refusal("months added to a \(call.type)", at: call.span, hint: "`date(x)` is its day")
      }
      return .call("add_months", [call.first, call.values[1].cast(.integer)])
    },
    "format": SparkForm { (call, translator) throws(Diagnostic) in
      .call("date_format", [call.first, .text(try javaPattern(call.text(1) ?? "", call, translator))])
    },
  ]

  private static func clock(_ name: String) -> SparkForm {
    .of { call in
      call.inputType == .date ? .when((call.first.isKnown, .int(0))) : .call(name, call.values)
    }
  }

  /// Converts a `strftime` format to a Java pattern. Refuses directives other than numbers.
  private static func javaPattern(
    _ form: String, _ call: SparkForm.Call, _ translator: SparkTranslator
  ) throws(Diagnostic) -> String {
    let parts: [Character: String] = ["Y": "yyyy", "m": "MM", "d": "dd", "H": "HH", "M": "mm", "S": "ss"]
    var result = ""
    var isMarked = false
    for character in form {
      if isMarked {
        guard let part = parts[character] else { throw translator.refusal("the form `\(form)`", at: call.span) }
        result += part
        isMarked = false
      } else if character == "%" {
        isMarked = true
      } else if character.isASCII, " .,:-/T".contains(character) {
        result += character == "T" ? "'T'" : String(character)
      } else {
        throw translator.refusal("the form `\(form)`", at: call.span)
      }
    }
    return result
  }

  // MARK: Lists

  private static let lists: [String: SparkForm] = [
    "list_len": .of { call in .when((call.first.isKnown, .call("size", call.values))) }
      .plainly { .call("array_size", $0.values) },
    "list_contains": .of { call in
      .when(
        (
          call.first.isKnown.and(call.values[1].isKnown),
          .call("coalesce", [.call("array_contains", call.values), .literal(.bool(false))])
        ))
    }.plainly("null where the value is not found and the list has a null") { .call("array_contains", $0.values) },
    "list_get": SparkForm { (call, translator) throws(Diagnostic) in
      guard let place = call.integer(1) else { throw translator.refusal("places that differ by row", at: call.span) }
      if place >= 0 { return .call("get", [call.first, .int(place)]) }
      // Servers do not agree on what stands before the first place.
      let index = SparkExpression.call("size", [call.first]).plus(.int(place))
      return .when((.call(">=", [index, .int(0)]), .call("get", [call.first, index])))
    },
    "list_first": .of { .call("get", [$0.first, .int(0)]) },
    "list_last": .of { .call("get", [$0.first, SparkExpression.call("size", [$0.first]).minus(.int(1))]) },
    "list_slice": SparkForm { (call, translator) throws(Diagnostic) in
      guard let from = call.integer(1), from >= 0 else {
        throw translator.refusal("places from the end of lists", at: call.span)
      }
      let count = call.arguments.count > 2 ? call.integer(2).map { SparkExpression.int($0) } : nil
      return .call("slice", [call.first, .int(from + 1), count ?? .call("size", [call.first])])
    },
    "list_sort": .same("array_sort"), "list_reverse": .same("reverse"), "list_unique": .same("array_distinct"),
    "list_sum": SparkForm { (call, translator) throws(Diagnostic) in try listSum(call, &translator) }.plainly { call in
      let isFloat = call.type.isFloat
      let value = SparkExpression.call("coalesce", [.variable("e"), isFloat ? .double(0) : .whole(0)])
      let sum = SparkExpression.lambda(SparkExpression.variable("a").plus(value), ["a", "e"])
      return .call("aggregate", [call.first, isFloat ? .double(0) : SparkExpression.whole(0).cast(.long), sum])
    },
    "list_mean": SparkForm { (call, translator) throws(Diagnostic) in
      guard case .list(let element) = call.inputType, element.isInteger || element == .f64 else {
        throw translator.refusal("the mean of a \(call.inputType)", at: call.span)
      }
      let number = SparkExpression.lambda(.cast(.variable("e"), .double), ["e"])
      let known = SparkExpression.call(
        "filter", [.call("transform", [call.first, number]), .lambda(SparkExpression.variable("e").isKnown, ["e"])])
      let sum = SparkExpression.call(
        "aggregate",
        [known, .double(0), .lambda(SparkExpression.variable("a").plus(.variable("e")), ["a", "e"])])
      let count = SparkExpression.call("size", [known])
      return .when((count.isAbove(.int(0)), .call("/", [sum, count.cast(.double)])))
    },
    "list_min": extreme("array_min"), "list_max": extreme("array_max"), "set_intersect": .same("array_intersect"),
    "set_union": .same("array_union"), "set_difference": .same("array_except"),
    // `SparkTranslator.formula` translates these.
    "list_map": .of { $0.first }, "list_filter": .of { $0.first },
  ]

  private static func listSum(
    _ call: SparkForm.Call, _ translator: inout SparkTranslator
  ) throws(Diagnostic) -> SparkExpression {
    guard case .list(let element) = call.inputType, element.isInteger && element != .u64 || element == .f64 else {
      throw translator.refusal("the sum of a \(call.inputType)", at: call.span)
    }
    let (zero, name): (SparkExpression, String) = element == .f64 ? (.double(0), "+") : (.whole(0), "try_add")
    let value = SparkExpression.call("coalesce", [.cast(.variable("e"), element == .f64 ? .double : .long), zero])
    let sum = SparkExpression.call(
      "aggregate", [call.first, zero, .lambda(.call(name, [.variable("a"), value]), ["a", "e"])])
    if element == .f64 { return sum }
    let overflow = translator.raising("i64 overflows on \(translator.engine)", .long, at: call.span)
    return .when((call.first.isKnown.and(sum.isNull), overflow), otherwise: sum)
  }

  private static func extreme(_ name: String) -> SparkForm {
    SparkForm { (call, translator) throws(Diagnostic) in
      if call.type.isFloat { throw translator.refusal("`\(call.name)` of floats, which may be NaN", at: call.span) }
      return .call(name, call.values)
    }
  }
}
