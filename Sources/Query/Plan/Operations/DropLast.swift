public import Diagnostics
public import Tables

/// All rows except the last ones.
public struct DropLast: TableOperation {
  public let schema: Schema
  /// The number of rows to leave out.
  public let count: UInt

  public var name: String { "head" }
  public var detail: String { "-\(count)" }
  public var ownColumns: Set<Int>? { [] }
  public var projectionPassThrough: [Int: Int] { schema.inPlace() }

  public func choosing(_ kept: [Int]) -> any TableOperation { DropLast(schema: schema.choosing(kept), count: count) }

  public func run(_ table: Table) throws(Diagnostic) -> (table: Table, notes: [String]) {
    let kept = UInt(table.rowCount) - min(UInt(table.rowCount), count)
    return (table[0..<Int(kept)], [])
  }
}
