import Foundation
import Query
import Tables

/// `+ - * / // % **` of two types: the type of the result, and the result of two values.
struct NaiveArithmetic {
  let operation: BinaryOperator
  let left: DataType
  let right: DataType
  let type: DataType

  init(_ operation: BinaryOperator, _ left: DataType, _ right: DataType) throws {
    self.operation = operation
    self.left = left
    self.right = right
    type = try Self.type(operation, left, right)
  }

  private static func type(_ operation: BinaryOperator, _ left: DataType, _ right: DataType) throws -> DataType {
    if left.isMoment || right.isMoment { return try momentType(operation, left, right) }
    guard [left, right].allSatisfy({ $0.isNumeric || $0 == .null }) else { throw NaiveFailure.types }
    guard let common = DataType.naiveCommon(left, right) else { throw NaiveFailure.types }
    if common == .null { return .null }
    let areExact = !left.isFloat && !right.isFloat
    let haveScales = left.hasScale || right.hasScale
    switch operation {
    case .divide: return common == .f32 ? .f32 : .f64
    case .power:
      if left.isInteger, right.isInteger, !right.isSigned { return left }
      return common == .f32 ? .f32 : .f64
    case .multiply, .floorDivide, .remainder:
      if areExact, haveScales, left != .null, right != .null {
        let scale =
          operation == .multiply ? left.scale + right.scale : operation == .remainder ? max(left.scale, right.scale) : 0
        return scale <= 38 ? .decimal(precision: 38, scale: scale) : .f64
      }
      return common.hasScale ? (haveScales ? .f64 : .i64) : common
    default:
      return common.hasScale ? (haveScales ? .decimal(precision: 38, scale: common.scale) : .i64) : common
    }
  }

  private static func momentType(_ operation: BinaryOperator, _ a: DataType, _ b: DataType) throws -> DataType {
    func finer(_ x: TimeUnit, _ y: TimeUnit) -> TimeUnit { x.ticksPerSecond > y.ticksPerSecond ? x : y }
    switch (a, operation, b) {
    case (.date, .subtract, .date): return .i64
    case (.date, .add, let days) where days.isInteger, (.date, .subtract, let days) where days.isInteger: return .date
    case (let days, .add, .date) where days.isInteger: return .date
    case (.datetime, .add, let days) where days.isInteger, (.datetime, .subtract, let days) where days.isInteger:
      return a
    case (.datetime(let x), .subtract, .datetime(let y)): return .duration(finer(x, y))
    case (.datetime(let unit), .subtract, .date), (.date, .subtract, .datetime(let unit)): return .duration(unit)
    case (.datetime(let x), .add, .duration(let y)), (.datetime(let x), .subtract, .duration(let y)),
      (.duration(let y), .add, .datetime(let x)):
      return .datetime(finer(x, y))
    case (.zoned, .add, let days) where days.isInteger, (.zoned, .subtract, let days) where days.isInteger: return a
    case (.zoned(let x, _), .subtract, .zoned(let y, _)): return .duration(finer(x, y))
    case (.zoned(let x, let zone), .add, .duration(let y)), (.zoned(let x, let zone), .subtract, .duration(let y)),
      (.duration(let y), .add, .zoned(let x, let zone)):
      return .zoned(finer(x, y), zone)
    case (.duration(let x), .add, .duration(let y)), (.duration(let x), .subtract, .duration(let y)):
      return .duration(finer(x, y))
    case (.duration, .multiply, let number) where number.isInteger: return a
    case (let number, .multiply, .duration) where number.isInteger: return b
    case (.duration, .divide, .duration): return .f64
    default: throw NaiveFailure.types
    }
  }

  func value(_ a: Value, _ b: Value) throws -> Value {
    if left.isMoment || right.isMoment { return try moments(a, b) }
    if type.isFloat { return try floats(a, b) }
    if operation == .power { return try wholePower(a, b) }
    // Operands are brought into the type of the result; the factors of a product keep their own digits.
    let scale = max(left.scale, right.scale)
    let scales = operation == .multiply ? (left.scale, right.scale) : (scale, scale)
    let (x, y) = (try unscaled(a, left, scales.0), try unscaled(b, right, scales.1))
    guard let x, let y else { return .null }
    let result: (partialValue: Int128, overflow: Bool)
    switch operation {
    case .add: result = x.addingReportingOverflow(y)
    case .subtract: result = x.subtractingReportingOverflow(y)
    case .multiply: result = x.multipliedReportingOverflow(by: y)
    default:
      if y == 0 { throw NaiveFailure.refused }
      let quotient = x.floorDivided(by: y)
      result = (operation == .floorDivide ? quotient : x - quotient * y, false)
    }
    guard !result.overflow, result.partialValue.isHeld(by: type) else { throw NaiveFailure.refused }
    return type.hasScale ? .decimal(result.partialValue, scale: type.scale) : .integer(result.partialValue)
  }

