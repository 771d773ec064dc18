import Diagnostics
import Query
import Tables

/// Compares what the engine gives for an expression of the grid with what the naive evaluator computes row by row.
struct NaiveGrid {
  private let meaning: NaiveMeaning
  private let rows: [[String: Value]]
  private let parser = Parser(verbs: relationalVerbs.map(\.declaration), functionNames: functions.map(\.name))

  init(_ table: Table) {
    meaning = NaiveMeaning(types: Dictionary(uniqueKeysWithValues: table.schema.fields.map { ($0.name, $0.type) }))
    rows = (0..<table.rowCount).map { row in
      Dictionary(uniqueKeysWithValues: zip(table.schema.names, table.columns).map { ($0, $1[row]) })
    }
  }

  /// What an expression gives in every row, and its type where it has one.
  func outcomes(_ text: String) -> (type: DataType?, rows: [NaiveOutcome]) {
    guard let expression = try? parser.expression(in: Source(name: "grid", text: text)) else {
      return (nil, rows.map { _ in .unknown(.fault) })
    }
    do {
      let type = try meaning.type(expression)
      return (type, rows.map { row in NaiveOutcome { try meaning.value(expression, row) } })
    } catch {
      let failed = NaiveOutcome { throw error }
      return (nil, rows.map { _ in failed })
    }
  }

  /// What an aggregate gives of some rows; nil of one that is not computed here.
  func aggregate(_ call: String, of chosen: [Int]) -> NaiveOutcome {
    guard let expression = try? parser.expression(in: Source(name: "grid", text: call)),
      case .call(let function, let arguments, nil) = expression.node
    else { return .unknown(.fault) }
    if ["corr", "skew", "kurtosis"].contains(function.name) {
      let outcome = NaiveOutcome { try shape(function.name, arguments, chosen) }
      if case .value(.float(let number)) = outcome { return .near(number) }
      return outcome
    }
    return NaiveOutcome {
      if function.name == "len" { return .integer(Int128(chosen.count)) }
      let own = try meaning.type(arguments[0])
      // The value beside the greatest or the least, which the first of equals has.
      if let extreme = ["arg_max": "max", "arg_min": "min"][function.name] {
        let by = try meaning.type(arguments[1])
        if by.isNested { throw NaiveFailure.unknown(.orderOfLists) }
        let keys = try chosen.map { try meaning.value(arguments[1], rows[$0]) }
        let wanted = try NaiveAggregate(extreme, by).value(keys)
        let place = try keys.firstIndex { try $0 != .null && meaning.order($0, by, wanted, by) == 0 }
        return try place.map { try meaning.value(arguments[0], rows[chosen[$0]]) } ?? .null
      }
      let aggregate = try NaiveAggregate(function.name, own)
      let values = try chosen.map { try meaning.value(arguments[0], rows[$0]) }
      guard arguments.count > 1 else { return try aggregate.value(values) }
      let share: Double
      switch try meaning.value(arguments[1], [:]) {
      case .integer(let number): share = Double(number)
      case .float(let number): share = number
      default: throw NaiveFailure.types
      }
      guard (0...1).contains(share) else { throw NaiveFailure.types }
      return try aggregate.value(values, share: share)
    }
  }

  /// Skewness, kurtosis and correlation, of the rows where nothing is null.
  private func shape(_ name: String, _ arguments: [Expression], _ chosen: [Int]) throws -> Value {
    let types = try arguments.map(meaning.type)
    for type in types where !type.isNumeric && type != .null { throw NaiveFailure.types }
    let numbers = try chosen.map { row in
      try zip(arguments, types).map { argument, type -> Double? in
        switch try meaning.value(argument, rows[row]) {
        case .null: nil
        case .float(let number): number
        case let value: NaiveNumber(value, type).double
        }
      }
    }
    let known = numbers.map { $0.compactMap(\.self) }.filter { $0.count == arguments.count }
    let result =
      name == "corr"
      ? try NaiveShapes.correlation(known.map { ($0[0], $0[1]) }) : try NaiveShapes.shape(name, of: known.map { $0[0] })
    return result.map { .float($0) } ?? .null
  }

