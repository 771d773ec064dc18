import Foundation
import Tables

/// What becomes of a value in another type: the same value, or nil where that has no room for it.
struct NaiveCast {
  let from: DataType
  let to: DataType
  /// Forbids what casts may do: round to the nearest float, cut a moment to its day.
  var isExact = false

  var isPossible: Bool { Self.isPossible(from, to) }

  private static func isPossible(_ from: DataType, _ to: DataType) -> Bool {
    if from == to || from == .null { return true }
    switch (from, to) {
    case (.list(let own), .list(let wanted)): return isPossible(own, wanted)
    case (.list, _), (_, .list), (.structure, _), (_, .structure), (_, .null): return false
    case (.string, _), (_, .string): return true
    case (.binary, _), (_, .binary): return false
    case (.bool, _): return to.isNumeric
    case (_, .bool): return from.isNumeric
    case (.date, .datetime), (.datetime, .date), (.datetime, .time), (.datetime, .datetime), (.duration, .duration),
      (.zoned, .date), (.zoned, .time), (.zoned, .zoned):
      return true
    default:
      return from.isNumeric && to.isNumeric || from.isMoment && to.isInteger || from.isInteger && to.isMoment
    }
  }

  /// Whether the text of a value is written elsewhere: its form is the display's matter.
  var isWrittenElsewhere: Bool {
    var (own, wanted) = (from, to)
    while case .list(let x) = own, case .list(let y) = wanted { (own, wanted) = (x, y) }
    switch own {
    case .f32, .f64, .date, .time, .datetime, .zoned, .duration: return wanted == .string
    default: return false
    }
  }

  func value(_ value: Value) -> Value? {
    if value == .null || from == to { return value }
    switch (from, to) {
    case (.list(let own), .list(let wanted)):
      guard case .list(let elements) = value else { return nil }
      var found: [Value] = []
      for element in elements {
        guard let one = NaiveCast(from: own, to: wanted, isExact: isExact).value(element) else { return nil }
        found.append(one)
      }
      return .list(found)
    case (_, .string): return text(value).map { .text(Text($0)) }
    case (.string, .binary):
      if case .text(let text) = value { return .binary(text) }
      return nil
    case (.string, _):
      if case .text(let text) = value { return read(text.string) }
      return nil
    default: return number(value) ?? moment(value)
    }
  }

  /// The value in which what does not fit is null, element by element in lists.
  func lenient(_ value: Value) -> Value {
    guard case .list(let elements) = value, case .list(let own) = from, case .list(let wanted) = to else {
      return self.value(value) ?? .null
    }
    return .list(elements.map { NaiveCast(from: own, to: wanted).lenient($0) })
  }

  private func number(_ value: Value) -> Value? {
    guard from.isNumeric || from == .bool, to.isNumeric || to == .bool else { return nil }
    let meant = NaiveNumber(value, from)
    switch to {
    case .bool:
      guard let whole = meant.unscaled(0), whole == 0 || whole == 1 else { return nil }
      return .bool(whole == 1)
    case .f32, .f64:
      var found = if case .float(let number) = value { number } else { meant.double }
      if to == .f32 { found = Double(Float(found)) }
      if !found.isFinite, meant.kind == .finite { return nil }
      if isExact {
        if case .float(let number) = value {
          return found == number || number.isNaN ? .float(found) : nil
        }
        return NaiveNumber(.float(found), to).order(meant) == 0 ? .float(found) : nil
      }
      return .float(found)
    case .decimal(_, let scale):
      guard let unscaled = meant.unscaled(scale), unscaled.isHeld(by: to) else { return nil }
      return .decimal(unscaled, scale: scale)
    default:
      guard let whole = meant.unscaled(0), whole.isHeld(by: to) else { return nil }
      return .integer(whole)
    }
  }

