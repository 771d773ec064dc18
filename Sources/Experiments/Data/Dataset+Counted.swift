public import Diagnostics
public import Recommenders
public import Tables

// A table that lies elsewhere is counted there: what comes here has a row for each user and item, with the number of
// its rows and their weights combined. A model that reads no single rows learns the same from it, bit for bit.

/// A table of interactions counted elsewhere: which columns it has, and how its rows were combined.
public struct CountedRows: Sendable {
  /// The columns of the counted table beside users and items.
  public static let rows = "·rows"
  public static let known = "·known"
  public static let weight = "·weight"

  let names: ResolvedRoles
  let weightsAreNamed: Bool
  /// Whether weights are combined; nil weights count as 1.
  public let isWeighted: Bool
  public let duplicates: DuplicatePolicy

  /// Describes how to count a table; nil if a model that reads it in this way needs its rows.
  ///
  /// Sums of floats depend on the order of rows, which nobody knows elsewhere, so those rows are needed too, unless the
  /// model is not `exact` anyway.
  public init?(
    _ schema: Schema, roles: ColumnRoles, duplicates: DuplicatePolicy, reading: RowReading, times: TimeReading,
    exact: Bool = true
  ) throws(Diagnostic) {
    names = try roles.resolved(in: schema)
    weightsAreNamed = roles.weight != nil
    self.duplicates = duplicates
    let type = try names.weight.map { (name) throws(Diagnostic) in schema[try schema.requireIndex(of: name)].type }
    isWeighted = type != nil
    guard times == .never, !reading.keepsRows(weighted: isWeighted), duplicates != .last else { return nil }
    guard let type else { return }
    guard type.isNumeric, type.isInteger || duplicates != .sum || !exact else { return nil }
  }

  public var userColumn: String { names.user }
  public var itemColumn: String { names.item }
  public var weightColumn: String? { names.weight }
}

extension Dataset {
  /// Makes a data set from a counted table.
  public init(
    _ table: Table, counting counted: CountedRows, reading: RowReading, features: Table? = nil
  ) throws(Diagnostic) {
    let names = counted.names
    var (users, userIndices) = try Vocabulary.encoding(table.requireColumn(names.user), role: "user")
    var (items, itemIndices) = try Vocabulary.encoding(table.requireColumn(names.item), role: "item")
    let rows = try table.requireColumn(CountedRows.rows).doubles()
    let known = counted.isWeighted ? try table.requireColumn(CountedRows.known).doubles() : rows
    var weights: [Double]?
    if counted.isWeighted, counted.duplicates != .binary {
      weights = try table.requireColumn(CountedRows.weight).weights(named: names.weight ?? "")
    }
    var notes: [String] = []
    var (withoutUser, withoutItem, withoutWeight) = (0, 0, 0)
    var kept: [Int] = []
    kept.reserveCapacity(rows.count)
    for cell in rows.indices {
      if userIndices[cell] < 0 {
        withoutUser += Int(rows[cell])
      } else if itemIndices[cell] < 0 {
        withoutItem += Int(rows[cell])
      } else {
        withoutWeight += Int(rows[cell] - known[cell])
        if known[cell] > 0 { kept.append(cell) }
      }
    }
    let dropped = withoutUser + withoutItem + withoutWeight
    if dropped > 0 {
      notes.append(
        Dataset.droppedNote([
          (withoutUser, names.user), (withoutItem, names.item), (withoutWeight, names.weight ?? ""),
        ]))
      try Dataset.keep(kept, &users, &userIndices, &items, &itemIndices, &notes)
    }
    var featureItems: [[Int32]] = []
    if let features { featureItems = try Dataset.join(features, names, to: &items, &itemIndices, &notes) }
    var interactions = try Interactions(
      users: userIndices, items: itemIndices, counts: kept.map { known[$0] },
      weights: weights.map { weights in kept.map { weights[$0] } }, userCount: users.count, itemCount: items.count,
      duplicates: counted.duplicates, weightsAreNamed: counted.weightsAreNamed, userSeeds: users.seeds(),
      itemSeeds: items.seeds())
    if features != nil { interactions = interactions.with(features: featureItems) }
    if interactions.repeatedRows > 0 { notes.append(Dataset.mergedNote(interactions, reading, counted.duplicates)) }
    self.init(
      users: users, items: items, interactions: interactions, names: names, droppedRows: dropped, notes: notes)
  }
}

