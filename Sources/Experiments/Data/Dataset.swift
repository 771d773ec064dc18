public import Diagnostics
import Parallelism
public import Recommenders
public import Tables

/// A table of interactions, ready for models: ids are turned into indices, rows without ids or weights are dropped, and
/// repeats are merged. Notes say what happened to the rows.
public struct Dataset: Sendable {
  public let users: Vocabulary
  public let items: Vocabulary
  public internal(set) var interactions: Interactions
  /// The names of the user and item columns; result tables use them too.
  public let userColumn: String
  public let itemColumn: String
  /// The name of the column of weights; nil if every row counts as 1.
  public let weightColumn: String?
  /// The number of rows dropped because they have no user, item or weight, or no time or basket if the model reads
  /// those.
  public let droppedRows: Int
  /// Notes for the user: rows dropped, repeats merged.
  public let notes: [String]

  /// - `duplicates`: how repeats of a user and an item become one weight.
  /// - `reading`: whether the model reads single rows.
  /// - `times`: how the model uses times.
  /// - `features`: a table of items whose other columns are features of the items, for models that read them.
  /// - Complexity: O(rows) and a sort of the distinct ids.
  /// - Throws: columns that are missing or of a type that cannot be an id or a weight, weights that are not finite.
  public init(
    _ table: Table, roles: ColumnRoles = ColumnRoles(), duplicates: DuplicatePolicy = .sum,
    reading: RowReading = .never, times timeReading: TimeReading = .never, features: Table? = nil
  ) throws(Diagnostic) {
    let names = try roles.resolved(in: table.schema)
    try roles.require(timeReading, in: table.schema)
    var (users, userIndices) = try Vocabulary.encoding(table.requireColumn(names.user), role: "user")
    var (items, itemIndices) = try Vocabulary.encoding(table.requireColumn(names.item), role: "item")
    var weights: [Double]?
    if let name = names.weight { weights = try table.requireColumn(name).weights(named: name) }
    var times: [Int64]?
    if duplicates == .last, let name = names.time { times = try table.requireColumn(name).ticks(named: name) }

    var rowTimes = timeReading == .never ? nil : try RowTimes(of: table, names)
    let needed =
      try timeReading == .never
      ? []
      : [names.time, names.basket].compactMap(\.self).map { (name) throws(Diagnostic) in try table.requireColumn(name) }

    var notes: [String] = []
    let whole = try Dataset.wholeRows(userIndices, itemIndices, weights, needed)
    droppedRows = table.rowCount - whole.setCount
    if droppedRows > 0 {
      let kept = try selectedRows(whole).map(Int.init)
      notes.append(Dataset.droppedNote(userIndices, itemIndices, weights, names, droppedRows))
      weights = weights.map { weights in kept.map { weights[$0] } }
      times = times.map { times in kept.map { times[$0] } }
      rowTimes = rowTimes.map { $0.selecting(kept) }
      try Dataset.keep(kept, &users, &userIndices, &items, &itemIndices, &notes)
    }
    var featureItems: [[Int32]] = []
    if let features {
      featureItems = try Dataset.join(features, names, to: &items, &itemIndices, &notes)
    }
    let keepsRows = reading.keepsRows(weighted: weights != nil)
    var interactions = try Interactions(
      users: consume userIndices, items: consume itemIndices, weights: weights, times: times,
      baskets: rowTimes, userCount: users.count, itemCount: items.count, duplicates: duplicates, keepingRows: keepsRows,
      weightsAreNamed: roles.weight != nil,
      userSeeds: users.seeds(), itemSeeds: items.seeds())
    if features != nil { interactions = interactions.with(features: featureItems) }
    // The freed memory of the indices is fragmented, and a model's arrays would not fit: return it to the system.
    if table.rowCount >= 1 << 22 { releaseFreedMemory() }
    if interactions.repeatedRows > 0 {
      notes.append(Dataset.repeatedNote(interactions, reading, duplicates, keepsRows: keepsRows))
    }
    if timeReading > .order, let baskets = interactions.baskets { notes.append(Dataset.basketNote(baskets, names)) }
    self.users = users
    self.items = items
    self.interactions = interactions
    userColumn = names.user
    itemColumn = names.item
    weightColumn = names.weight
    self.notes = notes
  }

  init(
    users: Vocabulary, items: Vocabulary, interactions: Interactions, names: ResolvedRoles, droppedRows: Int,
    notes: [String]
  ) {
    (self.users, self.items, self.interactions) = (users, items, interactions)
    (userColumn, itemColumn, weightColumn) = (names.user, names.item, names.weight)
    (self.droppedRows, self.notes) = (droppedRows, notes)
  }

