public import Diagnostics
import Parallelism
import RandomNumbers
public import Recommenders
public import Tables

/// Validation data: interactions that are not in train, on which a model is measured after every iteration, as it is on
/// train.
///
/// If the held-out ratings differ, a model of ratings is measured by its RMSE on all rows. Any other model is measured
/// by NDCG@10, on at most 1,000 users who are in train. Lists leave out seen items if no held-out item is a seen one.
public struct Validation: Sendable {
  /// Notes: the metric, the users left out, and whether seen items are dropped.
  public let notes: [String]
  private let train: Dataset
  private let lists: HeldOutLists?
  private let ratings: HeldOutRatings

  /// - Throws: a table without columns of users and items; users of whom none is in train.
  public init(
    _ table: Table, roles: ColumnRoles = ColumnRoles(), for model: any Model, on train: Dataset
  ) throws(Diagnostic) {
    let valid = try Dataset(table, roles: roles, duplicates: train.interactions.duplicates, reading: .always)
    self.train = train
    ratings = try HeldOutRatings(valid, train)
    if model.readsRows.keepsRows(weighted: true), !valid.interactions.hasEqualRatings {
      lists = nil
      notes = ["valid: RMSE of \(counted(ratings.count, "rating"))"]
      return
    }
    let lists = try HeldOutLists(valid, train)
    self.lists = lists
    notes = [lists.note]
  }

  /// The measurement for `IterationMeasurement.current`.
  public var measurement: IterationMeasurement {
    IterationMeasurement(columns: lists == nil ? ["train_rmse", "valid_rmse"] : ["train_ndcg@10", "valid_ndcg@10"]) {
      (model) throws(Diagnostic) in
      if let lists { return try lists.figures(of: Recommender(model, train)) }
      return [try HeldOutRatings(of: model.interactions).error(of: model), try ratings.error(of: model)]
    }
  }
}

/// The validation users, with their held-out items and their items in train.
private struct HeldOutLists: Sendable {
  /// Tables `user_id, ids` with the held-out items of each user, and with the items that each has in train.
  let valid: Table
  let train: Table
  let seen: SeenPolicy
  let note: String

  private static let mostUsers = 1000

  init(_ valid: Dataset, _ train: Dataset) throws(Diagnostic) {
    let heldOut = try valid.heldOut()
    let users = try train.users.indices(of: valid.users.ids)
    let items = try train.items.indices(of: valid.items.ids)
    var known = users.indices.filter { users[$0] >= 0 }
    guard !known.isEmpty else { throw .noCommonUsers(valid.users, train.users) }
    let unknown = users.count - known.count
    if known.count > Self.mostUsers {
      var random = RandomState(seed: 0)
      known = random.permutation(known.count).prefix(Self.mostUsers).map { known[Int($0)] }.sorted()
    }
    let repeats = known.count { place in
      let had = train.interactions.items(of: users[place])
      return valid.interactions.items(of: Int32(place)).contains { items[Int($0)] >= 0 && had.contains(items[Int($0)]) }
    }
    seen = repeats == 0 ? .drop : .keep
    self.valid = try gather(heldOut, rows: known.map { UInt32($0) })
    self.train = try gather(try train.heldOut(), rows: known.map { UInt32(users[$0]) })
    note =
      "valid: NDCG@10 of \(counted(known.count, "user")), seen items "
      + (repeats == 0 ? "dropped" : "kept: \(counted(repeats, "user")) had a held-out item before")
      + (unknown > 0 ? "; \(counted(unknown, "user")) not in train" : "")
  }

  /// NDCG@10 on train, where the items to find are the user's own, and on the held-out items.
  func figures(of recommender: Recommender) throws(Diagnostic) -> [Double] {
    [try figure(of: recommender, train, .keep), try figure(of: recommender, valid, seen)]
  }

  private func figure(
    of recommender: Recommender, _ users: Table, _ seen: SeenPolicy
  ) throws(Diagnostic) -> Double {
    var named = users
    if recommender.dataset.userColumn != users.schema[0].name {
      named = Table([(recommender.dataset.userColumn, users.columns[0]), ("ids", users.columns[1])])
    }
    let options = RecommendationOptions(top: 10, seen: seen)
    // The fit reports the progress; this is only a part of it.
    let lists = try Progress.$current.withValue(nil) {
      Swift.Result { () throws(Diagnostic) in
        try recommend(named, [NamedRecommender("model", recommender)], options)
      }
    }.get()
    return try Evaluation(metrics: [.ndcg]).figures(of: lists.table)[0]
  }
}

/// Rows of (user, item, rating) in a model's own indices.
private struct HeldOutRatings: Sendable {
  private let users: [Int32]
  private let items: [Int32]
  private let values: [Double]

  var count: Int { values.count }

  init(_ valid: Dataset, _ train: Dataset) throws(Diagnostic) {
    self.init(
      of: valid.interactions, users: try train.users.indices(of: valid.users.ids),
      items: try train.items.indices(of: valid.items.ids))
  }

  /// The ratings to which a model was fitted.
  init(of interactions: Interactions) {
    self.init(of: interactions, users: nil, items: nil)
  }

  private init(of interactions: Interactions, users: [Int32]?, items: [Int32]?) {
    if let rows = interactions.keptRows {
      self.users = users.map { users in rows.users.map { users[Int($0)] } } ?? rows.users
      self.items = items.map { items in rows.items.map { items[Int($0)] } } ?? rows.items
      values = rows.weights ?? [Double](repeating: 1, count: rows.count)
    } else {
      self.users = []
      self.items = []
      values = []
    }
  }

  /// The root mean square error. Unknown users and items are included; the model predicts them without that knowledge.
  func error(of model: any FittedModel) throws(Diagnostic) -> Double {
    let parts = try mapChunks(of: values.count, grain: 4096) { (rows) -> Double in
      rows.reduce(0.0) { sum, row in
        let predicted = model.predict(
          user: users[row] < 0 ? nil : users[row], item: items[row] < 0 ? nil : items[row])
        let error = (predicted ?? .nan) - values[row]
        return sum + error * error
      }
    }
    return (parts.reduce(0, +) / Double(values.count)).squareRoot()
  }
}
