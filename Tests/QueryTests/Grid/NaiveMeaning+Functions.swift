import Diagnostics
import Foundation
import Query
import Tables

extension NaiveMeaning {
  private static let gaps: [String: NaiveGap] = ["hash": .hash]

  /// The offsets of the zones of the grid, in seconds east of UTC.
  static let zones = ["UTC": 0, "+05:30": 19_800]

  private enum Takes { case anything, number, whole, text, moment, list }

  private static let parameters: [String: [Takes]] = [
    "abs": [.number], "round": [.number, .whole], "floor": [.number], "ceil": [.number], "sqrt": [.number],
    "exp": [.number],
    "log": [.number], "log1p": [.number], "sign": [.number], "clip": [.number, .number, .number], "is_nan": [.number],
    "lower": [.text], "upper": [.text], "length": [.text], "trim": [.text], "contains": [.text, .text],
    "format": [.moment, .text], "parse_date": [.text, .anything], "parse_datetime": [.text, .anything],
    "try_parse_date": [.text, .anything], "try_parse_datetime": [.text, .anything],
    "matches": [.text, .text], "extract": [.text, .text, .whole], "extract_all": [.text, .text, .whole],
    "replace_regex": [.text, .text, .text],
    "starts_with": [.text, .text], "ends_with": [.text, .text], "replace": [.text, .text, .text],
    "strip": [.text, .text], "pad_left": [.text, .whole, .text], "pad_right": [.text, .whole, .text],
    "join_text": [.list, .text], "quarter": [.moment], "minute": [.moment],
    "second": [.moment],
    "add_months": [.moment, .whole],
    "slice": [.text, .whole, .whole], "split": [.text, .text], "year": [.moment], "month": [.moment], "day": [.moment],
    "weekday": [.moment], "week": [.moment], "hour": [.moment], "truncate": [.moment, .text],
    "to_zone": [.moment, .text], "with_zone": [.moment, .text, .text, .text], "list_len": [.list],
    "list_contains": [.list, .anything], "list_get": [.list, .whole], "list_first": [.list], "list_last": [.list],
    "list_slice": [.list, .whole, .whole], "list_sort": [.list], "list_reverse": [.list], "list_unique": [.list],
    "list_sum": [.list], "list_mean": [.list], "list_min": [.list], "list_max": [.list],
    "set_intersect": [.list, .list], "list_zip": [.list, .list],
    "set_union": [.list, .list], "set_difference": [.list, .list],
  ]

