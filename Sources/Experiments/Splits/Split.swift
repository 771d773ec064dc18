public import Diagnostics
import Parallelism
public import Tables

/// A way to divide the rows of a table into parts, such as train and test.
///
/// A split is one file in `Definitions` and one line in `Splits.swift`.
public struct Split: Sendable {
  public let name: String
  /// One line: which rows go into which part.
  public let summary: String
  /// The details: how rows are chosen, and their order in a part.
  public let details: String
  /// The options that it reads, with their defaults, as they would be written.
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
  /// The size of the test part: below 1 a share, rounded up; from 1 on a number of rows or users.
  public var test = 0.2
  public var seed: UInt32 = 0
  /// The number of last rows or baskets per user, or of folds; nil stands for the split's default.
  public var n: Int?
  /// The times at which the second and the later parts begin.
  public var at: [Value] = []
  /// The share of a held-out user's rows that a model has to predict; nil keeps all rows of the user together.
  public var hold: Double?
  /// The column whose equal values stay together in a fold; nil means that folds are made of single rows.
  public var by: String?
  public var user = "user_id"
  /// The column of times; nil stands for `date` or `timestamp`.
  public var time: String?
  /// Whether parts keep the order of the table; otherwise rows are in the drawn order.
  public var keepsTableOrder = false

  public init() {}

  /// How many of `total` go to the test part.
  ///
  /// - Throws: a size that leaves nothing for one of the parts.
  func testCount(of total: Int, _ unit: String) throws(Diagnostic) -> Int {
    let count = test < 1 ? (test * Double(total)).rounded(.up) : test.rounded()
    guard test > 0, count >= 1, count < Double(total) else { throw .badTestShare(test, of: counted(total, unit)) }
    return Int(count)
  }

  /// The column of times; nil if the table has none and none was named.
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
  /// The row numbers of each part, in the order of the part.
  public var rows: [[UInt32]]
  /// Notes, such as rows that are in no part.
  public var notes: [String] = []

  /// The parts as tables. The row numbers of a part are freed as soon as its table is made.
  public consuming func tables(of table: Table) throws(Diagnostic) -> [Table] {
    var tables: [Table] = []
    for part in rows.indices {
      tables.append(try gather(table, rows: rows[part], hasMissing: false))
      rows[part] = []
      if table.rowCount >= 1 << 22 { releaseFreedMemory() }
    }
    return tables
  }

  /// The rows of every distinct value of a column, and the number of rows without a value. Values are in ascending
  /// order, rows in the order of the table.
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
