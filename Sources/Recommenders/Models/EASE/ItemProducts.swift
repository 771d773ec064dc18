public import Diagnostics
import LinearAlgebra

/// XᵀX of a table that lies elsewhere: for two items, the sum over all users of the products of their weights.
public struct ItemProducts: Sendable {
  /// Pairs of items, each once, in either order; an item with itself too. Pairs without a user are left out.
  public var items: [Int32]
  public var others: [Int32]
  public var sums: [Double]

  public init(items: [Int32], others: [Int32], sums: [Double]) {
    (self.items, self.others, self.sums) = (items, others, sums)
  }
}

extension EASE {
  /// Fits to products of items. The fitted model has no users: it serves baskets.
  ///
  /// Sums of whole numbers below 2²⁴ give the bits of `fit` with `form=primal`.
  ///
  /// - Parameter interactions: the items, without users.
  public func fit(
    _ products: ItemProducts, _ interactions: Interactions
  ) throws(Diagnostic) -> any FittedModel {
    guard products.sums.allSatisfy(\.isFinite) else {
      throw Diagnostic("weights are infinite, or their products are", hint: "`filter` those rows before")
    }
    return try EASEFit(model: self, interactions: interactions, walk: nil).run(on: products)
  }
}

extension Interactions {
  /// Items that have no users here.
  public init(itemCount: Int, rowCount: Int, itemSeeds: [Int64]?) {
    self.init(
      matrix: SparseMatrix(rowCount: 0, columnCount: itemCount, offsets: [0], columns: [], values: []),
      rowCount: rowCount, itemSeeds: itemSeeds)
  }
}
