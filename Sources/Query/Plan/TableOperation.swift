public import Diagnostics
public import Tables

/// A step that is none of `Plan`'s own cases: a value whose properties are all that it does, so that a plan can be
/// walked, printed and translated whole.
///
/// Each operation is a structure of its own in `Operations/`. It takes a table and gives one; long loops inside listen
/// to `Cancellation.current`. What it says of its columns (`passedColumns`, `ownColumns`) lets filters and column choices
/// pass it, and what else it conforms to lets the executor do with less than the whole table.
public protocol TableOperation: Sendable {
  /// The verb: `explode`, `sample`.
  var name: String { get }
  /// What a plan prints after it: `product_ids`, `1000 rows, seed 0`.
  var detail: String { get }
  /// The columns of what it gives.
  var schema: Schema { get }
  /// The result and its notes: `explode dropped 5 empty lists`.
  func run(_ table: Table) throws(Diagnostic) -> (table: Table, notes: [String])

  /// Columns of the result whose values come from a column of the input, row by row, and where that stands there: rows
  /// may be taken away by these before the step as well as after it.
  var passedColumns: [Int: Int] { get }
  /// The input's columns that it looks at itself; nil where it needs all of them.
  var ownColumns: Set<Int>? { get }
  /// Columns of the result that only carry one of the input along, and where that stands there.
  var carriedColumns: [Int: Int] { get }
  /// The same operation on a table of some of the input's columns, in their order. All of `ownColumns` are among them.
  func choosing(_ kept: [Int]) -> any TableOperation
}

extension TableOperation {
  public var detail: String { "" }
  public var passedColumns: [Int: Int] { [:] }
  public var ownColumns: Set<Int>? { nil }
  public var carriedColumns: [Int: Int] { [:] }
  public func choosing(_ kept: [Int]) -> any TableOperation { self }

  /// Where each of some of the input's columns stands among them.
  func places(of kept: [Int]) -> [Int: Int] {
    Dictionary(uniqueKeysWithValues: kept.enumerated().map { ($0.element, $0.offset) })
  }

  /// The operation without the columns that it would only carry along and nobody looks at; which columns of the input
  /// it then takes, and which of the result it gives.
  func narrowed(to needed: Set<Int>) -> (inputs: [Int], operation: any TableOperation, outputs: [Int])? {
    guard let ownColumns else { return nil }
    let carried = carriedColumns
    let outputs = schema.fields.indices.filter { output in
      guard let input = carried[output] else { return true }
      return needed.contains(output) || ownColumns.contains(input)
    }
    let inputs = ownColumns.union(outputs.compactMap { carried[$0] }).sorted()
    return (inputs, choosing(inputs), outputs)
  }
}

/// An operation that chooses rows by their numbers alone, so that a file need not be read for the others.
public protocol RowChoice: TableOperation {
  /// The numbers of the rows, in the order of the result, among so many.
  func rows(among count: Int) throws(Diagnostic) -> (rows: [UInt32], notes: [String])
}

extension RowChoice {
  public func run(_ table: Table) throws(Diagnostic) -> (table: Table, notes: [String]) {
    let (rows, notes) = try rows(among: table.rowCount)
    return (try gather(table, rows: rows), notes)
  }
}

/// An operation that chooses whole groups of rows with equal values in some columns, numbered in order of first
/// occurrence; their rows stay in the order of the table.
public protocol GroupChoice: TableOperation {
  var keys: [Int] { get }
  /// The numbers of the groups among so many.
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

/// An operation of which each column makes rows of its own, in the columns' order, and which needs of a column only the
/// distinct values and how many rows hold them.
public protocol OperationOnCounts: TableOperation {
  func rows(of name: String, values: Column, counts: Column) throws(Diagnostic) -> Table
}

extension Schema {
  /// Every column where it stands, but one.
  func inPlace(without index: Int? = nil) -> [Int: Int] {
    Dictionary(uniqueKeysWithValues: fields.indices.filter { $0 != index }.map { ($0, $0) })
  }

  /// Some of the columns, in that order.
  func choosing(_ columns: [Int]) -> Schema { Schema(columns.map { fields[$0] }) }
}
