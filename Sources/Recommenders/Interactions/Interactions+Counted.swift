public import Diagnostics
import LinearAlgebra

extension Interactions {
  /// Makes interactions from counted cells: distinct pairs of user and item, with the number of their rows.
  ///
  /// The result has the same bits as that of the rows, unless those are sums of floats.
  ///
  /// - `weights`: the combined weights of the rows of each cell; nil counts rows, or is 1 with `duplicates: .binary`.
  public init(
    users: [Int32], items: [Int32], counts: [Double], weights: [Double]?, userCount: Int, itemCount: Int,
    duplicates: DuplicatePolicy, weightsAreNamed: Bool, userSeeds: [Int64]?, itemSeeds: [Int64]?
  ) throws(Diagnostic) {
    func cells(_ values: [Double]) throws(Diagnostic) -> Interactions {
      try Interactions(users: users, items: items, weights: values, userCount: userCount, itemCount: itemCount)
    }
    let numbers = try cells(counts)
    let rowCount = counts.reduce(0) { $0 + Int($1) }
    let isCounting = weights == nil && duplicates == .sum
    let hasRepeats = rowCount > numbers.cellCount
    let values = isCounting ? nil : weights ?? counts.map { _ in 1 }
    self.init(
      matrix: try values.map(cells)?.matrix ?? numbers.matrix,
      multiplicities: isCounting || !hasRepeats ? nil : numbers.matrix.values.map { Int32($0) },
      weightsAreCounts: isCounting && hasRepeats, rowCount: rowCount, duplicates: duplicates,
      weightsAreNamed: weightsAreNamed, userSeeds: userSeeds, itemSeeds: itemSeeds)
  }
}
