import Diagnostics
import Parallelism
import Tables

/// Evaluates expressions over all rows of a table, in row ranges on all cores.
///
/// Parts that depend on other rows are computed first and become columns or constants: see `Preparation`.
struct TableEvaluator {
  let columns: [Column]
  let rowCount: Int
  /// The number of the first row in its table, for error messages.
  let firstRow: Int

  /// Rows per range: their intermediate columns fit a core's second-level cache. A multiple of 64.
  static let runLength = 1 << 15

  init(columns: [Column], rowCount: Int, firstRow: Int = 0) {
    self.columns = columns
    self.rowCount = rowCount
    self.firstRow = firstRow
  }

  init(_ table: Table) { self.init(columns: table.columns, rowCount: table.rowCount) }

  /// The expression's value for every row.
  func column(_ expression: BoundExpression) throws(Diagnostic) -> Column {
    if case .column(let index, _) = expression.node { return columns[index] }
    if let text = try wholeText(expression) { return text }
    var preparation = Preparation(columns: columns, rowCount: rowCount)
    let prepared = try preparation.prepare(expression)
    if case .column(let index, _) = prepared.node { return preparation.columns[index] }
    if rowCount == 0 { return Column.nulls(expression.type, count: 0) }
    if prepared.isConstant { return try evaluator(preparation, 0..<rowCount).column(prepared) }
    let ready = preparation
    return try Column.assembled(prepared.type, count: rowCount, grain: TableEvaluator.runLength) {
      (run) throws(Diagnostic) in
      try evaluator(ready, run).column(prepared)
    }
  }

  /// Writes a column as text, each distinct value once. Nil for other expressions, for few rows, and if a value cannot
  /// be written.
  private func wholeText(_ expression: BoundExpression) throws(Diagnostic) -> Column? {
    guard case .cast(let operand, _) = expression.node, expression.type == .string, rowCount > TableEvaluator.runLength,
      case .column(let index, _) = operand.node, columns[index].type != .string
    else { return nil }
    let text = try located(at: expression.span) { () throws(Diagnostic) in try converted(columns[index], to: .string) }
    return text.nullCount == columns[index].nullCount ? text : nil
  }

  /// The rows for which a condition is true, and the number of rows for which it is null. With `among`, only these rows
  /// count; errors in other rows are ignored.
  func kept(
    _ condition: BoundExpression, among rows: Bitmap? = nil
  ) throws(Diagnostic) -> (rows: Bitmap, nullCount: Int) {
    let truth = try truth(condition, among: rows)
    let unknown = rows.map { (truth.unknown & $0).setCount } ?? truth.unknown.setCount
    return (rows.map { $0 & truth.isTrue } ?? truth.isTrue, unknown)
  }

  private func truth(_ condition: BoundExpression, among rows: Bitmap?) throws(Diagnostic) -> Truth {
    var preparation = Preparation(columns: columns, rowCount: rowCount)
    let prepared = try preparation.prepare(condition)
    if rowCount == 0 { return Truth(Column.nulls(.bool, count: 0)) }
    if prepared.isConstant { return Truth(try evaluator(preparation, 0..<rowCount).column(prepared)) }
    if case .column(let index, _) = prepared.node { return Truth(preparation.columns[index]) }
    let ready = preparation
    let runs = try mapChunks(of: rowCount, grain: TableEvaluator.runLength) { (run) throws(Diagnostic) in
      let evaluator = evaluator(ready, run)
      guard let rows else { return Truth(try evaluator.column(prepared)) }
      return Truth(try evaluator.column(prepared, where: rows[run]))
    }
    return Truth(isTrue: Bitmap(joining: runs.map(\.isTrue)), isFalse: Bitmap(joining: runs.map(\.isFalse)))
  }

  private func evaluator(_ preparation: Preparation, _ run: Range<Int>) -> RowEvaluator {
    RowEvaluator(
      columns: preparation.columns, run: run, firstRow: firstRow, used: preparation.used, sets: preparation.sets)
  }
}

extension RowEvaluator {
  /// An evaluator for a row range of whole columns; columns that no expression uses are not sliced.
  init(
    columns: [Column], run: Range<Int>, firstRow: Int, used: Set<Int>, sets: [ObjectIdentifier: MembershipSet]
  ) {
    // A table of one run is not copied, because each of many expressions would copy all of its columns.
    var cut = columns
    for index in used where run.count < columns[index].count { cut[index] = columns[index][run] }
    self.init(columns: cut, rowCount: run.count, numbers: RowNumbers(first: firstRow + run.lowerBound), sets: sets)
  }
}

extension Bitmap {
  /// Concatenates the bits of row ranges; all except the last consist of whole words.
  fileprivate init(joining runs: [Bitmap]) {
    var words: [UInt64] = []
    words.reserveCapacity(runs.reduce(0) { $0 + $1.words.count })
    for run in runs { words.append(contentsOf: run.words.array) }
    self.init(words: Buffer(words), count: runs.reduce(0) { $0 + $1.count })
  }
}

/// The value of an expression without columns, as a column of one row.
func evaluateRow(_ expression: BoundExpression) throws(Diagnostic) -> Column {
  try RowEvaluator(columns: [], rowCount: 1, numbers: RowNumbers(first: 0, isConstant: true), sets: [:]).column(
    expression)
}
