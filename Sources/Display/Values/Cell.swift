import Tables

/// The printed part of a value. Lists are reduced to their first items and the last one before they are formatted.
indirect enum Cell {
  /// A value other than a list or struct; `isSingle` says whether a float has single precision.
  case value(Value, isSingle: Bool)
  case list(start: [Cell], last: Cell?, count: Int)
  case structure([String], [Cell])

  /// Takes a value of the given type; without a type, floats count as `f64`.
  init(_ value: Value, _ type: DataType?, listItems limit: Int) {
    switch value {
    case .list(let items):
      self.init(count: items.count, limit: limit) { Cell(items[$0], type?.element, listItems: limit) }
    case .structure(let names, let values):
      let fields = type?.fields ?? []
      self = .structure(
        names,
        values.indices.map { place in
          Cell(values[place], fields.indices.contains(place) ? fields[place].type : nil, listItems: limit)
        })
    default: self = .value(value, isSingle: type == .f32)
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
      self = .value(.null, isSingle: false)
      return
    }
    switch (column.values, column.type) {
    case (.list(let lists), _):
      let range = lists.range(row)
      self.init(count: range.count, limit: limit) { Cell(lists.child, range.lowerBound + $0, listItems: limit) }
    case (.structure(let columns, _), .structure(let fields)):
      self = .structure(fields.map(\.name), columns.map { Cell($0, row, listItems: limit) })
    default: self = .value(column[row], isSingle: column.type == .f32)
    }
  }

  var isNull: Bool {
    if case .value(.null, _) = self { return true }
    return false
  }

  /// Calls `body` with every printed value, and whether it has single precision.
  func forEachValue(_ body: (Value, _ isSingle: Bool) -> Void) {
    switch self {
    case .value(let value, let isSingle): body(value, isSingle)
    case .list(let start, let last, _):
      for cell in start { cell.forEachValue(body) }
      last?.forEachValue(body)
    case .structure(_, let cells):
      for cell in cells { cell.forEachValue(body) }
    }
  }
}
