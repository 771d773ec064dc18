public import Diagnostics
public import LinearAlgebra
import Parallelism

/// The interactions of users and items, with their weights: the data that models learn from.
///
/// Users and items are dense indices; their ids are not known here, except as whole numbers from which a random model
/// draws. Indices of items ascend with their ids, so a tie between ids is decided by comparing indices.
public struct Interactions: Sendable {
  public let userCount: Int
  public let itemCount: Int
  /// Distinct (user, item) pairs.
  public let cellCount: Int
  /// Nil if the matrix is made from the rows on first use.
  private let storedMatrix: SparseMatrix?
  private let deferredMatrix = Deferred<SparseMatrix>()
  private let deferredTranspose = Deferred<SparseMatrix>()
  /// How many rows were merged into each cell of `matrix`, in its order. Nil if every cell was one row, or if the
  /// weights are these numbers.
  let multiplicities: [Int32]?
  /// Whether the weight of a cell is the number of its rows, because rows without weights were summed.
  let weightsAreCounts: Bool
  /// Whether the caller named the column of weights. Then models that can count rows or weights count weights by
  /// default.
  public let weightsAreNamed: Bool
  /// The rows in their original order, for models that learn row by row. Nil unless requested, and nil after they have
  /// become `ratings`.
  public private(set) var rows: InteractionRows?
  /// The rows in the form that models of ratings read; replaces `rows`.
  private(set) var ratings: Ratings?
  /// The rows in the order of time, basket by basket; nil unless requested.
  public internal(set) var baskets: Baskets?
  /// Features × items, 1 where an item has a feature; nil unless a table of features was given.
  public internal(set) var itemFeatures: SparseMatrix?
  /// What was counted of each item, if its users and cells lie elsewhere.
  var totals: ItemTotals?
  /// The number of rows from which the cells were made.
  public let rowCount: Int
  /// How repeated rows were merged.
  public let duplicates: DuplicatePolicy
  /// A whole number in 0…2³²−1 for each user and item: its id, or a hash of the id. Nil means the index.
  public let userSeeds: [Int64]?
  public let itemSeeds: [Int64]?

  /// Rows that repeat an earlier (user, item) pair.
  public var repeatedRows: Int { rowCount - cellCount }

  public init(
    matrix: SparseMatrix, multiplicities: [Int32]? = nil,
    weightsAreCounts: Bool = false, rows: InteractionRows? = nil, rowCount: Int? = nil,
    duplicates: DuplicatePolicy = .sum, weightsAreNamed: Bool = false, userSeeds: [Int64]? = nil,
    itemSeeds: [Int64]? = nil
  ) {
    (userCount, itemCount, cellCount) = (matrix.rowCount, matrix.columnCount, matrix.cellCount)
    storedMatrix = matrix
    self.multiplicities = multiplicities
    self.weightsAreCounts = weightsAreCounts
    self.weightsAreNamed = weightsAreNamed
    self.rows = rows
    self.rowCount = rowCount ?? multiplicities.map { $0.reduce(0) { $0 + Int($1) } } ?? matrix.cellCount
    self.duplicates = duplicates
    self.userSeeds = userSeeds
    self.itemSeeds = itemSeeds
  }

  /// Interactions from rows without weights. The matrix is a second copy of the rows, so it is made only on first use.
  init(
    counting rows: InteractionRows, userCount: Int, itemCount: Int, cellCount: Int, userSeeds: [Int64]?,
    itemSeeds: [Int64]?
  ) {
    (self.userCount, self.itemCount, self.cellCount) = (userCount, itemCount, cellCount)
    storedMatrix = nil
    multiplicities = nil
    weightsAreCounts = cellCount < rows.count
    weightsAreNamed = false
    self.rows = rows
    rowCount = rows.count
    duplicates = .sum
    self.userSeeds = userSeeds
    self.itemSeeds = itemSeeds
  }