  /// What a window function gives each row, the rows of each group in ascending or descending order of a column.
  func window(_ call: String, groups: [[Int]], order: String?, isDescending: Bool) -> [NaiveOutcome] {
    guard let expression = try? parser.expression(in: Source(name: "grid", text: call)),
      case .call(let function, let arguments, nil) = expression.node
    else { return rows.map { _ in .unknown(.fault) } }
    var outcomes = [NaiveOutcome](repeating: .value(.null), count: rows.count)
    for group in groups {
      do {
        for (row, value) in try placed(function.name, arguments, group, order, isDescending) {
          outcomes[row] = .value(value)
        }
      } catch {
        let failed = NaiveOutcome { throw error }
        for row in group { outcomes[row] = failed }
      }
    }
    return outcomes
  }

  /// What an aggregate gives each row of the rows in its frame.
  func framed(
    _ call: String, _ frame: NaiveFrame, groups: [[Int]], order: String, isDescending: Bool
  ) -> [NaiveOutcome] {
    var outcomes = [NaiveOutcome](repeating: .value(.null), count: rows.count)
    for group in groups {
      do {
        if frame.measures, meaning.types[order] == .null { throw NaiveFailure.types }
        let (sorted, _) = try ordered(group, order, isDescending)
        for (place, row) in sorted.enumerated() {
          let chosen = try frame.rows(around: place, of: sorted.map { rows[$0][order] ?? .null }, isDescending)
          outcomes[row] = aggregate(call, of: chosen.map { sorted[$0] })
        }
      } catch {
        let failed = NaiveOutcome { throw error }
        for row in group { outcomes[row] = failed }
      }
    }
    return outcomes
  }

  /// The rows of a group in order, and whether two rows stand at the same place of it.
  private func ordered(
    _ group: [Int], _ order: String?, _ isDescending: Bool
  ) throws -> (rows: [Int], ties: (Int, Int) -> Bool) {
    var sorted = group
    var ties = { (_: Int, _: Int) in true }
    if let order {
      guard let type = meaning.types[order], !type.isNested else { throw NaiveFailure.unknown(.orderOfLists) }
      func compared(_ a: Int, _ b: Int) throws -> Int {
        let (x, y) = (rows[a][order] ?? .null, rows[b][order] ?? .null)
        let missing = [x, y].map { $0 == .null ? 2 : $0 == .float(.nan) ? 1 : 0 }
        if missing != [0, 0] { return sign(missing[0], missing[1]) }
        return try meaning.order(x, type, y, type) * (isDescending ? -1 : 1)
      }
      sorted = try group.sorted {
        let order = try compared($0, $1)
        return order != 0 ? order < 0 : $0 < $1
      }
      ties = { (try? compared($0, $1)) == 0 }
    }
    return (sorted, ties)
  }

