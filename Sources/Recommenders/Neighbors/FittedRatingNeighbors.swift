import Diagnostics
import LinearAlgebra
import Parallelism

/// A fitted model that predicts ratings from neighbors, and ranks by the predictions.
struct FittedRatingNeighbors: RatingModel {
  let model: any Model
  let interactions: Interactions
  let scale: ClosedRange<Double>
  let knn: RatingNeighbors

  var ratings: Ratings { knn.ratings }
  var scoringBlock: Int { 256 }

  func estimate(user: Int?, item: Int?) -> Double {
    guard let user, let item else { return knn.estimate(onlyKnowing: user, item) }
    var target = knn.target()
    return estimate(user: user, item: item, &target, isAimed: false)
  }

  private func estimate(user: Int, item: Int, _ target: inout RatingNeighbors.Target, isAimed: Bool) -> Double {
    if !isAimed { knn.aim(&target, at: knn.lists.profile(knn.ofUsers ? user : item)) }
    let other = knn.ofUsers ? item : user
    let (others, values) = knn.candidates(other)
    return knn.estimate(&target, other, others, values) ?? ratings.mean
  }

  func terms(user: Int?, item: Int?) -> [(name: String, value: Double)] {
    guard let user, let item else {
      return [("the prediction without neighbours (user or item unknown)", knn.estimate(onlyKnowing: user, item))]
    }
    let center = knn.center(knn.lists.profile(knn.ofUsers ? user : item), knn.ofUsers ? item : user)
    return [("the center", center), ("neighbours", estimate(user: user, item: item) - center)]
  }

  /// Groups the pairs by user (or by item), so that the similarities of one are computed once for all of its pairs.
  func predict(users: [Int32], items: [Int32]) throws(Diagnostic) -> [Double?] {
    let pairs = zip(users, items).map { (ratings.number(ofUser: $0), ratings.number(ofItem: $1)) }
    let known = pairs.indices.filter { pairs[$0].0 != nil && pairs[$0].1 != nil }
    func target(_ pair: Int) -> Int { (knn.ofUsers ? pairs[pair].0 : pairs[pair].1) ?? 0 }
    let order = known.sorted { (target($0), $0) < (target($1), $1) }
    let starts = order.indices.filter { $0 == 0 || target(order[$0]) != target(order[$0 - 1]) } + [order.count]
    let parts = try mapChunks(of: starts.count - 1, grain: 16) { (targets) -> [Double] in
      var scratch = knn.target()
      return targets.flatMap { number in
        order[starts[number]..<starts[number + 1]].enumerated().map { place, pair in
          estimate(user: pairs[pair].0 ?? 0, item: pairs[pair].1 ?? 0, &scratch, isAimed: place > 0)
        }
      }
    }
    var predictions = pairs.map { knn.estimate(onlyKnowing: $0.0, $0.1) }
    for (pair, estimate) in zip(order, parts.joined()) { predictions[pair] = estimate }
    return predictions.map { max(scale.lowerBound, min(scale.upperBound, $0)) }
  }

  func writeScores(of users: ArraySlice<Int32>, for items: Range<Int>, into scores: inout MutableSpan<Float>)
    throws(Diagnostic)
  {
    let userNumbers = users.map(ratings.number(ofUser:))
    let itemNumbers = items.map { ratings.number(ofItem: Int32($0)) }
    let cancellation = Cancellation.current
    var target = knn.target()
    func write(_ user: Int, _ item: Int, isAimed: Bool) {
      let (known, other) = (userNumbers[user], itemNumbers[item])
      scores[user * items.count + item] =
        if let known, let other {
          Float(estimate(user: known, item: other, &target, isAimed: isAimed))
        } else { Float(knn.estimate(onlyKnowing: known, other)) }
    }
    if knn.ofUsers {
      for user in userNumbers.indices {
        if let number = userNumbers[user] { knn.aim(&target, at: knn.lists.profile(number)) }
        for item in itemNumbers.indices {
          if item & 255 == 0 { try cancellation.check() }
          write(user, item, isAimed: true)
        }
      }
    } else {
      for item in itemNumbers.indices {
        try cancellation.check()
        if let number = itemNumbers[item] { knn.aim(&target, at: knn.lists.profile(number)) }
        for user in userNumbers.indices { write(user, item, isAimed: true) }
      }
    }
  }

