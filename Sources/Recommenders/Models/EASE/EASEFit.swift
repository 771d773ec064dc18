import Diagnostics
import LinearAlgebra

/// The fit of an EASE model, step by step.
struct EASEFit {
  let model: EASE
  let interactions: Interactions
  let walk: Walk?

  /// A pivot below this share of its diagonal element is a rounding error, not data.
  private static let negligiblePivot: Float = 1e-6
  /// Below this share of its diagonal element, about half of the digits of Pⱼⱼ are lost.
  private static let doubtfulComplement = 1e-4

  func run() throws(Diagnostic) -> FittedEASE {
    var watch = Stopwatch()
    let matrix = model.matrix(of: interactions)
    let isOwn =
      matrix.rowCount == interactions.userCount
      && (model.weights == .counts || matrix.values == interactions.matrix.values)
    let transpose = isOwn ? try interactions.transpose : matrix.transposed()
    try showInteractions(matrix, watch.lap())

    watch.resume()
    let core = coreUsers(of: matrix)
    let isDual = try choosesDual(coreCount: core.count)
    let precision =
      isDual
      ? try dual(matrix, core: core, watch) : try primal(matrix, transpose, watch)
    let fitted = FittedEASE(
      ease: model, interactions: interactions, matrix: matrix, precision: precision.precision, notes: precision.notes)
    try showWeights(fitted)
    try showScores(fitted)
    return fitted
  }

  /// The users with two or more items. The others have no pair of items.
  private func coreUsers(of matrix: SparseMatrix) -> [Int32] {
    (0..<Int32(matrix.rowCount)).filter { matrix.cells(ofRow: Int($0)).count > 1 }
  }

  private func choosesDual(coreCount: Int) throws(Diagnostic) -> Bool {
    let singular = Diagnostic.easeSingular(users: interactions.userCount, items: interactions.itemCount)
    switch model.form {
    case .primal: return false
    case .dual:
      if model.regularization == 0 { throw singular }
      return true
    case .auto:
      if model.regularization == 0, interactions.userCount < interactions.itemCount { throw singular }
      return model.regularization > 0 && coreCount < interactions.itemCount
    }
  }

  private func primal(
    _ matrix: SparseMatrix, _ transpose: SparseMatrix, _ watch: Stopwatch
  ) throws(Diagnostic) -> (precision: ItemPrecision, notes: [String]) {
    try primal(gram(matrix, transpose), watch)
  }

  private func primal(
    _ gram: consuming TiledSymmetricMatrix, _ watch: Stopwatch
  ) throws(Diagnostic) -> (precision: ItemPrecision, notes: [String]) {
    var inverse = gram
    try showGram(
      inverse, formula: "G = XᵀX + λI", shape: "G is \(inverse.order) items × items",
      places: nil, watch)
    let doubtful = try invert(&inverse, letter: "P", formula: "P = G⁻¹", places: nil)
    let diagonalOfInverse = (0..<inverse.order).map { inverse[$0, $0] }
    return (ItemPrecision(form: .primal(inverse), diagonal: diagonalOfInverse), Self.notes(doubtful: doubtful))
  }

  /// The fit to products of items that were summed elsewhere.
  func run(on products: ItemProducts) throws(Diagnostic) -> FittedEASE {
    var gram = try TiledSymmetricMatrix(
      order: interactions.itemCount, rows: products.items, columns: products.others, values: products.sums)
    gram.addToDiagonal(Float(model.regularization))
    let (precision, notes) = try primal(gram, Stopwatch())
    return FittedEASE(
      ease: model, interactions: interactions, matrix: interactions.matrix, precision: precision, notes: notes)
  }

  /// XᵀX + λI. A search over several λ computes XᵀX once.
  private func gram(_ matrix: SparseMatrix, _ transpose: SparseMatrix) throws(Diagnostic) -> TiledSymmetricMatrix {
    func products(_ diagonal: Float) throws(Diagnostic) -> TiledSymmetricMatrix {
      try TiledSymmetricMatrix(
        rowProductsOf: transpose, transpose: matrix,
        addingToDiagonal: [Float](repeating: diagonal, count: matrix.columnCount))
    }
    let penalty = Float(model.regularization)
    guard let shared = SharedAlgebra.current else { return try products(penalty) }
    var gram = try shared.value("EASE \(model.weights) \(model.featureWeight)") { () throws(Diagnostic) in
      try products(0)
    }
    gram.addToDiagonal(penalty)
    return gram
  }

