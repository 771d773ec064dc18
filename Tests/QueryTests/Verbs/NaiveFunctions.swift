import Foundation
import Query
import Tables

/// Whether an evaluator met something that it does not know: what it gave then means nothing.
final class NaiveReach {
  var isExceeded = false
}

extension NaiveEvaluator {
  /// A function of the values of one row.
  func call(_ name: String, _ values: [Value], type: String?) -> Value {
    if name == "coalesce" { return values.first { $0 != .null } ?? .null }
    if name == "least" || name == "greatest" {
      let known = values.filter { !$0.isMissing }
      return (name == "least" ? known.min { $0.order($1) < 0 } : known.max { $0.order($1) < 0 }) ?? values.first
        ?? .null
    }
    guard let first = values.first, first != .null, !values.contains(.null) else { return .null }
    switch first {
    case .integer(let number): return call(name, number, values, type)
    case .float(let number): return call(name, number, values, type)
    case .text(let text): return call(name, text.string, values, type)
    case .date(let days): return call(name, day: Int(days))
    case .list(let elements): return call(name, elements, values)
    default: return giveUp()
    }
  }

  func giveUp() -> Value {
    reach.isExceeded = true
    return .null
  }

  private func call(_ name: String, _ number: Int128, _ values: [Value], _ type: String?) -> Value {
    switch name {
    case "abs": return .integer(abs(number))
    case "sign": return .integer(number.signum())
    case "clip": return .integer(max(Int128(values[1].asInt), min(Int128(values[2].asInt), number)))
    case "cast" where type == "str": return .text(Text("\(number)"))
    case "cast" where type == "f64": return .float(Double(number))
    case "cast" where type?.hasPrefix("i") == true || type?.hasPrefix("u") == true: return .integer(number)
    case "date":
      return CivilDate(year: Int(number), month: values[1].asInt, day: values[2].asInt).map { .date(Int32($0.days)) }
        ?? .null
    default: return giveUp()
    }
  }

  private func call(_ name: String, _ number: Double, _ values: [Value], _ type: String?) -> Value {
    switch name {
    case "abs": .float(abs(number))
    case "floor": .float(number.rounded(.down))
    case "ceil": .float(number.rounded(.up))
    case "sqrt": .float(number.squareRoot())
    case "exp": .float(exp(number))
    case "log": .float(log(number))
    case "log1p": .float(log1p(number))
    case "is_nan": .bool(number.isNaN)
    case "round" where values[1].asInt == 0: .float(number.rounded(.toNearestOrEven))
    case "cast" where type == "f64": .float(number)
    default: giveUp()
    }
  }

  private func call(_ name: String, _ text: String, _ values: [Value], _ type: String?) -> Value {
    func other(_ index: Int) -> String {
      if case .text(let text) = values[index] { text.string } else { "\(values[index])" }
    }
    // By code points, as polars counts characters and compares texts.
    let scalars = Array(text.unicodeScalars)
    switch name {
    case "lower": return .text(Text(text.lowercased()))
    case "upper": return .text(Text(text.uppercased()))
    case "length": return .integer(Int128(scalars.count))
    case "contains": return .bool(Self.places(of: Array(other(1).utf8), in: Array(text.utf8)) != [])
    case "starts_with": return .bool(text.utf8.starts(with: other(1).utf8))
    case "ends_with": return .bool(text.utf8.reversed().starts(with: other(1).utf8.reversed()))
    case "concat": return .text(Text(values.indices.map { other($0) }.joined()))
    case "slice":
      let count = values.count > 2 ? values[2].asInt : scalars.count
      let range = Self.range(values[1].asInt, count, of: scalars.count)
      return .text(Text(String(String.UnicodeScalarView(scalars[range]))))
    case "cast" where type == "str": return values[0]
    default: return giveUp()
    }
  }

  private func call(_ name: String, day: Int) -> Value {
    let date = CivilDate(days: day)
    return switch name {
    case "year": .integer(Int128(date.year))
    case "month": .integer(Int128(date.month))
    case "day": .integer(Int128(date.day))
    // 1970-01-01 was a Thursday.
    case "weekday": .integer(Int128(((day + 3) % 7 + 7) % 7 + 1))
    default: giveUp()
    }
  }

  private func call(_ name: String, _ list: [Value], _ values: [Value]) -> Value {
    func distinct(_ list: [Value]) -> [Value] {
      list.reduce(into: []) { seen, element in if !seen.contains(element) { seen.append(element) } }
    }
    func second() -> [Value] { if case .list(let other) = values[1] { other } else { [] } }
    let known = list.filter { $0 != .null }
    switch name {
    case "list_len": return .integer(Int128(list.count))
    case "list_first": return list.first ?? .null
    case "list_last": return list.last ?? .null
    case "list_reverse": return .list(list.reversed())
    case "list_unique": return .list(distinct(list))
    case "list_contains": return .bool(known.contains { $0.order(values[1]) == 0 })
    case "list_min": return known.min { $0.order($1) < 0 } ?? .null
    case "list_max": return known.max { $0.order($1) < 0 } ?? .null
    case "list_sort":
      return .list(known.sorted { $0.order($1) < 0 } + list.filter { $0 == .null })
    case "list_get":
      let place = values[1].asInt < 0 ? list.count + values[1].asInt : values[1].asInt
      return list.indices.contains(place) ? list[place] : .null
    case "list_slice": return .list(Array(list[Self.range(values[1].asInt, values[2].asInt, of: list.count)]))
    case "set_union": return .list(distinct(list + second()))
    case "set_intersect": return .list(distinct(list.filter { second().contains($0) }))
    case "set_difference": return .list(distinct(list.filter { !second().contains($0) }))
    default: return giveUp()
    }
  }

  /// So many places from a start that may count from the end, as far as there are any.
  private static func range(_ start: Int, _ count: Int, of length: Int) -> Range<Int> {
    let first = start < 0 ? length + start : start
    let end = min(length, first + count)
    return min(length, max(0, first))..<max(min(length, max(0, first)), end)
  }

  private static func places(of part: [UInt8], in whole: [UInt8]) -> [Int] {
    guard part.count <= whole.count else { return [] }
    return (0...whole.count - part.count).filter { Array(whole[$0..<$0 + part.count]) == part }
  }
}
