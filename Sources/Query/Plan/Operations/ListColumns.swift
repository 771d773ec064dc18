public import Diagnostics
public import Tables

/// Lists the columns of a table, one row per column: name, type and number of nulls.
public struct ListColumns: TableOperation {
  /// The columns of the input.
  public let fields: [Field]

  public var name: String { "schema" }
  public var schema: Schema {
    Schema([Field("column", .string), Field("type", .string), Field("nulls", .i64)])
  }

  public func run(_ table: Table) throws(Diagnostic) -> (table: Table, notes: [String]) {
    (self.table(nulls: table.columns.map(\.nullCount)), [])
  }

  func table(nulls: [Int]) -> Table {
    Table(
      schema, [Column(fields.map(\.name)), Column(fields.map(\.type.description)), Column(nulls)],
      rowCount: fields.count)
  }
}
