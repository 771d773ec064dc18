import Foundation
import Tables

/// An aggregate of values of one type: of a group, a list, a window.
struct NaiveAggregate {
  let name: String
  let own: DataType
  let type: DataType
  private let meaning = NaiveMeaning(types: [:])

  init(_ name: String, _ own: DataType) throws {
    (self.name, self.own) = (name, own)
    type = try Self.type(name, own)
  }

  private static func type(_ name: String, _ own: DataType) throws -> DataType {
    switch name {
    case "len", "count", "n_unique": return .u32
    case "list", "unique": return .list(own)
    case "any", "all":
      guard own == .bool || own == .null else { throw NaiveFailure.types }
      return .bool
    case "sum", "cum_sum":
      switch own {
      case .bool: return .u32
      case .u64, .f32, .f64, .duration, .null: return own
      case .decimal(_, let scale): return .decimal(precision: 38, scale: scale)
      case _ where own.isInteger: return .i64
      default: throw NaiveFailure.types
      }
    case "mean", "median", "quantile":
      if own == .f32 || own.unit != nil || own == .time { return own }
      if own == .date { return .datetime(.milliseconds) }
      guard own.isNumeric || own == .bool || own == .null else { throw NaiveFailure.types }
      return .f64
    case "std", "var":
      if own == .f32 { return .f32 }
      guard own.isNumeric || own == .bool || own == .null else { throw NaiveFailure.types }
      return .f64
    default: return own
    }
  }

  /// In ascending order, NaN and then null last.
  func sorted(_ values: [Value]) throws -> [Value] {
    if own.isNested { throw NaiveFailure.unknown(.orderOfLists) }
    let known = values.filter { $0 != .null }
    let ordered = try known.enumerated().sorted {
      let order = try meaning.order($0.element, own, $1.element, own)
      return order != 0 ? order < 0 : $0.offset < $1.offset
    }
    return ordered.map(\.element) + values.filter { $0 == .null }
  }

  /// - Parameter share: of a quantile.
  func value(_ values: [Value], share: Double = 0.5) throws -> Value {
    let known = values.filter { $0 != .null }
    switch name {
    case "len": return .integer(Int128(values.count))
    case "count": return .integer(Int128(known.count))
    case "first": return values.first ?? .null
    case "last": return values.last ?? .null
    case "list": return .list(values)
    case "unique": return .list(distinct(values))
    case "n_unique": return .integer(Int128(distinct(values).count))
    case "any": return .bool(known.contains(.bool(true)))
    case "all": return .bool(!known.contains(.bool(false)))
    case "min", "max":
      let ordered = try sorted(known)
      let numbers = ordered.filter { $0 != .float(.nan) }
      let candidates = numbers.isEmpty ? ordered : numbers
      return (name == "min" ? candidates.first : candidates.last) ?? .null
    case "mode":
      let ordered = try sorted(known)
      let most = ordered.map { value in ordered.count { $0 == value } }.max()
      return ordered.first { value in ordered.count { $0 == value } == most } ?? .null
    case "sum": return try sum(known)
    default: break
    }
    if known.isEmpty { return .null }
    if own.isMoment { return try momentOf(sorted(known), share) }
    let inOrder = ["median", "quantile"].contains(name) ? try sorted(known) : known
    let numbers = inOrder.map { value in
      if case .float(let number) = value { number } else { NaiveNumber(value, own).double }
    }
    let mean = (exactSum(known) ?? numbers.reduce(0, +)) / Double(numbers.count)
    switch name {
    case "mean": return .float(mean)
    case "std", "var":
      if numbers.count < 2 { return .null }
      let variance = numbers.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(numbers.count - 1)
      return .float(name == "std" ? variance.squareRoot() : variance)
    case "median", "quantile":
      let place = share * Double(numbers.count - 1)
      let (low, high) = (numbers[Int(place)], numbers[min(numbers.count - 1, Int(place) + 1)])
      return .float(place == place.rounded(.down) ? low : low + (high - low) * (place - place.rounded(.down)))
    default: throw NaiveFailure.unknown(.fault)
    }
  }

  /// The sum of whole or decimal numbers as far as 128 bits hold it.
  private func exactSum(_ values: [Value]) -> Double? {
    var total: Int128 = 0
    for value in values {
      let part: Int128
      switch value {
      case .integer(let number), .decimal(let number, _): part = number
      default: return nil
      }
      let (next, overflow) = total.addingReportingOverflow(part)
      if overflow { return nil }
      total = next
    }
    return NaiveNumber(digits: "\(total)", shift: -own.scale).double
  }

  private func distinct(_ values: [Value]) -> [Value] {
    values.reduce(into: []) { seen, value in if !seen.contains(value) { seen.append(value) } }
  }

  private func sum(_ values: [Value]) throws -> Value {
    if own.isFloat {
      let total = values.reduce(0.0) { total, value in
        if case .float(let number) = value { total + number } else { total }
      }
      return .float(own == .f32 ? Double(Float(total)) : total)
    }
    var total: Int128 = 0
    for value in values {
      let part: Int128
      switch value {
      case .integer(let number), .decimal(let number, _): part = number
      case .bool(let truth): part = truth ? 1 : 0
      case .duration(let ticks, _): part = Int128(ticks)
      default: return .null
      }
      let (next, overflow) = total.addingReportingOverflow(part)
      if overflow { throw NaiveFailure.refused }
      total = next
    }
    if case .duration(let unit) = own {
      guard let ticks = Int64(exactly: total) else { throw NaiveFailure.refused }
      return .duration(ticks, unit)
    }
    if own == .null { return .null }
    guard total.isHeld(by: type) else { throw NaiveFailure.refused }
    return type.hasScale ? .decimal(total, scale: type.scale) : .integer(total)
  }

  /// To the nearest tick, of two the later one.
  private func momentOf(_ ordered: [Value], _ share: Double) throws -> Value {
    let tick: Int128 = own == .date ? 1_000_000 : own.unit.map { Int128(1_000_000_000 / $0.ticksPerSecond) } ?? 1
    let ticks = ordered.map { ($0.nanoseconds ?? 0) / tick }
    let result: Int128
    if name == "mean" {
      result = (2 * ticks.reduce(0, +) + Int128(ticks.count)).floorDivided(by: Int128(2 * ticks.count))
    } else {
      // Grids ask for shares of halves and of all: others have no exact place.
      let doubled = share * 2 * Double(ticks.count - 1)
      guard doubled == doubled.rounded() else { throw NaiveFailure.unknown(.quantilesBetween) }
      let place = Int(doubled) / 2
      let step = Int(doubled) % 2 == 1 ? ticks[place + 1] - ticks[place] + 1 : 0
      result = ticks[place] + step / 2
    }
    guard let found = Int64(exactly: result) else { throw NaiveFailure.refused }
    switch type {
    case .time: return .time(found)
    case .duration(let unit): return .duration(found, unit)
    case .datetime(let unit): return .datetime(found, unit)
    case .zoned(let unit, let zone): return .zoned(found, unit, zone)
    default: return .null
    }
  }
}
