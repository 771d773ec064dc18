import Diagnostics
import Parallelism

/// A fitted model that predicts ratings; it recommends the items with the highest predicted ratings.
protocol RatingModel: ScoringModel {
  var ratings: Ratings { get }
  /// Predictions are clipped to this range.
  var scale: ClosedRange<Double> { get }

  /// The terms whose sum is the prediction; `nil` stands for a user or item without ratings. If there are no terms, the
  /// prediction is the mean of all ratings.
  func terms(user: Int?, item: Int?) -> [(name: String, value: Double)]

  /// The sum of the terms, in their order. A model whose terms are costly computes it directly.
  func estimate(user: Int?, item: Int?) -> Double
}

extension RatingModel {
  func estimate(user: Int?, item: Int?) -> Double {
    let terms = terms(user: user, item: item)
    return terms.isEmpty ? ratings.mean : terms.dropFirst().reduce(terms[0].value) { $0 + $1.value }
  }

  func predict(user: Int32?, item: Int32?) -> Double? {
    let estimate = estimate(user: ratings.number(ofUser: user), item: ratings.number(ofItem: item))
    return max(scale.lowerBound, min(scale.upperBound, estimate))
  }

  func writeScores(of users: ArraySlice<Int32>, for items: Range<Int>, into scores: inout MutableSpan<Float>) {
    var place = 0
    for user in users {
      let number = ratings.number(ofUser: user)
      for item in items {
        scores[place] = Float(estimate(user: number, item: ratings.number(ofItem: Int32(item))))
        place += 1
      }
    }
  }

  /// A new user is scored as a user without ratings: by the terms of the items alone.
  func writeScores(of basket: Basket, into scores: inout MutableSpan<Float>) {
    for item in 0..<itemCount {
      scores[item] = Float(estimate(user: nil, item: ratings.number(ofItem: Int32(item))))
    }
  }

  func explain(_ user: Int32, _ item: Int32) -> Explanation {
    let (user, item) = (ratings.number(ofUser: user), ratings.number(ofItem: item))
    let terms = terms(user: user, item: item)
    let shown = terms.isEmpty ? [("mean of all ratings", ratings.mean)] : terms
    return Explanation(
      score: estimate(user: user, item: item), terms: shown.map { Explanation.Term(.part($0.0), $0.1) })
  }

  /// The RMSE on the training ratings.
  func trainingError() throws(Diagnostic) -> Double {
    let squares = try mapChunks(of: ratings.userCount, grain: 256) { (users) -> Double in
      var sum = 0.0
      for user in users {
        for place in ratings.ratings(ofUser: user) {
          let error = ratings.values[place] - estimate(user: user, item: Int(ratings.items[place]))
          sum += error * error
        }
      }
      return sum
    }
    return rootMeanSquare(squares.reduce(0, +), ratings.count)
  }

  var notes: [String] {
    (interactions.hasEqualRatings ? ["all ratings are equal: there is nothing to learn but that number"] : [])
      + scaleNotes(ratings.values)
  }
}

extension FittedModel {
  /// A note if ratings lie outside the range to which predictions are clipped.
  func scaleNotes(_ ratings: RatingValues) -> [String] {
    for parameter in type(of: model).parameterDeclarations {
      guard case .interval = parameter.domain,
        case .numbers(let ends)? = model.settings.first(where: { $0.name == parameter.name })?.value
      else { continue }
      guard let bounds = ratings.bounds, bounds.lowerBound < ends[0] || bounds.upperBound > ends[1] else { continue }
      let outside =
        ratings.stored.isEmpty ? ratings.count : ratings.stored.count { $0 < ends[0] || $0 > ends[1] }
      let (least, most) = (min(bounds.lowerBound, ends[0]), max(bounds.upperBound, ends[1]))
      let wanted = "\(parameter.name)=[\(numberText(least)), \(numberText(most))]"
      return [
        "\(counted(outside, "rating")) lie outside \(parameter.name)=[\(numberText(ends[0])), \(numberText(ends[1]))], "
          + "the range to which predictions are clipped; `\(wanted)` includes all"
      ]
    }
    return []
  }
}

/// The root mean square error (RMSE) from a sum of squared errors and their number.
func rootMeanSquare(_ squares: Double, _ count: Int) -> Double { (squares / Double(max(1, count))).squareRoot() }
