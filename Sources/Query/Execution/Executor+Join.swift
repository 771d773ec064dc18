import Diagnostics
import Parallelism
import Tables

extension Executor {
  /// Two tables side by side; says where keys multiply rows.
  mutating func join(_ left: Table, _ right: Table, _ step: JoinStep) throws(Diagnostic) -> Table {
    let kind = step.description.kind
    let (leftKeys, rightKeys) = (step.leftKeys.map { left.columns[$0] }, step.rightKeys.map { right.columns[$0] })
    let output = left.selecting(step.leftColumns)
    switch kind {
    case .semi, .anti:
      let matched = try located(at: step.description.span) { () throws(Diagnostic) in
        try matchedRows(left: leftKeys, count: left.rowCount, right: rightKeys, count: right.rowCount)
      }
      return try Tables.filter(output, kind == .semi ? matched : ~matched)
    case .cross: return try cross(output, right.selecting(step.rightColumns), step)
    case .inner, .left, .full:
      let width = (step.leftColumns.map { left.schema[$0] } + step.rightColumns.map { right.schema[$0] })
        .reduce(0) { $0 + $1.type.bytesPerValue }
      var rows = try located(at: step.description.span) { () throws(Diagnostic) in
        try Tables.join(
          left: leftKeys, count: left.rowCount, right: rightKeys, count: right.rowCount,
          kind: kind == .inner ? .inner : kind == .left ? .left : .full)
      }
      try located(at: step.description.span) { () throws(Diagnostic) in
        try requireMemory(rows: rows.count, bytesPerRow: width)
      }
      if rows.repeatedLeft > 0 {
        let cause = rows.isManyToMany ? "keys repeat on both sides" : "keys repeat in the other table"
        note(
          "\(kind.verb): \(cause): \(counted(left.rowCount, "row")) became \(grouped(rows.count)) "
            + "(\(grouped(rows.repeatedLeft)) with several matches)")
      }
      var columns: [Column] = []
      for index in step.leftColumns {
        // Every left row once, in its place: nothing to move.
        let column = try rows.left.map { (own) throws(Diagnostic) in try gather(left.columns[index], rows: own) }
        columns.append(try filled(column ?? left.columns[index], index, rows, right, step))
      }
      rows.forgetLeft()
      for index in step.rightColumns { columns.append(try gather(right.columns[index], rows: rows.right)) }
      return named(columns, step, rowCount: rows.count)
    }
  }

  /// A key column of a full join: rows that only the right table has take the key from there.
  private func filled(
    _ column: Column, _ index: Int, _ rows: JoinedRows, _ right: Table, _ step: JoinStep
  ) throws(Diagnostic) -> Column {
    guard step.description.kind == .full, let key = step.leftKeys.firstIndex(of: index), rows.left != nil else {
      return column
    }
    let other = try gather(right.columns[step.rightKeys[key]], rows: rows.right)
    return try choose(rows.rowsWithLeft(), column, cast(other, to: column.type, .lenient))
  }

  private func cross(_ left: Table, _ right: Table, _ step: JoinStep) throws(Diagnostic) -> Table {
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

  /// A column of so many rows, each from a row that is computed.
  private func gathered(
    _ column: Column, _ count: Int, _ source: @escaping @Sendable (Int) -> Int
  ) throws(Diagnostic) -> Column {
    try Column.assembled(column.type, count: count, grain: TableEvaluator.runLength) { (range) throws(Diagnostic) in
      try gather(column, rows: range.map { UInt32(truncatingIfNeeded: source($0)) }, hasMissing: false)
    }
  }

  private func named(_ columns: [Column], _ step: JoinStep, rowCount: Int) -> Table {
    Table(Schema(zip(step.names, columns).map { Field($0, $1.type) }), columns, rowCount: rowCount)
  }
}
