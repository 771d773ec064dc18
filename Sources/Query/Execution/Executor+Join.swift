import Diagnostics
import Parallelism
import Tables

extension Executor {
  /// Joins two tables; adds a note if repeated keys multiply rows.
  mutating func join(_ left: Table, _ right: Table, _ step: JoinOperator) throws(Diagnostic) -> Table {
    let kind = step.description.kind
    let (leftKeys, rightKeys) = (step.leftKeys.map { left.columns[$0] }, step.rightKeys.map { right.columns[$0] })
    let output = left.selecting(step.leftColumns)
    switch kind {
    case .asof: return try nearest(left, right, step)
    case .semi, .anti:
      let matched = try located(at: step.description.span) { () throws(Diagnostic) in
        if !step.comparisons.isEmpty {
          return try matchedRowsInOrder(
            equal: Array(zip(leftKeys, rightKeys)), step.orderComparisons(left, right), leftCount: left.rowCount,
            rightCount: right.rowCount)
        }
        return try matchedRows(left: leftKeys, count: left.rowCount, right: rightKeys, count: right.rowCount)
      }
      return try Tables.filter(output, kind == .semi ? matched : ~matched)
    case .cross: return try cross(output, right.selecting(step.rightColumns), step)
    case .inner, .left, .full:
      let width = (step.leftColumns.map { left.schema[$0] } + step.rightColumns.map { right.schema[$0] })
        .reduce(0) { $0 + $1.type.bytesPerValue }
      var rows = try located(at: step.description.span) { () throws(Diagnostic) in
        let joinKind: JoinKind = kind == .inner ? .inner : kind == .left ? .left : .full
        if !step.comparisons.isEmpty {
          return try joinInOrder(
            equal: Array(zip(leftKeys, rightKeys)), step.orderComparisons(left, right), leftCount: left.rowCount,
            rightCount: right.rowCount, kind: joinKind)
        }
        return try Tables.join(
          left: leftKeys, count: left.rowCount, right: rightKeys, count: right.rowCount, kind: joinKind)
      }
      try located(at: step.description.span) { () throws(Diagnostic) in
        try requireMemory(rows: rows.count, bytesPerRow: width)
      }
      if rows.repeatedLeft > 0, step.comparisons.isEmpty {
        let cause = rows.isManyToMany ? "keys repeat on both sides" : "keys repeat in the other table"
        note(
          "\(kind.verb): \(cause): \(counted(left.rowCount, "row")) became \(grouped(rows.count)) "
            + "(\(grouped(rows.repeatedLeft)) with several matches)")
      }
      var columns: [Column] = []
      for index in step.leftColumns {
        // Without `rows.left`, every left row occurs once and in order: nothing to gather.
        let column = try rows.left.map { (own) throws(Diagnostic) in try gather(left.columns[index], rows: own) }
        columns.append(try filled(column ?? left.columns[index], index, rows, left, right, step))
      }
      rows.forgetLeft()
      for index in step.rightColumns { columns.append(try gather(right.columns[index], rows: rows.right)) }
      return named(columns, step, rowCount: rows.count)
    }
  }

  /// An as-of join: every left row with the nearest right row, or with nulls.
  private func nearest(_ left: Table, _ right: Table, _ step: JoinOperator) throws(Diagnostic) -> Table {
    guard let key = step.nearest, let nearest = step.description.nearest else {
      throw .fault("an as-of join without a key", at: step.description.span)
    }
    let rows = try located(at: step.description.span) { () throws(Diagnostic) in
      try nearestRows(
        equal: zip(step.leftKeys, step.rightKeys).map { (left.columns[$0], right.columns[$1]) },
        nearest: (left.columns[key.left], right.columns[key.right]), nearest.direction, within: nearest.within,
        leftCount: left.rowCount, rightCount: right.rowCount)
    }
    var columns = step.leftColumns.map { left.columns[$0] }
    for index in step.rightColumns { columns.append(try gather(right.columns[index], rows: rows)) }
    return named(columns, step, rowCount: left.rowCount)
  }

  /// A key column of a full join: rows that only the right table has take their key from the right table. The column
  /// has the common type of both keys, and all keys must convert to it exactly.
  private func filled(
    _ column: Column, _ index: Int, _ rows: JoinedRows, _ left: Table, _ right: Table, _ step: JoinOperator
  ) throws(Diagnostic) -> Column {
    guard step.description.kind == .full, let key = step.leftKeys.firstIndex(of: index) else { return column }
    let rightKey = right.columns[step.rightKeys[key]]
    let type = JoinDescription.keyType(column.type, rightKey.type)
    let name = left.schema[index].name
    let own = try requireSame(column, name, as: type, step)
    if rows.left == nil { return own }
    let hasLeft = try rows.rowsWithLeft()
    // Only rows without a left row take their key from the right table.
    let sources = rows.right.enumerated().map { hasLeft[$0.offset] ? missingRow : $0.element }
    let other = try requireSame(gather(rightKey, rows: sources), name, as: type, step)
    return try choose(hasLeft, own, other)
  }

  private func requireSame(
    _ key: Column, _ name: String, as type: DataType, _ step: JoinOperator
  ) throws(Diagnostic) -> Column {
    let result = try cast(key, to: type, .exact)
    guard let loss = firstLoss(from: key, to: result) else { return result }
    throw Diagnostic(
      "the key \(loss.value.literal) cannot be converted exactly to \(loss.type), the common type of both keys",
      at: step.description.span, label: "\(key.type) in one table, \(type) as the common type",
      hint: "cast both keys first: `with \(Spelling.name(name)) = cast(\(Spelling.name(name)), str)`")
  }

  private func cross(_ left: Table, _ right: Table, _ step: JoinOperator) throws(Diagnostic) -> Table {
    let (count, overflow) = left.rowCount.multipliedReportingOverflow(by: right.rowCount)
    guard !overflow, count < Int(UInt32.max) else {
      throw Diagnostic(
        "\(grouped(left.rowCount)) × \(grouped(right.rowCount)) rows are more than a table can hold",
        at: step.description.span)
    }
    let width = (left.schema.fields + right.schema.fields).reduce(8) { $0 + $1.type.bytesPerValue }
    try located(at: step.description.span) { () throws(Diagnostic) in
      try requireMemory(rows: count, bytesPerRow: width)
    }
    let each = max(1, right.rowCount)
    var columns: [Column] = []
    for column in left.columns { columns.append(try gathered(column, count) { $0 / each }) }
    for column in right.columns { columns.append(try gathered(column, count) { $0 % each }) }
    return named(columns, step, rowCount: count)
  }

  /// A column of `count` rows; `source` gives the row from which each is taken.
  private func gathered(
    _ column: Column, _ count: Int, _ source: @escaping @Sendable (Int) -> Int
  ) throws(Diagnostic) -> Column {
    try Column.assembled(column.type, count: count, grain: TableEvaluator.runLength) { (range) throws(Diagnostic) in
      try gather(column, rows: range.map { UInt32(truncatingIfNeeded: source($0)) }, hasMissing: false)
    }
  }

  private func named(_ columns: [Column], _ step: JoinOperator, rowCount: Int) -> Table {
    Table(Schema(zip(step.names, columns).map { Field($0, $1.type) }), columns, rowCount: rowCount)
  }
}

extension JoinOperator {
  fileprivate func orderComparisons(_ left: Table, _ right: Table) -> [OrderComparison] {
    comparisons.map { OrderComparison(left.columns[$0.left], $0.left, $0.sign, right.columns[$0.right], $0.right) }
  }
}
