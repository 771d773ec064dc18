public import Diagnostics
public import Tables

/// A step the optimiser knows nothing of: it takes a table and gives one.
///
/// Whatever a verb needs beyond the steps of `Plan` is in its own closure; the executor calls it once, with the whole
/// input. Long loops inside listen to `Cancellation.current`. What a verb says of its columns (`passedColumns`,
/// `reduced`) lets filters and column choices pass it.
public struct TableOperation: Sendable {
  /// The verb: `explode`, `sample`.
  public let name: String
  /// What a plan prints after it: `product_ids`, `1000 rows, seed 0`.
  public let detail: String
  /// The columns of what it gives.
  public let schema: Schema
  /// Columns of the result whose values come from a column of the input, row by row, and where that stands there: rows
  /// may be taken away by these before the step as well as after it.
  public var passedColumns: [Int: Int] = [:]
  /// What the step does to a table of some of the input's columns: nil where it needs all of them.
  public var reduced: Reduction?
  /// The result and what is worth a dim line: `explode dropped 5 empty lists`.
  public let run: @Sendable (Table) throws(Diagnostic) -> (table: Table, notes: [String])
  /// Where nothing but rows is chosen, and by their numbers alone: which ones of so many, so that a file need not be
  /// read for the others.
  let chosenRows: (@Sendable (_ count: Int) throws(Diagnostic) -> (rows: [UInt32], notes: [String]))?
  /// Where whole groups of rows are chosen, by the columns that make them: see `GroupChoice`.
  var chosenGroups: GroupChoice?
  /// Where each column of the input makes rows of its own, in their order, and only which values occur how often
  /// counts: those rows, of a column's name, its distinct values and the numbers of rows that hold them.
  var ofCounts: (@Sendable (_ name: String, _ values: Column, _ counts: Column) throws(Diagnostic) -> Table)?

  public init(
    _ name: String, detail: String = "", schema: Schema,
    run: @escaping @Sendable (Table) throws(Diagnostic) -> (table: Table, notes: [String])
  ) {
    self.name = name
    self.detail = detail
    self.schema = schema
    self.run = run
    chosenRows = nil
  }

  /// An operation that gives the rows of certain numbers, in the order of the numbers.
  init(
    _ name: String, detail: String, schema: Schema,
    choosing rows: @escaping @Sendable (_ count: Int) throws(Diagnostic) -> (rows: [UInt32], notes: [String])
  ) {
    self.name = name
    self.detail = detail
    self.schema = schema
    chosenRows = rows
    run = { (table) throws(Diagnostic) in
      let (rows, notes) = try rows(table.rowCount)
      return (try gather(table, rows: rows), notes)
    }
  }

  /// A choice among the groups of rows with equal values in some columns, numbered in order of first occurrence.
  struct GroupChoice: Sendable {
    let columns: [Int]
    /// Which groups of so many.
    let choose: @Sendable (_ count: Int) throws(Diagnostic) -> (groups: [UInt32], notes: [String])
  }

  /// How an operation does with fewer columns.
  public struct Reduction: Sendable {
    /// The input's columns that it looks at itself.
    let ownColumns: Set<Int>
    /// Columns of the result that only carry one of the input along, and where that stands there.
    let carried: [Int: Int]
    /// The same operation on a table of some of the input's columns, in their order.
    let operation: @Sendable (_ kept: [Int]) -> TableOperation
  }

  /// The operation without the columns that it would only carry along and nobody looks at; which columns of the input
  /// it then takes, and which of the result it gives.
  func narrowed(to needed: Set<Int>) -> (inputs: [Int], operation: TableOperation, outputs: [Int])? {
    guard let reduced else { return nil }
    let outputs = schema.fields.indices.filter { output in
      guard let input = reduced.carried[output] else { return true }
      return needed.contains(output) || reduced.ownColumns.contains(input)
    }
    let inputs = reduced.ownColumns.union(outputs.compactMap { reduced.carried[$0] }).sorted()
    return (inputs, reduced.operation(inputs), outputs)
  }
}

extension Schema {
  /// Every column where it stands, but one.
  func inPlace(without index: Int? = nil) -> [Int: Int] {
    Dictionary(uniqueKeysWithValues: fields.indices.filter { $0 != index }.map { ($0, $0) })
  }

  /// Some of the columns, in that order.
  func choosing(_ columns: [Int]) -> Schema { Schema(columns.map { fields[$0] }) }
}

extension TableOperation: Hashable {
  public static func == (one: TableOperation, other: TableOperation) -> Bool {
    one.name == other.name && one.detail == other.detail && one.schema == other.schema
  }

  public func hash(into hasher: inout Hasher) {
    hasher.combine(name)
    hasher.combine(detail)
  }
}
