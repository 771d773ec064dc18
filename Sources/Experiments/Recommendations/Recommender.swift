public import Diagnostics
public import Recommenders
public import Tables

/// A fitted model and the ids it speaks in: what a session's model variable holds. A value, like the model.
public struct Recommender: Sendable {
  public let model: any FittedModel
  public let dataset: Dataset

  public init(_ model: any FittedModel, _ dataset: Dataset) {
    self.model = model
    self.dataset = dataset
  }

  /// Fits a model to a table of interactions.
  ///
  /// - Throws: what is wrong with the table, the parameters, or the data.
  public init(
    fitting kind: any Model.Type, _ arguments: [ParameterArgument] = [], to table: Table,
    roles: ColumnRoles = ColumnRoles(), duplicates: DuplicatePolicy = .sum, walk: Walk? = nil
  ) throws(Diagnostic) {
    let configured = try Models.configured(kind, arguments, weightsAreNamed: roles.weight != nil)
    var dataset = try Dataset(
      table, roles: roles, duplicates: duplicates, reading: configured.readsRows, times: configured.readsTimes)
    model = try dataset.fit(kind, arguments, walk: walk)
    self.dataset = dataset
  }

  /// The model after `count` more iterations.
  public func step(_ count: Int) throws(Diagnostic) -> Recommender { Recommender(try model.step(count), dataset) }

  /// What the data and the fit gave cause to say.
  public var notes: [String] { dataset.notes + model.notes }

  /// What about the fitted model will mislead, a sentence each.
  ///
  /// Besides what the model itself knows: scores that are all the same, and lists that are the same for everyone though
  /// the model claims to be personal. Of some users only.
  public func warnings() throws(Diagnostic) -> [String] {
    var warnings = model.notes
    let count = min(16, dataset.users.count)
    let users = (0..<count).map { Int32($0 * dataset.users.count / count) }
    guard dataset.items.count > 1, count > 1, !(model.model is Random) else { return warnings }
    // Mostly the first user's scores differ. That they do not may be so of this user alone.
    var isFlat = true
    for user in users where isFlat {
      let scores = try model.scores(for: user)
      isFlat = scores.allSatisfy { $0 == scores[0] }
    }
    if isFlat {
      let lists = try model.recommend(users, RecommendationRequest(top: 1))
      warnings.append(
        "every item has the same score for all of \(count) users looked at: "
          + (lists.items.isEmpty ? "their lists are empty" : "lists are in the order of the ids and mean nothing"))
    } else if !model.givesEveryoneTheSame {
      // Mostly the second user's list is another, and there is no need to score for the others.
      let first = try model.recommend([users[0]], RecommendationRequest(top: 10)).items(of: 0)
      var isAlike = !first.isEmpty
      for user in users.dropFirst() where isAlike {
        isAlike = try model.recommend([user], RecommendationRequest(top: 10)).items(of: 0) == first
      }
      if isAlike {
        warnings.append("all of \(count) users looked at get the same list: the model has learned nothing personal")
      }
    }
    return warnings
  }

  /// The parameters in force: `parameter, value`.
  public var parameters: Table {
    let settings = model.model.settings
    return Table([
      ("parameter", Column(settings.map(\.name))), ("value", Column(settings.map(\.value.text))),
    ])
  }

  /// A row an iteration: `iteration, loss, seconds` and what else the model measures.
  ///
  /// - Throws: a model without iterations.
  public func history() throws(Diagnostic) -> ResultTable {
    let history = model.history
    guard !history.iterations.isEmpty else { throw .noIterations(model.kind) }
    var columns: [(name: String, column: Column)] = [("iteration", Column(history.iterations.map(\.number)))]
    if history.iterations.contains(where: { $0.loss != nil }) {
      columns.append(("loss", Column(history.iterations.map(\.loss))))
    }
    columns.append(("seconds", Column(history.iterations.map(\.seconds))))
    for (place, name) in history.columns.enumerated() {
      columns.append((name, Column(history.iterations.map { $0.measured[place]?.finite })))
    }
    return ResultTable(Table(columns), notes: history.lossMeaning.isEmpty ? [] : ["loss: " + history.lossMeaning])
  }
}
