import Diagnostics
import Query
import Tables

// Casts. Spark's casts lose digits silently (`cast(2.7 as int)` is 2), so each cast gets a check.

extension SparkTranslator {
  mutating func cast(
    _ value: SparkExpression, _ type: DataType, to wanted: DataType, _ mode: CastMode, at span: SourceSpan?
  ) throws(Diagnostic) -> SparkExpression {
    let carrier = try carrier(wanted, at: span)
    if isPlain { return plainCast(value, type, to: wanted, mode, carrier) }
    if type == wanted || type == .null { return value.cast(carrier) }
    guard let isKept = try kept(value, type, wanted, mode, at: span) else { return value.cast(carrier) }
    let result =
      type == .string || isNarrowed(type, wanted)
      ? SparkExpression.cast(value, carrier, isTry: true) : value.cast(carrier)
    let lost =
      mode == .lenient
      ? SparkExpression.literal(.null(carrier))
      : raising(
        "a value of type \(type) is none of \(wanted), on \(engine)", carrier, at: span,
        hint: mode == .strict ? "`try_cast` gives null" : "`cast` says which type both are to have")
    return .when((value.isNull, .literal(.null(carrier))), (isKept, result), otherwise: lost)
  }

  /// A cast as a person writes it. Conversions that operators do themselves are left out.
  private mutating func plainCast(
    _ value: SparkExpression, _ type: DataType, to wanted: DataType, _ mode: CastMode, _ carrier: SparkType
  ) -> SparkExpression {
    if mode == .exact, type == .null || type.isNumeric && wanted.isNumeric || type.carrier == carrier { return value }
    if type == wanted { return value }
    if type.isFloat, wanted.isInteger, mode == .strict { note("a cast to whole numbers cuts fractions off") }
    return .cast(value, carrier, isTry: mode == .lenient)
  }

  private func isNarrowed(_ type: DataType, _ wanted: DataType) -> Bool { type.isDecimal || wanted.isDecimal }

  /// A condition that a value survives the cast; nil if all values do.
  private func kept(
    _ value: SparkExpression, _ type: DataType, _ wanted: DataType, _ mode: CastMode, at span: SourceSpan?
  ) throws(Diagnostic) -> SparkExpression? {
    switch (type, wanted) {
    case (_, _) where type.isInteger && wanted.isInteger:
      guard let own = type.wholeRange, let range = wanted.wholeRange else { return nil }
      if own.least >= range.least, own.greatest <= range.greatest { return nil }
      return within(value, range)
    case (_, _) where type.isInteger && wanted.isFloat:
      let exact = wanted == .f64 ? 53 : 24
      if type.integerWidth < exact || mode == .strict { return nil }
      return within(value, (-(1 << Int128(exact)), 1 << Int128(exact)))
    case (_, _) where type.isFloat && wanted.isInteger:
      guard let range = wanted.wholeRange, wanted != .u64 else { break }
      let number = value.cast(.double)
      let isWhole = number.equals(wholeFloor(number))
      // 2⁶³ is representable as a float but not as i64.
      return isWhole.and(.call(">=", [number, .double(Double(range.least))])).and(
        wanted == .i64 ? number.isBelow(.double(0x1p63)) : .call("<=", [number, .double(Double(range.greatest))]))
    case (.f32, .f64): return nil
    case (.f64, .f32):
      return mode == .strict ? nil : value.equals(value.cast(.float).cast(.double)).or(.call("isnan", [value]))
    case (.bool, _) where wanted.isNumeric: return nil
    case (_, .decimal) where type.isInteger || type.isDecimal:
      let narrowed = SparkExpression.cast(value, try carrier(wanted), isTry: true)
      return narrowed.isKnown.and(narrowed.equals(value))
    case (.decimal, .f64): return mode == .strict ? nil : .literal(.bool(true))
    case (.decimal, _) where wanted.isInteger:
      let narrowed = SparkExpression.cast(value, try carrier(wanted), isTry: true)
      return narrowed.isKnown.and(narrowed.equals(value))
    case (_, .string) where type.isInteger || type == .bool || type == .date: return nil
    case (.string, _) where wanted.isInteger && wanted != .u64:
      guard let range = wanted.wholeRange else { break }
      let number = SparkExpression.cast(value, .long, isTry: true)
      return SparkExpression.call("rlike", [value, .text("^[+-]?[0-9]+$")]).and(number.isKnown).and(
        within(number, range))
    case (.string, .date):
      return SparkExpression.call("rlike", [value, .text("^[0-9]{4}-[0-9]{2}-[0-9]{2}$")]).and(
        SparkExpression.cast(value, .date, isTry: true).isKnown)
    case (.date, .datetime): return nil
    case (.datetime, .date) where mode == .strict: return nil
    case (.datetime(let unit), .datetime(let other)) where other.ticksPerSecond >= unit.ticksPerSecond: return nil
    case (.duration(let unit), .duration(let other)) where other.ticksPerSecond >= unit.ticksPerSecond: return nil
    case (.list(let element), .list(let other)) where element == .null || element.carrier == other.carrier: return nil
    default: break
    }
    throw refusal("a cast from \(type) to \(wanted)", at: span)
  }

  private func within(_ value: SparkExpression, _ range: (least: Int128, greatest: Int128)) -> SparkExpression {
    SparkExpression.call(">=", [value, .whole(range.least)]).and(.call("<=", [value, .whole(range.greatest)]))
  }
}

extension DataType {
  var isDecimal: Bool { if case .decimal = self { true } else { false } }
}
