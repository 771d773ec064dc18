import Diagnostics
import ElementaryFunctions
import LinearAlgebra
import Parallelism

/// The steps of a random walk from items to users to items.
struct RandomWalks: Sendable {
  private let matrix: SparseMatrix
  private let transpose: SparseMatrix
  /// For every cell of the matrix, the probability of the step from its user to its item, to the power α.
  private let toItems: [Double]
  /// For every item, the probability of the step to each of its users, to the power α.
  private let toUsers: [Double]
  /// nⱼ^−β for every item j; zero for an item without users.
  private let rarity: [Double]

  init(_ matrix: SparseMatrix, transpose: SparseMatrix, alpha: Double, beta: Double) throws(Diagnostic) {
    self.matrix = matrix
    self.transpose = transpose
    toItems = try fillArray(count: matrix.cellCount, of: Double.self) { (cells) throws(Diagnostic) in
      try forEachChunk(of: matrix.rowCount, grain: 1024) { (users) in
        for user in users {
          let sum = matrix.values(ofRow: user).reduce(0.0) { $0 + Double($1) }
          for cell in matrix.cells(ofRow: user) {
            let share = sum > 0 ? Double(matrix.values[cell]) / sum : 0
            cells.store(alpha == 1 ? share : Elementary.pow(share, alpha), at: cell)
          }
        }
      }
    }
    let counts = (0..<transpose.rowCount).map { Double(transpose.cells(ofRow: $0).count) }
    toUsers = counts.map { $0 > 0 ? Elementary.pow(1 / $0, alpha) : 0 }
    rarity = counts.map { $0 > 0 ? Elementary.pow($0, -beta) : 0 }
  }

  func probability(user: Int, item: Int32) -> Double {
    matrix.cells(ofRow: user).first { matrix.columns[$0] == item }.map { toItems[$0] } ?? 0
  }

  /// The largest weights of every row.
  func rows(keeping count: Int, normalized: Bool) throws(Diagnostic) -> PreciseRows {
    let parts = try mapChunks(of: transpose.rowCount, grain: 64) { (items) -> PreciseRows in
      var sums = [Double](repeating: 0, count: matrix.columnCount)
      var reached: [Int32] = []
      var selection = PreciseSelection(capacity: count)
      var rows = PreciseRows()
      for item in items {
        for source in transpose.cells(ofRow: item) {
          for cell in matrix.cells(ofRow: Int(transpose.columns[source])) {
            let target = matrix.columns[cell]
            if sums[Int(target)] == 0 { reached.append(target) }
            sums[Int(target)] += toUsers[item] * toItems[cell]
          }
        }
        for target in reached {
          let weight = sums[Int(target)] * rarity[Int(target)]
          if target != Int32(item), weight > 0 { selection.offer(target, weight) }
          sums[Int(target)] = 0
        }
        reached.removeAll(keepingCapacity: true)
        let kept = selection.take()
        let sum = normalized ? kept.reduce(0) { $0 + $1.score } : 1
        rows.append(kept.map { (column: $0.index, value: $0.score / sum) })
      }
      return rows
    }
    return parts.reduce(into: PreciseRows()) { $0.append($1) }
  }
}
