import Diagnostics
import Experiments
import Query
import Recommenders
import Tables

// Models of tables that lie on an engine. Most models read how often a user had an item, not when: then the engine
// counts, and only the counts come here. Models that read single rows or times get all rows.

extension Session {
  /// Makes a data set from a remote table, counted there if the model allows it.
  ///
  /// - Parameter fitsHere: whether the counted pairs are known to fit into memory.
  func remoteDataset(_ plan: Plan, _ arguments: ModelArguments, fitsHere: Bool) throws(Diagnostic) -> Dataset {
    let engine = plan.engine?.name ?? ""
    let reading = arguments.model.readsRows
    let counting = try CountedRows(
      plan.schema, roles: arguments.roles, duplicates: arguments.duplicates, reading: reading,
      times: arguments.times, exact: !(arguments.model is any EngineModel))
    guard let counting else {
      try Tables.requireMemory(toRead: plan.schema.fields, rows: rowCount(of: plan))
      let rows = try fetched(plan)
      note("\(engine): \(counted(rows.rowCount, "row")) came here, since \(arguments.kind.name) reads rows")
      return try Dataset(
        rows, roles: arguments.roles, duplicates: arguments.duplicates, reading: reading, times: arguments.times,
        features: arguments.features)
    }
    let pairs = try counting.pairs(over: plan)
    if !fitsHere, let error = try tooLarge(pairs, of: plan) { throw error }
    let cells = try fetched(pairs)
    note("\(engine): rows are counted there, and \(counted(cells.rowCount, "pair")) of user and item came here")
    return try Dataset(cells, counting: counting, reading: reading, features: arguments.features)
  }

  /// Fits a model on the engine and fetches its factors.
  func fitted(
    _ model: any EngineModel, _ plan: Plan, _ arguments: ModelArguments, at call: VerbCall
  ) throws(Diagnostic) -> Recommender {
    guard let engine = plan.engine as? any FactorizingEngine, let als = model as? MLlibALS else {
      throw Diagnostic("\(plan.engine?.name ?? "this engine") fits no \(arguments.kind.name)", at: call.span)
    }
    let dataset = try dataset(plan, arguments)
    let counting = try CountedRows(
      plan.schema, roles: arguments.roles, duplicates: arguments.duplicates, reading: model.readsRows, times: .never,
      exact: false)
    guard let counting else {
      throw Diagnostic("\(arguments.kind.name) takes no `duplicates=last`", at: call.span, hint: "`duplicates=max`")
    }
    let ratings = try counting.numbered(over: plan)
    let settings = FactorizationSettings(
      factors: als.factors, iterations: als.passes, regularization: als.regularization, alpha: als.alpha,
      isImplicit: als.feedback == .implicit, seed: als.seed)
    do throws(Diagnostic) {
      let found = try engine.factorize(ratings, settings)
      let factors = EngineFactors(
        factorCount: als.factors, users: try found.users.factors(of: dataset.users.count, als.factors),
        items: try found.items.factors(of: dataset.items.count, als.factors))
      note(
        "\(engine.name): factors of \(counted(found.users.rowCount, "user")) and \(counted(found.items.rowCount, "item")) came here"
      )
      return Recommender(try model.fitted(dataset.interactions, factors), dataset)
    } catch { throw error.located(at: call.span) }
  }

  /// The error for pairs that do not fit into memory; nil if they do.
  func tooLarge(_ pairs: Plan, of plan: Plan) throws(Diagnostic) -> Diagnostic? {
    func refusal(_ count: Int) -> Diagnostic? {
      do throws(Diagnostic) {
        try Tables.requireMemory(toRead: pairs.schema.fields, rows: count)
        return nil
      } catch {
        var error = error
        error.hint = "`filter` some of its users or items first"
        return error
      }
    }
    // There are at most as many pairs as rows, which are counted sooner.
    guard try refusal(rowCount(of: plan)) != nil else { return nil }
    return refusal(try rowCount(of: pairs))
  }

  /// The rows of a plan, without the engine's own words on their number.
  func fetched(_ plan: Plan) throws(Diagnostic) -> Table {
    let (table, report) = try Query.execute(plan)
    notes += report.notes.filter { note in !notes.contains(note) && !note.contains("came here") }
    return table
  }
}

extension Table {
  /// Lists of factors by number, as rows of a matrix; zeros where there is none.
  fileprivate func factors(of count: Int, _ length: Int) throws(Diagnostic) -> [Float] {
    var values = [Float](repeating: 0, count: count * length)
    for row in 0..<rowCount {
      guard case .integer(let number) = columns[0][row], case .list(let list) = columns[1][row],
        let place = Int(exactly: number), 0..<count ~= place, list.count == length
      else { throw Diagnostic("the server sends factors that belong to no user and no item") }
      for (column, value) in list.enumerated() { values[place * length + column] = Float(value.number ?? 0) }
    }
    return values
  }
}
