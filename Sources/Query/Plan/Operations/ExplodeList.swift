public import Diagnostics
public import Tables

/// Makes a row of each element of a list column.
public struct ExplodeList: TableOperation {
  public let schema: Schema
  /// The list's position; the element stands in its place.
  public let column: Int
  /// Whether rows without elements stay, with null.
  public let keepsEmpty: Bool

  public var name: String { "explode" }
  public var detail: String { schema[column].name + (keepsEmpty ? ", keep=empty" : "") }
  public var ownColumns: Set<Int>? { [column] }
  public var carriedColumns: [Int: Int] { schema.inPlace(without: column) }

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
