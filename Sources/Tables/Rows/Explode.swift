public import Diagnostics
import Parallelism

/// The result of `explode`: a table with one row per element of a list column.
public struct ExplodedTable: Sendable {
  public let table: Table
  /// The number of rows that were dropped because their list was empty.
  public let droppedEmpty: Int
  /// The number of rows that were dropped because their list was null.
  public let droppedNull: Int
}

/// Makes one row of every element of a list column; the values of the other columns are repeated.
///
/// - Parameter keepsEmpty: whether an empty or null list becomes one row with null in the column.
/// - Complexity: O(rows of the result) on all cores.
public func explode(
  _ table: Table, column index: Int, keepsEmpty: Bool = false
) throws(Diagnostic) -> ExplodedTable {
  let column = table.columns[index]
  let lists = try column.requireLists(for: "explode")
  let slices = GroupSlices(rows: nil, offsets: lists.offsets)
  let isFull = !keepsEmpty || !(0..<lists.count).contains { lists.range($0).isEmpty }
  // The elements of all lists, end to end, are the exploded column, unless empty lists become rows too.
  let (rows, positions) = isFull ? (try slices.sliceOfPosition(), nil) : try rowsOfElements(lists, slices)
  var columns: [Column] = []
  for (other, own) in table.columns.enumerated() {
    if other != index {
      columns.append(try gather(own, rows: rows, hasMissing: false))
    } else if let positions {
      columns.append(try gather(lists.child, rows: positions))
    } else {
      columns.append(lists.elements)
    }
  }
  let empty = (0..<table.rowCount).count { lists.range($0).isEmpty }
  var fields = table.schema.fields
  fields[index].type = lists.child.type
  return ExplodedTable(
    table: Table(Schema(fields), columns, rowCount: rows.count),
    droppedEmpty: keepsEmpty ? 0 : empty - column.nullCount, droppedNull: keepsEmpty ? 0 : column.nullCount)
}

/// The row of every element and its position in the child; an empty list gives one row with the position `missingRow`.
private func rowsOfElements(
  _ lists: ListValues, _ slices: GroupSlices
) throws(Diagnostic) -> (rows: [UInt32], positions: [UInt32]?) {
  let chunks = try slices.mapSliceChunks { (chunk) throws(Diagnostic) in
    var rows: [UInt32] = []
    var positions: [UInt32] = []
    for row in chunk {
      let range = lists.range(row)
      for position in range {
        rows.append(UInt32(row))
        positions.append(UInt32(position))
      }
      if range.isEmpty {
        rows.append(UInt32(row))
        positions.append(missingRow)
      }
    }
    return (rows, positions)
  }
  return (try joined(chunks.map(\.0)), try joined(chunks.map(\.1)))
}
