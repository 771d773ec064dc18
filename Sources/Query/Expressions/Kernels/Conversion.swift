import Diagnostics
import Tables

/// Converts a column to another type exactly.
///
/// - Parameter firstRow: the number of the column's first row in the table, for the error.
/// - Throws: `lossyCast` for the first value that the type cannot hold.
func convertedExactly(
  _ column: Column, to type: DataType, firstRow: Int = 0, at span: SourceSpan
) throws(Diagnostic) -> Column {
  let result = try cast(column, to: type, .exact)
  if let loss = firstLoss(from: column, to: result) {
    throw .lossyCast(loss, .exact, row: firstRow + loss.row, at: span)
  }
  return result
}

/// Converts a column to another type; values that it cannot hold become null.
func converted(_ column: Column, to type: DataType) throws(Diagnostic) -> Column {
  try cast(column, to: type, .lenient)
}
