import Tables

/// What is shown of one value: lists are cut to their first items and their last before anything else is looked at.
indirect enum Cell {
  case value(Value)
  case list(start: [Cell], last: Cell?, count: Int)
  case structure([String], [Cell])

  init(_ value: Value, listItems limit: Int) {
    switch value {
    case .list(let items):
      self.init(count: items.count, limit: limit) { Cell(items[$0], listItems: limit) }
    case .structure(let names, let values):
      self = .structure(names, values.map { Cell($0, listItems: limit) })
    default: self = .value(value)
    }
  }

  private init(count: Int, limit: Int, item: (Int) -> Cell) {
    if count <= limit {
      self = .list(start: (0..<count).map(item), last: nil, count: count)
    } else {
      self = .list(start: (0..<max(0, limit - 1)).map(item), last: item(count - 1), count: count)
    }
  }

  init(_ column: Column, _ row: Int, listItems limit: Int) {
    if column.isNull(row) {
      self = .value(.null)
      return
    }
    switch (column.values, column.type) {
    case (.list(let lists), _):
      let range = lists.range(row)
      self.init(count: range.count, limit: limit) { Cell(lists.child, range.lowerBound + $0, listItems: limit) }
    case (.structure(let columns, _), .structure(let fields)):
      self = .structure(fields.map(\.name), columns.map { Cell($0, row, listItems: limit) })
    default: self = .value(column[row])
    }
  }

  var isNull: Bool {
    if case .value(.null) = self { return true }
    return false
  }

  /// Calls `body` with every value that is shown.
  func forEachValue(_ body: (Value) -> Void) {
    switch self {
    case .value(let value): body(value)
    case .list(let start, let last, _):
      for cell in start { cell.forEachValue(body) }
      last?.forEachValue(body)
    case .structure(_, let cells):
      for cell in cells { cell.forEachValue(body) }
    }
  }
}
