import Diagnostics
import LinearAlgebra
import Parallelism

/// The item precision matrix P = (XᵀX + λI)⁻¹, items × items: stored as it is or, in the dual form, by a smaller
/// inverse.
///
/// In the dual form, users with one item contribute only to the diagonal of XᵀX, so their squared weights are added to
/// the diagonal matrix D = λI + …. Let S = D^(−½), Z the rows of X of all other users times S, and K = Z·Zᵀ + I. Then
///
///     P = S·(I − Zᵀ·K⁻¹·Z)·S
struct ItemPrecision: Sendable {
  enum Form: Sendable {
    /// P.
    case primal(TiledSymmetricMatrix)
    case dual(Dual)
  }

  struct Dual: Sendable {
    /// K⁻¹.
    var kernel: TiledSymmetricMatrix
    /// Z, with the rows that `places` gives to users; `columns` is Zᵀ.
    var rows: SparseMatrix
    var columns: SparseMatrix
    /// The diagonal of S.
    var scale: [Float]
    /// The row in Z of every user, or −1.
    var places: [Int32]
  }

  var form: Form
  /// Pⱼⱼ.
  var diagonal: [Float]

  /// Writes y·P for a sparse y.
  func writeProduct(
    items: some Collection<Int32>, weights: some Collection<Float>, into product: inout MutableSpan<Float>
  ) {
    for item in product.indices { product[item] = 0 }
    switch form {
    case .primal(let precision):
      for (item, weight) in zip(items, weights) { precision.addRow(Int(item), scaledBy: weight, to: &product) }
    case .dual(let dual):
      // y·P = (v − (v·Zᵀ·K⁻¹)·Z)·S with v = y·S.
      var shared = [Float](repeating: 0, count: dual.kernel.order)
      for (item, weight) in zip(items, weights) {
        let scaled = weight * dual.scale[Int(item)]
        product[Int(item)] += scaled
        for cell in dual.columns.cells(ofRow: Int(item)) {
          shared[Int(dual.columns.columns[cell])] += scaled * dual.columns.values[cell]
        }
      }
      var image = [Float](repeating: 0, count: dual.kernel.order)
      var imageSpan = image.mutableSpan
      for (row, weight) in shared.enumerated() where weight != 0 {
        dual.kernel.addRow(row, scaledBy: weight, to: &imageSpan)
      }
      for row in 0..<dual.kernel.order where imageSpan[row] != 0 {
        for cell in dual.rows.cells(ofRow: row) {
          product[Int(dual.rows.columns[cell])] -= imageSpan[row] * dual.rows.values[cell]
        }
      }
      for item in product.indices { product[item] *= dual.scale[item] }
    }
  }

  /// Pᵢⱼ.
  func element(_ i: Int32, _ j: Int32) -> Double {
    switch form {
    case .primal(let precision): return Double(precision[Int(i), Int(j)])
    case .dual(let dual):
      let inner = (i == j ? 1 : 0) - dual.quadraticForm(Int(i), Int(j))
      return inner * Double(dual.scale[Int(i)]) * Double(dual.scale[Int(j)])
    }
  }
}

extension ItemPrecision.Dual {
  /// zᵢᵀ·K⁻¹·zⱼ for two columns of Z.
  func quadraticForm(_ i: Int, _ j: Int) -> Double {
    var sum = 0.0
    for left in columns.cells(ofRow: i) {
      var inner = 0.0
      for right in columns.cells(ofRow: j) {
        inner += Double(columns.values[right] * kernel[Int(columns.columns[left]), Int(columns.columns[right])])
      }
      sum += Double(columns.values[left]) * inner
    }
    return sum
  }

  /// 1 − zⱼᵀ·K⁻¹·zⱼ for every item j: Pⱼⱼ·Dⱼⱼ, always between 0 and 1.
  func complements() throws(Diagnostic) -> [Double] {
    try buildArray(count: columns.rowCount, grain: 64) { (items, complements) in
      for item in items { complements[item - items.lowerBound] = 1 - quadraticForm(item, item) }
    }
  }
}