  func callType(_ name: String, _ arguments: [Query.Expression]) throws -> DataType {
    if let gap = Self.gaps[name] { throw NaiveFailure.unknown(gap) }
    if name == "cast" || name == "try_cast" {
      guard let wanted = DataType(named: arguments[1].span.text) else { throw NaiveFailure.types }
      let cast = NaiveCast(from: try type(arguments[0]), to: wanted)
      if !cast.isPossible { throw NaiveFailure.types }
      if cast.isWrittenElsewhere { throw NaiveFailure.unknown(.displayedTexts) }
      return wanted
    }
    if name.contains("parse_date") {
      guard try [.string, .null].contains(type(arguments[0])) else { throw NaiveFailure.types }
      let forms = try forms(arguments[1])
      for form in forms { try form.checkReading() }
      if name.hasSuffix("_date") { return .date }
      return forms.contains(where: \.hasZone) ? .zoned(.microseconds, try Zone.named("UTC")) : .datetime(.microseconds)
    }
    if name == "cut" {
      guard try type(arguments[0]).isNumeric || type(arguments[0]) == .null else { throw NaiveFailure.types }
      _ = try breaks(arguments[1])
      return .string
    }
    var types = try arguments.map(type)
    for (index, takes) in (Self.parameters[name] ?? []).enumerated() where takes == .list {
      if types.indices.contains(index), types[index] == .null { types[index] = .list(.null) }
    }
    for (own, takes) in zip(types, Self.parameters[name] ?? []) {
      let isTaken =
        switch takes {
        case .anything: true
        case .number: own.isNumeric
        case .whole: own.isInteger
        case .text: own == .string
        case .moment: own == .date || own.isDatetime
        case .list: { if case .list = own { true } else { false } }()
        }
      if !isTaken, own != .null { throw NaiveFailure.types }
    }
    var element: DataType { if case .list(let element) = types[0] { element } else { .null } }
    switch name {
    case "format":
      for form in try forms(arguments[1]) { try form.checkWriting(types[0]) }
      return .string
    case "coalesce", "least", "greatest", "clip":
      return try types.dropFirst().reduce(types[0]) { try meeting($0, $1) }
    case "sign": return types[0].hasScale ? .i8 : types[0]
    case "sqrt", "exp", "log", "log1p": return types[0] == .f32 ? .f32 : .f64
    case "is_nan", "contains", "starts_with", "ends_with", "matches": return .bool
    case "list_contains":
      _ = try meeting(element, types[1])
      return .bool
    case "lower", "upper", "trim", "replace", "slice", "strip", "pad_left", "pad_right", "extract",
      "replace_regex":
      return .string
    case "join_text":
      let cast = NaiveCast(from: element, to: .string)
      if !cast.isPossible { throw NaiveFailure.types }
      if cast.isWrittenElsewhere { throw NaiveFailure.unknown(.displayedTexts) }
      return .string
    case "to_text", "concat":
      for own in types where !NaiveCast(from: own, to: .string).isPossible { throw NaiveFailure.types }
      for own in types where NaiveCast(from: own, to: .string).isWrittenElsewhere {
        throw NaiveFailure.unknown(.displayedTexts)
      }
      return .string
    case "length", "list_len": return .u32
    case "split", "extract_all": return .list(.string)
    case "date":
      let isParts = types.count == 3 && types.allSatisfy { $0.isInteger || $0 == .null }
      let isOne = types.count == 1 && !types[0].isNumeric && NaiveCast(from: types[0], to: .date).isPossible
      if !isParts && !isOne { throw NaiveFailure.types }
      return .date
    case "year": return .i32
    case "quarter", "month", "day", "weekday", "week", "hour", "minute", "second": return .i8
    case "list_get", "list_first", "list_last", "list_min", "list_max": return element
    case "list_sum", "list_mean": return try NaiveAggregate(String(name.dropFirst(5)), element).type
    case "set_intersect", "set_union", "set_difference": return try meeting(types[0], types[1])
    case "to_zone", "with_zone": return try zoneType(name, arguments, types[0])
    case "list_zip":
      var second = DataType.null
      if case .list(let own) = types[1] { second = own }
      return .list(.structure([Field("first", element), Field("second", second)]))
    default: return types[0]
    }
  }

  private func zoneType(_ name: String, _ arguments: [Query.Expression], _ own: DataType) throws -> DataType {
    func written(_ index: Int) throws -> String? {
      guard case .text(let text) = try constant(arguments[index]) else { return nil }
      return text.string
    }
    for index in arguments.indices.dropFirst(2) {
      let allowed = index == 2 ? ["error", "earliest", "latest", "null"] : ["error", "null"]
      guard let word = try written(index), allowed.contains(word) else { throw NaiveFailure.types }
    }
    let unit = own.isDatetime ? own.unit ?? .microseconds : .microseconds
    guard let zone = try written(1) else {
      if name == "to_zone" { throw NaiveFailure.types }
      return .datetime(unit)
    }
    guard Self.zones[zone] != nil, name == "with_zone" || own.isZoned || own == .null else { throw NaiveFailure.types }
    return .zoned(unit, try Zone.named(zone))
  }

  /// The ascending numbers of a list, as they are written and as they are; none of null.
  private func breaks(_ expression: Query.Expression) throws -> [(text: String, number: NaiveNumber)] {
    if case .literal(.null) = expression.node { return [] }
    guard case .list(let elements) = expression.node, !elements.isEmpty else { throw NaiveFailure.types }
    let breaks = try elements.map { element in
      switch try constant(element) {
      case .integer(let number): ("\(number)", NaiveNumber(.integer(number), .i64))
      case .float(let number): ("\(number)", NaiveNumber(.float(number), .f64))
      default: throw NaiveFailure.types
      }
    }
    for (before, after) in zip(breaks, breaks.dropFirst()) where before.1.order(after.1) >= 0 {
      throw NaiveFailure.types
    }
    return breaks
  }

  /// A break belongs to the interval below it.
  private func interval(_ arguments: [Query.Expression], _ row: [String: Value]) throws -> Value {
    let (value, breaks) = (try value(arguments[0], row), try breaks(arguments[1]))
    let number = NaiveNumber(value, try type(arguments[0]))
    if value == .null || breaks.isEmpty || value == .float(.nan) { return .null }
    let below = breaks.last { $0.number.order(number) < 0 }?.text ?? "-inf"
    let above = breaks.first { $0.number.order(number) >= 0 }?.text ?? "inf"
    return .text(Text("(\(below), \(above)]"))
  }