  private func placed(
    _ name: String, _ arguments: [Expression], _ group: [Int], _ order: String?, _ isDescending: Bool
  ) throws -> [(Int, Value)] {
    let (sorted, ties) = try ordered(group, order, isDescending)
    let values = try sorted.map { row in try arguments.first.map { try meaning.value($0, rows[row]) } ?? .null }
    var shift = 1
    if arguments.count > 1 {
      guard case .integer(let distance) = try meaning.constant(arguments[1]) else {
        throw NaiveFailure.unknown(.nullConstants)
      }
      shift = Int(max(-1000, min(1000, distance)))
    }
    var results: [Value] = []
    switch name {
    case "row_number": results = sorted.indices.map { .integer(Int128($0 + 1)) }
    case "rank", "dense_rank":
      var (place, dense) = (0, 0)
      for (index, row) in sorted.enumerated() {
        if index == 0 || !ties(sorted[index - 1], row) { (place, dense) = (index + 1, dense + 1) }
        results.append(.integer(Int128(name == "rank" ? place : dense)))
      }
    case "percent_rank":
      var place = 0
      for (index, row) in sorted.enumerated() {
        if index == 0 || !ties(sorted[index - 1], row) { place = index }
        results.append(.float(sorted.count > 1 ? Double(place) / Double(sorted.count - 1) : 0))
      }
    case "ntile":
      guard case .integer(let count) = try meaning.constant(arguments[0]) else {
        throw NaiveFailure.unknown(.nullConstants)
      }
      guard (1...Int128(UInt32.max)).contains(count) else { throw NaiveFailure.types }
      // Rows dealt out one by one: the first parts get one more.
      var lengths = [Int](repeating: 0, count: min(Int(count), sorted.count))
      for index in sorted.indices { lengths[index % lengths.count] += 1 }
      results = lengths.enumerated().flatMap { tile, length in
        [Value](repeating: .integer(Int128(tile + 1)), count: length)
      }
    case "forward_fill", "backward_fill":
      let ordered = name == "forward_fill" ? values : values.reversed()
      let filled = ordered.indices.map { index in ordered[...index].last { $0 != .null } ?? .null }
      results = name == "forward_fill" ? filled : filled.reversed()
    case "lag", "lead":
      let step = name == "lag" ? -shift : shift
      results = values.indices.map { values.indices.contains($0 + step) ? values[$0 + step] : .null }
    case "cum_sum", "cum_max":
      let own = try meaning.type(arguments[0])
      let aggregate = try NaiveAggregate(name == "cum_sum" ? "sum" : "max", own)
      if own.isFloat { throw NaiveFailure.unknown(.runningFloats) }
      for index in values.indices {
        results.append(values[index] == .null ? .null : try aggregate.value(Array(values[...index])))
      }
    default: throw NaiveFailure.unknown(.fault)
    }
    return Array(zip(sorted, results))
  }
}

enum NaiveOutcome: CustomStringConvertible {
  case value(Value)
  /// A number of about one, whose last digits are lost where great powers cancel out.
  case near(Double)
  case refused
  case types
  case unknown(NaiveGap)

  init(_ body: () throws -> Value) {
    do {
      self = .value(try body())
    } catch NaiveFailure.refused {
      self = .refused
    } catch NaiveFailure.types {
      self = .types
    } catch NaiveFailure.unknown(let reason) {
      self = .unknown(reason)
    } catch {
      self = .unknown(.fault)
    }
  }

  var description: String {
    switch self {
    case .value(let value): "\(value)"
    case .near(let number): "about \(number)"
    case .refused: "a refusal"
    case .types: "a mistake of types"
    case .unknown(let gap): "unknown (\(gap.rawValue))"
    }
  }

  var isValue: Bool {
    switch self {
    case .value, .near: true
    default: false
    }
  }

  /// Whether the engine's value is this one; floats may differ in the last digits of their type.
  func agrees(with value: Value, _ type: DataType) -> Bool {
    switch self {
    case .value(let expected): NaiveOutcome.areSame(expected, value, type == .f32 ? 1e-6 : 1e-12)
    case .near(let expected):
      if case .float(let number) = value {
        number == expected || number.isNaN && expected.isNaN
          || (number - expected).magnitude <= 1e-9 * max(1, expected.magnitude)
      } else {
        false
      }
    case .refused, .types: false
    case .unknown: true
    }
  }

  private static func areSame(_ a: Value, _ b: Value, _ tolerance: Double) -> Bool {
    switch (a, b) {
    case (.float(let x), .float(let y)):
      return x == y || x.isNaN && y.isNaN || (x - y).magnitude <= tolerance * max(x.magnitude, y.magnitude)
    case (.list(let x), .list(let y)): return x.count == y.count && zip(x, y).allSatisfy { areSame($0, $1, tolerance) }
    default: return a == b
    }
  }
}
