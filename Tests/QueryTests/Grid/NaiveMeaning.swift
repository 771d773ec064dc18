import Query
import Tables

/// Evaluates an expression of a row by its types, straight from the syntax tree: on boxed values, in numbers written out in
/// digits. What the language promises of every type, without a thought for speed, and without the engine's kernels.
struct NaiveMeaning {
  /// Columns by name.
  let types: [String: DataType]

  func type(_ expression: Expression) throws -> DataType {
    switch expression.node {
    case .literal(let value): return literalType(value)
    case .name(let name): return types[name] ?? .null
    case .unary(.not, _), .nullTest, .membership: return .bool
    case .unary(.negate, let operand):
      let own = try type(operand)
      let wider: [DataType: DataType] = [.u8: .i16, .u16: .i32, .u32: .i64, .u64: .i64]
      return wider[own] ?? own
    case .conditional(_, let then, let otherwise): return try meeting(type(then), type(otherwise))
    case .field(let operand, let name):
      guard case .structure(let fields) = try type(operand) else { throw NaiveFailure.types }
      guard let field = fields.first(where: { $0.name == name.name }) else { throw NaiveFailure.types }
      return field.type
    case .list, .session: throw NaiveFailure.unknown(.sessionValues)
    case .binary(let operation, let left, let right, _):
      switch operation {
      case .add, .subtract, .multiply, .divide, .floorDivide, .remainder, .power:
        return try NaiveArithmetic(operation, type(left), type(right)).type
      default: return .bool
      }
    case .call(let function, let arguments, nil) where ["list_map", "list_filter"].contains(function.name):
      let own = try type(arguments[0])
      let formula = try ofElements(arguments[0]).type(arguments[1])
      if function.name == "list_map" { return .list(formula) }
      guard formula == .bool || formula == .null else { throw NaiveFailure.types }
      return own == .null ? .list(.null) : own
    case .call(let function, let arguments, nil): return try callType(function.name, arguments)
    case .call, .filtered: throw NaiveFailure.unknown(.windowsInRows)
    }
  }

  private func literalType(_ value: Value) -> DataType {
    switch value {
    case .null: .null
    case .bool: .bool
    case .integer: .i64
    case .float: .f64
    default: .string
    }
  }

  func meeting(_ a: DataType, _ b: DataType) throws -> DataType {
    if (a == .bool) != (b == .bool), a != .null, b != .null { throw NaiveFailure.types }
    guard let common = DataType.naiveCommon(a, b) else { throw NaiveFailure.types }
    return common
  }

  func value(_ expression: Expression, _ row: [String: Value]) throws -> Value {
    switch expression.node {
    case .literal(let value): return value
    case .name(let name): return row[name] ?? .null
    case .nullTest(let operand, let isNegated): return .bool((try value(operand, row) == .null) != isNegated)
    case .unary(.not, let operand):
      guard try [.bool, .null].contains(type(operand)) else { throw NaiveFailure.types }
      guard case .bool(let truth) = try value(operand, row) else { return .null }
      return .bool(!truth)
    case .unary(.negate, let operand): return try negated(value(operand, row), as: type(expression), of: type(operand))
    case .conditional(let condition, let then, let otherwise):
      let branch = try value(condition, row) == .bool(true) ? then : otherwise
      return try standing(value(branch, row), type(branch), as: type(expression))
    case .field(let operand, let name):
      _ = try type(expression)
      guard case .structure(let names, let values) = try value(operand, row) else { return .null }
      return names.firstIndex(of: name.name).map { values[$0] } ?? .null
    case .membership(let operand, let list, let isNegated):
      guard case .list(let element) = try type(list), try comparable(type(operand), element) else {
        throw NaiveFailure.types
      }
      let wanted = try value(operand, row)
      guard case .list(let elements) = try value(list, row), wanted != .null else { return .null }
      let isThere = try elements.contains { try $0 != .null && order($0, element, wanted, type(operand)) == 0 }
      return .bool(isThere != isNegated)
    case .binary(let operation, let left, let right, _): return try binary(operation, left, right, row)
    case .call(let function, let arguments, _) where ["list_map", "list_filter"].contains(function.name):
      _ = try type(expression)
      guard case .list(let elements) = try value(arguments[0], row) else { return .null }
      let inner = try ofElements(arguments[0])
      let values = try elements.map { element in
        try inner.value(arguments[1], row.merging(["it": element]) { $1 })
      }
      if function.name == "list_map" { return .list(values) }
      return .list(zip(elements, values).filter { $0.1 == .bool(true) }.map(\.0))
    case .call(let function, let arguments, _): return try call(function.name, arguments, row, type(expression))
    case .list, .session: throw NaiveFailure.unknown(.sessionValues)
    case .filtered: throw NaiveFailure.unknown(.windowsInRows)
    }
  }

  /// The meaning of a formula of the elements of a list.
  private func ofElements(_ list: Expression) throws -> NaiveMeaning {
    switch try type(list) {
    case .list(let element): return NaiveMeaning(types: types.merging(["it": element]) { $1 })
    case .null: return NaiveMeaning(types: types.merging(["it": .null]) { $1 })
    default: throw NaiveFailure.types
    }
  }