  private func dual(
    _ matrix: SparseMatrix, core: [Int32], _ watch: Stopwatch
  ) throws(Diagnostic) -> (precision: ItemPrecision, notes: [String]) {
    var places = [Int32](repeating: -1, count: matrix.rowCount)
    for (place, user) in core.enumerated() { places[Int(user)] = Int32(place) }
    var squares = [Double](repeating: model.regularization, count: matrix.columnCount)
    for user in 0..<matrix.rowCount where places[user] < 0 {
      for cell in matrix.cells(ofRow: user) {
        squares[Int(matrix.columns[cell])] += Double(matrix.values[cell]) * Double(matrix.values[cell])
      }
    }
    let scale = squares.map { Float(1 / $0.squareRoot()) }
    let unscaled = matrix.selectingRows(core)
    let rows = unscaled.withValues(zip(unscaled.columns, unscaled.values).map { scale[Int($0)] * $1 })
    let columns = rows.transposed()
    var kernel = try TiledSymmetricMatrix(
      rowProductsOf: rows, transpose: columns, addingToDiagonal: [Float](repeating: 1, count: core.count))
    try showGram(
      kernel, formula: "K = ZZᵀ + I, Z = X·D^(−½), D = λI + single-item users",
      shape:
        "K is \(core.count) users × users, those with two items or more: fewer than the \(matrix.columnCount) items",
      places: places, watch)
    _ = try invert(&kernel, letter: "K⁻¹", formula: "P = D^(−½)·(I − Zᵀ·K⁻¹·Z)·D^(−½)", places: places)
    let dual = ItemPrecision.Dual(kernel: kernel, rows: rows, columns: columns, scale: scale, places: places)
    let complements = try dual.complements()
    guard complements.allSatisfy({ $0 > 0 }) else { throw tooLittleRegularization() }
    let doubtful = complements.count { $0 < Self.doubtfulComplement }
    return (
      ItemPrecision(
        form: .dual(dual), diagonal: zip(complements, scale).map { Float($0 * Double($1) * Double($1)) }),
      Self.notes(doubtful: doubtful)
    )
  }

  private static func notes(doubtful: Int) -> [String] {
    doubtful == 0
      ? []
      : [
        "regularization is small for single precision: the weights of \(counted(doubtful, "item")) are inexact; a larger one keeps more digits"
      ]
  }

  /// Inverts a matrix in place. Returns how many of its rows are so close to a combination of the others that digits
  /// are lost.
  private func invert(
    _ matrix: inout TiledSymmetricMatrix, letter: String, formula: String, places: [Int32]?
  ) throws(Diagnostic) -> Int {
    let watch = Stopwatch()
    let before = (0..<matrix.order).map { matrix[$0, $0] }
    let tooLittle = tooLittleRegularization(nextTo: interactions.userCount > 0 ? nil : before.max())
    var doubtful = 0
    do throws(Diagnostic) {
      try matrix.invert(title: "EASE") { (factor) throws(Diagnostic) in
        for place in before.indices {
          let pivot = factor[place, place] * factor[place, place]
          if pivot < Self.negligiblePivot * before[place] { throw tooLittle }
          if Double(pivot) < Self.doubtfulComplement * Double(before[place]) { doubtful += 1 }
        }
      }
    } catch {
      throw error.isNotPositiveDefinite ? tooLittle : error
    }
    try showInverse(matrix, letter: letter, formula: formula, places: places, watch.seconds)
    return doubtful
  }
}

extension EASEFit {
  /// The error for a matrix that cannot be inverted in single precision, with a hint that makes it invertible.
  ///
  /// No pivot is below λ, so λ must not be negligible next to the largest diagonal element of XᵀX or XXᵀ. If large
  /// weights make those elements large, the hint is `weights=binary`.
  ///
  /// - `diagonal`: that element, if there are no rows to compute it from.
  private func tooLittleRegularization(nextTo diagonal: Float? = nil) -> Diagnostic {
    let matrix = model.matrix(of: interactions)
    // Rounding errors add up over the rows before a pivot, so the limit is ten times the negligible share.
    let share = 10 * Double(Self.negligiblePivot)
    let needed = share * (diagonal.map { Double($0) } ?? largestDiagonal(of: matrix))
    let largest = matrix.values.map { abs($0) }.max() ?? 1
    let ones = matrix.withValues([Float](repeating: 1, count: matrix.cellCount))
    let isAnsweredByOnes = largest > 1 && share * largestDiagonal(of: ones) <= model.regularization
    return .easeTooLittleRegularization(
      model.regularization, enough: max(needed, 10 * model.regularization, 1).roundedUp,
      largestWeight: isAnsweredByOnes ? largest : nil)
  }

  /// The largest sum of squared weights of an item or of a user.
  private func largestDiagonal(of matrix: SparseMatrix) -> Double {
    var ofItems = [Double](repeating: 0, count: matrix.columnCount)
    var largest = 0.0
    for user in 0..<matrix.rowCount {
      var ofUser = 0.0
      for cell in matrix.cells(ofRow: user) {
        let square = Double(matrix.values[cell]) * Double(matrix.values[cell])
        ofUser += square
        ofItems[Int(matrix.columns[cell])] += square
      }
      largest = max(largest, ofUser)
    }
    return max(largest, ofItems.max() ?? 0)
  }
}

extension Double {
  /// The smallest number with one significant digit that is not below this one, for finite numbers from 1 on.
  fileprivate var roundedUp: Double {
    guard isFinite else { return self }
    var unit = 1.0
    while unit * 10 <= self { unit *= 10 }
    return (self / unit).rounded(.up) * unit
  }
}
