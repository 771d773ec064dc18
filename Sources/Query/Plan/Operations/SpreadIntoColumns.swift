public import Diagnostics
public import Tables

/// The second half of `pivot`. The input has row keys, column keys and aggregates, one row per cell. The result has one
/// column for each combination of column key and aggregate.
public struct SpreadIntoColumns: TableOperation {
  public let schema: Schema
  /// The names of the row keys: the first columns of the input.
  public let rowNames: [String]
  /// The names of the column keys: the columns of the input after the row keys.
  public let columnNames: [String]
  /// The distinct column keys, in the order of the resulting columns.
  public let values: [[Value]]

  public var name: String { "pivot" }
  public var detail: String {
    "rows=\(rowNames.joined(separator: ", ")) columns=\(columnNames.joined(separator: ", "))"
  }
  public var filterPassThrough: [Int: Int] { Dictionary(uniqueKeysWithValues: rowNames.indices.map { ($0, $0) }) }

  public func run(_ table: Table) throws(Diagnostic) -> (table: Table, notes: [String]) {
    let rows = try Grouping(by: Array(table.columns[..<rowNames.count]), count: table.rowCount)
    let keys = Array(table.columns[rowNames.count..<rowNames.count + columnNames.count])
    let kinds = try Grouping(by: keys, count: table.rowCount)
    let position = Dictionary(uniqueKeysWithValues: values.enumerated().map { ($1, $0) })
    let kindPositions = kinds.firstRows.map { row in position[keys.map { $0[Int(row)] }] ?? 0 }
    var cells = [[UInt32]](repeating: [UInt32](repeating: missingRow, count: rows.groupCount), count: values.count)
    for row in 0..<table.rowCount {
      cells[kindPositions[Int(kinds.groupOfRow[row])]][Int(rows.groupOfRow[row])] = UInt32(row)
    }
    var columns = try table.columns[..<rowNames.count].map { (column) throws(Diagnostic) in
      try gather(column, rows: rows.firstRows)
    }
    for cell in cells {
      for aggregate in table.columns[(rowNames.count + columnNames.count)...] {
        columns.append(try gather(aggregate, rows: cell))
      }
    }
    return (Table(schema, columns, rowCount: rows.groupCount), [])
  }
}
