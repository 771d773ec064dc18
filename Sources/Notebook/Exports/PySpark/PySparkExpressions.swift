import Spark
import Tables

/// Writes expressions of Spark in PySpark. The expressions come from the tables that translate for a server.
struct PySparkPrinter {
  /// The modules that the code needs.
  private(set) var modules: Set<PythonNeeds.Module> = []
  /// The variable that holds a list with these elements.
  let nameOfList: ([String]) -> String?

  init(nameOfList: @escaping ([String]) -> String? = { _ in nil }) { self.nameOfList = nameOfList }

  private static let signs: [String: (sign: String, tightness: PythonCode.Tightness)] = [
    "+": ("+", .sum), "-": ("-", .sum), "*": ("*", .product), "/": ("/", .product), "%": ("%", .product),
    "==": ("==", .comparison), "!=": ("!=", .comparison), "<": ("<", .comparison), "<=": ("<=", .comparison),
    ">": (">", .comparison), ">=": (">=", .comparison), "and": ("&", .and), "or": ("|", .or),
  ]

  /// Functions that are methods of a column in PySpark.
  private static let methods: [String: String] = [
    "isnull": "isNull", "isnotnull": "isNotNull", "startswith": "startswith", "endswith": "endswith",
    "contains": "contains", "rlike": "rlike",
  ]

  /// Functions that PySpark calls otherwise.
  private static let names: [String: String] = ["ln": "log", "power": "pow", "avg": "mean"]

  /// The places of arguments that PySpark takes as Python values.
  private static let plainPlaces: [String: Set<Int>] = [
    "date_format": [1], "trunc": [1], "date_trunc": [0], "substring": [1, 2], "split": [1, 2], "lpad": [1, 2],
    "rpad": [1, 2], "concat_ws": [0], "regexp_extract": [1, 2], "regexp_replace": [1, 2], "bround": [1], "get": [1],
    "slice": [1, 2], "array_contains": [1], "percentile": [1], "add_months": [1], "date_add": [1], "date_sub": [1],
    "lag": [1], "lead": [1], "ntile": [0], "first": [1], "last": [1], "array_repeat": [1],
  ]

  // MARK: - Expressions

  mutating func code(_ expression: SparkExpression) throws(PythonGap) -> PythonCode {
    switch expression {
    case .literal(let literal): return try self.literal(literal)
    case .column(let name):
      modules.insert(.sparkFunctions)
      return PythonCode(text: "F.col(\(PythonSpelling.text(PySparkPrinter.reference(name))))")
    case .call(let name, let arguments, _): return try call(name, arguments)
    case .alias(let value, let name):
      return PythonCode(text: "\(try column(value).text(in: .atom)).alias(\(PythonSpelling.text(name)))")
    case .cast(let value, let type, let isTry):
      let method = isTry ? "try_cast" : "cast"
      return PythonCode(
        text: "\(try column(value).text(in: .atom)).\(method)(\(PythonSpelling.text(try type.ddl)))")
    case .window(let value, let keys, let order, let frame): return try window(value, keys, order, frame)
    case .star: return PythonCode(text: "\"*\"")
    case .part(let value, let name):
      return PythonCode(text: "\(try column(value).text(in: .atom)).getField(\(PythonSpelling.text(name)))")
    case .lambda(let formula, let names):
      return PythonCode(
        text: "lambda \(names.joined(separator: ", ")): \(try column(formula).text)", tightness: .lambda)
    case .variable(let name): return PythonCode(text: name)
    }
  }

  /// The expression as a column: a Python value becomes a literal.
  mutating func column(_ expression: SparkExpression) throws(PythonGap) -> PythonCode {
    let code = try code(expression)
    guard code.isValue else { return code }
    modules.insert(.sparkFunctions)
    return PythonCode(text: "F.lit(\(code.text))")
  }

  /// The expression where PySpark reads a text as the name of a column.
  mutating func argument(_ expression: SparkExpression) throws(PythonGap) -> String {
    if case .column(let name) = expression { return PythonSpelling.text(PySparkPrinter.reference(name)) }
    return try column(expression).text
  }

  /// A name as expressions refer to it: quoted where it is no plain word.
  static func reference(_ name: String) -> String {
    name.contains { $0 == "." || $0 == "`" || $0 == "*" } ? "`" + name.replacing("`", with: "``") + "`" : name
  }

  // MARK: - Calls

