public import Diagnostics
public import Tables

/// The rows in which no value of the given columns is null.
public struct DropNulls: TableOperation {
  public let schema: Schema
  public let columns: [Int]
  /// Whether these are all columns of the table; plans then do not print them.
  public let isOfAll: Bool

  public var name: String { "drop_nulls" }
  public var detail: String { isOfAll ? "" : columns.map { schema[$0].name }.joined(separator: ", ") }
  public var ownColumns: Set<Int>? { Set(columns) }
  public var projectionPassThrough: [Int: Int] { schema.inPlace() }

  public func choosing(_ kept: [Int]) -> any TableOperation {
    let places = places(of: kept)
    return DropNulls(schema: schema.choosing(kept), columns: columns.compactMap { places[$0] }, isOfAll: isOfAll)
  }

  public func run(_ table: Table) throws(Diagnostic) -> (table: Table, notes: [String]) {
    let validities = columns.map { table.columns[$0].rowsWithValues }
    guard let kept = validities.reduce(nil, Bitmap.intersection) else { return (table, []) }
    let dropped = table.rowCount - kept.setCount
    return (
      try filter(table, kept),
      dropped > 0 ? ["drop_nulls dropped \(grouped(dropped)) \(dropped == 1 ? "row" : "rows")"] : []
    )
  }
}

extension Column {
  /// The rows that are not null; nil if no row is null.
  fileprivate var rowsWithValues: Bitmap? {
    if case .null(let count) = values { return Bitmap(repeating: false, count: count) }
    return validity
  }
}
