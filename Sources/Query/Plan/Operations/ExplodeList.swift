public import Diagnostics
public import Tables

/// Makes one row of every element of a list column.
public struct ExplodeList: TableOperation {
  public let schema: Schema
  /// The index of the list column; in the result it holds the elements.
  public let column: Int
  /// Whether rows with an empty or null list are kept, with null.
  public let keepsEmpty: Bool

  public var name: String { "explode" }
  public var detail: String { schema[column].name + (keepsEmpty ? ", keep=empty" : "") }
  public var ownColumns: Set<Int>? { [column] }
  public var projectionPassThrough: [Int: Int] { schema.inPlace(without: column) }

  public func choosing(_ kept: [Int]) -> any TableOperation {
    ExplodeList(schema: schema.choosing(kept), column: kept.firstIndex(of: column) ?? 0, keepsEmpty: keepsEmpty)
  }

  public func run(_ table: Table) throws(Diagnostic) -> (table: Table, notes: [String]) {
    let exploded = try Tables.explode(table, column: column, keepsEmpty: keepsEmpty)
    let dropped = [(exploded.droppedEmpty, "empty"), (exploded.droppedNull, "null")].filter { $0.0 > 0 }
    let counts = dropped.map { "\(grouped($0.0)) \($0.1)" }.joined(separator: " and ")
    return (exploded.table, dropped.isEmpty ? [] : ["explode dropped rows without elements: \(counts)"])
  }
}
