import Diagnostics
import LinearAlgebra

/// A fitted PureSVD: the right singular vectors. The factors of a user are computed from the user's items on demand.
struct FittedPureSVD: ScoringModel {
  private let svd: PureSVD
  let interactions: Interactions
  /// X, users × items.
  private let matrix: SparseMatrix
  /// V, items × factors.
  let itemFactors: PaddedMatrix
  let notes: [String]

  var model: any Model { svd }
  var scoringBlock: Int { 256 }
  var scoringTile: Int { 1024 }

  init(
    _ model: PureSVD, _ interactions: Interactions, _ matrix: SparseMatrix, _ decomposition: TruncatedSVD
  ) throws(Diagnostic) {
    svd = model
    self.interactions = interactions
    self.matrix = matrix
    let count = decomposition.values.count
    let signs = Self.signs(decomposition.vectors, count)
    itemFactors = try PaddedMatrix(rowCount: matrix.columnCount, columnCount: count) { rows, write in
      for row in rows {
        for column in 0..<count {
          write(row, column, Float(signs[column] * decomposition.vectors[row * count + column]))
        }
      }
    }
    var notes: [String] = []
    if count < model.factors {
      notes.append("the matrix has rank \(count): \(counted(count, "factor")) instead of \(model.factors)")
    }
    if !decomposition.isSettled {
      notes.append("the singular values have not converged after \(counted(decomposition.rounds, "round"))")
    }
    self.notes = notes
  }

  /// The sign of each singular vector is arbitrary; these signs make the element of largest absolute value positive.
  private static func signs(_ vectors: [Double], _ count: Int) -> [Double] {
    (0..<count).map { column in
      let largest = stride(from: column, to: vectors.count, by: count)
        .max { abs(vectors[$0]).withoutNoise < abs(vectors[$1]).withoutNoise }
      return largest.map { vectors[$0] < 0 ? -1 : 1 } ?? 1
    }
  }

  func writeScores(
    of users: ArraySlice<Int32>, for items: Range<Int>, into scores: inout MutableSpan<Float>
  ) throws(Diagnostic) {
    let factors = try userFactors(users.map { (matrix.columns(ofRow: Int($0)), matrix.values(ofRow: Int($0))) })
    factors.writeProducts(ofRows: (0..<Int32(users.count)).map { $0 }[...], with: itemFactors, items, into: &scores)
  }

  func writeScores(of basket: Basket, into scores: inout MutableSpan<Float>) throws(Diagnostic) {
    let factors = try userFactors([(basket.items[...], svd.weights.weights(of: basket)[...])])
    factors.writeProducts(ofRows: [0], with: itemFactors, 0..<itemCount, into: &scores)
  }

  /// The factors of users: rows of X times V.
  private func userFactors(
    _ rows: [(items: ArraySlice<Int32>, weights: ArraySlice<Float>)]
  ) throws(Diagnostic) -> PaddedMatrix {
    let (stride, count) = (itemFactors.stride, itemFactors.columnCount)
    return try PaddedMatrix(rowCount: rows.count, columnCount: count) { range, write in
      for row in range {
        var sums = [Double](repeating: 0, count: count)
        for (item, weight) in zip(rows[row].items, rows[row].weights) {
          let start = Int(item) * stride
          for column in 0..<count { sums[column] += Double(weight) * Double(itemFactors.values[start + column]) }
        }
        for column in 0..<count { write(row, column, Float(sums[column])) }
      }
    }
  }

  func similar(to item: Int32, top: Int) -> [ScoredItem] { itemFactors.nearest(to: item, top: top) }

  func explain(_ user: Int32, _ item: Int32) -> Explanation {
    let terms = matrix.cells(ofRow: Int(user)).map { cell in
      let own = matrix.columns[cell]
      let product = itemFactors.product(row: Int(own), with: itemFactors, row: Int(item))
      return Explanation.Term(.item(own), Double(matrix.values[cell]) * Double(product))
    }
    return Explanation(score: terms.reduce(0) { $0 + $1.contribution }, terms: terms)
  }

  func store(in archive: inout ModelArchive) {
    archive.store("itemFactors", itemFactors)
    archive.store("factors", [itemFactors.columnCount])
    archive.store("notes", lines: notes)
  }

  init(_ model: PureSVD, _ interactions: Interactions, restoring archive: ModelArchive) throws(Diagnostic) {
    svd = model
    self.interactions = interactions
    matrix = model.weights.matrix(of: interactions)
    itemFactors = try archive.paddedMatrix(
      "itemFactors", rowCount: interactions.itemCount,
      columnCount: try archive.number("factors", in: 0...model.factors))
    notes = try archive.lines("notes")
  }
}

extension FittedPureSVD: FactorizedModel {
  var factorCount: Int { itemFactors.columnCount }

  func factor(_ index: Int, of side: FactorSide) -> [Float] {
    let items = (0..<itemCount).map { itemFactors.values[$0 * itemFactors.stride + index] }
    guard side == .users else { return items }
    return (0..<userCount).map { user in
      Float(
        zip(matrix.columns(ofRow: user), matrix.values(ofRow: user))
          .reduce(0.0) { $0 + Double($1.1) * Double(items[Int($1.0)]) })
    }
  }
}
