import Diagnostics
import Tables

// Messages for binding and evaluating expressions.

extension Diagnostic {
  /// Two operands whose types do not match; both are labelled with their types.
  static func mismatch(
    _ operation: String, _ left: BoundExpression, _ right: BoundExpression, hint: String? = nil
  ) -> Diagnostic {
    Diagnostic(
      "\(operation) does not work between \(left.type) and \(right.type)", at: left.span, label: "\(left.type)",
      hint: hint ?? left.zoneHint(beside: right)
    ).labelling(right.span, "\(right.type)")
  }

  static func wrongType(_ found: BoundExpression, expected: String, by what: String, hint: String? = nil) -> Diagnostic
  {
    Diagnostic("\(what) takes \(expected), not \(found.type)", at: found.span, label: "\(found.type)", hint: hint)
  }

  static func unknownFunction(_ name: Identifier) -> Diagnostic {
    let names = functions.flatMap { [$0.name] + $0.synonyms }
    let near = nearNames(to: name.name, among: names)
    let misreading = TypoDiagnosis(of: name.name, among: names)
    let meant = misreading?.name ?? near.first
    if let idiom = ForeignIdioms.functions[name.name.lowercased()] {
      return Diagnostic("no function `\(name.name)`", at: name.span, hint: "write " + idiom)
    }
    return Diagnostic(
      "no function `\(name.name)`", at: name.span, label: meant.map { "did you mean `\($0)`?" } ?? "",
      hint: misreading.map(\.explanation) ?? (meant == nil ? "`?functions` lists them" : nil))
  }

  static func argumentCount(_ function: Function, found: Int, at span: SourceSpan) -> Diagnostic {
    let needed = function.parameters.filter { !$0.isOptional }.count
    let allowed = function.parameters.contains(where: \.isRepeated) ? Int.max : function.parameters.count
    let wanted =
      allowed == .max
      ? "at least \(needed)" : needed == allowed ? "\(needed)" : "\(needed) to \(allowed)"
    let noun = wanted == "1" || wanted == "at least 1" ? "argument" : "arguments"
    let isPlace = function.kind == .window && function.parameters.isEmpty
    return Diagnostic(
      "`\(function.name)` takes \(wanted) \(noun), found \(found)", at: span,
      hint: isPlace
        ? "the order comes after the function: `\(function.signature) over (k order by x)`"
        : "write `\(function.signature)`")
  }

  /// An order that has no effect on the aggregate of a whole group.
  static func orderWithoutMeaning(
    _ function: Function, _ arguments: [Expression], _ window: Window, at span: SourceSpan
  ) -> Diagnostic {
    let operands = "(\(arguments.map(\.span.text).joined(separator: ", ")))"
    let keys = window.keys.map(\.span.text).joined(separator: ", ")
    let order = window.order.map { $0.expression.span.text + ($0.isDescending ? " desc" : "") }.joined(separator: ", ")
    let over = keys.isEmpty ? "" : " over " + (window.keys.count == 1 ? keys : "(\(keys))")
    let along = "over (\(keys)\(keys.isEmpty ? "" : " ")order by \(order) running)"
    return Diagnostic(
      "`\(function.name)` of a whole group is the same in any order", at: window.order.first?.expression.span ?? span,
      label: "changes nothing",
      hint: "leave the order out: `\(function.name)\(operands)\(over)`; up to each row: `\(function.name)\(operands) "
        + "\(along)`; `rows 7` and `range \"7d\"` in the place of `running` look at the last ones")
  }

  static func frameOfPlaces(_ function: Function, at span: SourceSpan) -> Diagnostic {
    Diagnostic(
      "`\(function.name)` uses its whole group and takes no frame", at: span,
      hint: "frames are for aggregates: `sum(x) over (k order by d rows 7)`")
  }