  /// The forms that a text or a list of texts holds; none of null.
  private func forms(_ expression: Query.Expression) throws -> [NaiveForm] {
    switch expression.node {
    case .list(let elements): return try elements.flatMap(forms)
    case .literal(.text(let text)): return [try NaiveForm(text.string)]
    case .literal(.null): return []
    default: throw NaiveFailure.types
    }
  }

  private func formed(_ name: String, _ arguments: [Query.Expression], _ value: Value) throws -> Value {
    let forms = try forms(arguments[1])
    if value == .null || forms.isEmpty { return .null }
    if name == "format" { return .text(Text(try forms[0].written(value))) }
    guard case .text(let text) = value else { throw NaiveFailure.types }
    guard let nanoseconds = try forms.compactMap({ try $0.read(text.string) }).first else {
      if name.hasPrefix("try_") { return .null }
      throw NaiveFailure.refused
    }
    if name.hasSuffix("_date") { return .date(Int32(nanoseconds.floorDivided(by: NaiveCalendar.day))) }
    return .datetime(Int64(nanoseconds / 1000), .microseconds)
  }

  /// A whole number that is written with a sign.
  func constant(_ expression: Query.Expression) throws -> Value {
    if case .unary(.negate, let operand) = expression.node, case .literal(.integer(let number)) = operand.node {
      return .integer(-number)
    }
    return try value(expression, [:])
  }

  func call(_ name: String, _ arguments: [Query.Expression], _ row: [String: Value], _ type: DataType) throws -> Value {
    if name == "cast" || name == "try_cast" {
      let (own, cast) = (try value(arguments[0], row), NaiveCast(from: try self.type(arguments[0]), to: type))
      if name == "try_cast" { return cast.lenient(own) }
      guard let found = cast.value(own) else { throw NaiveFailure.refused }
      return found
    }
    if name == "cut" { return try interval(arguments, row) }
    if name == "format" || name.contains("parse_date") {
      return try formed(name, arguments, value(arguments[0], row))
    }
    let types = try arguments.map { argument in
      if case .call = argument.node { throw NaiveFailure.unknown(.nestedCalls) }
      return try self.type(argument)
    }
    let values = try arguments.map { $0.isWritten ? try constant($0) : try value($0, row) }
    if name.hasPrefix("pad_") {
      if case .integer(let width) = values[1], width > 1_000_000 { throw NaiveFailure.types }
      if values.count > 2, case .text(let fill) = values[2], fill.string.unicodeScalars.count != 1 {
        throw NaiveFailure.types
      }
    }
    let pattern = try pattern(name, values)
    let declared = functions.first { $0.name == name }?.parameters ?? []
    if name == "with_zone", values[1] == .null { return try NaiveCalendar.zoned(name, values, type) }
    for (index, value) in values.enumerated() where arguments[index].isWritten && value == .null {
      guard declared.indices.contains(index), declared[index].isConstant else {
        throw NaiveFailure.unknown(.nullConstants)
      }
      return .null
    }
    // Refused whatever the rows hold.
    if let pattern {
      if name != "replace_regex", values.count > 2, case .integer(let group) = values[2] {
        guard (0...Int128(pattern.groupCount)).contains(group) else { throw NaiveFailure.refused }
      }
      if values.contains(.null) { return .null }
      return try matched(name, values, pattern)
    }
    if name == "truncate", case .text(let every) = values[1], NaiveCalendar.length(every.string) == nil {
      throw NaiveFailure.types
    }
    if name == "split", values[1] == .text(Text("")) { throw NaiveFailure.refused }
    if name.hasSuffix("slice"), values.count > 2, case .integer(let count) = values[2], count < 0 {
      throw NaiveFailure.refused
    }
    switch name {
    case "coalesce":
      for (value, own) in zip(values, types) where value != .null { return try standing(value, own, as: type) }
      return .null
    case "least", "greatest":
      let known = try zip(values, types).map { try standing($0, $1, as: type) }.filter { $0 != .null }
      if type.isNested { throw NaiveFailure.unknown(.orderOfLists) }
      return try known.dropFirst().reduce(known.first ?? .null) { best, other in
        let order = try order(other, type, best, type)
        return (name == "least" ? order < 0 : order > 0) ? other : best
      }
    case "clip":
      let all = try zip(values, types).map { try standing($0, $1, as: type) }
      if all[0] == .null { return .null }
      let raised = try all[1] != .null && order(all[0], type, all[1], type) < 0 ? all[1] : all[0]
      return try all[2] != .null && order(raised, type, all[2], type) > 0 ? all[2] : raised
    case "list_get", "list_first", "list_last", "list_contains", "list_slice":
      return try listCall(name, values, types)
    default: break
    }
    if name == "concat" || name == "to_text" {
      // All of them become text, whatever the others are.
      let parts = try zip(values, types).map { value, own in
        guard let part = NaiveCast(from: own, to: .string).value(value) else { throw NaiveFailure.refused }
        return part
      }
      if parts.contains(.null) { return .null }
      return .text(Text(parts.map { if case .text(let part) = $0 { part.string } else { "" } }.joined()))
    }
    // The count becomes an i64 first: what does not fit is refused beside a null too.
    if name == "add_months", case .integer(let count) = values[1], Int64(exactly: count) == nil {
      throw NaiveFailure.refused
    }
    if name == "date", values.count == 3 { return try NaiveCalendar.call(name, values, type) }
    if values.contains(.null) { return .null }
    if name.hasSuffix("_zone") { return try NaiveCalendar.zoned(name, values, type) }
    switch types[0] {
    case .string: return try textCall(name, values)
    case .list: return try listCall(name, values, types)
    case .date, .datetime, .zoned, .time, .duration, .bool, .binary, .structure, .null:
      return try NaiveCalendar.call(name, values, type)
    default:
      return name == "date" ? try NaiveCalendar.call(name, values, type) : try number(name, values, types[0], type)
    }
  }

