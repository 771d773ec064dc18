public import Diagnostics
import Parallelism

/// A table with a row for every element of a list column.
public struct ExplodedTable: Sendable {
  public let table: Table
  /// Rows that went away because their list was empty.
  public let droppedEmpty: Int
  /// Rows that went away because their list was null.
  public let droppedNull: Int
}

/// Gives every element of a list column a row of its own, with the other columns' values repeated.
///
/// - Parameter keepsEmpty: whether an empty or null list leaves one row, with null in the column.
/// - Complexity: O(resulting rows) on all cores.
public func explode(
  _ table: Table, column index: Int, keepsEmpty: Bool = false
) throws(Diagnostic) -> ExplodedTable {
  let column = table.columns[index]
  let lists = try column.requireLists(for: "explode")
  let slices = GroupSlices(rows: nil, offsets: lists.offsets)
  let isFull = !keepsEmpty || !(0..<lists.count).contains { lists.range($0).isEmpty }
  // The elements end to end are the exploded column, unless a list without any leaves a row as well.
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

/// The row of every element and its place in the child, with `missingRow` for a list that has none.
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
