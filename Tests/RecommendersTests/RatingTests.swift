import Foundation
import RandomNumbers
import Recommenders
import Testing

/// Rating models against Surprise 1.1.5 on MovieLens 100k: `train_test_split(.25, random_state=0)` of the file's order.
@Suite struct RatingTests {
  private struct Split {
    var train: Interactions
    var test: [(user: Int32, item: Int32, rating: Double)]
  }

  private func split() throws -> Split {
    let rows = try MovieLens.rows()
    var random = RandomState(seed: 0)
    let order = random.permutation(rows.count)
    let trainCount = rows.count - rows.count / 4
    let train = order.prefix(trainCount).map { rows[$0] }
    return Split(
      train: try Interactions(
        users: train.map(\.user), items: train.map(\.item), weights: train.map(\.rating), userCount: 943,
        itemCount: 1682, duplicates: .last, keepingRows: true),
      test: order.dropFirst(trainCount).map { rows[$0] })
  }

  @Test(
    .enabled(if: MovieLens.isThere, "needs ../shared"),
    arguments: [
      ("SVD", [], 0.9466860806937948), ("SVDpp", [], 0.9281260497697809),
      ("SVD", [ParameterArgument("biased", .flag(false))], 0.9589342079478547),
      ("CoClustering", [], 0.9731259566701506), ("Baseline", [], 0.9533038243657881),
      ("SlopeOne", [], 0.9557300460413286), ("NMF", [], 0.9741480621459488),
    ] as [(String, [ParameterArgument], Double)])
  func rmseIsSurprises(name: String, arguments: [ParameterArgument], expected: Double) throws {
    let split = try split()
    let model = try Models.fit(name, arguments, on: split.train)
    let squares = split.test.map { row in
      let error = row.rating - (model.predict(user: row.user, item: row.item) ?? 0)
      return error * error
    }
    let found = (squares.reduce(0, +) / Double(squares.count)).squareRoot()
    #expect(abs(found - expected) < 1e-12)
  }

  @Test func ratingsOutsideTheScaleAreNoted() throws {
    let interactions = try Interactions(
      users: [0, 0, 1], items: [0, 1, 1], weights: [-2, 3, 7], userCount: 2, itemCount: 2, keepingRows: true)
    for (name, scale) in [("SVD", "scale=[1, 5]"), ("ALS", "clip=[1, 5]"), ("UserKNN", "")] {
      let notes = try Models.fit(name, on: interactions).notes
      #expect(notes.contains { $0.hasPrefix("2 ratings lie outside \(scale)") } == !scale.isEmpty)
      #expect(notes.contains { $0.contains("=[-2, 7]` includes all") } == !scale.isEmpty)
    }
  }

  @Test func allEqualRatingsAreNoted() throws {
    let board = try MadeUp.checkerboard(size: 8)
    for name in ["SVD", "CoClustering", "Baseline"] {
      #expect(
        try Models.fit(name, on: board).notes == ["all ratings are equal: there is nothing to learn but that number"])
    }
    #expect(try !Models.fit("MatrixFactorization", on: board).notes.isEmpty)
    #expect(try Models.fit("SVD", on: MadeUp.orders()).notes.isEmpty)
  }
}

/// Exact Adam against moving every weight at every step, one number at a time.
@Suite struct MatrixFactorizationTests {
  @Test func followsTheDenseTrajectory() throws {
    let interactions = try MadeUp.orders(rows: 300)
    let rows = try #require(interactions.rows)
    let start = try Models.fit(
      "MatrixFactorization", [.integer("epochs", 1), .real("learning_rate", 0), .integer("factors", 3)],
      on: interactions)
    let model = try Models.fit(
      "MatrixFactorization", [.integer("epochs", 2), .integer("factors", 3)], on: interactions)
    let stepped = try start.step(1)
    #expect(start.history.iterations.first?.loss == stepped.history.iterations.last?.loss, "a rate of 0 moves nothing")
    let losses = DenseAdam(interactions, rows, seed: 0, factors: 3).losses(epochs: 2, batch: 16)
    for (found, expected) in zip(model.history.iterations, losses) {
      #expect(abs((found.loss ?? 0) - expected) < 1e-5)
    }
  }
}

/// torch's Adam as its documentation writes it, in `Double`.
private struct DenseAdam {
  var weights: [Double] = []
  let interactions: Interactions
  let rows: InteractionRows
  let factors: Int

  init(_ interactions: Interactions, _ rows: InteractionRows, seed: UInt32, factors: Int) {
    self.interactions = interactions
    self.rows = rows
    self.factors = factors
    var random = MersenneTwister(seed: seed)
    for count in [
      interactions.userCount * factors, interactions.itemCount * factors, interactions.userCount,
      interactions.itemCount,
    ] { weights += random.torchNormal(count: count).map { Double($0) } }
    weights.append(0)
  }

  /// The RMSE of every epoch.
  func losses(epochs: Int, batch: Int) -> [Double] {
    var (w, losses, t) = (weights, [Double](), 0)
    var (m, v) = ([Double](repeating: 0, count: w.count), [Double](repeating: 0, count: w.count))
    let (userCount, itemCount) = (interactions.userCount, interactions.itemCount)
    let biases = (userCount + itemCount) * factors
    for _ in 0..<epochs {
      var (squares, seen) = (0.0, 0)
      for start in stride(from: 0, to: rows.count - batch, by: batch) {
        t += 1
        var g = w.map { 0.01 * $0 }
        for row in start..<start + batch {
          let (user, item) = (Int(rows.users[row]), Int(rows.items[row]))
          let (p, q) = (user * factors, (userCount + item) * factors)
          let (b, c) = (biases + user, biases + userCount + item)
          var error = w[b] + w[c] + w[w.count - 1] - (rows.weights?[row] ?? 1)
          for f in 0..<factors { error += w[p + f] * w[q + f] }
          squares += error * error
          seen += 1
          let slope = 2 * error / Double(batch)
          for f in 0..<factors {
            g[p + f] += slope * w[q + f]
            g[q + f] += slope * w[p + f]
          }
          for place in [b, c, w.count - 1] { g[place] += slope }
        }
        for place in w.indices {
          m[place] += 0.1 * (g[place] - m[place])
          v[place] = 0.999 * v[place] + 0.001 * g[place] * g[place]
          let (first, second) = (1 - pow(0.9, Double(t)), 1 - pow(0.999, Double(t)))
          w[place] -= 0.001 / first * m[place] / ((v[place] / second).squareRoot() + 1e-8)
        }
      }
      losses.append((squares / Double(seen)).squareRoot())
    }
    return losses
  }
}