  /// The weights, users × items. Made on first use if it was not given.
  public var matrix: SparseMatrix {
    if let storedMatrix { return storedMatrix }
    // This property cannot throw, so a cancellation has to wait.
    let made = Cancellation.$current.withValue(Cancellation()) { try? deferredMatrix.made(by: countedRows) }
    guard let made else { preconditionFailure("there is no room for the matrix") }
    return made
  }

  /// Makes the matrix if it does not exist yet. Call it before `matrix`, which cannot throw.
  ///
  /// - Throws: an interruption; too little memory.
  public func prepareMatrix() throws(Diagnostic) {
    if storedMatrix == nil { _ = try deferredMatrix.made(by: countedRows) }
  }

  private func countedRows() throws(Diagnostic) -> SparseMatrix {
    if let ratings { return try ratings.counts() }
    guard let rows else { throw .fault("interactions without rows") }
    return try rows.counts(userCount: userCount, itemCount: itemCount)
  }

  /// Converts the rows to the form that models of ratings read. That form replaces the rows, so that memory holds only
  /// one copy of them.
  ///
  /// - `byItem`: whether the ratings are also needed item by item.
  mutating func becomeRatings(byItem: Bool = true) throws(Diagnostic) -> Ratings {
    if let ratings {
      return byItem && ratings.raters.isEmpty
        ? try Ratings(ratings.rows, userCount: userCount, itemCount: itemCount) : ratings
    }
    guard let rows else {
      return weightsAreCounts || matrix.values.allSatisfy { $0 == 1 }
        ? try Ratings(rowsInCellsOf: self, byItem: byItem)
        : try Ratings(InteractionRows(cellsOf: self), userCount: userCount, itemCount: itemCount, byItem: byItem)
    }
    self.rows = nil
    let made = try Ratings(consume rows, userCount: userCount, itemCount: itemCount, byItem: byItem)
    ratings = made
    // The freed memory of the rows is fragmented, and factors would not fit: return it to the system.
    if made.count >= 1 << 22 { releaseFreedMemory() }
    return made
  }

  /// The rows, in their original order or, if they have become ratings, user by user; nil if they were not kept.
  public var keptRows: InteractionRows? { rows ?? ratings?.rows }

  /// These interactions without the rows, which a fit has taken over.
  public var withoutRows: Interactions {
    var interactions = self
    (interactions.rows, interactions.ratings) = (nil, nil)
    return interactions
  }

  /// These interactions without baskets, for a model that does not read them.
  var withoutBaskets: Interactions {
    var interactions = self
    interactions.baskets = nil
    return interactions
  }

  /// The bytes that they take in memory now.
  var byteCount: Int {
    let matrices = [storedMatrix, deferredMatrix.value, deferredTranspose.value, itemFeatures].compactMap { $0 }
    var bytes = matrices.reduce(0) { $0 + $1.offsets.count * 8 + $1.cellCount * 8 }
    if let multiplicities { bytes += multiplicities.count * 4 }
    if let totals { bytes += totals.rows.count * 24 }
    if let rows { bytes += rows.count * 8 + (rows.weights?.count ?? 0) * 8 }
    if let ratings { bytes += ratings.byteCount }
    if let baskets { bytes += baskets.byteCount }
    return bytes + ((userSeeds?.count ?? 0) + (itemSeeds?.count ?? 0)) * 8
  }

  /// These interactions with features of items: the items of every feature, ascending.
  public func with(features: [[Int32]]) -> Interactions {
    var interactions = self
    let ends = features.reduce(into: [0]) { $0.append(($0.last ?? 0) + $1.count) }
    interactions.itemFeatures = SparseMatrix(
      rowCount: features.count, columnCount: itemCount, offsets: ends, columns: Array(features.joined()),
      values: [Float](repeating: 1, count: ends.last ?? 0))
    return interactions
  }

  /// These interactions with ratings from an archive.
  func with(_ ratings: Ratings) -> Interactions {
    var interactions = self
    interactions.ratings = ratings
    return interactions
  }

