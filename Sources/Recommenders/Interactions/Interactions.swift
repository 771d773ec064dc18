public import Diagnostics
public import LinearAlgebra
import Parallelism
import Synchronization

/// Who had to do with what, and how much: all that a model learns from.
///
/// Users and items are dense indices; what they are called outside is not known here, except as whole numbers that a
/// random model may seed itself with. Items ascend by id, so that "ties by item id" is "ties by index".
public struct Interactions: Sendable {
  public let userCount: Int
  public let itemCount: Int
  /// Distinct (user, item) pairs.
  public let cellCount: Int
  /// Nil where it is made from the rows once somebody asks for it.
  private let storedMatrix: SparseMatrix?
  private let deferredMatrix = Deferred<SparseMatrix>()
  private let deferredTranspose = Deferred<SparseMatrix>()
  /// How many rows were merged into each cell of `matrix`, in its order; nil where every cell was one row, or where
  /// weights say it.
  let multiplicities: [Int32]?
  /// Whether a cell's weight is how many rows it has: rows without weights were summed.
  let weightsAreCounts: Bool
  /// Whether somebody named the column of weights: what may go by rows or by weights then goes by weights.
  public let weightsAreNamed: Bool
  /// The rows themselves, as they came, for models that learn row by row; nil unless asked for, and where they have
  /// become `ratings`.
  public private(set) var rows: InteractionRows?
  /// What became of the rows in a model of ratings.
  private(set) var ratings: Ratings?
  /// The rows in the order of time, basket by basket; nil where no model asked for them.
  public internal(set) var baskets: Baskets?
  /// How many rows there were.
  public let rowCount: Int
  public let duplicates: DuplicatePolicy
  /// A whole number per user and item in 0…2³²−1: its id, or a hash of it. Nil means the index.
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

  /// Of rows without weights, whose matrix is made when it is asked for: beside the rows it is a second copy.
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

  /// Weights, users × items.
  public var matrix: SparseMatrix {
    if let storedMatrix { return storedMatrix }
    // Who has no way to say that it was interrupted waits.
    let made = Cancellation.$current.withValue(Cancellation()) { try? deferredMatrix.made(by: countedRows) }
    guard let made else { preconditionFailure("there is no room for the matrix") }
    return made
  }

  /// Makes the matrix if it is not there yet, for somebody who is about to ask for it often.
  ///
  /// - Throws: an interruption; no room for it.
  public func prepareMatrix() throws(Diagnostic) {
    if storedMatrix == nil { _ = try deferredMatrix.made(by: countedRows) }
  }

  private func countedRows() throws(Diagnostic) -> SparseMatrix {
    if let ratings { return try ratings.counts() }
    guard let rows else { throw .fault("interactions without rows") }
    return try rows.counts(userCount: userCount, itemCount: itemCount)
  }