  private func number(_ name: String, _ values: [Value], _ own: DataType, _ type: DataType) throws -> Value {
    let value = values[0]
    switch (name, value) {
    case ("is_nan", .float(let number)): return .bool(number.isNaN)
    case ("is_nan", _): return .bool(false)
    case ("abs", .float(let number)): return .float(number.magnitude)
    case ("abs", .integer(let number)):
      guard (number < 0 ? -number : number).isHeld(by: type) else { throw NaiveFailure.refused }
      return .integer(number < 0 ? -number : number)
    case ("abs", .decimal(let number, let scale)): return .decimal(number < 0 ? -number : number, scale: scale)
    case ("sign", .float(let number)): return .float(number > 0 ? 1 : number < 0 ? -1 : number)
    case ("sign", .integer(let number)), ("sign", .decimal(let number, _)): return .integer(number.signum())
    case ("sqrt", _), ("exp", _), ("log", _), ("log1p", _):
      let number = if case .float(let number) = value { number } else { NaiveNumber(value, own).double }
      let result =
        switch name {
        case "sqrt": number.squareRoot()
        case "exp": Foundation.exp(number)
        case "log": Foundation.log(number)
        default: Foundation.log1p(number)
        }
      return .float(type == .f32 ? Double(Float(result)) : result)
    case ("round", .float(let number)):
      guard values.count == 1 || values[1] == .integer(0) else { throw NaiveFailure.unknown(.digitsOfFloats) }
      return .float(number.rounded(.toNearestOrEven))
    case ("floor", .float(let number)): return .float(number.rounded(.down))
    case ("ceil", .float(let number)): return .float(number.rounded(.up))
    case ("round", .integer(let number)), ("floor", .integer(let number)), ("ceil", .integer(let number)):
      return .integer(try rounded(name, number, 0, values, type))
    case ("round", .decimal(let number, let scale)), ("floor", .decimal(let number, let scale)),
      ("ceil", .decimal(let number, let scale)):
      return .decimal(try rounded(name, number, scale, values, type), scale: scale)
    default: throw NaiveFailure.unknown(.fault)
    }
  }

