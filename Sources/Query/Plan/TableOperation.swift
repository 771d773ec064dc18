public import Diagnostics
public import Tables

/// A plan operator that is not a case of `Plan`. Its properties describe it completely, so that a plan can be walked,
/// printed and translated.
///
/// Each operation is a structure in `Operations/`. It maps a table to a table; its long loops check
/// `Cancellation.current`. Its column properties (`filterPassThrough`, `ownColumns`, `projectionPassThrough`) allow the optimiser
/// to push filters and column choices through it. Further protocols such as `RowChoice` allow the executor to run it
/// without the whole table.
public protocol TableOperation: Sendable {
  /// The name of the verb: `explode`, `sample`.
  var name: String { get }
  /// The text that plans print after the name: `product_ids`, `1000 rows, seed 0`.
  var detail: String { get }
  /// The columns of the result.
  var schema: Schema { get }
  /// Returns the result and its notes: `explode dropped 5 empty lists`.
  func run(_ table: Table) throws(Diagnostic) -> (table: Table, notes: [String])

  /// Pass-through columns for filters: maps a column of the result to the input column from which its values come, row
  /// by row. A filter on these columns can run before the operation instead of after it.
  var filterPassThrough: [Int: Int] { get }
  /// The input columns that the operation itself reads; nil if it needs all.
  var ownColumns: Set<Int>? { get }
  /// Pass-through columns for column choices: maps a column of the result to the input column that the operation only
  /// hands through.
  var projectionPassThrough: [Int: Int] { get }
  /// The same operation for a table with only the input columns `kept`, which contain all of `ownColumns`.
  func choosing(_ kept: [Int]) -> any TableOperation
}

extension TableOperation {
  public var detail: String { "" }
  public var filterPassThrough: [Int: Int] { [:] }
  public var ownColumns: Set<Int>? { nil }
  public var projectionPassThrough: [Int: Int] { [:] }
  public func choosing(_ kept: [Int]) -> any TableOperation { self }

  /// The position of each kept input column among the kept ones.
  func places(of kept: [Int]) -> [Int: Int] {
    Dictionary(uniqueKeysWithValues: kept.enumerated().map { ($0.element, $0.offset) })
  }

  /// The operation without the pass-through columns that are not needed, with the input columns that it then takes and
  /// the result columns that it then gives.
  func narrowed(to needed: Set<Int>) -> (inputs: [Int], operation: any TableOperation, outputs: [Int])? {
    guard let ownColumns else { return nil }
    let passed = projectionPassThrough
    let outputs = schema.fields.indices.filter { output in
      guard let input = passed[output] else { return true }
      return needed.contains(output) || ownColumns.contains(input)
    }
    let inputs = ownColumns.union(outputs.compactMap { passed[$0] }).sorted()
    return (inputs, choosing(inputs), outputs)
  }
}

/// An operation that chooses rows only by their numbers, so that the other rows of a file need not be read.
public protocol RowChoice: TableOperation {
  /// The numbers of the chosen rows among `count` rows, in the order of the result.
  func rows(among count: Int) throws(Diagnostic) -> (rows: [UInt32], notes: [String])
}

extension RowChoice {
  public func run(_ table: Table) throws(Diagnostic) -> (table: Table, notes: [String]) {
    let (rows, notes) = try rows(among: table.rowCount)
    return (try gather(table, rows: rows), notes)
  }
}

/// An operation that chooses whole groups of rows with equal `keys`. Groups are numbered in first-occurrence order; the
/// chosen rows stay in the order of the table.
public protocol GroupChoice: TableOperation {
  var keys: [Int] { get }
  /// The numbers of the chosen groups among `count` groups.
  func groups(among count: Int) throws(Diagnostic) -> (groups: [UInt32], notes: [String])
}

extension GroupChoice {
  public func run(_ table: Table) throws(Diagnostic) -> (table: Table, notes: [String]) {
    let grouping = try Grouping(by: keys.map { table.columns[$0] }, count: table.rowCount, finding: .groupOfRow)
    let (groups, notes) = try groups(among: grouping.groupCount)
    var isChosen = [Bool](repeating: false, count: grouping.groupCount)
    for group in groups { isChosen[Int(group)] = true }
    let chosen = isChosen
    let rows = try Bitmap.ofRows(table.rowCount) { chosen[Int(grouping.groupOfRow[$0])] }
    return (try filter(table, rows), notes)
  }
}

/// An operation whose result is the concatenation of rows for each column, and that needs only the distinct values of a
/// column and their counts.
public protocol OperationOnCounts: TableOperation {
  func rows(of name: String, values: Column, counts: Column) throws(Diagnostic) -> Table
}

extension Schema {
  /// Maps every column index to itself, except one.
  func inPlace(without index: Int? = nil) -> [Int: Int] {
    Dictionary(uniqueKeysWithValues: fields.indices.filter { $0 != index }.map { ($0, $0) })
  }

  /// The schema of some columns, in that order.
  func choosing(_ columns: [Int]) -> Schema { Schema(columns.map { fields[$0] }) }
}
