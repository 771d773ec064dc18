public import Tables

/// A table with the notes that are shown under it.
public struct ResultTable: Sendable {
  public var table: Table
  public var notes: [String]

  public init(_ table: Table, notes: [String] = []) {
    self.table = table
    self.notes = notes
  }
}
