/// Columns of the same length, named by a schema. A table is an immutable value.
public struct Table: Sendable {
  public let schema: Schema
  public let columns: [Column]
  public let rowCount: Int

  /// - Precondition: one column per field, of the field's type and of `rowCount` rows.
  public init(_ schema: Schema, _ columns: [Column], rowCount: Int) {
    precondition(schema.count == columns.count, "a column a field")
    for (field, column) in zip(schema.fields, columns) {
      precondition(column.type == field.type && column.count == rowCount, "column `\(field.name)` does not fit")
    }
    self.schema = schema
    self.columns = columns
    self.rowCount = rowCount
  }

  /// A table of named columns of the same length; without columns it has no rows.
  public init(_ columns: [(name: String, column: Column)]) {
    self.init(
      Schema(columns.map { Field($0.name, $0.column.type) }), columns.map(\.column),
      rowCount: columns.first?.column.count ?? 0)
  }

  public var columnCount: Int { columns.count }

  /// The column of that name.
  public func column(_ name: String) -> Column? { schema.index(of: name).map { columns[$0] } }

  /// The rows of `range`, sharing memory.
  public subscript(range: Range<Int>) -> Table {
    Table(schema, columns.map { $0[range] }, rowCount: range.count)
  }

  /// The values of a row.
  public func row(_ index: Int) -> [Value] { columns.map { $0[index] } }

  /// The columns at `indices`, in that order.
  public func selecting(_ indices: [Int]) -> Table {
    Table(Schema(indices.map { schema[$0] }), indices.map { columns[$0] }, rowCount: rowCount)
  }
}