  /// Adds features to the items. Returns the items of every feature.
  static func join(
    _ features: Table, _ names: ResolvedRoles, to items: inout Vocabulary, _ indices: inout [Int32],
    _ notes: inout [String]
  ) throws(Diagnostic) -> [[Int32]] {
    let known = items.count
    let joined = try ItemFeatures(features, item: names.item).joined(to: items.ids(at: indices))
    (items, indices) = (joined.items, joined.indices)
    let cold = items.count > known ? ", \(grouped(items.count - known)) of them not in train" : ""
    notes.append("\(counted(joined.features.count, "feature")) of \(counted(items.count, "item"))\(cold)")
    return joined.features
  }

  /// Keeps the ids of some rows.
  static func keep(
    _ rows: [Int], _ users: inout Vocabulary, _ userIndices: inout [Int32], _ items: inout Vocabulary,
    _ itemIndices: inout [Int32], _ notes: inout [String]
  ) throws(Diagnostic) {
    let before = users.count
    (users, userIndices) = try users.keeping(rows.map { userIndices[$0] })
    (items, itemIndices) = try items.keeping(rows.map { itemIndices[$0] })
    guard users.count < before else { return }
    notes.append("\(counted(before - users.count, "user")) left out: nothing is left of their rows")
  }

  private static func repeatedNote(
    _ interactions: Interactions, _ reading: RowReading, _ duplicates: DuplicatePolicy, keepsRows: Bool
  ) -> String {
    if !keepsRows { return mergedNote(interactions, reading, duplicates) }
    return "\(counted(interactions.repeatedRows, "repeated (user, item) row")) kept: the model learns row by row"
  }

  private static func basketNote(_ baskets: Baskets, _ names: ResolvedRoles) -> String {
    let same = names.basket ?? names.time ?? ""
    return "\(counted(baskets.count, "basket")): rows of one `\(names.user)` and `\(same)`"
  }

  static func mergedNote(_ interactions: Interactions, _ reading: RowReading, _ duplicates: DuplicatePolicy) -> String {
    let repeated = counted(interactions.repeatedRows, "repeated (user, item) row")
    return reading == .counted ? "\(repeated) counted" : "\(repeated) merged: \(duplicates.meaning)"
  }

  /// Fits a model and replaces `interactions` by those of the model. The model may keep the rows in another order; then
  /// there is no second copy of them.
  ///
  /// - Throws: parameters that do not work with this data; an interruption. After an error `interactions` has no rows.
  public mutating func fit(
    _ kind: any Model.Type, _ arguments: [ParameterArgument] = [], walk: Walk? = nil
  ) throws(Diagnostic) -> any FittedModel {
    let taken = interactions
    interactions = taken.withoutRows
    let model = try Models.fit(kind, arguments, on: consume taken, walk: walk)
    interactions = model.interactions
    return model
  }

  /// The rows with a user, an item, a weight (if there are weights), and a value in each of the `needed` columns.
  private static func wholeRows(
    _ users: [Int32], _ items: [Int32], _ weights: [Double]?, _ needed: [Column]
  ) throws(Diagnostic) -> Bitmap {
    let words = try buildArray(count: Bitmap.wordCount(users.count), grain: 1 << 10, of: UInt64.self) {
      (range, words) in
      for index in range {
        var word: UInt64 = 0
        for row in index * 64..<min(users.count, (index + 1) * 64)
        where users[row] >= 0 && items[row] >= 0 && !(weights?[row].isNaN ?? false)
          && needed.allSatisfy({ !$0.isNull(row) })
        {
          word |= 1 << UInt64(row & 63)
        }
        words[index - range.lowerBound] = word
      }
    }
    return Bitmap(words: Buffer(words), count: users.count)
  }

  private static func droppedNote(
    _ users: [Int32], _ items: [Int32], _ weights: [Double]?, _ names: ResolvedRoles, _ dropped: Int
  ) -> String {
    let withoutUser = users.count { $0 < 0 }
    let withoutItem = zip(users, items).count { $0 >= 0 && $1 < 0 }
    let withoutWeight = users.indices.count {
      users[$0] >= 0 && items[$0] >= 0 && weights?[$0].isNaN ?? false
    }
    let moment = [names.time, names.basket].compactMap(\.self).joined(separator: "` or `")
    return droppedNote([
      (withoutUser, names.user), (withoutItem, names.item), (withoutWeight, names.weight ?? ""),
      (dropped - withoutUser - withoutItem - withoutWeight, moment),
    ])
  }

