import Diagnostics
public import LinearAlgebra
import Synchronization

/// Who had to do with what, and how much: all that a model learns from.
///
/// Users and items are dense indices; what they are called outside is not known here, except as whole numbers that a
/// random model may seed itself with. Items ascend by id, so that "ties by item id" is "ties by index".
public struct Interactions: Sendable {
  /// Weights, users × items.
  public let matrix: SparseMatrix
  private let deferredTranspose = DeferredTranspose()
  /// How many rows were merged into each cell of `matrix`, in its order; nil where every cell was one row, or where
  /// weights say it.
  let multiplicities: [Int32]?
  /// Whether a cell's weight is how many rows it has: rows without weights were summed.
  let weightsAreCounts: Bool
  /// The rows themselves, as they came, for models that learn row by row; nil unless asked for.
  public let rows: InteractionRows?
  /// How many rows there were.
  public let rowCount: Int
  public let duplicates: DuplicatePolicy
  /// A whole number per user and item in 0…2³²−1: its id, or a hash of it. Nil means the index.
  public let userSeeds: [Int64]?
  public let itemSeeds: [Int64]?

  public var userCount: Int { matrix.rowCount }
  public var itemCount: Int { matrix.columnCount }
  /// Distinct (user, item) pairs.
  public var cellCount: Int { matrix.cellCount }
  /// Rows that repeat an earlier (user, item) pair.
  public var repeatedRows: Int { rowCount - cellCount }

  public init(
    matrix: SparseMatrix, multiplicities: [Int32]? = nil,
    weightsAreCounts: Bool = false, rows: InteractionRows? = nil, rowCount: Int? = nil,
    duplicates: DuplicatePolicy = .sum, userSeeds: [Int64]? = nil, itemSeeds: [Int64]? = nil
  ) {
    self.matrix = matrix
    self.multiplicities = multiplicities
    self.weightsAreCounts = weightsAreCounts
    self.rows = rows
    self.rowCount = rowCount ?? multiplicities.map { $0.reduce(0) { $0 + Int($1) } } ?? matrix.cellCount
    self.duplicates = duplicates
    self.userSeeds = userSeeds
    self.itemSeeds = itemSeeds
  }

  /// Weights, items × users: made when somebody asks for the first time.
  public var transpose: SparseMatrix {
    get throws(Diagnostic) { try deferredTranspose.made(of: matrix) }
  }

  /// The items of a user, ascending.
  public func items(of user: Int32) -> ArraySlice<Int32> { matrix.columns(ofRow: Int(user)) }

  /// How many rows each item has, repeats counted.
  public func rowsPerItem() -> [Int] {
    var counts = [Int](repeating: 0, count: itemCount)
    for (cell, item) in matrix.columns.enumerated() {
      counts[Int(item)] += rows(inCell: cell)
    }
    return counts
  }

  /// How many rows became a cell of `matrix`.
  func rows(inCell cell: Int) -> Int {
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
    guard let rows else { return weightsAreCounts || isConstant }
    guard let weights = rows.weights, let first = weights.first else { return true }
    return weights.allSatisfy { $0 == first }
  }
}

/// A transpose that is not made before it is needed, and then kept.
private final class DeferredTranspose: Sendable {
  private let made = Mutex<SparseMatrix?>(nil)

  func made(of matrix: SparseMatrix) throws(Diagnostic) -> SparseMatrix {
    if let transpose = made.withLock({ $0 }) { return transpose }
    let transpose = try matrix.transposedOnAllCores()
    made.withLock { $0 = transpose }
    return transpose
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

/// Whether a model reads `Interactions.rows`: row by row, in their order, repeats kept.
public enum RowReading: Sendable {
  case never, always
  /// Only where rows have weights: without, which row came first tells it nothing, and cells say how many there were.
  case whereWeighted
}

/// How rows of the same user and item become one weight.
public enum DuplicatePolicy: String, Sendable, CaseIterable {
  case sum, binary, last, max
}
