import Diagnostics
import LinearAlgebra
import Parallelism

/// The elastic net problems of all items: each predicts the column of an item from the other columns of the same
/// matrix.
struct ElasticNet: Sendable {
  /// Users × items, and items × users.
  private let matrix: SparseMatrix
  private let transpose: SparseMatrix
  /// ‖xᵢ‖².
  private let squares: [Double]
  /// The number n of users that have items.
  let userCount: Int
  /// n·a·l, with the strength a and the L1 share l: an item whose product with the target is not above it has no
  /// weight.
  let threshold: Double
  /// n·a·(1 − l).
  private let ridge: Double

  private static let mostPasses = 100
  private static let tolerance = 1e-4

  init(_ matrix: SparseMatrix, transpose: SparseMatrix, strength: Double, l1Ratio: Double) {
    self.matrix = matrix
    self.transpose = transpose
    squares = (0..<transpose.rowCount).map { item in
      transpose.values(ofRow: item).reduce(0.0) { $0 + Double($1) * Double($1) }
    }
    userCount = (0..<matrix.rowCount).count { !matrix.cells(ofRow: $0).isEmpty }
    threshold = Double(userCount) * strength * l1Ratio
    ridge = Double(userCount) * strength * (1 - l1Ratio)
  }

  /// Solves the problems of all items. Returns the `count` largest weights of every item, one row per item, and the
  /// largest product of two columns.
  func solve(keeping count: Int) throws(Diagnostic) -> (weights: PreciseRows, largestProduct: Double) {
    let parts = try mapChunks(of: transpose.rowCount, grain: 32) { (items) in
      var descent = Descent(self)
      var selection = PreciseSelection(capacity: count)
      var rows = PreciseRows()
      for item in items {
        descent.solve(item)
        for (candidate, weight) in zip(descent.candidates, descent.weights) where weight > 0 {
          selection.offer(candidate, weight)
        }
        rows.append(selection.take().map { (column: $0.index, value: $0.score) })
      }
      return (rows, descent.largestProduct)
    }
    return (
      parts.reduce(into: PreciseRows()) { $0.append($1.0) }, parts.reduce(0) { max($0, $1.1) }
    )
  }

  /// Coordinate descent for one item after the other.
  private struct Descent {
    let net: ElasticNet
    /// The items that may have weight, ascending, and their weights.
    private(set) var candidates: [Int32] = []
    private(set) var weights: [Double] = []
    private(set) var largestProduct = 0.0
    /// The residual xⱼ − X·w, with one element per user. It is zero for users outside of `reached`.
    private var rest: [Double]
    private var reached: [Int32] = []
    private var isReached: [Bool]
    private var products: [Double]

    init(_ net: ElasticNet) {
      self.net = net
      rest = [Double](repeating: 0, count: net.matrix.rowCount)
      isReached = [Bool](repeating: false, count: net.matrix.rowCount)
      products = [Double](repeating: 0, count: net.matrix.columnCount)
    }

    mutating func solve(_ item: Int) {
      begin(item)
      for pass in 1...ElasticNet.mostPasses where !candidates.isEmpty {
        let (largestChange, largestWeight) = descend()
        let isSettled = largestWeight == 0 || largestChange / largestWeight < ElasticNet.tolerance
        if isSettled || pass == ElasticNet.mostPasses, gap(item) < ElasticNet.tolerance * net.squares[item] { break }
      }
      for user in reached { (rest[Int(user)], isReached[Int(user)]) = (0, false) }
      reached.removeAll(keepingCapacity: true)
    }

    /// Finds the candidates of an item: all others whose product with it is above the threshold.
    private mutating func begin(_ item: Int) {
      candidates.removeAll(keepingCapacity: true)
      var others: [Int32] = []
      for source in net.transpose.cells(ofRow: item) {
        let (user, value) = (net.transpose.columns[source], Double(net.transpose.values[source]))
        reach(user)
        rest[Int(user)] = value
        for cell in net.matrix.cells(ofRow: Int(user)) {
          let other = net.matrix.columns[cell]
          if products[Int(other)] == 0 { others.append(other) }
          products[Int(other)] += value * Double(net.matrix.values[cell])
        }
      }
      for other in others {
        let product = products[Int(other)]
        products[Int(other)] = 0
        guard Int(other) != item else { continue }
        largestProduct = max(largestProduct, product)
        if product > net.threshold { candidates.append(other) }
      }
      candidates.sort()
      weights = [Double](repeating: 0, count: candidates.count)
    }

    private mutating func reach(_ user: Int32) {
      if isReached[Int(user)] { return }
      isReached[Int(user)] = true
      reached.append(user)
    }

    /// One pass of coordinate descent over the candidates.
    private mutating func descend() -> (largestChange: Double, largestWeight: Double) {
      var (largestChange, largestWeight) = (0.0, 0.0)
      let transpose = net.transpose
      let (users, values) = (transpose.columns.span, transpose.values.span)
      for place in candidates.indices {
        let item = Int(candidates[place])
        let cells = transpose.cells(ofRow: item)
        let square = net.squares[item]
        if square == 0 { continue }
        var product = weights[place] * square
        for cell in cells { product += Double(values[cell]) * rest[Int(users[cell])] }
        let weight = max(product - net.threshold, 0) / (square + net.ridge)
        let change = weight - weights[place]
        if change != 0 {
          for cell in cells {
            reach(users[cell])
            rest[Int(users[cell])] -= change * Double(values[cell])
          }
          weights[place] = weight
        }
        largestChange = max(largestChange, abs(change))
        largestWeight = max(largestWeight, weight)
      }
      return (largestChange, largestWeight)
    }

    /// The duality gap: an upper bound of how far the objective is above its minimum.
    private func gap(_ item: Int) -> Double {
      var largest = 0.0
      for (candidate, weight) in zip(candidates, weights) {
        let cells = net.transpose.cells(ofRow: Int(candidate))
        var product = -net.ridge * weight
        for cell in cells { product += Double(net.transpose.values[cell]) * rest[Int(net.transpose.columns[cell])] }
        largest = max(largest, product)
      }
      let square = reached.reduce(0.0) { $0 + rest[Int($1)] * rest[Int($1)] }
      let scale = largest > net.threshold ? net.threshold / largest : 1
      let sum = weights.reduce(0, +)
      let norm = weights.reduce(0) { $0 + $1 * $1 }
      let fit = net.transpose.cells(ofRow: item).reduce(0.0) {
        $0 + Double(net.transpose.values[$1]) * rest[Int(net.transpose.columns[$1])]
      }
      return 0.5 * square * (1 + scale * scale) + net.threshold * sum - scale * fit
        + 0.5 * net.ridge * (1 + scale * scale) * norm
    }
  }
}
