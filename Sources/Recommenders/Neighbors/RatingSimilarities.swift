import Diagnostics
import LinearAlgebra
import Parallelism

/// The similarities of one user (or item) to all others, computed on demand: a pass over the ratings of those that have
/// a common item (or user). There is no matrix of n² numbers.
///
/// - Complexity: O(Σ of |ratings of y| over the y of x) time for one row, in the terms of `RatingLists`.
/// - Source: formulas and order of summation as in Surprise's `similarities`.
struct RatingSimilarities: Sendable {
  /// The shrinkage of Pearson's correlation around baselines.
  private static let shrinkage = 100.0

  let similarity: NeighborSimilarity
  private let lists: RatingLists
  /// The value of every rating that is compared: the rating itself, its difference from the baseline, or its weight.
  private let compared: RatingValues
  /// The same values in the order of `lists.ownOthers`.
  private let ownCompared: RatingValues
  private let baselines: RatingBaselines?
  private let weights: CellWeights?

  init(_ similarity: NeighborSimilarity, _ lists: RatingLists, _ baselines: RatingBaselines?) throws(Diagnostic) {
    self.similarity = similarity
    self.lists = lists
    self.baselines = baselines
    guard similarity == .tfidf || similarity == .bm25 else {
      weights = nil
      guard similarity == .pearsonBaseline, let baselines else {
        (ownCompared, compared) = (lists.ownValues, lists.values)
        return
      }
      ownCompared = try Self.distances(lists.ownStarts, lists.ownValues) { x, place in
        (baselines.mean + baselines.ofOthers[Int(lists.ownOthers[place])]) + baselines.own[x]
      }
      compared = try Self.distances(lists.starts, lists.values) { y, place in
        (baselines.mean + baselines.ofOthers[y]) + baselines.own[Int(lists.others[place])]
      }
      return
    }
    let matrix = SparseMatrix(
      rowCount: lists.count, columnCount: lists.starts.count - 1, offsets: lists.ownStarts, columns: lists.ownOthers,
      values: (0..<lists.ownValues.count).map { Float(lists.ownValues[$0]) })
    let weights = CellWeights(similarity, matrix)
    self.weights = weights
    let weighted = try weights.weighted(matrix).values
    var next = lists.starts
    var compared = [Double](repeating: 0, count: lists.others.count)
    for (place, y) in lists.ownOthers.enumerated() {
      compared[next[Int(y)]] = Double(weighted[place])
      next[Int(y)] += 1
    }
    ownCompared = RatingValues(weighted.map { Double($0) })
    self.compared = RatingValues(compared)
  }

  /// The differences between the values of every list and their baselines.
  private static func distances(
    _ starts: [Int], _ values: RatingValues, from baseline: @Sendable (_ list: Int, _ place: Int) -> Double
  ) throws(Diagnostic) -> RatingValues {
    RatingValues(
      try fillArray(count: values.count, of: Double.self) { (distances) throws(Diagnostic) in
        try forEachChunk(of: starts.count - 1, grain: 64) { (lists) in
          for list in lists {
            for place in starts[list]..<starts[list + 1] {
              distances.store(values[place] - baseline(list, place), at: place)
            }
          }
        }
      })
  }

  /// The values of the ratings of `profile` that are compared.
  private func compared(_ profile: RatingProfile) -> [Double] {
    if let x = profile.number { return Array(ownCompared[lists.ownStarts[x]..<lists.ownStarts[x + 1]]) }
    if let weights {
      return weights.weights(profile.others, profile.values.map { Float($0) }[...]).map(Double.init)
    }
    guard similarity == .pearsonBaseline, let baselines else { return Array(profile.values) }
    return zip(profile.others, profile.values).map { $1 - (baselines.mean + baselines.ofOthers[Int($0)]) }
  }

  /// Writes the similarities of `profile` to all users (or items); that to itself is 1.
  func write(_ profile: RatingProfile, into row: inout [Double], _ sums: inout PairSums) {
    let compared = compared(profile)
    switch similarity {
    case .msd: add(profile, compared, &sums.products) { a, b in SIMD4(1, (a - b) * (a - b), 0, 0) }
    default: add(profile, compared, &sums.products) { a, b in SIMD4(1, a * b, a * a, b * b) }
    }
    if similarity == .pearson { add(profile, compared, &sums.singles) { a, b in SIMD2(a, b) } }
    for other in 0..<lists.count {
      row[other] = value(sums.products[other], similarity == .pearson ? sums.singles[other] : .zero)
    }
    if let own = profile.number { row[own] = 1 }
  }

  /// Scratch memory for sums over the common ratings of two users (or items): their number, then Σab, Σa² and Σb², or
  /// for `msd` Σ(a − b)². For `pearson` also Σa and Σb.
  struct PairSums: Sendable {
    fileprivate var products: [SIMD4<Double>]
    fileprivate var singles: [SIMD2<Double>]
  }

  func pairSums() -> PairSums {
    PairSums(
      products: [SIMD4<Double>](repeating: .zero, count: lists.count),
      singles: [SIMD2<Double>](repeating: .zero, count: similarity == .pearson ? lists.count : 0))
  }

  /// Adds up the terms of all pairs of ratings that `profile` has in common with each of the others.
  @inline(__always)
  private func add<Sums: SIMD & Sendable>(
    _ profile: RatingProfile, _ own: [Double], _ sums: inout [Sums], _ terms: (_ a: Double, _ b: Double) -> Sums
  ) where Sums.Scalar == Double {
    var sums = sums.mutableSpan
    for place in sums.indices { sums[place] = .zero }
    let (others, stored) = (lists.others.span, compared.stored.span)
    for (y, a) in zip(profile.others, own) {
      let places = lists.starts[Int(y)]..<lists.starts[Int(y) + 1]
      if stored.isEmpty {
        let added = terms(a, 1)
        for place in places { sums[Int(others[place])] += added }
      } else {
        for place in places { sums[Int(others[place])] += terms(a, stored[place]) }
      }
    }
  }

  private func value(_ sums: SIMD4<Double>, _ singles: SIMD2<Double>) -> Double {
    let n = sums[0]
    guard n > 0 else { return 0 }
    switch similarity {
    case .cosine:
      let length = (sums[2] * sums[3]).squareRoot()
      return length > 0 ? sums[1] / length : 0
    case .msd:
      return 1 / (sums[1] / n + 1)
    case .pearson:
      let (a, b) = (singles[0], singles[1])
      let length = ((n * sums[2] - a * a) * (n * sums[3] - b * b)).squareRoot()
      return length == 0 ? 0 : (n * sums[1] - a * b) / length
    case .pearsonBaseline:
      let length = (sums[2] * sums[3]).squareRoot()
      return n < 2 || length == 0 ? 0 : sums[1] / length * ((n - 1) / (n - 1 + Self.shrinkage))
    case .tfidf, .bm25:
      return sums[1]
    }
  }
}

/// μ and the biases of both sides, in the terms of `RatingLists`: `own` of x, `ofOthers` of y.
struct RatingBaselines: Sendable {
  let mean: Double
  let own: [Double]
  let ofOthers: [Double]
}