  private func binary(
    _ operation: BinaryOperator, _ left: Expression, _ right: Expression, _ row: [String: Value]
  ) throws -> Value {
    let (a, b) = (try type(left), try type(right))
    switch operation {
    case .and, .or:
      guard [a, b].allSatisfy({ $0 == .bool || $0 == .null }) else { throw NaiveFailure.types }
      let decisive = Value.bool(operation == .or)
      let (x, y) = (try value(left, row), try value(right, row))
      if x == decisive || y == decisive { return decisive }
      return x == .null || y == .null ? .null : .bool(operation == .and)
    case .equal, .notEqual, .less, .lessOrEqual, .greater, .greaterOrEqual:
      guard try comparable(a, b) else { throw NaiveFailure.types }
      if a == .null || b == .null { return .null }
      if a.isNested, operation != .equal, operation != .notEqual { throw NaiveFailure.types }
      let (x, y) = (try value(left, row), try value(right, row))
      if x == .null || y == .null { return .null }
      // Lists of two types are compared in the type they have in common, or refused.
      let common = a.isNested ? try meeting(a, b) : .null
      let order =
        a.isNested
        ? try order(standing(x, a, as: common), common, standing(y, b, as: common), common) : try order(x, a, y, b)
      return Value(whether: order, operation)
    default:
      return try NaiveArithmetic(operation, a, b).value(value(left, row), value(right, row))
    }
  }

  private func comparable(_ a: DataType, _ b: DataType) throws -> Bool {
    do {
      _ = try meeting(a, b)
      return true
    } catch NaiveFailure.types {
      return false
    }
  }

  /// Below, at or above zero as a value comes before another that is not null, equals it or comes after it.
  func order(_ a: Value, _ left: DataType, _ b: Value, _ right: DataType) throws -> Int {
    switch (a, b) {
    case (.float(let x), .float(let y)) where left == right:
      return x.isNaN || y.isNaN ? sign(x.isNaN ? 1 : 0, y.isNaN ? 1 : 0) : sign(x, y)
    case (.integer, _), (.float, _), (.decimal, _): return NaiveNumber(a, left).order(NaiveNumber(b, right))
    case (.bool(let x), .bool(let y)): return sign(x ? 1 : 0, y ? 1 : 0)
    case (.text(let x), .text(let y)), (.binary(let x), .binary(let y)):
      let (first, second) = (x.bytes.array, y.bytes.array)
      return first == second ? 0 : first.lexicographicallyPrecedes(second) ? -1 : 1
    case (.list(let x), .list(let y)):
      guard case .list(let own) = left, case .list(let other) = right, x.count == y.count else { return 1 }
      return try zip(x, y).allSatisfy { try areSame($0, own, $1, other) } ? 0 : 1
    case (.structure(_, let x), .structure(_, let y)):
      guard case .structure(let own) = left, case .structure(let other) = right else { return 1 }
      return try x.indices.allSatisfy { try areSame(x[$0], own[$0].type, y[$0], other[$0].type) } ? 0 : 1
    default:
      guard let x = a.nanoseconds, let y = b.nanoseconds else { throw NaiveFailure.types }
      return sign(x, y)
    }
  }

  /// Whether two values are one: null is the same as null.
  private func areSame(_ a: Value, _ left: DataType, _ b: Value, _ right: DataType) throws -> Bool {
    if a == .null || b == .null { return a == b }
    return try order(a, left, b, right) == 0
  }

  /// A value beside others in a common type: the very same one, or refused.
  func standing(_ value: Value, _ own: DataType, as wanted: DataType) throws -> Value {
    if value == .null || own == wanted { return value }
    guard let found = NaiveCast(from: own, to: wanted, isExact: true).value(value) else { throw NaiveFailure.refused }
    return found
  }

  private func negated(_ value: Value, as type: DataType, of own: DataType) throws -> Value {
    switch value {
    case .float(let number): return .float(-number)
    case .integer(let number):
      guard number.isHeld(by: type), (-number).isHeld(by: type) else { throw NaiveFailure.refused }
      return .integer(-number)
    case .decimal(let number, let scale): return .decimal(-number, scale: scale)
    case .duration(let ticks, let unit):
      if ticks == .min { throw NaiveFailure.refused }
      return .duration(-ticks, unit)
    case .null where own.isNumeric || own == .null || own.unit != nil: return .null
    default: throw NaiveFailure.types
    }
  }
}

extension Value {
  /// The result of a comparison of two values with this order: negative, zero or positive.
  init(whether order: Int, _ comparison: BinaryOperator) {
    self =
      switch comparison {
      case .equal: .bool(order == 0)
      case .notEqual: .bool(order != 0)
      case .less: .bool(order < 0)
      case .lessOrEqual: .bool(order <= 0)
      case .greater: .bool(order > 0)
      default: .bool(order >= 0)
      }
  }
}

extension Value {
  /// Where a date, a time, a moment or a length of time lies.
  var nanoseconds: Int128? {
    switch self {
    case .date(let days): Int128(days) * 86_400_000_000_000
    case .time(let ticks): Int128(ticks)
    case .datetime(let ticks, let unit), .zoned(let ticks, let unit, _), .duration(let ticks, let unit):
      Int128(ticks) * Int128(1_000_000_000 / unit.ticksPerSecond)
    default: nil
    }
  }
}
