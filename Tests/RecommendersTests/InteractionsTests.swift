import Diagnostics
import LinearAlgebra
import Recommenders
import Testing

@Suite struct InteractionsTests {
  private struct Row {
    var user: Int32
    var item: Int32
    var weight: Double
    var time: Int64
  }

  private func rows(seed: UInt64) -> [Row] {
    var state = seed &* 0x9e37_79b9_7f4a_7c15 | 1
    func next(_ bound: UInt64) -> UInt64 {
      state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      return (state >> 33) % bound
    }
    return (0..<80).map { _ in
      Row(user: Int32(next(7)), item: Int32(next(9)), weight: Double(next(6)), time: Int64(next(4)))
    }
  }

  @Test(arguments: DuplicatePolicy.allCases, [false, true])
  func mergingIsThatOfTheDefinition(policy: DuplicatePolicy, timed: Bool) throws {
    for seed in 0..<20 {
      let rows = rows(seed: UInt64(seed))
      let merged = try Interactions(
        users: rows.map(\.user), items: rows.map(\.item), weights: rows.map(\.weight),
        times: timed ? rows.map(\.time) : nil, userCount: 7, itemCount: 9, duplicates: policy)
      for user in Int32(0)..<7 {
        for item in Int32(0)..<9 {
          let same = rows.filter { $0.user == user && $0.item == item }
          let expected: Double? =
            switch policy {
            case .sum: same.reduce(0) { $0 + $1.weight }
            case .binary: 1
            case .max: same.map(\.weight).max()
            case .last:
              timed
                ? same.enumerated().max { ($0.element.time, $0.offset) < ($1.element.time, $1.offset) }?.element.weight
                : same.last?.weight
            }
          let found = merged.matrix.value(row: Int(user), column: item)
          #expect(found == (same.isEmpty ? nil : expected.map { Float($0) }))
          #expect(found == (try merged.transpose.value(row: Int(item), column: user)))
        }
      }
      #expect(merged.rowsPerItem() == (0..<9).map { item in rows.count { $0.item == item } })
      #expect(merged.rowCount == 80 && merged.repeatedRows == 80 - merged.cellCount)
    }
  }

  /// Rows without weights have their matrix made when it is asked for: from the rows, and from what a model of ratings
  /// has made of them. Both are the one that is made at once.
  @Test(arguments: ["SVD", "ALS", "MatrixFactorization"]) func theMatrixOfKeptRowsIsTheSame(model: String) throws {
    for seed in 0..<5 {
      let rows = rows(seed: UInt64(seed)) + rows(seed: UInt64(seed)).prefix(30)
      let (users, items) = (rows.map(\.user), rows.map(\.item))
      let merged = try Interactions(users: users, items: items, userCount: 8, itemCount: 9)
      let kept = try Interactions(users: users, items: items, userCount: 8, itemCount: 9, keepingRows: true)
      let fitted = try Models.fit(model, [ParameterArgument("factors", .integer(2))], on: kept).interactions
      #expect((fitted.rows == nil) == (model != "MatrixFactorization"), "there are two copies of the rows")
      for other in [kept, fitted] {
        #expect(other.cellCount == merged.cellCount && other.rowCount == merged.rowCount)
        try other.prepareMatrix()
        #expect(other.matrix.offsets == merged.matrix.offsets)
        #expect(other.matrix.columns == merged.matrix.columns)
        #expect(other.matrix.values == merged.matrix.values)
        #expect(other.rowsPerItem() == merged.rowsPerItem())
      }
      let again = try #require(fitted.keptRows)
      #expect(Set(zip(again.users, again.items).map { "\($0) \($1)" }).count == merged.cellCount)
    }
  }

  /// Neighbours' ratings come from the cells where rows without weights were not kept, and from the rows where weights
  /// say that each is 1: the numbers are the same.
  @Test(arguments: ["UserKNN", "ItemKNN"], ["msd", "cosine", "pearson", "pearson_baseline", "tfidf"])
  func ratingsOfCellsAreThoseOfTheirRows(model: String, similarity: String) throws {
    for (seed, centering) in ["none", "means", "zscore", "baseline"].enumerated() {
      let rows = (rows(seed: UInt64(seed)) + rows(seed: UInt64(seed)).prefix(30)).sorted {
        ($0.user, $0.item) < ($1.user, $1.item)
      }
      let (users, items) = (rows.map(\.user), rows.map(\.item))
      let ones = [Double](repeating: 1, count: rows.count)
      let cells = try Interactions(users: users, items: items, userCount: 8, itemCount: 9)
      let kept = try Interactions(
        users: users, items: items, weights: ones, userCount: 8, itemCount: 9, keepingRows: true)
      let fitted = try [cells, kept].map {
        try Models.fit(
          model,
          [
            ParameterArgument("similarity", .word(similarity)), ParameterArgument("centering", .word(centering)),
            ParameterArgument("neighbors", .integer(3)),
          ], on: $0)
      }
      for user in Int32(0)..<8 {
        for item in Int32(0)..<9 {
          let (mine, others) = (fitted[0].predict(user: user, item: item), fitted[1].predict(user: user, item: item))
          #expect(abs((mine ?? 0) - (others ?? 9)) < 1e-12, "user \(user), item \(item)")
        }
      }
    }
  }

  @Test func weightsThatAreNotNumbersAreRefused() {
    let error = #expect(throws: Diagnostic.self) {
      try Interactions(users: [0, 0], items: [0, 1], weights: [1, .nan], userCount: 1, itemCount: 2)
    }
    #expect(error?.message == "the weight in row 1 is nan")
    // They would be infinite as what models learn from, and a saved model would not be believed.
    let large = #expect(throws: Diagnostic.self) {
      try Interactions(users: [0, 0], items: [0, 1], weights: [1, 1e300], userCount: 1, itemCount: 2)
    }
    #expect(large?.message == "the weight in row 1 is 1e+300, and models learn from weights up to 3.4e38")
    let together = #expect(throws: Diagnostic.self) {
      try Interactions(users: [0, 0], items: [1, 1], weights: [3e38, 3e38], userCount: 1, itemCount: 2)
    }
    #expect(together?.message.contains("add up to more than 3.4e38") == true)
  }
}
