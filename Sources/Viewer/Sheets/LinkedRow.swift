import Diagnostics
import Parallelism
import Tables

/// A request to a worker for the row of one sheet that belongs to the cursor's row of the sheet beside it.
package struct LinkRequest: Sendable {
  /// What the answer depends on. As long as it is the same, the row need not be looked for again.
  struct Key: Sendable, Hashable {
    var from: Int
    var fromVersion: Int
    var row: Int
    var to: Int
    var toVersion: Int
    /// The columns that are compared, by index into the schemas; nil if the sheets share none.
    var columns: Pair?
  }

  struct Pair: Sendable, Hashable {
    var from: Int
    var to: Int
  }

  let key: Key
  let source: any ViewerSource
  let other: any ViewerSource
  /// The present row of the other sheet. If it fits, it stays.
  let present: Int

  package struct Answer: Sendable {
    let key: Key
    let row: Int
  }

  /// Looks for the row: the same one, if both sheets show rows of one table, or else the first one with the same value.
  /// Any thread may call it. Nil if there is none, or if it was stopped.
  package func run() -> Answer? {
    guard source.rowCount > key.row, other.rowCount > 0 else { return nil }
    if let here = NumberedRows(source), let there = NumberedRows(other), here.base == there.base {
      return there.position(of: here.number(of: key.row)).map { Answer(key: key, row: $0) }
    }
    guard let pair = key.columns else { return nil }
    do throws(Diagnostic) {
      let value = try source.page(rows: key.row..<key.row + 1, columns: [pair.from]).columns[0][0]
      func holds(_ row: Int) throws(Diagnostic) -> Bool {
        try other.page(rows: row..<row + 1, columns: [pair.to]).columns[0][0] == value
      }
      if present < other.rowCount, try holds(present) { return nil }
      return try first(where: value, in: pair.to).map { Answer(key: key, row: $0) }
    } catch {
      return nil
    }
  }

  private func first(where value: Value, in column: Int) throws(Diagnostic) -> Int? {
    let cancellation = Cancellation.current
    for start in stride(from: 0, to: other.rowCount, by: SearchTask.pieceSize) {
      try cancellation.check()
      let rows = start..<min(other.rowCount, start + SearchTask.pieceSize)
      let values = try other.page(rows: rows, columns: [column]).columns[0]
      if let place = (0..<values.count).first(where: { values[$0] == value }) { return start + place }
    }
    return nil
  }
}
