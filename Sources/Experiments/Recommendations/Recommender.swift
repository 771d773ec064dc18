public import Diagnostics
public import Recommenders
public import Tables

/// A fitted model with the ids of its users and items: the value of a model variable in a session. Immutable, like the
/// model.
public struct Recommender: Sendable {
  public let model: any FittedModel
  public let dataset: Dataset
  /// How long it worked on this machine. Copies share it; a model from a file has none of its own fit.
  public let times: WorkingTimes

  /// - `fitSeconds`: the duration of the fit, if it is known.
  public init(_ model: any FittedModel, _ dataset: Dataset, fitSeconds: Double? = nil) {
    self.model = model
    self.dataset = dataset
    times = WorkingTimes(fitSeconds: fitSeconds)
  }

  /// Fits a model to a table of interactions.
  ///
  /// - Throws: errors in the table, the parameters, or the data; an interruption.
  public init(
    fitting kind: any Model.Type, _ arguments: [ParameterArgument] = [], to table: Table,
    roles: ColumnRoles = ColumnRoles(), duplicates: DuplicatePolicy = .sum, walk: Walk? = nil
  ) throws(Diagnostic) {
    let configured = try Models.configured(kind, arguments, weightsAreNamed: roles.weight != nil)
    var dataset = try Dataset(
      table, roles: roles, duplicates: duplicates, reading: configured.readsRows, times: configured.readsTimes)
    let start = ContinuousClock.now
    model = try dataset.fit(kind, arguments, walk: walk)
    times = WorkingTimes(fitSeconds: (ContinuousClock.now - start) / .seconds(1))
    self.dataset = dataset
  }

  /// The model after `count` more iterations. Its fit took the seconds of both parts.
  public func step(_ count: Int) throws(Diagnostic) -> Recommender {
    let start = ContinuousClock.now
    let stepped = try model.step(count)
    let seconds = (ContinuousClock.now - start) / .seconds(1)
    return Recommender(stepped, dataset, fitSeconds: times.fitSeconds.map { $0 + seconds })
  }

  /// The notes of the data set and of the fit.
  public var notes: [String] { dataset.notes + model.notes }

  /// Warnings about the fitted model, one sentence each.
  ///
  /// In addition to the model's own notes: all scores are equal, or all users get the same list although the model
  /// should be personal. It checks at most 16 users.
  public func warnings() throws(Diagnostic) -> [String] {
    var warnings = model.notes
    let count = min(16, dataset.users.count)
    let users = (0..<count).map { Int32($0 * dataset.users.count / count) }
    guard dataset.items.count > 1, count > 1, !(model.model is Random) else { return warnings }
    // Usually the scores of the first user differ, and the loop ends. Equal scores may concern this user alone.
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
      // Usually the second user's list differs, and the loop ends.
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

  /// The values of all parameters: `parameter, value`.
  public var parameters: Table {
    let settings = model.model.settings
    return Table([
      ("parameter", Column(settings.map(\.name))), ("value", Column(settings.map(\.value.text))),
    ])
  }

  /// One row per iteration: `iteration, loss, seconds` and the other measurements of the model.
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