  /// A new user is scored from the ratings in the basket as if they were in the training data, but with a bias of zero.
  func writeScores(of basket: Basket, into scores: inout MutableSpan<Float>) throws(Diagnostic) {
    let known = zip(basket.items, basket.weights).compactMap { item, weight in
      ratings.number(ofItem: item).map { (number: Int32($0), rating: Double(weight)) }
    }.sorted { $0.number < $1.number }
    let (others, values) = (known.map(\.number)[...], RatingValues(known.map(\.rating)))
    let cancellation = Cancellation.current
    var target = knn.target()
    if knn.ofUsers { knn.aim(&target, at: RatingProfile(number: nil, others: others, values: values[0..<known.count])) }
    for item in 0..<itemCount {
      try cancellation.check()
      guard let number = ratings.number(ofItem: Int32(item)), !known.isEmpty else {
        scores[item] = Float(knn.estimate(onlyKnowing: nil, ratings.number(ofItem: Int32(item))))
        continue
      }
      if !knn.ofUsers { knn.aim(&target, at: knn.lists.profile(number)) }
      let estimate =
        if knn.ofUsers {
          knn.estimate(&target, number, knn.candidates(number).others, knn.candidates(number).values)
        } else { knn.estimate(&target, nil, others, values) }
      scores[item] = Float(estimate ?? ratings.mean)
    }
  }

  func similar(to item: Int32, top: Int) throws(Diagnostic) -> [ScoredItem] {
    guard !knn.ofUsers else { throw .cannot(kind, "compare items", instead: "ItemKNN can") }
    guard let number = ratings.number(ofItem: item) else { return [] }
    let row = knn.similarities(of: knn.lists.profile(number))
    var selection = TopSelection(capacity: min(top, itemCount))
    for other in 0..<Int32(itemCount) where other != item {
      if let place = ratings.number(ofItem: other), row[place] > 0 { selection.offer(other, Float(row[place])) }
    }
    return selection.ranked()
  }

  /// If items are neighbors: one term for each of the user's items. If users are: one for all neighbors together.
  func explain(_ user: Int32, _ item: Int32) -> Explanation {
    let pair = (ratings.number(ofUser: user), ratings.number(ofItem: item))
    guard let userNumber = pair.0, let itemNumber = pair.1 else {
      let score = knn.estimate(onlyKnowing: pair.0, pair.1)
      return Explanation(
        score: score,
        terms: [Explanation.Term(.part("the prediction without neighbours (user or item unknown)"), score)])
    }
    let (own, other) = knn.ofUsers ? (userNumber, itemNumber) : (itemNumber, userNumber)
    var target = knn.target()
    knn.aim(&target, at: knn.lists.profile(own))
    let (others, values) = knn.candidates(other)
    guard let score = knn.estimate(&target, other, others, values) else {
      return Explanation(
        score: ratings.mean, terms: [Explanation.Term(.part("mean of all ratings: no neighbours"), ratings.mean)])
    }
    let contributions = knn.contributions(target, other, others, values)
    var terms: [Explanation.Term]
    if knn.ofUsers {
      let sum = contributions.reduce(0) { $0 + $1.value }
      terms = [Explanation.Term(.part("\(counted(contributions.count, "user")) like this one"), sum)]
    } else {
      let indices = ratings.itemIndices
      terms = contributions.map { Explanation.Term(.item(indices[Int(others[$0.place])]), $0.value) }
    }
    let center = knn.center(knn.lists.profile(own), other)
    if center != 0 { terms.append(Explanation.Term(.part("the center (mean or baseline)"), center)) }
    return Explanation(score: score, terms: terms)
  }
}