extension Dataset {
  /// Makes a data set of items alone, from an id in each row of a column. Users and their rows stay elsewhere.
  ///
  /// - Parameters:
  ///   - users: the type of their ids.
  ///   - rowCount: the number of rows elsewhere that have a user, an item and a weight, of `all`.
  ///   - totals: the totals of each item in the order of the vocabulary.
  public init(
    items column: Column, users: DataType, counting counted: CountedRows, rowCount: Int, of all: Int,
    totals: (Vocabulary) throws(Diagnostic) -> ItemTotals? = { _ in nil }
  ) throws(Diagnostic) {
    let names = counted.names
    let items = try Vocabulary.encoding(column, role: "item").0
    let seeds = try items.seeds()
    let interactions =
      if let totals = try totals(items) {
        Interactions(totals: totals, rowCount: rowCount, itemSeeds: seeds)
      } else {
        Interactions(itemCount: items.count, rowCount: rowCount, itemSeeds: seeds)
      }
    let roles = [names.user, names.item, names.weight].compactMap(\.self).map { "`\($0)`" }
    let dropped = all - rowCount
    self.init(
      users: try Vocabulary.encoding(.nulls(users, count: 0), role: "user").0, items: items,
      interactions: interactions, names: names, droppedRows: dropped,
      notes: dropped > 0
        ? ["\(Diagnostics.counted(dropped, "row")) without \(roles.joined(separator: " or ")) dropped"] : [])
  }
}

extension ItemProducts {
  /// The products of a table with two items and a sum in each row.
  public init(_ table: Table, of items: Vocabulary) throws(Diagnostic) {
    try self.init(
      items: items.indices(of: table.columns[0]), others: items.indices(of: table.columns[1]),
      sums: table.columns[2].doubles())
  }
}

extension Dataset {
  /// Makes a data set of items alone from a table with an item, the number of its rows, the number of its users, the sum
  /// of its weights and the number of its negative weights in each row.
  ///
  /// - Parameters:
  ///   - users: the type of their ids.
  ///   - all: the number of rows elsewhere.
  public init(
    totals table: Table, users: DataType, counting counted: CountedRows, of all: Int
  ) throws(Diagnostic) {
    func counts(_ column: Int) throws(Diagnostic) -> [Int] {
      let counts = try table.columns[column].doubles()
      guard counts.allSatisfy({ 0...0x1p53 ~= $0 }) else { throw .fault("counts that are none") }
      return counts.map { Int($0) }
    }
    let (rows, userCounts, weights) = (try counts(1), try counts(2), try table.columns[3].doubles())
    let negative = try counts(4).reduce(0, +)
    try self.init(
      items: table.columns[0], users: users, counting: counted, rowCount: rows.reduce(0, +), of: all
    ) { (items) throws(Diagnostic) in
      var totals = (
        rows: [Int](repeating: 0, count: items.count), users: [Int](repeating: 0, count: items.count),
        weights: [Double](repeating: 0, count: items.count)
      )
      for (row, item) in try items.indices(of: table.columns[0]).enumerated() where item >= 0 {
        totals.rows[Int(item)] = rows[row]
        totals.users[Int(item)] = userCounts[row]
        totals.weights[Int(item)] = weights[row]
      }
      return try ItemTotals(
        rows: totals.rows, users: totals.users, weights: totals.weights, negativeCells: negative)
    }
  }
}