  /// The weights, items × users; made on first use.
  public var transpose: SparseMatrix {
    get throws(Diagnostic) {
      try deferredTranspose.made { () throws(Diagnostic) in try matrix.transposedOnAllCores() }
    }
  }

  /// The items of a user, ascending.
  public func items(of user: Int32) -> ArraySlice<Int32> { matrix.columns(ofRow: Int(user)) }

  /// How many rows each item has, repeats included.
  public func rowsPerItem() -> [Int] {
    if let totals { return totals.rows }
    var counts = [Int](repeating: 0, count: itemCount)
    let matrix = matrix
    for (cell, item) in matrix.columns.enumerated() { counts[Int(item)] += rows(inCell: cell, of: matrix) }
    return counts
  }

  /// The sum of the weights of each item.
  func weightPerItem() -> [Double] {
    if let totals { return totals.weights }
    var sums = [Double](repeating: 0, count: itemCount)
    let matrix = matrix
    for (cell, item) in matrix.columns.enumerated() { sums[Int(item)] += Double(matrix.values[cell]) }
    return sums
  }

  /// A note about cells with weights below zero, for models that add up weights.
  var negativeWeightNotes: [String] {
    let count = totals?.negativeCells ?? matrix.values.count { $0 < 0 }
    return count == 0
      ? [] : ["\(counted(count, "cell")) of a user and an item with a negative weight, which counts against the item"]
  }

  /// How many rows were merged into a cell of `matrix`.
  func rows(inCell cell: Int, of matrix: SparseMatrix) -> Int {
    weightsAreCounts ? Int(matrix.values[cell]) : multiplicities.map { Int($0[cell]) } ?? 1
  }

  /// How many users each item has.
  public func usersPerItem() -> [Int] { totals?.users ?? cellsPerItem() }

  /// How many cells of the matrix each item has.
  func cellsPerItem() -> [Int] {
    var counts = [Int](repeating: 0, count: itemCount)
    for item in matrix.columns { counts[Int(item)] += 1 }
    return counts
  }

  /// Whether all weights are equal, so that they say nothing about preferences.
  public var isConstant: Bool {
    guard let first = matrix.values.first else { return true }
    return matrix.values.allSatisfy { $0 == first }
  }

  /// Whether all rows have the same weight: what `isConstant` is for cells, for models that read rows as ratings.
  public var hasEqualRatings: Bool {
    if let ratings { return ratings.values.bounds.map { $0.lowerBound == $0.upperBound } ?? true }
    guard let rows else { return weightsAreCounts || isConstant }
    guard let weights = rows.weights, let first = weights.first else { return true }
    return weights.allSatisfy { $0 == first }
  }
}

/// A value that is made on first use and then kept.
private final class Deferred<Value: Sendable>: Sendable {
  private let made = Mutex<Value?>(nil)

  /// The value; nil before it is made.
  var value: Value? { made.withLock { $0 } }

  func made(by make: () throws(Diagnostic) -> Value) throws(Diagnostic) -> Value {
    if let value = made.withLock({ $0 }) { return value }
    let value = try make()
    made.withLock { $0 = value }
    return value
  }
}

/// Interactions in their original order, with repeats.
public struct InteractionRows: Sendable {
  public let users: [Int32]
  public let items: [Int32]
  /// Nil means 1 everywhere.
  public let weights: [Double]?

  public var count: Int { users.count }
}

/// Whether a model reads single rows or merged cells.
public enum RowReading: Sendable {
  /// It learns from cells only.
  case never
  /// It needs only the number of rows in each cell.
  case counted
  /// It reads `Interactions.rows`: row by row, in their order, with repeats.
  case always
  /// It reads rows only if they have weights. Without weights their order does not matter, and cells have their
  /// numbers.
  case whereWeighted

  /// Whether it reads `Interactions.rows`, for a table with or without weights.
  public func keepsRows(weighted: Bool) -> Bool { self == .always || self == .whereWeighted && weighted }
}

/// How rows of the same user and item become one weight.
public enum DuplicatePolicy: String, Sendable, CaseIterable {
  case sum, binary, last, max
}
