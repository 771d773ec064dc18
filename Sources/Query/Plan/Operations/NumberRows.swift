public import Diagnostics
public import Tables

/// Adds a first column with the row numbers, from 0.
public struct NumberRows: TableOperation {
  public let input: Schema
  /// The name of the new column.
  public let column: String

  public init(input: Schema, column: String) { (self.input, self.column) = (input, column) }

  public var name: String { "row_index" }
  public var detail: String { column }
  public var schema: Schema { Schema([Field(column, .u32)] + input.fields) }
  public var ownColumns: Set<Int>? { [] }
  public var projectionPassThrough: [Int: Int] {
    Dictionary(uniqueKeysWithValues: input.fields.indices.map { ($0 + 1, $0) })
  }

  public func choosing(_ kept: [Int]) -> any TableOperation {
    NumberRows(input: input.choosing(kept), column: column)
  }

  public func run(_ table: Table) throws(Diagnostic) -> (table: Table, notes: [String]) {
    guard let count = UInt32(exactly: table.rowCount) else { throw Diagnostic("more rows than a u32 can number") }
    return (Table(schema, [Column(Array(0..<count))] + table.columns, rowCount: table.rowCount), [])
  }
}