  private func moment(_ value: Value) -> Value? {
    if case .integer(let number) = value {
      guard let ticks = Int64(exactly: number) else { return nil }
      switch to {
      case .date: return Int32(exactly: number).map { .date($0) }
      case .time: return (0..<86_400_000_000_000).contains(ticks) ? .time(ticks) : nil
      case .datetime(let unit): return .datetime(ticks, unit)
      case .zoned(let unit, let zone): return .zoned(ticks, unit, zone)
      case .duration(let unit): return .duration(ticks, unit)
      default: return nil
      }
    }
    guard let nanoseconds = value.nanoseconds else { return nil }
    if to.isInteger {
      let ticks: Int128
      switch value {
      case .date(let days): ticks = Int128(days)
      case .time(let own), .datetime(let own, _), .zoned(let own, _, _), .duration(let own, _): ticks = Int128(own)
      default: return nil
      }
      return ticks.isHeld(by: to) ? .integer(ticks) : nil
    }
    let day: Int128 = 86_400_000_000_000
    switch to {
    case .date:
      guard let nanoseconds = try? NaiveCalendar.local(value) else { return nil }
      let days = nanoseconds.floorDivided(by: day)
      if isExact, days * day != nanoseconds { return nil }
      return Int32(exactly: days).map { .date($0) }
    case .time:
      guard let nanoseconds = try? NaiveCalendar.local(value) else { return nil }
      return .time(Int64(nanoseconds - nanoseconds.floorDivided(by: day) * day))
    case .datetime(let unit), .zoned(let unit, _), .duration(let unit):
      let tick = Int128(1_000_000_000 / unit.ticksPerSecond)
      guard nanoseconds % tick == 0, let ticks = Int64(exactly: nanoseconds / tick) else { return nil }
      if case .duration = to { return .duration(ticks, unit) }
      if case .zoned(_, let zone) = to { return .zoned(ticks, unit, zone) }
      return .datetime(ticks, unit)
    default: return nil
    }
  }

  private func text(_ value: Value) -> String? {
    switch value {
    case .bool(let truth): return truth ? "true" : "false"
    case .integer(let number): return "\(number)"
    case .binary(let bytes): return String(validating: bytes.bytes.array, as: UTF8.self)
    case .decimal(let unscaled, let scale):
      let digits = String("\(unscaled.magnitude)".reversed()).padding(
        toLength: max("\(unscaled.magnitude)".count, scale + 1), withPad: "0", startingAt: 0)
      let written = String(digits.reversed())
      let point = written.index(written.endIndex, offsetBy: -scale)
      return (unscaled < 0 ? "-" : "") + (scale == 0 ? written : "\(written[..<point]).\(written[point...])")
    default: return nil
    }
  }

  private func read(_ text: String) -> Value? {
    let isWhole = text.wholeMatch(of: /[+-]?[0-9]+/) != nil
    let isNumber = text.wholeMatch(of: /[+-]?([0-9]+\.?[0-9]*|\.[0-9]+)([eE][+-]?[0-9]+)?/) != nil
    switch to {
    case .bool: return ["true": true, "false": false][text.lowercased()].map { .bool($0) }
    case .f32, .f64: return isNumber ? Double(text).flatMap { NaiveCast(from: .f64, to: to).value(.float($0)) } : nil
    case .decimal where isNumber && !text.lowercased().contains("e"):
      guard let unscaled = NaiveNumber(digits: text, shift: 0).unscaled(to.scale), unscaled.isHeld(by: to) else {
        return nil
      }
      return .decimal(unscaled, scale: to.scale)
    case .date: return day(text).map { .date(Int32($0)) }
    case .datetime(let unit):
      // The clocks of moments as texts are the calendar's tests' matter: the grid has days only.
      return day(text).map { .datetime(Int64($0) * 86_400 * unit.ticksPerSecond, unit) }
    case .zoned(let unit, let zone):
      // The midnight of that day on its clocks.
      let east = NaiveMeaning.zones[zone.name] ?? 0
      return day(text).map { .zoned(Int64($0 * 86_400 - east) * unit.ticksPerSecond, unit, zone) }
    case .time, .duration, .decimal: return nil
    default:
      guard isWhole, let whole = NaiveNumber(digits: text, shift: 0).unscaled(0), whole.isHeld(by: to) else {
        return nil
      }
      return .integer(whole)
    }
  }

  private func day(_ text: String) -> Int? {
    guard let match = text.wholeMatch(of: /(\d{4})-(\d\d)-(\d\d)/) else { return nil }
    var parts = DateComponents()
    (parts.year, parts.month, parts.day) = (Int(match.1), Int(match.2), Int(match.3))
    var calendar = Calendar(identifier: .gregorian)
    calendar.timeZone = .gmt
    return calendar.date(from: parts).map { Int(($0.timeIntervalSince1970 / 86_400).rounded(.down)) }
  }
}
