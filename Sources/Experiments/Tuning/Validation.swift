public import Diagnostics
import Parallelism
import RandomNumbers
public import Recommenders
public import Tables

/// Interactions held back from a fit, to see after every iteration how well the model does on them and on its own.
///
/// A model of ratings is measured by its RMSE where the held-out ratings differ, on every row; any other by NDCG@10 on
/// users it knows, at most 1,000 of them. Items a user had in train are left out of lists if none of them is held out.
public struct Validation: Sendable {
  /// What was left out, and how lists are made: worth a dim line.
  public let notes: [String]
  private let train: Dataset
  private let lists: HeldOutLists?
  private let ratings: HeldOutRatings

  /// - Throws: a table without users and items, or that shares none of them with `train`.
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

  /// For `IterationMeasurement.current`.
  public var measurement: IterationMeasurement {
    IterationMeasurement(columns: lists == nil ? ["train_rmse", "valid_rmse"] : ["train_ndcg@10", "valid_ndcg@10"]) {
      (model) throws(Diagnostic) in
      if let lists { return try lists.figures(of: Recommender(model, train)) }
      return [try HeldOutRatings(of: model.interactions).error(of: model), try ratings.error(of: model)]
    }
  }
}

/// Users and what they are held to.
private struct HeldOutLists: Sendable {
  /// `user_id, ids`: what is held out of each, and what each has in train.
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

  /// NDCG@10 on train, where a user's own items are what is asked for, and on the held-out ones.
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
    // The fit reports how far it is; this is a part of it.
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

  /// The ratings a model was fitted to.
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

  /// The root of the mean squared error; who or what the model does not know is predicted as such.
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
