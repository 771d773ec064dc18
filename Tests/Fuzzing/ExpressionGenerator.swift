import Diagnostics
import Generators
import Query
import Tables

/// Generates expressions from columns, literals, operators and every function of the registry, mostly with matching
/// types.
struct ExpressionGenerator {
  var random: SplitMix
  /// The columns that an expression can name.
  var columns: [Field]
  /// The session's scalars and lists.
  var constants = ["$n", "$x", "$s", "$ids", "$words"]

  /// The kind of value that an expression should have.
  enum Want: CaseIterable {
    case number, whole, text, truth, moment, span, list, anything

    func matches(_ type: DataType) -> Bool {
      switch (self, type) {
      case (.anything, _), (_, .null): true
      case (.number, _): type.isNumeric
      case (.whole, _): type.isInteger
      case (.text, .string), (.truth, .bool): true
      case (.moment, .date), (.moment, .datetime): true
      case (.span, .duration), (.list, .list): true
      default: false
      }
    }
  }

  private static let literals: [Want: [String]] = [
    .number: [
      "0", "1", "-1", "2.5", "1e308", "-1e-308", "9223372036854775807", "-9223372036854775808", "0.1", "300",
      "18446744073709551615", "99999999999999999999999",
    ],
    .whole: ["0", "1", "2", "3", "-1", "7", "127", "255", "2147483647", "9223372036854775807", "-9223372036854775808"],
    .text: [
      "\"\"", "\"a\"", "\"чай 😀\"", "\"2024-07-01\"", "\"1d\"", "\"(\"", "\"(.)\"", "\"\\u{202E}\"", "\"1e5\"",
      "\"\\n\\t\"", "\"%d.%m.%Y\"", "\"12:30:00\"", "\"-0\"", "\"a,b\"", "\"3mo\"",
    ],
    .truth: ["true", "false"],
    .moment: ["date(2024, 7, 1)", "date(2024, 2, 29)", "\"2024-07-01\"", "date(9999, 12, 31)"],
    .span: ["\"1d\"", "cast(86400, duration[ms])", "cast(-1, duration[ns])"],
    .list: ["[]", "[1, 2, null]", "[\"a\", \"b\"]", "[[1], []]", "[0.5]", "[date(2024, 1, 1)]", "[1, 300]"],
    .anything: ["null", "0", "\"\"", "true"],
  ]

  static let types = [
    "bool", "i8", "i16", "i32", "i64", "u8", "u16", "u32", "u64", "f32", "f64", "str", "binary", "date", "time", "null",
    "datetime[ms]", "datetime[us]", "datetime[ns]", "duration[ms]", "duration[ns]", "decimal[10,2]", "decimal[38,38]",
    "decimal[1,0]", "list[i8]", "list[str]", "list[list[f64]]", "list[decimal[5,2]]", "int", "text",
  ]

  private static let byKind = Dictionary(grouping: functions, by: \.kind)

  mutating func expression(_ want: Want, depth: Int = 3) -> String {
    guard depth > 0 else { return leaf(want) }
    // Sometimes another kind, so that type errors are tested too.
    let want = random.chance(4) ? random.pick(Want.allCases) : want
    switch random.below(10) {
    case 0..<4: return leaf(want)
    case 4..<6: return call(.row, want, depth: depth - 1)
    case 6:
      let condition = expression(.truth, depth: depth - 1)
      return "if \(condition) then \(expression(want, depth: depth - 1)) else \(expression(want, depth: depth - 1))"
    case 7 where random.chance(30): return "(\(aggregate(depth: depth - 1)))"
    default: return operation(want, depth: depth - 1)
    }
  }

  private mutating func leaf(_ want: Want) -> String {
    let fitting = columns.filter { want.matches($0.type) }
    if random.chance(6) { return random.pick(constants) }
    if !fitting.isEmpty, random.chance(70) { return Spelling.name(random.pick(fitting).name) }
    return random.pick(Self.literals[want] ?? ["null"])
  }