  /// The rows as models of ratings read them, in whose place they are from then on: there is one copy of them.
  ///
  /// - `byItem`: whether somebody will look at the ratings of an item.
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
    // What the rows took lies in pieces that factors do not fit into.
    if made.count >= 1 << 22 { releaseFreedMemory() }
    return made
  }

  /// The rows that were kept, as they came or, where they have become ratings, user by user; nil where none were.
  public var keptRows: InteractionRows? { rows ?? ratings?.rows }

  /// The same without the rows, while a fit has them.
  public var withoutRows: Interactions {
    var interactions = self
    (interactions.rows, interactions.ratings) = (nil, nil)
    return interactions
  }

  /// The same without baskets, for a model that does not read them.
  var withoutBaskets: Interactions {
    var interactions = self
    interactions.baskets = nil
    return interactions
  }

  /// What they take in memory now.
  var byteCount: Int {
    let matrices = [storedMatrix, deferredMatrix.value, deferredTranspose.value].compactMap { $0 }
    var bytes = matrices.reduce(0) { $0 + $1.offsets.count * 8 + $1.cellCount * 8 }
    if let multiplicities { bytes += multiplicities.count * 4 }
    if let rows { bytes += rows.count * 8 + (rows.weights?.count ?? 0) * 8 }
    if let ratings { bytes += ratings.byteCount }
    if let baskets { bytes += baskets.byteCount }
    return bytes + ((userSeeds?.count ?? 0) + (itemSeeds?.count ?? 0)) * 8
  }

  /// The same with what an archive says became of the rows.
  func with(_ ratings: Ratings) -> Interactions {
    var interactions = self
    interactions.ratings = ratings
    return interactions
  }

  /// Weights, items × users: made when somebody asks for the first time.
  public var transpose: SparseMatrix {
    get throws(Diagnostic) {
      try deferredTranspose.made { () throws(Diagnostic) in try matrix.transposedOnAllCores() }
    }
  }

  /// The items of a user, ascending.
  public func items(of user: Int32) -> ArraySlice<Int32> { matrix.columns(ofRow: Int(user)) }

  /// How many rows each item has, repeats counted.
  public func rowsPerItem() -> [Int] {
    var counts = [Int](repeating: 0, count: itemCount)
    let matrix = matrix
    for (cell, item) in matrix.columns.enumerated() { counts[Int(item)] += rows(inCell: cell, of: matrix) }
    return counts
  }

  /// What the weights of each item's cells add up to.
  func weightPerItem() -> [Double] {
    var sums = [Double](repeating: 0, count: itemCount)
    let matrix = matrix
    for (cell, item) in matrix.columns.enumerated() { sums[Int(item)] += Double(matrix.values[cell]) }
    return sums
  }

  /// A note on users and items whose weights are below zero, for models that add weights up.
  var negativeWeightNotes: [String] {
    let count = matrix.values.count { $0 < 0 }
    return count == 0
      ? [] : ["\(counted(count, "cell")) of a user and an item with a weight below zero: it counts against the item"]
  }

  /// How many rows became a cell of `matrix`.
  func rows(inCell cell: Int, of matrix: SparseMatrix) -> Int {
    weightsAreCounts ? Int(matrix.values[cell]) : multiplicities.map { Int($0[cell]) } ?? 1
  }

  /// How many users each item has.
  public func usersPerItem() -> [Int] {
    var counts = [Int](repeating: 0, count: itemCount)
    for item in matrix.columns { counts[Int(item)] += 1 }
    return counts
  }

  /// Whether all weights are the same: then no model can learn who likes what more.
  public var isConstant: Bool {
    guard let first = matrix.values.first else { return true }
    return matrix.values.allSatisfy { $0 == first }
  }

  /// The same, of the rows as they came: what a model of ratings is shown.
  public var hasEqualRatings: Bool {
    if let ratings { return ratings.values.bounds.map { $0.lowerBound == $0.upperBound } ?? true }
    guard let rows else { return weightsAreCounts || isConstant }
    guard let weights = rows.weights, let first = weights.first else { return true }
    return weights.allSatisfy { $0 == first }
  }
}

/// What is not made before it is needed, and then kept.
private final class Deferred<Value: Sendable>: Sendable {
  private let made = Mutex<Value?>(nil)

  /// What was made; nil before that.
  var value: Value? { made.withLock { $0 } }

  func made(by make: () throws(Diagnostic) -> Value) throws(Diagnostic) -> Value {
    if let value = made.withLock({ $0 }) { return value }
    let value = try make()
    made.withLock { $0 = value }
    return value
  }
}

/// Interactions in the order they were given, repeats kept.
public struct InteractionRows: Sendable {
  public let users: [Int32]
  public let items: [Int32]
  /// Nil means 1 everywhere.
  public let weights: [Double]?

  public var count: Int { users.count }
}

/// What a model makes of rows.
public enum RowReading: Sendable {
  /// It learns from the cells that they are merged into.
  case never
  /// It counts them: how many became a cell is all it needs to know.
  case counted
  /// It reads `Interactions.rows`: row by row, in their order, repeats kept.
  case always
  /// Only where rows have weights: without, which row came first tells it nothing, and cells say how many there were.
  case whereWeighted

  /// Whether it reads `Interactions.rows` one by one, of a table with weights or of one without.
  public func keepsRows(weighted: Bool) -> Bool { self == .always || self == .whereWeighted && weighted }
}

/// How rows of the same user and item become one weight.
public enum DuplicatePolicy: String, Sendable, CaseIterable {
  case sum, binary, last, max
}
