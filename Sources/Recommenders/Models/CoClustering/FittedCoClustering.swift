import Diagnostics
import Parallelism
import RandomNumbers

/// The clusters of users and items, and the mean ratings of the clusters.
struct FittedCoClustering: RatingModel, EpochModel {
  var coClustering: CoClustering
  let interactions: Interactions
  let ratings: Ratings
  let userMeans: [Double]
  let itemMeans: [Double]
  var userClusters: [Int]
  var itemClusters: [Int]
  var averages: ClusterAverages
  var history = History(lossMeaning: "RMSE on the training ratings")
  var wasInterrupted = false

  var model: any Model { coClustering }
  var scale: ClosedRange<Double> { coClustering.scale }

  var iterationLimit: Int {
    get { coClustering.epochs }
    set { coClustering.epochs = newValue }
  }

  /// The model before it has learned anything.
  init(_ model: CoClustering, _ interactions: consuming Interactions) throws(Diagnostic) {
    coClustering = model
    ratings = try interactions.becomeRatings()
    self.interactions = interactions
    (userClusters, itemClusters, averages) = ([], [], ClusterAverages())
    userMeans = ratings.userMeans(truncating: true)
    itemMeans = ratings.itemMeans(truncating: true)
  }

  init(startOf model: CoClustering, _ interactions: consuming Interactions) throws(Diagnostic) {
    try self.init(model, interactions)
    var random = RandomState(seed: UInt32(model.seed))
    userClusters = (0..<ratings.userCount).map { _ in random.integer(in: 0..<model.userClusters) }
    itemClusters = (0..<ratings.itemCount).map { _ in random.integer(in: 0..<model.itemClusters) }
    completeState()
  }

  mutating func visitState(_ state: inout StateVisitor) throws(Diagnostic) {
    try state.visit("userClusters", &userClusters, count: ratings.userCount, in: 0..<coClustering.userClusters)
    try state.visit("itemClusters", &itemClusters, count: ratings.itemCount, in: 0..<coClustering.itemClusters)
    // A file has no averages: `completeState` computes them from the assignments.
    if state.isBackup { try averages.visit(&state) }
  }

  mutating func completeState() {
    averages = ClusterAverages(ratings, userClusters, itemClusters, coClustering)
  }

  /// Reassigns all users, then all items, to the cluster of least squared error. Users do not depend on each other, nor
  /// do items, so both run in parallel.
  mutating func runEpoch(_ number: Int, of total: Int) throws(Diagnostic) -> Double {
    let (before, averages) = (self, averages)
    userClusters = try buildArray(count: ratings.userCount, grain: 256) { (users, clusters) in
      for user in users {
        clusters[user - users.lowerBound] = before.best(of: before.coClustering.userClusters) { cluster in
          before.squaredError(of: user, in: cluster)
        }
      }
    }
    let newUsers = userClusters
    itemClusters = try buildArray(count: ratings.itemCount, grain: 256) { (items, clusters) in
      for item in items {
        clusters[item - items.lowerBound] = before.best(of: before.coClustering.itemClusters) { cluster in
          before.ratings.ratings(ofItem: item).reduce(0.0) { sum, place in
            let user = Int(before.ratings.raters[place])
            let error =
              before.ratings.ratersValues[place].rounded(.towardZero)
              - before.value(averages, newUsers[user], cluster, user, item)
            return sum + error * error
          }
        }
      }
    }
    self.averages = ClusterAverages(ratings, userClusters, itemClusters, coClustering)
    return try trainingError()
  }

  /// The squared error of a user's ratings if the user were in that cluster.
  private func squaredError(of user: Int, in cluster: Int) -> Double {
    ratings.ratings(ofUser: user).reduce(0.0) { sum, place in
      let item = Int(ratings.items[place])
      let error =
        ratings.values[place].rounded(.towardZero) - value(averages, cluster, itemClusters[item], user, item)
      return sum + error * error
    }
  }

  /// The cluster with the least error; of equal ones, the first.
  private func best(of clusters: Int, error: (Int) -> Double) -> Int {
    var (best, least) = (0, Double.infinity)
    for cluster in 0..<clusters {
      let found = error(cluster)
      if found < least { (best, least) = (cluster, found) }
    }
    return best
  }

  private func value(
    _ averages: ClusterAverages, _ userCluster: Int, _ itemCluster: Int, _ user: Int, _ item: Int
  ) -> Double {
    averages.crossings[userCluster * coClustering.itemClusters + itemCluster] + userMeans[user]
      - averages.users[userCluster] + itemMeans[item] - averages.items[itemCluster]
  }

  func estimate(user: Int?, item: Int?) -> Double {
    guard let user, let item else { return ratings.mean }
    return value(averages, userClusters[user], itemClusters[item], user, item)
  }

  func terms(user: Int?, item: Int?) -> [(name: String, value: Double)] {
    guard let user, let item else { return [] }
    let (ofUser, ofItem) = (userClusters[user], itemClusters[item])
    return [
      (
        "mean of co-cluster (user cluster \(ofUser), item cluster \(ofItem))",
        averages.crossings[ofUser * coClustering.itemClusters + ofItem]
      ),
      ("the user's mean minus the cluster's mean", userMeans[user] - averages.users[ofUser]),
      ("the item's mean minus the cluster's mean", itemMeans[item] - averages.items[ofItem]),
    ]
  }
}

