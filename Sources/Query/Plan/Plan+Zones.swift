import Tables

extension Plan {
  /// The time zones that files declare for columns of the result, by column index: only for columns that come unchanged
  /// from a file.
  public var zones: [Int: String] {
    var zones: [Int: String] = [:]
    for (index, field) in schema.fields.enumerated() {
      guard case .datetime = field.type else { continue }
      zones[index] = zone(of: index)
    }
    return zones
  }

  private func zone(of column: Int) -> String? {
    switch self {
    case .scan(let source): return source.zone(of: column)
    case .remote(let table): return table.zones[column]
    case .filter(let input, _), .sort(let input, _), .slice(let input, _, _), .distinct(let input, _, _):
      return input.zone(of: column)
    case .project(let input, let columns): return input.zone(of: columns[column])
    case .aggregate(let input, let keys, let aggregates): return input.zone(of: (keys + aggregates)[column])
    case .join(let left, let right, let join):
      if column < left.columnCount { return left.zone(of: column) }
      let found = join.rightColumns(right.schema)
      let position = column - left.columnCount
      return found.indices.contains(position) ? right.zone(of: found[position]) : nil
    case .concatenate(let inputs):
      guard let zone = inputs.first?.zone(of: column) else { return nil }
      return inputs.allSatisfy { $0.zone(of: column) == zone } ? zone : nil
    case .operation(let input, let operation):
      // The effect of an operation is unknown here: a column of the same name and type is taken to be the unchanged
      // input column.
      let field = operation.schema[column]
      guard let index = input.schema.index(of: field.name), input.schema[index] == field else { return nil }
      return input.zone(of: index)
    }
  }

  private func zone(of column: NamedExpression) -> String? {
    guard case .column(let index, _) = column.expression.node else { return nil }
    return zone(of: index)
  }
}
