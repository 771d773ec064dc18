import Diagnostics
import Tables

/// A column in another type that holds every value as it is.
///
/// - Parameter firstRow: the number of the column's first row in the table, for the error.
/// - Throws: the first value that the type does not hold.
func convertedExactly(
  _ column: Column, to type: DataType, firstRow: Int = 0, at span: SourceSpan
) throws(Diagnostic) -> Column {
  let result = try cast(column, to: type, .exact)
  if let loss = firstLoss(from: column, to: result) {
    throw .lossyCast(loss, .exact, row: firstRow + loss.row, at: span)
  }
  return result
}

/// A column in another type, null where a value does not survive.
func converted(_ column: Column, to type: DataType) throws(Diagnostic) -> Column {
  try cast(column, to: type, .lenient)
}
