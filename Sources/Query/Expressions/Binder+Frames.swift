import Diagnostics
import Tables

extension Binder {
  /// Binds a window frame: its sizes must be constants that fit the order.
  func frame(_ frame: Window.Frame, along order: [BoundSortKey]) throws(Diagnostic) -> Frame {
    guard let extent = frame.extent else { return .running }
    switch frame.unit {
    case .running: return .running
    case .rows:
      let count = try rowCount(extent)
      if !frame.isBefore, count == 0 {
        throw Diagnostic("a frame has at least one row", at: extent.span, hint: "`rows 1` is the row itself")
      }
      let after = try frame.after.map { (after) throws(Diagnostic) in try rowCount(after) }
      return .rows(before: frame.isBefore ? count : count - 1, after: after ?? 0)
    case .range:
      guard order.count == 1, let key = order.first?.expression else {
        throw Diagnostic(
          "`range` needs exactly one sort key, found \(order.count)", at: frame.span,
          hint: "`rows` counts rows in any order: `rows 7`")
      }
      let after = try frame.after.map { (after) throws(Diagnostic) in try distance(after, along: key) }
      return .range(before: try distance(extent, along: key), after: after ?? .whole(0))
    }
  }

  private func rowCount(_ extent: Expression) throws(Diagnostic) -> Int {
    let bound = try constant(extent)
    guard case .integer(let count)? = bound.constantValue, count >= 0 else {
      throw Diagnostic(
        "`rows` takes a whole number from 0, found \(bound)", at: extent.span, label: "\(bound.type)",
        hint: bound.type == .string ? "for a distance along the sort key, write `range \(bound)`" : nil)
    }
    // More rows than a table can have mean all rows.
    return Int(clamping: min(count, Int128(UInt32.max)))
  }

  private func constant(_ extent: Expression) throws(Diagnostic) -> BoundExpression {
    let bound = try self.bound(extent).constant()
    guard bound.isConstant else {
      throw Diagnostic(
        "the size of a frame must be constant", at: extent.span, label: "differs from row to row")
    }
    return bound
  }

  /// The extent of a frame, in the units of its key.
  private func distance(_ extent: Expression, along key: BoundExpression) throws(Diagnostic) -> KeyDistance {
    guard key.type.isNumeric || key.type.isTemporal else {
      throw Diagnostic(
        "`range` needs numbers or times, not \(key.type)", at: key.span, label: "\(key.type)",
        hint: "`rows` counts rows in any order: `rows 7`")
    }
    return try KeyDistance(constant(extent), along: key.type, of: "`range`", at: extent.span)
  }
}

extension KeyDistance {
  /// A distance from a number or a duration, in the units of keys of a type.
  ///
  /// - Parameter what: the verb or option that takes it, for messages.
  init(_ bound: BoundExpression, along type: DataType, of what: String, at span: SourceSpan) throws(Diagnostic) {
    switch (type, bound.constantValue ?? .null) {
    case (.f32, let value) where value.number != nil, (.f64, let value) where value.number != nil:
      guard let number = value.number, number >= 0, number.isFinite else { break }
      self = .float(number)
      return
    case (let type, .integer(let number)) where type.exactScale != nil || type == .date:
      guard number >= 0 else { break }
      self = .whole(scaled(number, by: type.exactScale ?? 0))
      return
    case (let type, .float(let number)) where type.exactScale != nil:
      guard number >= 0, number.isFinite else { break }
      let distance = number * Double(scaled(1, by: type.exactScale ?? 0))
      self = .whole(distance < 1.6e38 ? Int128(distance.rounded(.down)) : .max)
      return
    case (let type, .decimal(let unscaled, let scale)) where type.exactScale != nil:
      guard unscaled >= 0 else { break }
      let own = type.exactScale ?? 0
      self = .whole(own >= scale ? scaled(unscaled, by: own - scale) : unscaled / scaled(1, by: scale - own))
      return
    case (let type, .text(let text)) where type.isTemporal:
      guard let length = TimeSpan(text.string) else {
        throw Diagnostic(
          "`\(text)` is not a length of time", at: span, hint: "numbers with `w d h m s ms us ns`: \"1h 30m\"")
      }
      guard length.nanoseconds >= 0 else { break }
      self = .whole(length.nanoseconds / type.nanosecondsPerTick)
      return
    case (let type, .duration(let ticks, let unit)) where type.isTemporal:
      guard ticks >= 0 else { break }
      self = .whole(Int128(ticks) * Int128(1_000_000_000 / unit.ticksPerSecond) / type.nanosecondsPerTick)
      return
    default:
      let wanted = type.isNumeric ? "a number" : type == .date ? "days or a length of time" : "a length of time"
      throw Diagnostic(
        "\(what) along \(type) takes \(wanted), not \(bound.type)", at: span, label: "\(bound.type)",
        hint: type.isNumeric ? nil : "\"7d\", \"1h 30m\"")
    }
    throw Diagnostic("\(what) takes no negative distance: \(bound)", at: span)
  }
}

/// The number times 10^digits; the greatest number if that does not fit.
private func scaled(_ number: Int128, by digits: Int) -> Int128 {
  var result = number
  for _ in 0..<digits {
    let (next, overflow) = result.multipliedReportingOverflow(by: 10)
    if overflow { return .max }
    result = next
  }
  return result
}

extension DataType {
  /// The length of a tick in nanoseconds; for a date, of a day.
  var nanosecondsPerTick: Int128 {
    switch self {
    case .date: 86_400_000_000_000
    case .datetime(let unit), .zoned(let unit, _), .duration(let unit): Int128(1_000_000_000 / unit.ticksPerSecond)
    default: 1
    }
  }
}
