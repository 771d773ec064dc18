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
      warnings.append(
        "every item has the same score for all of \(count) users looked at: "
          + "lists are in the order of the ids and mean nothing")
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

/// What is wanted of recommendations, in ids.
public struct RecommendationOptions: Sendable {
  public var top: Int
  public var seen: SeenPolicy
  /// Only these items, if given.
  public var only: [Value]?
  /// None of these.
  public var except: [Value]

  public init(top: Int = 10, seen: SeenPolicy = .keep, only: [Value]? = nil, except: [Value] = []) {
    self.top = top
    self.seen = seen
    self.only = only
    self.except = except
  }

  /// The request in a dataset's indices, and how many ids of `only` and `except` it does not know.
  ///
  /// - Throws: `top` below 1, ids of another kind, `only` without a single known id.
  func request(in dataset: Dataset) throws(Diagnostic) -> (request: RecommendationRequest, notes: [String]) {
    guard top >= 1 else { throw .badTop(top) }
    var notes: [String] = []
    var request = RecommendationRequest(top: top, seen: seen)
    if let only {
      let known = try known(only, "only", in: dataset, &notes)
      guard !known.isEmpty else { throw .noKnownItem(in: "only", dataset.items) }
      request.only = ItemSet(known, itemCount: dataset.items.count)
    }
    if !except.isEmpty {
      request.except = ItemSet(try known(except, "except", in: dataset, &notes), itemCount: dataset.items.count)
    }
    return (request, notes)
  }

  private func known(
    _ ids: [Value], _ option: String, in dataset: Dataset, _ notes: inout [String]
  ) throws(Diagnostic) -> [Int32] {
    var known: [Int32] = []
    for id in ids { if let item = try dataset.items.index(of: id) { known.append(item) } }
    if known.count < ids.count {
      notes.append("\(counted(ids.count - known.count, "id")) of `\(option)` not in train")
    }
    return known
  }
}
