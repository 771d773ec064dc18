public import Diagnostics
import Parallelism
public import Tables

/// A way to part a table's rows into what is learned from and what is tested on.
///
/// A split is one file in `Definitions` plus one line in `Splits.swift`.
public struct Split: Sendable {
  public let name: String
  /// One line: which rows go where.
  public let summary: String
  /// In which order the rows of a part stand, and what else to know.
  public let details: String
  /// The options it reads, with their defaults as they would be written.
  public let options: [String]

  let parts: @Sendable (Table, SplitOptions) throws(Diagnostic) -> SplitParts

  /// The rows of every part.
  ///
  /// - Throws: options out of range, columns that are missing.
  public func parts(of table: Table, _ options: SplitOptions = SplitOptions()) throws(Diagnostic) -> SplitParts {
    try parts(table, options)
  }
}

/// The options of all splits; each reads its own.
public struct SplitOptions: Sendable {
  /// Below 1 a share, rounded up; from 1 on a number of rows or users.
  public var test = 0.2
  public var seed: UInt32 = 0
  /// Last rows or baskets a user, or folds; nil means the split's default.
  public var n: Int?
  /// The first moments of the parts after the first.
  public var at: [Value] = []
  /// The share of a held-out user's rows that is to be found; nil keeps the user whole.
  public var hold: Double?
  /// The column whose values stay together in a fold; nil means that every row is by itself.
  public var by: String?
  public var user = "user_id"
  /// Nil means `date` or `timestamp`.
  public var time: String?
  /// Whether parts keep the order of the table instead of the order drawn.
  public var keepsTableOrder = false

  public init() {}

  /// How many of `total` go to the test part, at least one and not all.
  func testCount(of total: Int, _ unit: String) throws(Diagnostic) -> Int {
    let count = test < 1 ? (test * Double(total)).rounded(.up) : test.rounded()
    guard test > 0, count >= 1, count < Double(total) else { throw .badTestShare(test, of: counted(total, unit)) }
    return Int(count)
  }

  /// The column of times; nil where the table has none and none was named.
  func timesIfThere(of table: Table) throws(Diagnostic) -> Column? {
    let isThere = time != nil || ColumnRoles.timeNames.contains { table.schema.index(of: $0) != nil }
    return isThere ? try times(of: table) : nil
  }

  /// The column of times.
  func times(of table: Table) throws(Diagnostic) -> Column {
    if let time { return try table.requireColumn(time) }
    for name in ColumnRoles.timeNames { if let column = table.column(name) { return column } }
    throw .noRole("time", names: ColumnRoles.timeNames, table.schema)
  }
}

/// The parts of a table: their names and rows.
public struct SplitParts: Sendable {
  public var names: [String]
  public var rows: [[UInt32]]
  public var notes: [String] = []

  /// The parts as tables; the rows of each are let go of as soon as it is there.
  public consuming func tables(of table: Table) throws(Diagnostic) -> [Table] {
    var tables: [Table] = []
    for part in rows.indices {
      tables.append(try gather(table, rows: rows[part], hasMissing: false))
      rows[part] = []
      if table.rowCount >= 1 << 22 { releaseFreedMemory() }
    }
    return tables
  }

  /// The rows of every value of a column, values in ascending order and rows in that of the table, with how many rows
  /// have no value.
  static func rows(
    of column: Column, role: String
  ) throws(Diagnostic) -> (rows: [[UInt32]], missing: Int) {
    let (vocabulary, values) = try Vocabulary.encoding(column, role: role)
    var rows = [[UInt32]](repeating: [], count: vocabulary.count)
    var missing = 0
    for row in values.indices {
      if values[row] >= 0 { rows[Int(values[row])].append(UInt32(row)) } else { missing += 1 }
    }
    return (rows, missing)
  }

  static func trainAndTest(_ train: [UInt32], _ test: [UInt32], notes: [String] = []) -> SplitParts {
    SplitParts(names: ["train", "test"], rows: [train, test], notes: notes)
  }
}