  static func droppedNote(_ parts: [(Int, String)]) -> String {
    let reasons = parts.filter { $0.0 > 0 }.map { "\(counted($0.0, "row")) without `\($0.1)`" }
    return reasons.joined(separator: ", ") + " dropped"
  }
}

extension Vocabulary {
  /// The vocabulary of only the ids that occur in `indices`, and their indices in it.
  func keeping(_ indices: [Int32]) throws(Diagnostic) -> (Vocabulary, [Int32]) {
    try Vocabulary.encoding(ids(at: indices), role: role)
  }
}

extension DuplicatePolicy {
  /// How it merges repeats, for a note.
  var meaning: String {
    switch self {
    case .sum: "weights summed"
    case .binary: "each counts as 1"
    case .last: "the last weight is kept"
    case .max: "the largest weight is kept"
    }
  }
}

extension Table {
  func requireColumn(_ name: String) throws(Diagnostic) -> Column { columns[try schema.requireIndex(of: name)] }
}

extension Column {
  /// The numbers as weights; NaN for nulls.
  ///
  /// - Throws: a column without numbers, an infinite weight.
  func weights(named name: String) throws(Diagnostic) -> [Double] {
    guard type.isNumeric else { throw .notANumber(name, type, as: "a weight") }
    let weights = try doubles()
    if let row = weights.firstIndex(where: \.isInfinite) { throw .infiniteWeight(name, row: row) }
    return weights
  }

  /// Dates, datetimes and whole numbers as ticks in the unit of the column; the smallest `Int64` for nulls.
  func ticks(named name: String) throws(Diagnostic) -> [Int64] {
    guard type.isTemporal || type.isInteger else { throw .notANumber(name, type, as: "a time") }
    switch values {
    case .i32(let buffer): return try ticks { (row) in Int64(buffer[row]) }
    case .i64(let buffer): return try ticks { (row) in buffer[row] }
    default: break
    }
    return (0..<count).map { row in
      switch self[row] {
      case .integer(let number): Int64(clamping: number)
      case .date(let days): Int64(days)
      case .time(let ticks), .datetime(let ticks, _), .zoned(let ticks, _, _), .duration(let ticks, _): ticks
      default: .min
      }
    }
  }

  private func ticks(_ tick: @Sendable (Int) -> Int64) throws(Diagnostic) -> [Int64] {
    try buildArray(count: count, grain: IntegerIndex.grain) { (range, ticks) in
      for row in range { ticks[row - range.lowerBound] = isNull(row) ? .min : tick(row) }
    }
  }

  /// Numbers of any type as `f64`; NaN for nulls.
  func doubles() throws(Diagnostic) -> [Double] {
    (try values.run(Doubles(column: self)) ?? nil) ?? (0..<count).map { self[$0].number ?? .nan }
  }
}

/// Numbers as `f64`; nil for decimals, whose scale is in their type.
private struct Doubles: NumberKernel {
  let column: Column

  func integers<Number: ColumnElement & FixedWidthInteger>(_ buffer: Buffer<Number>) throws(Diagnostic) -> [Double]? {
    Number.bitWidth > 64 ? nil : try each { (row) in Double(buffer[row]) }
  }

  func floats<Number: ColumnElement & BinaryFloatingPoint>(_ buffer: Buffer<Number>) throws(Diagnostic) -> [Double]? {
    try each { (row) in Double(buffer[row]) }
  }

  @inline(__always)
  private func each(_ number: @Sendable (Int) -> Double) throws(Diagnostic) -> [Double] {
    try buildArray(count: column.count, grain: IntegerIndex.grain) { (range, doubles) in
      for row in range { doubles[row - range.lowerBound] = column.isNull(row) ? .nan : number(row) }
    }
  }
}

extension RowTimes {
  /// The times and baskets of the rows of a table.
  fileprivate init(of table: Table, _ names: ResolvedRoles) throws(Diagnostic) {
    self.init()
    if let name = names.time {
      let column = try table.requireColumn(name)
      ticks = try column.ticks(named: name)
      ticksPerDay = column.type.ticksPerDay
    }
    if let name = names.basket {
      let column = try table.requireColumn(name)
      baskets =
        try column.type.isTemporal
        ? column.ticks(named: name) : Vocabulary.encoding(column, role: "basket").indices.map { Int64($0) }
    }
  }
}

extension DataType {
  /// How many ticks a day has; nil for types other than dates and datetimes.
  var ticksPerDay: Double? {
    switch self {
    case .date: 1
    case .datetime(let unit), .zoned(let unit, _): 86_400 * Double(unit.ticksPerSecond)
    default: nil
    }
  }
}
