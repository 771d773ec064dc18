import Diagnostics
import Tables

// Prints expressions and statements as source text that parses to the same syntax, with canonical spacing and no
// unnecessary parentheses. Used for recorded sessions, plans, and the names of unnamed columns.

// MARK: Expressions

extension Expression: CustomStringConvertible {
  public var description: String { text(at: Precedence.any) }

  /// The name of the resulting column if the user gives none: the column's name if the expression is only a column,
  /// else the source text.
  public var columnName: String {
    switch node {
    case .name(let name): return name
    case .call(let function, let arguments, nil) where function.name == "len" && arguments.isEmpty: return "len"
    default:
      let written = span.text
      return written.contains("\n") || written.isEmpty ? description : written
    }
  }

  /// The text as an operand of an operator with the precedence `level`.
  fileprivate func text(at level: Int) -> String {
    let text = bareText
    return precedence < level ? "(" + text + ")" : text
  }

  private var precedence: Int {
    switch node {
    case .conditional: Precedence.any
    case .unary(.not, _): Precedence.not
    case .unary(.negate, _): Precedence.negation
    case .binary(let binary, _, _, _): Precedence.of(binary)
    case .membership, .nullTest: Precedence.comparison
    case .filtered: Precedence.any
    case .call(_, _, .some): Precedence.power
    case .literal(.integer(let value)) where value < 0: Precedence.negation
    case .literal(.float(let value)) where value.sign == .minus: Precedence.negation
    case .literal, .name, .session, .list, .field, .call(_, _, nil): Precedence.primary
    }
  }

  private var bareText: String {
    switch node {
    case .literal(let value): return value.literalText
    case .name(let name): return Spelling.name(name)
    case .session(let name): return "$" + Spelling.name(name)
    case .list(let elements): return "[" + elements.map(\.description).joined(separator: ", ") + "]"
    case .field(let base, let field):
      if case .literal = base.node { return "(" + base.bareText + ")." + Spelling.name(field.name) }
      return base.text(at: Precedence.primary) + "." + Spelling.name(field.name)
    case .unary(.negate, let operand): return "-" + operand.text(at: Precedence.negation)
    case .unary(.not, let operand): return "not " + operand.text(at: Precedence.not)
    case .binary(let binary, let left, let right, _):
      let level = Precedence.of(binary)
      let isLoose = level == Precedence.comparison || binary == .power
      return left.text(at: isLoose ? level + 1 : level) + " \(binary.rawValue) "
        + right.text(at: Precedence.ofRightOperand(binary))
    case .membership(let element, let list, let isNegated):
      return element.text(at: Precedence.sum) + (isNegated ? " not in " : " in ") + list.text(at: Precedence.sum)
    case .nullTest(let operand, let isNegated):
      return operand.text(at: Precedence.sum) + (isNegated ? " is not null" : " is null")
    case .conditional(let condition, let then, let otherwise):
      return "if \(condition) then \(then) else \(otherwise)"
    case .call(let function, let arguments, let window):
      var texts = arguments.map(\.description)
      if Keyword.castFunctions.contains(function.name), texts.count == 2, case .name(let type) = arguments[1].node {
        texts[1] = type
      }
      if function.name == Keyword.columns, texts.count == 1, case .name(let type) = arguments[0].node {
        texts[0] = type
      }
      let call = Spelling.name(function.name) + "(" + texts.joined(separator: ", ") + ")"
      return window.map { call + " over " + $0.description } ?? call
    case .filtered(let call, let condition):
      guard case .call(let function, let arguments, let window) = call.node else { return call.description }
      let bare = Expression(.call(function, arguments, nil), call.span).description
      return bare + " where \(condition)" + (window.map { " over \($0)" } ?? "")
    }
  }
}

extension Window: CustomStringConvertible {
  /// The text after `over`.
  public var description: String {
    if order.isEmpty, keys.count == 1, case .name(let name) = keys[0].node { return Spelling.name(name) }
    let partition = keys.map(\.description).joined(separator: ", ")
    if order.isEmpty { return "(" + partition + ")" }
    let ordering =
      "order by " + order.map(\.description).joined(separator: ", ") + (frame.map { " \($0)" } ?? "")
    return "(" + (partition.isEmpty ? ordering : partition + " " + ordering) + ")"
  }
}

extension Window.Frame: CustomStringConvertible {
  public var description: String {
    var text = unit.rawValue
    if let extent { text += " " + extent.text(at: Precedence.sum) }
    if isBefore { text += " before" }
    if let after { text += " " + after.text(at: Precedence.sum) + " after" }
    return text
  }
}

extension SortKey: CustomStringConvertible {
  public var description: String { isDescending ? "\(expression) desc" : "\(expression)" }
}

extension Value {
  /// The literal of the value; if the language has no literal for it, a call that gives the value.
  var literalText: String {
    switch self {
    case .null: "null"
    case .bool(let value): "\(value)"
    case .integer(let value): "\(value)"
    case .float(let value): value.isFinite ? "\(value)" : "cast(\"\(value)\", f64)"
    case .text(let text), .binary(let text): Spelling.text(text.string)
    case .list(let values), .structure(_, let values): "[" + values.map(\.literalText).joined(separator: ", ") + "]"
    case .date(let days): "(date(1970, 1, 1) + \(days))"
    case .time(let ticks): "cast(\(ticks), time)"
    case .datetime(let ticks, let unit): "cast(\(ticks), datetime[\(unit.rawValue)])"
    case .zoned(let ticks, let unit, let zone): "cast(\(ticks), datetime[\(unit.rawValue), \"\(zone)\"])"
    case .duration(let ticks, let unit): "cast(\(ticks), duration[\(unit.rawValue)])"
    case .decimal(let unscaled, let scale): "cast(\(unscaled), decimal[38,\(scale)])"
    }
  }
}