  static func overflow(_ type: DataType, row: Int?, at span: SourceSpan?) -> Diagnostic {
    let hint: String? =
      switch type {
      case .zoned(.nanoseconds, let zone), .zoned(.microseconds, let zone):
        "a coarser unit covers a longer time: `cast(…, datetime[ms, \(zone)])`"
      case .datetime(.nanoseconds), .datetime(.microseconds):
        "a coarser unit covers a longer time: `cast(…, datetime[ms])`"
      case .duration(.nanoseconds), .duration(.microseconds):
        "a coarser unit covers a longer time: `cast(…, duration[ms])`"
      case _ where type.isTemporal: nil
      case _ where type == .i64 || type == .u64 || type.isDecimal: "cast to a floating type first: `cast(…, f64)`"
      default: "cast to a wider type first: `cast(…, i64)`"
      }
    return Diagnostic(
      "the result does not fit \(type)\(inRow(row))", at: span, label: "overflows \(type)", hint: hint)
  }

  static func divisionByZero(row: Int?, at span: SourceSpan?) -> Diagnostic {
    Diagnostic(
      "whole-number division by zero\(inRow(row))", at: span, label: "divides by zero",
      hint: "`/` gives infinity instead; `if d != 0 then a // d else null` leaves such rows out")
  }

  /// A value that a conversion would change: an explicit cast, or an implicit conversion of an operand to a common
  /// type.
  ///
  /// - Parameter cast: the operand, and the type that the whole of it becomes.
  static func lossyCast(
    _ loss: CastLoss, _ mode: CastMode, row: Int?, of cast: (operand: BoundExpression, type: DataType)? = nil,
    at span: SourceSpan?
  ) -> Diagnostic {
    let isMeeting = mode == .exact
    if let cast, loss.value.losesOffset(in: loss.type) {
      return Diagnostic(
        "\(loss.value.literal)\(inRow(row)) has an offset, which \(loss.type) would lose", at: span,
        label: "would lose the offset", hint: "`cast(\(cast.operand), \(cast.type.withUTC))` keeps the moment")
    }
    return Diagnostic(
      "\(loss.value.literal)\(inRow(row)) cannot become \(loss.type) without loss", at: span,
      label: "would change the value",
      hint: isMeeting && loss.type.isFloat
        ? "`cast(…, \(loss.type))` rounds; texts keep all digits: `cast(…, str)`"
        : "`try_cast(…, \(loss.type))` gives null in such rows",
      notes: isMeeting ? ["different types are converted to \(loss.type) here, which must not change a value"] : [])
  }
}

extension BoundExpression {
  /// How two datetimes meet of which one has no zone, or another one.
  fileprivate func zoneHint(beside other: BoundExpression) -> String? {
    DataType.zoneHint((type, written), (other.type, other.written))
  }

  /// A constant is shown as text, which is not yet a datetime.
  private var written: String { isConstant ? "cast(\(self), \(type))" : "\(self)" }

  /// How a datetime gets a zone, or loses it.
  func zoneHint(as type: DataType) -> String? {
    switch (self.type, type) {
    case (.zoned, .datetime): "what its clocks show: `with_zone(\(self), null)`"
    case (.datetime, .zoned(_, let zone)): "say which zone it is of: `with_zone(\(self), \"\(zone)\")`"
    case (.date, .zoned(let unit, let zone)):
      "its midnight: `with_zone(cast(\(self), datetime[\(unit.rawValue)]), \"\(zone)\")`"
    default: nil
    }
  }
}

extension DataType {
  /// What makes two datetimes meet of which one has no zone, or another one; nil for other types.
  static func zoneHint(_ left: (type: DataType, text: String), _ right: (type: DataType, text: String)) -> String? {
    for (zoned, other) in [(left, right), (right, left)] {
      guard case .zoned(_, let zone) = zoned.type else { continue }
      switch other.type {
      case .datetime: return "say which zone it is of: `with_zone(\(other.text), \"\(zone)\")`"
      case .date: return "the day on its clocks is `date(\(zoned.text))`"
      case .zoned(_, let second) where second != zone:
        return "the same moment in the other zone: `to_zone(\(other.text), \"\(zone)\")`"
      default: continue
      }
    }
    return nil
  }
}

/// The text ` in row 7`; empty for a constant.
func inRow(_ row: Int?) -> String { row.map { " in row \($0)" } ?? "" }