  /// Half to even, in multiples of ten, of whole or unscaled digits.
  private func rounded(_ name: String, _ number: Int128, _ scale: Int, _ values: [Value], _ type: DataType) throws
    -> Int128
  {
    var digits = 0
    if values.count > 1, case .integer(let wanted) = values[1] { digits = Int(max(-100, min(100, wanted))) }
    if digits >= scale { return number }
    // Beyond all that 128 bits hold, zero is nearest.
    if scale - digits > 38 {
      if name == "round" || number == 0 || (name == "floor") == (number > 0) { return 0 }
      throw NaiveFailure.refused
    }
    let step = Int128.tenTo(scale - digits)
    let below = number.floorDivided(by: step)
    let rest = number - below * step
    let isUp =
      name == "ceil" ? rest > 0 : name == "round" && (rest > step - rest || rest == step - rest && below % 2 != 0)
    let (result, overflow) = (below + (isUp ? 1 : 0)).multipliedReportingOverflow(by: step)
    guard !overflow, result.isHeld(by: type) else { throw NaiveFailure.refused }
    return result
  }

  private func textCall(_ name: String, _ values: [Value]) throws -> Value {
    func text(_ index: Int) throws -> String {
      guard case .text(let text) = values[index] else { throw NaiveFailure.unknown(.fault) }
      return text.string
    }
    let own = try text(0)
    switch name {
    case "lower": return .text(Text(own.lowercased()))
    case "upper": return .text(Text(own.uppercased()))
    case "length": return .integer(Int128(own.unicodeScalars.count))
    case "trim", "strip":
      var scalars = own.unicodeScalars[...]
      let unwanted = values.count > 1 ? try text(1).unicodeScalars.map { $0 } : nil
      func goes(_ scalar: Unicode.Scalar?) -> Bool {
        guard let scalar else { return false }
        return unwanted?.contains(scalar) ?? scalar.properties.isWhitespace
      }
      while goes(scalars.first) { scalars.removeFirst() }
      while goes(scalars.last) { scalars.removeLast() }
      return .text(Text(String(scalars)))
    case "pad_left", "pad_right":
      guard case .integer(let width) = values[1] else { throw NaiveFailure.unknown(.fault) }
      let fill = values.count > 2 ? try text(2) : " "
      let missing = String(repeating: fill, count: max(0, Int(max(-1, width)) - own.unicodeScalars.count))
      return .text(Text(name == "pad_left" ? missing + own : own + missing))
    case "contains":
      let (all, part) = (Array(own.utf8), Array(try text(1).utf8))
      return .bool(
        part.count <= all.count && (0...all.count - part.count).contains { Array(all[$0..<$0 + part.count]) == part })
    case "starts_with": return .bool(own.utf8.starts(with: try text(1).utf8))
    case "ends_with": return .bool(own.utf8.reversed().starts(with: try text(1).utf8.reversed()))
    case "replace":
      let old = try text(1)
      return .text(Text(old.isEmpty ? own : own.replacingOccurrences(of: old, with: try text(2), options: .literal)))
    case "split":
      let separator = try text(1)
      if separator.isEmpty { throw NaiveFailure.refused }
      let pieces = own.unicodeScalars.split(separator: separator.unicodeScalars, omittingEmptySubsequences: false)
      return .list(pieces.map { .text(Text(String($0))) })
    case "slice":
      let scalars = Array(own.unicodeScalars)
      return .text(Text(String(String.UnicodeScalarView(scalars[try range(values, scalars.count)]))))
    case "date": return try NaiveCalendar.call(name, values, .date)
    default: throw NaiveFailure.unknown(.fault)
    }
  }

  /// The pattern of a function that takes one; it has to be one whatever the rows hold.
  private func pattern(_ name: String, _ values: [Value]) throws -> NaivePattern? {
    guard ["matches", "extract", "extract_all", "replace_regex"].contains(name), case .text(let text) = values[1] else {
      return nil
    }
    let pattern = try NaivePattern(text.string)
    if name == "replace_regex", case .text(let with) = values[2] {
      let nothing = NaivePattern.Match(range: 0..<0, groups: [:])
      _ = try pattern.replacement(with.string, of: nothing, in: [])
    }
    return pattern
  }

