import Query
import Tables

// Joins by their definition: every row of the other table is asked whether it matches.

extension NaiveEvaluator {
  func joined(_ left: NaiveTable, _ call: VerbCall) -> NaiveTable {
    guard case .table(let pipeline)? = call.arguments.first else { return giveUpTable(left) }
    let right = table(pipeline)
    let keys = self.keys(call, left, right)
    let matches = left.rows.map { row in
      right.rows.indices.filter { other in
        keys.allSatisfy { key in
          let (a, b) = (row[key.0], right.rows[other][key.1])
          return a != .null && b != .null && a.order(b) == 0
        } && compares(call, left, row, right, right.rows[other])
      }
    }
    if call.name == "semi_join" || call.name == "anti_join" {
      let rows = zip(left.rows, matches).filter { $0.1.isEmpty == (call.name == "anti_join") }.map(\.0)
      return NaiveTable(names: left.names, rows: rows)
    }
    let isFull = call.name == "full_join"
    let shown = right.names.indices.filter { index in !keys.contains { $0.1 == index } }
    var names = left.names
    for index in shown {
      var name = right.names[index]
      while names.contains(name) { name += "_right" }
      names.append(name)
    }
    var rows: [[Value]] = []
    for (row, found) in zip(left.rows, matches) {
      rows += found.map { other in row + shown.map { right.rows[other][$0] } }
      if found.isEmpty, call.name == "left_join" || isFull { rows.append(row + shown.map { _ in .null }) }
    }
    if isFull {
      let matched = Set(matches.flatMap { $0 })
      for (index, other) in right.rows.enumerated() where !matched.contains(index) {
        var row = [Value](repeating: .null, count: left.names.count)
        for key in keys { row[key.0] = other[key.1] }
        rows.append(row + shown.map { other[$0] })
      }
    }
    return NaiveTable(names: names, rows: rows)
  }

  private func giveUpTable(_ table: NaiveTable) -> NaiveTable {
    _ = giveUp()
    return table
  }

  private func keys(_ call: VerbCall, _ left: NaiveTable, _ right: NaiveTable, after keyword: String = "on") -> [(
    Int, Int
  )] {
    (call.clauses[keyword] ?? []).compactMap { argument in
      guard case .joinKey(let a, let b) = argument, case .name(let a) = a.node, case .name(let b) = b.node else {
        return nil
      }
      return (left[a], right[b])
    }
  }

  /// Whether all comparisons after `on` hold; a name that both tables have means the left one's on the left of the sign.
  private func compares(
    _ call: VerbCall, _ left: NaiveTable, _ row: [Value], _ right: NaiveTable, _ other: [Value]
  ) -> Bool {
    (call.clauses["on"] ?? []).allSatisfy { argument in
      guard case .joinComparison(let one, let sign, let two) = argument, case .name(let first) = one.node,
        case .name(let second) = two.node
      else { return true }
      let isTurned = !left.names.contains(first) || !right.names.contains(second)
      let a = isTurned ? other[right[first]] : row[left[first]]
      let b = isTurned ? row[left[second]] : other[right[second]]
      if a == .null || b == .null { return false }
      return switch sign {
      case .less: a.order(b) < 0
      case .lessOrEqual: a.order(b) <= 0
      case .greater: a.order(b) > 0
      default: a.order(b) >= 0
      }
    }
  }

  /// An as-of join: every row of the other table is asked whether it may be taken, and how far it is.
  func nearest(_ left: NaiveTable, _ call: VerbCall) -> NaiveTable {
    guard case .table(let pipeline)? = call.arguments.first else { return giveUpTable(left) }
    let direction = call.optionWord("direction") ?? "backward"
    let right = table(pipeline)
    let keys = self.keys(call, left, right)
    guard let by = self.keys(call, left, right, after: "by").first else { return giveUpTable(left) }
    var limit: Value?
    if let within = call.options.first(where: { $0.name.name == "within" }) {
      guard case .expression(let value) = within.value, case .literal(let literal) = value.node,
        literal.kind == "number"
      else { return giveUpTable(left) }
      limit = literal
    }
    let isOneName = left.names[by.0] == right.names[by.1]
    let hidden = keys.map(\.1) + (isOneName ? [by.1] : [])
    let shown = right.names.indices.filter { !hidden.contains($0) }
    var names = left.names
    for index in shown {
      var name = right.names[index]
      while names.contains(name) { name += "_right" }
      names.append(name)
    }
    let rows = left.rows.map { row in
      let candidates = right.rows.indices.filter { other in
        let (a, b) = (row[by.0], right.rows[other][by.1])
        guard a != .null, b != .null else { return false }
        if direction != "nearest", direction == "backward" ? b.order(a) > 0 : b.order(a) < 0 { return false }
        if let limit, distance(a, b).order(limit) > 0 { return false }
        return keys.allSatisfy { key in
          let (own, found) = (row[key.0], right.rows[other][key.1])
          return own != .null && found != .null && own.order(found) == 0
        }
      }
      // Of equals the last.
      var best: Int?
      for other in candidates {
        guard let own = best else {
          best = other
          continue
        }
        let (key, taken) = (right.rows[other][by.1], right.rows[own][by.1])
        if direction == "nearest" {
          // The later of two at the same distance.
          let nearer = distance(row[by.0], key).order(distance(row[by.0], taken))
          if nearer < 0 || nearer == 0 && key.order(taken) >= 0 { best = other }
          continue
        }
        let order = key.order(taken)
        if direction == "backward" ? order >= 0 : order <= 0 { best = other }
      }
      return row + shown.map { column in best.map { right.rows[$0][column] } ?? .null }
    }
    return NaiveTable(names: names, rows: rows)
  }

  /// How far two values are apart: whole numbers and days exactly, floats as floats.
  private func distance(_ a: Value, _ b: Value) -> Value {
    switch (a, b) {
    case (.integer(let x), .integer(let y)): return .integer(abs(x - y))
    case (.date(let x), .date(let y)): return .integer(abs(Int128(x) - Int128(y)))
    case (.float(let x), .float(let y)) where x.isFinite && y.isFinite: return .float(abs(x - y))
    default: return giveUp()
    }
  }
}
