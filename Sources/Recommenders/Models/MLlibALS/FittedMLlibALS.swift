import Diagnostics
import LinearAlgebra

/// Factors of users and items that a server found; scores are their products.
struct FittedMLlibALS: ScoringModel {
  private let als: MLlibALS
  let interactions: Interactions
  let userFactors: PaddedMatrix
  let itemFactors: PaddedMatrix

  var model: any Model { als }
  var scoringBlock: Int { 256 }
  var scoringTile: Int { 512 }

  init(_ model: MLlibALS, _ interactions: Interactions, _ factors: EngineFactors) throws(Diagnostic) {
    als = model
    self.interactions = interactions
    let count = factors.factorCount
    guard factors.users.count == interactions.userCount * count, factors.items.count == interactions.itemCount * count
    else { throw .fault("factors that are not those of the data set") }
    func matrix(_ values: [Float]) throws(Diagnostic) -> PaddedMatrix {
      try PaddedMatrix(rowCount: values.count / max(1, count), columnCount: count) { rows, write in
        for row in rows { for column in 0..<count { write(row, column, values[row * count + column]) } }
      }
    }
    (userFactors, itemFactors) = (try matrix(factors.users), try matrix(factors.items))
  }

  var notes: [String] {
    let without = (0..<userCount).count { user in userFactors[user].allSatisfy { $0 == 0 } }
    return without == 0 ? [] : ["\(counted(without, "user")) without factors: all scores are 0"]
  }

  func writeScores(
    of users: ArraySlice<Int32>, for items: Range<Int>, into scores: inout MutableSpan<Float>
  ) throws(Diagnostic) {
    userFactors.writeProducts(ofRows: users, with: itemFactors, items, into: &scores)
  }

  func writeScores(of basket: Basket, into scores: inout MutableSpan<Float>) throws(Diagnostic) {
    throw .cannot(MLlibALS.name, "score a user whom it has not seen", instead: "iALS and EASE can")
  }

  func similar(to item: Int32, top: Int) -> [ScoredItem] { itemFactors.nearest(to: item, top: top) }

  /// The products of the coordinates.
  func explain(_ user: Int32, _ item: Int32) -> Explanation {
    let products = zip(userFactors[Int(user)], itemFactors[Int(item)]).map { Double($0) * Double($1) }
    let terms = products.enumerated().map { Explanation.Term(.part("factor \($0 + 1)"), $1) }
    return Explanation(score: products.reduce(0, +), terms: terms)
  }

  func predict(user: Int32?, item: Int32?) -> Double? {
    guard als.feedback == .explicit, let user, let item else { return nil }
    return Double(userFactors.product(row: Int(user), with: itemFactors, row: Int(item)))
  }

  func store(in archive: inout ModelArchive) {
    archive.store("userFactors", userFactors)
    archive.store("itemFactors", itemFactors)
    archive.store("factors", [itemFactors.columnCount])
  }

  init(_ model: MLlibALS, _ interactions: Interactions, restoring archive: ModelArchive) throws(Diagnostic) {
    als = model
    self.interactions = interactions
    let count = try archive.number("factors", in: 0...model.factors)
    userFactors = try archive.paddedMatrix("userFactors", rowCount: interactions.userCount, columnCount: count)
    itemFactors = try archive.paddedMatrix("itemFactors", rowCount: interactions.itemCount, columnCount: count)
  }
}

extension FittedMLlibALS: FactorizedModel {
  var factorCount: Int { itemFactors.columnCount }

  func factor(_ index: Int, of side: FactorSide) -> [Float] {
    let matrix = side == .users ? userFactors : itemFactors
    return (0..<matrix.rowCount).map { matrix.values[$0 * matrix.stride + index] }
  }
}