  private mutating func call(_ name: String, _ arguments: [SparkExpression]) throws(PythonGap) -> PythonCode {
    if let (sign, tightness) = PySparkPrinter.signs[name], arguments.count == 2 {
      return try operation(arguments, sign, tightness)
    }
    switch name {
    case "not": return PythonCode(text: "~" + (try column(arguments[0]).text(in: .sign)), tightness: .sign)
    case "negative": return PythonCode(text: "-" + (try column(arguments[0]).text(in: .sign)), tightness: .sign)
    case "when": return try choice(arguments)
    case "in":
      var items: [String] = []
      for item in arguments.dropFirst() { items.append(try code(item).text) }
      let known = items.count > 1 ? nameOfList(items) : nil
      let list = known ?? "[\(items.joined(separator: ", "))]"
      return PythonCode(text: "\(try column(arguments[0]).text(in: .atom)).isin(\(list))")
    case "count" where arguments == [.literal(.integer(1))]: return function("count", ["\"*\""])
    case "first", "last":
      guard arguments.count > 1 else { break }
      return function(name, [try argument(arguments[0]), "ignorenulls=True"])
    default: break
    }
    if let method = PySparkPrinter.methods[name], let receiver = arguments.first {
      var parts: [String] = []
      for argument in arguments.dropFirst() { parts.append(try code(argument).text) }
      let text = try column(receiver).text(in: .atom)
      return PythonCode(text: "\(text).\(method)(\(parts.joined(separator: ", ")))")
    }
    let plain = PySparkPrinter.plainPlaces[name] ?? []
    var parts: [String] = []
    for (place, argument) in arguments.enumerated() {
      if plain.contains(place), let value = try plainValue(argument) {
        parts.append(value)
      } else if case .lambda = argument {
        parts.append(try code(argument).text)
      } else {
        parts.append(try self.argument(argument))
      }
    }
    return function(PySparkPrinter.names[name] ?? name, parts)
  }

  private mutating func function(_ name: String, _ parts: [String]) -> PythonCode {
    modules.insert(.sparkFunctions)
    return PythonCode(text: "F.\(name)(\(parts.joined(separator: ", ")))")
  }

  /// A Python value, also within a cast that says its type to Spark.
  private mutating func plainValue(_ expression: SparkExpression) throws(PythonGap) -> String? {
    switch expression {
    case .literal:
      let code = try code(expression)
      return code.isValue ? code.text : nil
    case .cast(let inner, _, _): return try plainValue(inner)
    default: return nil
    }
  }

  private mutating func operation(
    _ operands: [SparkExpression], _ sign: String, _ tightness: PythonCode.Tightness
  ) throws(PythonGap) -> PythonCode {
    let isLogic = tightness == .and || tightness == .or
    let left = isLogic ? try column(operands[0]) : try code(operands[0])
    var right = isLogic ? try column(operands[1]) : try code(operands[1])
    if left.isValue, right.isValue { right = try column(operands[1]) }
    return .operation(left, sign, right, tightness)
  }

  private mutating func choice(_ parts: [SparkExpression]) throws(PythonGap) -> PythonCode {
    var parts = parts
    // A choice within the last choice goes on with it.
    while parts.count % 2 == 1, case .call("when", let others, _)? = parts.last { parts = parts.dropLast() + others }
    var text = "F"
    var place = 0
    while place + 1 < parts.count {
      text += ".when(\(try column(parts[place]).text), \(try code(parts[place + 1]).text))"
      place += 2
    }
    if place < parts.count { text += ".otherwise(\(try code(parts[place]).text))" }
    modules.insert(.sparkFunctions)
    return PythonCode(text: text)
  }

  // MARK: - Windows and orders

  private mutating func window(
    _ value: SparkExpression, _ keys: [SparkExpression], _ order: [SparkSortKey], _ frame: SparkFrame?
  ) throws(PythonGap) -> PythonCode {
    guard ![value].appending(keys).appending(order.map(\.expression)).contains(where: \.holdsWindow) else {
      throw PythonGap(reason: "a window within a window; `with` makes a column of the inner one")
    }
    modules.insert(.sparkWindow)
    var parts: [String] = []
    for key in keys { parts.append(try argument(key)) }
    var text = keys.isEmpty && !order.isEmpty ? "Window" : "Window.partitionBy(\(parts.joined(separator: ", ")))"
    if !order.isEmpty {
      var keys: [String] = []
      for key in order { keys.append(try sortKey(key)) }
      text += ".orderBy(\(keys.joined(separator: ", ")))"
    }
    if let frame {
      text +=
        ".rowsBetween(\(PySparkPrinter.bound(frame.lower, isLower: true)), "
        + "\(PySparkPrinter.bound(frame.upper, isLower: false)))"
    }
    return PythonCode(text: "\(try column(value).text(in: .atom)).over(\(text))")
  }