  private func unscaled(_ value: Value, _ own: DataType, _ scale: Int) throws -> Int128? {
    if value == .null { return nil }
    guard let number = NaiveNumber(value, own).unscaled(type.isInteger ? 0 : scale) else { throw NaiveFailure.refused }
    if type.isInteger, !number.isHeld(by: type) { throw NaiveFailure.refused }
    return number
  }

  private func wholePower(_ a: Value, _ b: Value) throws -> Value {
    guard case .integer(let base) = a, case .integer(let exponent) = b else { return .null }
    if exponent == 0 { return .integer(1) }
    if [0, 1].contains(base) { return a }
    if base == -1 { return .integer(exponent % 2 == 0 ? 1 : -1) }
    var power = base
    for _ in 1..<min(exponent, 200) {
      let (next, overflow) = power.multipliedReportingOverflow(by: base)
      if overflow { throw NaiveFailure.refused }
      power = next
    }
    guard power.isHeld(by: type) else { throw NaiveFailure.refused }
    return .integer(power)
  }

  private func floats(_ a: Value, _ b: Value) throws -> Value {
    if a == .null || b == .null { return .null }
    let (x, y) = (double(a, left), double(b, right))
    let isSingle = type == .f32
    func rounded(_ number: Double) -> Value { .float(isSingle ? Double(Float(number)) : number) }
    switch operation {
    case .add: return rounded(x + y)
    case .subtract: return rounded(x - y)
    case .multiply: return rounded(x * y)
    case .divide: return rounded(x / y)
    case .power: return rounded(pow(x, y))
    case .floorDivide: return rounded((isSingle ? Double(Float(x / y)) : x / y).rounded(.down))
    default:
      if y == 0 || x.isInfinite { return .float(.nan) }
      let rest = fmod(x, y)
      return rounded(rest != 0 && (rest < 0) != (y < 0) ? rest + y : rest)
    }
  }

  private func double(_ value: Value, _ own: DataType) -> Double {
    let number = if case .float(let number) = value { number } else { NaiveNumber(value, own).double }
    return type == .f32 ? Double(Float(number)) : number
  }

  private func moments(_ a: Value, _ b: Value) throws -> Value {
    let nanosecondsPerTick = type.unit.map { Int128(1_000_000_000 / $0.ticksPerSecond) } ?? 1
    func ticks(_ value: Value) throws -> Int128? {
      guard let found = value.nanoseconds else { return nil }
      // Whatever meets in a unit has to lie within what its 64 bits tell.
      if type.unit != nil, Int64(exactly: found / nanosecondsPerTick) == nil { throw NaiveFailure.refused }
      return found
    }
    func made(_ nanoseconds: Int128) throws -> Value {
      guard let ticks = Int64(exactly: nanoseconds / nanosecondsPerTick) else { throw NaiveFailure.refused }
      if case .datetime(let unit) = type { return .datetime(ticks, unit) }
      if case .zoned(let unit, let zone) = type { return .zoned(ticks, unit, zone) }
      if case .duration(let unit) = type { return .duration(ticks, unit) }
      guard let days = Int32(exactly: nanoseconds) else { throw NaiveFailure.refused }
      return .date(days)
    }
    switch (a, b) {
    case (.date(let x), .date(let y)): return .integer(Int128(x) - Int128(y))
    case (.integer(let count), let moment) where right.isMoment, (let moment, .integer(let count)) where left.isMoment:
      if moment == .null { return .null }
      if case .duration(let ticks, let unit) = moment {
        guard let product = Int64(exactly: Int128(ticks) * count) else { throw NaiveFailure.refused }
        return .duration(product, unit)
      }
      let days = operation == .subtract ? -count : count
      if case .date(let day) = moment { return try made(Int128(day) + days) }
      let (shift, overflow) = days.multipliedReportingOverflow(by: 86_400_000_000_000)
      if overflow { throw NaiveFailure.refused }
      return try made((moment.nanoseconds ?? 0) + shift)
    default:
      if operation == .divide {
        guard case .duration(let x, let own) = a, case .duration(let y, let other) = b else { return .null }
        let finest = Int128(max(own.ticksPerSecond, other.ticksPerSecond))
        let counts = (
          Int128(x) * (finest / Int128(own.ticksPerSecond)), Int128(y) * (finest / Int128(other.ticksPerSecond))
        )
        guard Int64(exactly: counts.0) != nil, Int64(exactly: counts.1) != nil else { throw NaiveFailure.refused }
        return .float(Double(counts.0) / Double(counts.1))
      }
      let (x, y) = (try ticks(a), try ticks(b))
      guard let x, let y else { return .null }
      return try made(operation == .add ? x + y : x - y)
    }
  }
}