extension FittedCoClustering {
  func showStart(_ seconds: Double, _ walk: Walk?) throws(Diagnostic) {
    guard let walk else { return }
    try show(
      "start", "cᵤ, cᵢ at random", corners: [crossings] + assignments,
      lookAt: "clusters have about equal sizes, co-clusters about equal means: they are still random", seconds, walk)
    let watch = Stopwatch()
    let errors = (0..<min(5, ratings.userCount)).map { user in
      (0..<coClustering.userClusters).map { squaredError(of: user, in: $0) }
    }
    try show(
      "one reassignment", "eᵤₖ = Σᵢ (rᵤᵢ − r̂ᵤᵢ)² with u in cluster k;  cᵤ = argminₖ eᵤₖ",
      corners: [
        StepReport.Corner("e", rowCount: ratings.userCount, columnCount: coClustering.userClusters) { errors[$0][$1] },
        StepReport.Corner("cᵤ before", count: ratings.userCount) { Double(userClusters[$0]) },
        StepReport.Corner("cᵤ after", count: ratings.userCount) { user in
          Double(best(of: coClustering.userClusters) { errors[user][$0] })
        },
      ], lookAt: "the user moves to the cluster with the smallest error in the row of e; clusters are numbered from 0",
      watch.seconds, walk)
  }

  func showEnd(_ walk: Walk?) throws(Diagnostic) {
    try show(
      "assignments", "r̂ᵤᵢ = C̄(cᵤ, cᵢ) + (μᵤ − C̄(cᵤ)) + (μᵢ − C̄(cᵢ))", corners: [crossings] + assignments,
      lookAt: "clusters differ in size, co-clusters in their mean", history.seconds, walk)
  }

  private func show(
    _ title: String, _ formula: String, corners: @autoclosure () -> [StepReport.Corner],
    lookAt: String, _ seconds: Double, _ walk: Walk?
  ) throws(Diagnostic) {
    guard let walk else { return }
    func sizes(_ clusters: [Int], _ count: Int) -> String {
      (0..<count).map { cluster in "\(clusters.count { $0 == cluster })" }.joined(separator: ", ")
    }
    try walk.show(
      StepReport(
        of: CoClustering.self, title, formula: formula,
        shapes: [
          "users per cluster: " + sizes(userClusters, coClustering.userClusters),
          "items per cluster: " + sizes(itemClusters, coClustering.itemClusters),
        ] + history.shapes, seconds: seconds, corners: corners(), lookAt: lookAt))
  }

  /// C̄(cᵤ, cᵢ).
  private var crossings: StepReport.Corner {
    StepReport.Corner("C̄", rowCount: coClustering.userClusters, columnCount: coClustering.itemClusters) {
      averages.crossings[$0 * coClustering.itemClusters + $1]
    }
  }

  private var assignments: [StepReport.Corner] {
    [
      StepReport.Corner("cᵤ", count: userClusters.count) { Double(userClusters[$0]) },
      StepReport.Corner("cᵢ", count: itemClusters.count) { Double(itemClusters[$0]) },
    ]
  }
}

/// The mean ratings of user clusters, item clusters and co-clusters, of ratings truncated to whole numbers.
struct ClusterAverages: Sendable {
  private(set) var users: [Double]
  private(set) var items: [Double]
  /// The mean rating of every co-cluster. Shape: user clusters × item clusters, row-major.
  private(set) var crossings: [Double]

  /// Without clusters.
  init() { (users, items, crossings) = ([], [], []) }

  init(_ ratings: Ratings, _ userClusters: [Int], _ itemClusters: [Int], _ model: CoClustering) {
    var sums = [Double](repeating: 0, count: model.userClusters * model.itemClusters)
    var counts = sums
    for user in 0..<ratings.userCount {
      let row = userClusters[user] * model.itemClusters
      for place in ratings.ratings(ofUser: user) {
        let crossing = row + itemClusters[Int(ratings.items[place])]
        sums[crossing] += ratings.values[place].rounded(.towardZero)
        counts[crossing] += 1
      }
    }
    func mean(_ crossings: some Sequence<Int>) -> Double {
      let (sum, count) = crossings.reduce((0.0, 0.0)) { ($0.0 + sums[$1], $0.1 + counts[$1]) }
      return count > 0 ? sum / count : ratings.mean
    }
    crossings = sums.indices.map { mean([$0]) }
    users = (0..<model.userClusters).map { row in mean((0..<model.itemClusters).map { row * model.itemClusters + $0 }) }
    items = (0..<model.itemClusters).map { column in
      mean((0..<model.userClusters).map { $0 * model.itemClusters + column })
    }
  }

  mutating func visit(_ state: inout StateVisitor) throws(Diagnostic) {
    try state.visit("averages/users", &users, count: users.count)
    try state.visit("averages/items", &items, count: items.count)
    try state.visit("averages/crossings", &crossings, count: crossings.count)
  }
}
