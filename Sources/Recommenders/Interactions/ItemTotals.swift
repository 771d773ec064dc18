public import Diagnostics

/// What was counted of each item in a table that lies elsewhere: all that popularity needs.
public struct ItemTotals: Sendable, Equatable {
  /// The number of rows of each item.
  public let rows: [Int]
  /// The number of users of each item.
  public let users: [Int]
  /// The sum of the weights of each item.
  public let weights: [Double]
  /// How many pairs of user and item have a negative weight.
  public let negativeCells: Int

  /// - Throws: arrays of different lengths, negative counts, weights that are not finite.
  public init(rows: [Int], users: [Int], weights: [Double], negativeCells: Int) throws(Diagnostic) {
    guard users.count == rows.count, weights.count == rows.count, negativeCells >= 0,
      rows.allSatisfy({ $0 >= 0 }), users.allSatisfy({ $0 >= 0 })
    else { throw .fault("totals that are none") }
    guard weights.allSatisfy(\.isFinite) else {
      throw Diagnostic("weights are infinite, or their sums are", hint: "`filter` those rows before")
    }
    (self.rows, self.users, self.weights, self.negativeCells) = (rows, users, weights, negativeCells)
  }
}

extension Interactions {
  /// Items whose users lie elsewhere, with what was counted of them there.
  public init(totals: ItemTotals, rowCount: Int, itemSeeds: [Int64]?) {
    self.init(itemCount: totals.rows.count, rowCount: rowCount, itemSeeds: itemSeeds)
    self.totals = totals
  }
}