  private mutating func operation(_ want: Want, depth: Int) -> String {
    func pair(_ generator: inout ExpressionGenerator, _ operators: [String], _ a: Want, _ b: Want) -> String {
      let (left, right) = (generator.expression(a, depth: depth), generator.expression(b, depth: depth))
      return "(\(left) \(generator.random.pick(operators)) \(right))"
    }
    switch want {
    case .number: return pair(&self, ["+", "-", "*", "/", "//", "%", "**"], .number, .number)
    case .whole: return pair(&self, ["+", "-", "*", "//", "%"], .whole, .whole)
    case .moment: return pair(&self, ["+", "-"], .moment, random.chance(50) ? .whole : .span)
    case .span: return pair(&self, ["-", "+"], .moment, .moment)
    case .list: return "[\(expression(.anything, depth: depth)), \(expression(.anything, depth: depth))]"
    case .text: return "concat(\(expression(.text, depth: depth)), \(expression(.anything, depth: depth)))"
    case .truth, .anything:
      let same = random.pick(Want.allCases)
      switch random.below(6) {
      case 0: return "\(expression(same, depth: depth)) is \(random.chance(50) ? "not " : "")null"
      case 1: return pair(&self, ["and", "or"], .truth, .truth)
      case 2: return "(not \(expression(.truth, depth: depth)))"
      case 3:
        let list = random.some(0...4) { $0.pick(Self.literals[same] ?? ["null"]) }.joined(separator: ", ")
        let right = random.chance(70) ? "[\(list)]" : expression(.list, depth: depth)
        return "\(expression(same, depth: depth)) \(random.chance(50) ? "not " : "")in \(right)"
      default: return pair(&self, ["==", "!=", "<", "<=", ">", ">="], same, same)
      }
    }
  }

  /// A call of a random function, with arguments of the types that it declares.
  private mutating func call(_ kind: Function.Kind, _ want: Want, depth: Int) -> String {
    let topics: [Want: String] = [.number: "numbers", .text: "text", .moment: "dates", .list: "lists"]
    let all = Self.byKind[kind] ?? []
    let fitting = all.filter { $0.topic == topics[want] }
    let function = random.pick(fitting.isEmpty || random.chance(30) ? all : fitting)
    var arguments: [String] = []
    for parameter in function.parameters {
      if parameter.isOptional, random.chance(50) { break }
      arguments.append(argument(parameter, depth: depth))
      if parameter.isRepeated {
        arguments += random.some(0...3) { _ in "" }.map { _ in argument(parameter, depth: depth) }
      }
    }
    let name = function.synonyms.isEmpty || random.chance(95) ? function.name : random.pick(function.synonyms)
    return "\(name)(\(arguments.joined(separator: ", ")))"
  }

  private mutating func argument(_ parameter: Query.Parameter, depth: Int) -> String {
    let want: Want =
      switch parameter.accepts {
      case .number: .number
      case .wholeNumber: .whole
      case .truth: .truth
      case .text: .text
      case .moment: .moment
      case .list: .list
      case .typeName, .anything: .anything
      }
    if parameter.accepts == .typeName { return random.pick(Self.types) }
    if parameter.isConstant, random.chance(90) { return random.pick(Self.literals[want] ?? ["null"]) }
    return expression(want, depth: depth)
  }

  /// An aggregate, sometimes over a window.
  mutating func aggregate(depth: Int = 1) -> String {
    random.chance(70)
      ? call(.aggregate, .anything, depth: depth) + window(40, depth)
      : call(.window, .anything, depth: depth) + window(85, depth)
  }

  private mutating func window(_ share: Int, _ depth: Int) -> String {
    guard random.chance(share) else { return "" }
    if random.chance(40) { return " over \(leaf(.anything))" }
    let keys = random.some(0...2) { _ in "" }.map { _ in leaf(.anything) }.joined(separator: ", ")
    let order = random.chance(70) ? " order by \(leaf(.anything))\(random.chance(50) ? " desc" : "")" : ""
    return " over (\(keys)\(order))"
  }
}
