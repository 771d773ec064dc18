import Diagnostics
import Tables

/// A column in another type, null where a value does not survive.
func converted(_ column: Column, to type: DataType) throws(Diagnostic) -> Column {
  try cast(column, to: type, .lenient)
}
