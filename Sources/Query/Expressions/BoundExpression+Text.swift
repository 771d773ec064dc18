import Diagnostics
import Tables

extension BoundExpression: CustomStringConvertible {
  /// The expression in the notation of the language, with parentheses only where they are needed.
  public var description: String { text(looserThan: 0) }

  /// The precedence of each form; 0 is the lowest.
  private var tightness: Int {
    switch node {
    case .conditional: 0
    case .binary(.or, _, _): 1
    case .binary(.and, _, _): 2
    case .not: 3
    case .binary(let operation, _, _): operation.tightness
    case .membership, .nullTest: 4
    case .constant(let value): value.isNegative ? 7 : 9
    case .negate: 7
    default: 9
    }
  }

  private func text(looserThan limit: Int) -> String {
    let own = tightness
    return own < limit ? "(\(bare))" : bare
  }

  private var bare: String {
    let own = tightness
    switch node {
    case .constant(let value): return value.literal
    case .list(let list): return list.description
    case .column(_, let name): return Spelling.name(name)
    case .element: return "it"
    case .field(let operand, _, let name): return operand.text(looserThan: 9) + "." + Spelling.name(name)
    case .cast(let operand, let mode): return "\(mode == .lenient ? "try_cast" : "cast")(\(operand), \(type))"
    case .negate(let operand): return "-" + operand.text(looserThan: 8)
    case .not(let operand): return "not " + operand.text(looserThan: own)
    case .binary(.power, let base, let exponent):
      return "\(base.text(looserThan: own + 1)) ** \(exponent.text(looserThan: 7))"
    case .binary(let operation, let left, let right):
      let isComparison = operation.isComparison
      return left.text(looserThan: isComparison ? own + 1 : own)
        + " \(operation.rawValue) " + right.text(looserThan: own + 1)
    case .membership(let operand, let list, let isNegated):
      return "\(operand.text(looserThan: 5)) \(isNegated ? "not in" : "in") \(list)"
    case .nullTest(let operand, let isNegated):
      return "\(operand.text(looserThan: 5)) is \(isNegated ? "not null" : "null")"
    case .conditional(let condition, let then, let otherwise):
      return "if \(condition) then \(then) else \(otherwise)"
    case .call(let function, let arguments), .aggregate(let function, let arguments):
      return call(function, arguments)
    case .window(let function, let arguments, let window):
      return call(function, arguments) + " over " + window.description
    }
  }

  private func call(_ function: Function, _ arguments: [BoundExpression]) -> String {
    if let unfiltered = function.unfilteredName, let condition = arguments.last {
      return "\(unfiltered)(\(arguments.dropLast().map(\.description).joined(separator: ", "))) where \(condition)"
    }
    return "\(function.name)(\(arguments.map(\.description).joined(separator: ", ")))"
  }
}

extension BoundWindow: CustomStringConvertible {
  public var description: String {
    let keys = keys.map(\.description).joined(separator: ", ")
    guard !order.isEmpty else { return keys.contains(where: { " ,(".contains($0) }) ? "(\(keys))" : keys }
    let ordered = order.map(\.description).joined(separator: ", ")
    return
      "(\(keys)\(keys.isEmpty ? "" : " ")order by \(ordered)\(frame.map { " \($0.text(along: order[0].expression.type))" } ?? ""))"
  }
}

extension Frame {
  /// The frame in the notation of the language.
  fileprivate func text(along type: DataType) -> String {
    switch self {
    case .running: "running"
    case .rows(let before, let after): "rows \(before) before" + (after > 0 ? " \(after) after" : "")
    case .range(let before, let after):
      "range \(before.text(along: type)) before"
        + (after == .whole(0) || after == .float(0) ? "" : " \(after.text(along: type)) after")
    }
  }
}

extension KeyDistance {
  fileprivate func text(along type: DataType) -> String {
    switch (self, type) {
    case (.float(let distance), _): "\(distance)"
    case (.whole(let ticks), .datetime(let unit)), (.whole(let ticks), .zoned(let unit, _)),
      (.whole(let ticks), .duration(let unit)):
      "\"\(ticks)\(unit.rawValue)\""
    case (.whole(let ticks), .time): "\"\(ticks)ns\""
    case (.whole(let unscaled), .decimal(_, let scale)): "\(Value.decimal(unscaled, scale: scale))"
    case (.whole(let distance), _): "\(distance)"
    }
  }
}

extension BoundSortKey: CustomStringConvertible {
  public var description: String { isDescending ? "\(expression) desc" : expression.description }
}

extension NamedExpression: CustomStringConvertible {
  /// `name = expression`, or only the name if the expression is the column of that name.
  public var description: String {
    if case .column(_, name) = expression.node { return Spelling.name(name) }
    return "\(Spelling.name(name)) = \(expression)"
  }
}

extension ConstantList: CustomStringConvertible {
  /// The first five elements: a list may be long.
  public var description: String {
    let shown = (0..<min(elements.count, 5)).map { elements[$0].literal }
    let more = elements.count > 5 ? ["… \(elements.count) in all"] : []
    return "[" + (shown + more).joined(separator: ", ") + "]"
  }
}

extension BinaryOperator {
  /// The precedence of the operator; higher binds tighter.
  var tightness: Int {
    switch self {
    case .or: 1
    case .and: 2
    case .equal, .notEqual, .less, .lessOrEqual, .greater, .greaterOrEqual: 4
    case .add, .subtract: 5
    case .multiply, .divide, .floorDivide, .remainder: 6
    case .power: 8
    }
  }

  var isComparison: Bool { tightness == 4 }
}

extension Value {
  /// The value in the notation of the language. (Durations, decimals and binary values are shown for reading only.)
  var literal: String {
    switch self {
    case .null: "null"
    case .bool(let value): value ? "true" : "false"
    case .integer(let value): String(value)
    case .float(let value): String(value)
    case .text(let text): Spelling.text(text.string)
    case .binary(let bytes): "binary(\(bytes.count) bytes)"
    case .date, .time, .datetime, .zoned: "\"\(self)\""
    case .duration, .decimal: description
    case .list(let values): "[" + values.map(\.literal).joined(separator: ", ") + "]"
    case .structure(let names, let values):
      "{" + zip(names, values).map { "\($0): \($1.literal)" }.joined(separator: ", ") + "}"
    }
  }

  var isNegative: Bool {
    switch self {
    case .integer(let value): value < 0
    case .float(let value): value < 0
    case .decimal(let value, _): value < 0
    default: false
    }
  }
}