  private func matched(_ name: String, _ values: [Value], _ pattern: NaivePattern) throws -> Value {
    guard case .text(let own) = values[0] else { throw NaiveFailure.unknown(.fault) }
    let text = Array(own.string.unicodeScalars)
    let matches = pattern.matches(in: text)
    var group = name == "extract" ? min(1, pattern.groupCount) : 0
    if values.count > 2, case .integer(let wanted) = values[2] { group = Int(wanted) }
    func part(_ match: NaivePattern.Match) throws -> Value {
      try pattern.group(group, of: match, in: text).map { .text(Text($0)) } ?? .null
    }
    switch name {
    case "matches": return .bool(!matches.isEmpty)
    case "extract": return try matches.first.map(part) ?? .null
    case "extract_all": return .list(try matches.map(part))
    default:
      guard case .text(let with) = values[2] else { throw NaiveFailure.unknown(.fault) }
      var (result, end) = ("", 0)
      for match in matches {
        result += String(String.UnicodeScalarView(text[end..<match.range.lowerBound]))
        result += try pattern.replacement(with.string, of: match, in: text)
        end = match.range.upperBound
      }
      return .text(Text(result + String(String.UnicodeScalarView(text[end...]))))
    }
  }

  /// So many places from a start that may count from the end, as far as there are any.
  private func range(_ values: [Value], _ count: Int) throws -> Range<Int> {
    guard case .integer(let start) = values[1] else { throw NaiveFailure.unknown(.fault) }
    let first = start < 0 ? start + Int128(count) : start
    var end = Int128(count)
    if values.count > 2, case .integer(let length) = values[2] { end = min(end, first + length) }
    let low = max(0, min(Int128(count), first))
    return Int(low)..<Int(max(low, end))
  }

  private func listCall(_ name: String, _ values: [Value], _ types: [DataType]) throws -> Value {
    guard case .list(let elements) = values[0], case .list(let own) = types[0] else { return .null }
    func find(_ value: Value, in list: [Value], _ other: DataType, of type: DataType) throws -> Bool {
      try list.contains { one in
        if one == .null || value == .null { return one == value }
        return try order(one, other, value, type) == 0
      }
    }
    func distinct(_ list: [Value], _ type: DataType) throws -> [Value] {
      var found: [Value] = []
      for element in list where try !find(element, in: found, type, of: type) { found.append(element) }
      return found
    }
    switch name {
    case "join_text":
      guard case .text(let separator) = values[1] else { throw NaiveFailure.unknown(.fault) }
      let cast = NaiveCast(from: own, to: .string)
      let parts = try elements.filter { $0 != .null }.map { element in
        guard case .text(let part) = cast.value(element) else { throw NaiveFailure.refused }
        return part.string
      }
      return .text(Text(parts.joined(separator: separator.string)))
    case "list_len": return .integer(Int128(elements.count))
    case "list_first": return elements.first ?? .null
    case "list_last": return elements.last ?? .null
    case "list_reverse": return .list(elements.reversed())
    case "list_unique": return .list(try distinct(elements, own))
    case "list_contains":
      if values[1] == .null { return .null }
      return .bool(try elements.contains { try $0 != .null && order($0, own, values[1], types[1]) == 0 })
    case "list_get":
      guard case .integer(let index) = values[1] else { return .null }
      let place = index < 0 ? index + Int128(elements.count) : index
      return 0 <= place && place < elements.count ? elements[Int(place)] : .null
    case "list_slice": return .list(Array(elements[try range(values, elements.count)]))
    case "list_sort", "list_sum", "list_mean", "list_min", "list_max":
      let aggregate = try NaiveAggregate(String(name.dropFirst(5)), own)
      return name == "list_sort" ? .list(try aggregate.sorted(elements)) : try aggregate.value(elements)
    case "list_zip":
      guard case .list(let others) = values[1] else { return .null }
      if others.count != elements.count { throw NaiveFailure.refused }
      return .list(zip(elements, others).map { .structure(["first", "second"], [$0, $1]) })
    case "set_intersect", "set_union", "set_difference":
      guard case .list(let others) = values[1], case .list(let other) = types[1] else { return .null }
      guard case .list(let type) = try meeting(types[0], types[1]) else { throw NaiveFailure.types }
      let (a, b) = (
        try elements.map { try standing($0, own, as: type) }, try others.map { try standing($0, other, as: type) }
      )
      if name == "set_union" { return .list(try distinct(a + b, type)) }
      return .list(try distinct(a, type).filter { try find($0, in: b, type, of: type) == (name == "set_intersect") })
    default: throw NaiveFailure.unknown(.fault)
    }
  }
}

extension Query.Expression {
  /// Whether it is a literal, with a sign or without.
  fileprivate var isWritten: Bool {
    switch node {
    case .literal: true
    case .unary(.negate, let operand): operand.isWritten
    default: false
    }
  }
}