  private static func bound(_ bound: SparkFrame.Bound, isLower: Bool) -> String {
    switch bound {
    case .current: "Window.currentRow"
    case .unbounded: isLower ? "Window.unboundedPreceding" : "Window.unboundedFollowing"
    case .rows(let count): "\(count)"
    }
  }

  /// A sort key. Spark puts null last by itself in descending orders.
  mutating func sortKey(_ key: SparkSortKey) throws(PythonGap) -> String {
    modules.insert(.sparkFunctions)
    let name =
      switch (key.isDescending, key.hasNullsFirst) {
      case (false, false): "asc_nulls_last"
      case (true, false): "desc"
      case (false, true): "asc"
      case (true, true): "desc_nulls_first"
      }
    return "F.\(name)(\(try argument(key.expression)))"
  }

  // MARK: - Literals

  private mutating func literal(_ literal: SparkLiteral) throws(PythonGap) -> PythonCode {
    switch literal {
    case .null: return .value("None")
    case .bool(let truth): return .value(truth ? "True" : "False")
    case .byte(let number): return .value("\(number)")
    case .short(let number): return .value("\(number)")
    case .integer(let number): return .value("\(number)")
    case .long(let number): return .value("\(number)")
    case .float(let number):
      return .value(number.isFinite ? "\(number)" : PythonSpelling.float(Double(number)))
    case .double(let number): return .value(PythonSpelling.float(number))
    case .text(let text): return .value(PythonSpelling.text(text))
    case .decimal(let digits, _, _):
      modules.insert(.decimals)
      return .value("Decimal(\(PythonSpelling.text(digits)))")
    case .date(let days):
      modules.insert(.dates)
      let parts = Value.date(days).text(as: .date).split(separator: "-").compactMap { Int($0) }
      guard parts.count == 3, 1...9999 ~= parts[0] else {
        throw PythonGap(reason: "Python has no date \(days) days after 1970")
      }
      return .value("date(\(parts.map { "\($0)" }.joined(separator: ", ")))")
    case .moment(let ticks):
      // Python's own moments would be taken for moments of the zone of the program.
      modules.insert(.sparkFunctions)
      let text = Value.datetime(ticks, .microseconds).text(as: .datetime(.microseconds))
      return PythonCode(text: "F.lit(\(PythonSpelling.text(text))).cast(\"timestamp_ntz\")")
    case .duration(let ticks):
      modules.insert(.dates)
      let isDays = ticks % 86_400_000_000 == 0
      return .value(
        isDays ? "timedelta(days=\(ticks / 86_400_000_000))" : "timedelta(microseconds=\(ticks))")
    case .binary: throw PythonGap(reason: "bytes are not written out")
    }
  }
}

extension Array {
  fileprivate func appending(_ others: [Element]) -> [Element] { self + others }
}

extension SparkExpression {
  /// Whether there is a window in it. Spark takes windows in the columns of a table alone, not in conditions.
  var holdsWindow: Bool {
    switch self {
    case .window: true
    case .call(_, let arguments, _): arguments.contains(where: \.holdsWindow)
    case .alias(let value, _), .cast(let value, _, _), .part(let value, _), .lambda(let value, _): value.holdsWindow
    case .literal, .column, .star, .variable: false
    }
  }
}

extension SparkType {
  /// The type as Spark's SQL names it.
  var ddl: String {
    get throws(PythonGap) {
      switch self {
      case .null: return "void"
      case .binary: return "binary"
      case .bool: return "boolean"
      case .byte: return "tinyint"
      case .short: return "smallint"
      case .integer: return "int"
      case .long: return "bigint"
      case .float: return "float"
      case .double: return "double"
      case .text: return "string"
      case .date: return "date"
      case .moment: return "timestamp_ntz"
      case .momentWithZone: return "timestamp"
      case .duration: return "interval day to second"
      case .decimal(let precision, let scale): return "decimal(\(precision),\(scale))"
      case .list(let element): return "array<\(try element.ddl)>"
      case .structure(let fields):
        var parts: [String] = []
        for field in fields { parts.append("\(SparkType.name(field.name)):\(try field.type.ddl)") }
        return "struct<\(parts.joined(separator: ", "))>"
      case .other: throw PythonGap(reason: "a type that has no name here")
      }
    }
  }

  /// A name in a list of columns with their types.
  static func name(_ name: String) -> String {
    PythonSpelling.isIdentifier(name) && name.allSatisfy(\.isASCII)
      ? name : "`" + name.replacing("`", with: "``") + "`"
  }
}
