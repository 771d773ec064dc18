import Query
import Tables

extension NaiveEvaluator {
  /// The value of an expression in a row.
  func value(_ expression: Expression, _ row: [Value], _ table: NaiveTable) -> Value {
    switch expression.node {
    case .literal(let value): return value
    case .name(let name): return row[table[name]]
    case .unary(.not, let operand):
      guard case .bool(let truth) = value(operand, row, table) else { return .null }
      return .bool(!truth)
    case .unary(.negate, let operand): return arithmetic(.subtract, .integer(0), value(operand, row, table))
    case .binary(let operation, let left, let right, _):
      return binary(operation, value(left, row, table), value(right, row, table))
    case .membership(let element, let list, let isNegated):
      guard case .list(let elements) = list.node else { return giveUp() }
      let wanted = value(element, row, table)
      if wanted == .null { return .null }
      let isThere = elements.contains { value($0, row, table).order(wanted) == 0 }
      return .bool(isThere != isNegated)
    case .nullTest(let operand, let isNegated): return .bool((value(operand, row, table) == .null) != isNegated)
    case .conditional(let condition, let then, let otherwise):
      return value(value(condition, row, table) == .bool(true) ? then : otherwise, row, table)
    case .call(let function, let arguments, _):
      if function.name == "cast", arguments.count == 2, case .name(let type) = arguments[1].node {
        return call("cast", [value(arguments[0], row, table)], type: type)
      }
      return call(function.name, arguments.map { value($0, row, table) }, type: nil)
    default: return giveUp()
    }
  }

  func binary(_ operation: BinaryOperator, _ left: Value, _ right: Value) -> Value {
    switch operation {
    case .and:
      if left == .bool(false) || right == .bool(false) { return .bool(false) }
      return left == .null || right == .null ? .null : .bool(true)
    case .or:
      if left == .bool(true) || right == .bool(true) { return .bool(true) }
      return left == .null || right == .null ? .null : .bool(false)
    case .add, .subtract, .multiply, .divide, .floorDivide, .remainder, .power:
      return arithmetic(operation, left, right)
    default: break
    }
    guard left != .null, right != .null else { return .null }
    guard left.kind == right.kind else { return giveUp() }
    let order = left.order(right)
    return Value(whether: order, operation)
  }

  private func arithmetic(_ operation: BinaryOperator, _ left: Value, _ right: Value) -> Value {
    guard left != .null, right != .null else { return .null }
    if case .date(let days) = left, case .integer(let count) = right {
      return .date(days + Int32(operation == .add ? count : -count))
    }
    if case .date(let days) = left, case .date(let others) = right { return .integer(Int128(days - others)) }
    guard left.kind == "number", right.kind == "number", operation != .power else { return giveUp() }
    if operation != .divide, case .integer(let a) = left, case .integer(let b) = right {
      let quotient = b == 0 ? 0 : a / b - (a % b != 0 && (a < 0) != (b < 0) ? 1 : 0)
      switch operation {
      case .add: return .integer(a + b)
      case .subtract: return .integer(a - b)
      case .multiply: return .integer(a * b)
      case .floorDivide: return .integer(quotient)
      default: return .integer(a - quotient * b)
      }
    }
    let (a, b) = (left.number ?? 0, right.number ?? 0)
    switch operation {
    case .add: return .float(a + b)
    case .subtract: return .float(a - b)
    case .multiply: return .float(a * b)
    case .divide: return .float(a / b)
    case .floorDivide: return .float((a / b).rounded(.down))
    default: return giveUp()
    }
  }
}

extension Value {
  var asInt: Int {
    if case .integer(let value) = self { Int(value) } else { 0 }
  }

  var isNotANumber: Bool {
    if case .float(let value) = self { value.isNaN } else { false }
  }

  var isWhole: Bool {
    if case .integer = self { true } else { false }
  }

  /// What it compares with.
  var kind: String {
    switch self {
    case .integer, .float: "number"
    case .text: "text"
    case .bool: "truth"
    case .date: "date"
    case .datetime: "moment"
    case .zoned: "zoned"
    default: "other"
    }
  }

  var isNested: Bool {
    switch self {
    case .list, .structure: true
    default: false
    }
  }

  var isMissing: Bool { self == .null || isNotANumber }

  /// Below, at or above 0 as this value comes before, with or after the other: NaN after all numbers.
  func order(_ other: Value) -> Int {
    switch (self, other) {
    case (.integer(let a), .integer(let b)): a < b ? -1 : a > b ? 1 : 0
    case (.text(let a), .text(let b)): a < b ? -1 : b < a ? 1 : 0
    case (.bool(let a), .bool(let b)): (a ? 1 : 0) - (b ? 1 : 0)
    case (.date(let a), .date(let b)): a < b ? -1 : a > b ? 1 : 0
    case (.list, .list), (.structure, .structure): self == other ? 0 : 1
    case (.binary(let a), .binary(let b)): a < b ? -1 : b < a ? 1 : 0
    case (.float(let a), .float(let b)): Value.order(a, b)
    default:
      if let a = nanoseconds, let b = other.nanoseconds {
        sign(a, b)
      } else {
        NaiveNumber(self, .f64).order(NaiveNumber(other, .f64))
      }
    }
  }

  private static func order(_ a: Double, _ b: Double) -> Int {
    if a.isNaN || b.isNaN { return (a.isNaN ? 1 : 0) - (b.isNaN ? 1 : 0) }
    return a < b ? -1 : a > b ? 1 : 0
  }
}
