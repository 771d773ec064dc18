import Query
import Tables

// Aggregates by their definitions, of numbers as floats.

extension NaiveEvaluator {
  /// Between the two values beside the place, as far as that is between them.
  func quantile(_ arguments: [Expression], _ values: [Value]) -> Value {
    guard arguments.count > 1, case .literal(let literal) = arguments[1].node, let share = literal.number else {
      return giveUp()
    }
    let sorted = values.map { Double($0.asInt) }.sorted()
    if sorted.isEmpty { return .null }
    let place = share * Double(sorted.count - 1)
    let (low, high) = (sorted[Int(place)], sorted[min(sorted.count - 1, Int(place) + 1)])
    return .float(low + (high - low) * (place - place.rounded(.down)))
  }

  /// Standard deviation, variance, skewness, kurtosis and correlation, of the rows where no argument is null.
  func spread(_ name: String, _ arguments: [Expression], _ group: [[Value]], _ table: NaiveTable) -> Value {
    let rows = group.map { row in arguments.map { value($0, row, table) } }.filter { !$0.contains(.null) }
    let numbers = rows.map { $0.compactMap(\.number) }
    if numbers.contains(where: { $0.count != arguments.count }) { return giveUp() }
    let first = numbers.map { $0[0] }
    if name == "corr" {
      guard let result = try? NaiveShapes.correlation(numbers.map { ($0[0], $0[1]) }) else {
        return numbers.count < 2 ? .null : giveUp()
      }
      return .float(result)
    }
    if name == "skew" || name == "kurtosis" {
      guard let result = try? NaiveShapes.shape(name, of: first) else { return first.isEmpty ? .null : giveUp() }
      return .float(result)
    }
    if first.count < 2 { return .null }
    let mean = first.reduce(0, +) / Double(first.count)
    let variance = first.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(first.count - 1)
    return .float(name == "std" ? variance.squareRoot() : variance)
  }

  /// The value in the row whose key is the greatest or the least, in the first of several; NaN only where all are.
  func beside(_ name: String, _ values: [Value], _ keys: [Value]) -> Value {
    let known = keys.filter { $0 != .null }
    if known.contains(where: \.isNested) { return giveUp() }
    let numbers = known.filter { !$0.isNotANumber }
    let candidates = numbers.isEmpty ? known : numbers
    let best =
      name == "arg_max" ? candidates.max { $0.order($1) < 0 } : candidates.min { $0.order($1) < 0 }
    let place = best.flatMap { best in keys.firstIndex { $0 != .null && $0.order(best) == 0 } }
    return place.map { values[$0] } ?? .null
  }
}
