public import Tables

/// A table and what is worth a dim line about it.
public struct ResultTable: Sendable {
  public var table: Table
  public var notes: [String]

  public init(_ table: Table, notes: [String] = []) {
    self.table = table
    self.notes = notes
  }
}
