import Diagnostics
import Experiments
import Query
import Recommenders
import Tables

// Models of tables that lie on an engine. Most models read how often a user had an item, not when: then the engine
// counts, and only the counts come here. Models that read single rows or times get all rows.

extension Session {
  /// Makes a data set from a remote table, counted there if the model allows it.
  func remoteDataset(_ plan: Plan, _ arguments: ModelArguments) throws(Diagnostic) -> Dataset {
    let engine = plan.engine?.name ?? ""
    let reading = arguments.model.readsRows
    let counting = try CountedRows(
      plan.schema, roles: arguments.roles, duplicates: arguments.duplicates, reading: reading,
      times: arguments.times, exact: !(arguments.model is any EngineModel))
    guard let counting else {
      let rows = try fetched(plan)
      note("\(engine): \(counted(rows.rowCount, "row")) came here, since \(arguments.kind.name) reads rows")
      return try Dataset(
        rows, roles: arguments.roles, duplicates: arguments.duplicates, reading: reading, times: arguments.times,
        features: arguments.features)
    }
    let cells = try fetched(counting.plan(over: plan))
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

  /// The rows of a plan, without the engine's own words on their number.
  private func fetched(_ plan: Plan) throws(Diagnostic) -> Table {
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

extension CountedRows {
  /// The plan of user numbers, item numbers and weights. Numbers are places in the ascending order of ids, as in a
  /// `Vocabulary`.
  fileprivate func numbered(over plan: Plan) throws(Diagnostic) -> Plan {
    var cells = try self.plan(over: plan)
    if case .sort(let groups, _) = cells { cells = groups }
    let known = isWeighted ? CountedRows.known : CountedRows.rows
    let isThere = BoundExpression(
      .binary(
        .greater, try .column(named: known, of: cells.schema), .constant(.integer(0), cells.schema.fields[2].type)),
      .bool)
    cells = .filter(cells, isThere)
    for name in [userColumn, itemColumn] {
      let column = try BoundExpression.column(named: name, of: cells.schema)
      cells = .filter(cells, BoundExpression(.nullTest(column, isNegated: true), .bool))
    }
    let weight = isWeighted ? (duplicates == .binary ? nil : CountedRows.weight) : CountedRows.rows
    let rating = try weight.map { (name) throws(Diagnostic) in try BoundExpression.column(named: name, of: cells.schema)
    }
    cells = .project(
      cells,
      try [userColumn, itemColumn].map { (name) throws(Diagnostic) in
        NamedExpression(name, try .column(named: name, of: cells.schema))
      } + [NamedExpression(CountedRows.weight, rating ?? .constant(.float(1), .f64))])
    for (place, name) in [userColumn, itemColumn].enumerated() {
      let id = NamedExpression(name, try .column(named: name, of: cells.schema))
      let ids = Plan.aggregate(cells, keys: [id], aggregates: [])
      let sorted = Plan.sort(ids, [BoundSortKey(try .column(named: name, of: ids.schema), isDescending: false)])
      let numbers = Plan.operation(sorted, NumberRows(input: ids.schema, column: "·number \(place)"))
      cells = .join(cells, numbers, JoinDescription(.inner, keys: [.init(left: place, right: 1)]))
    }
    return .project(
      cells,
      try ["·number 0", "·number 1", CountedRows.weight].map { (name) throws(Diagnostic) in
        NamedExpression(name, try .column(named: name, of: cells.schema))
      })
  }

  /// The plan that counts rows by user and item.
  fileprivate func plan(over plan: Plan) throws(Diagnostic) -> Plan {
    let schema = plan.schema
    var values = [NamedExpression(CountedRows.rows, try .call("len"))]
    if let name = weightColumn {
      var weight = try BoundExpression.column(named: name, of: schema)
      if weight.type.isFloat {
        // NaN is no weight.
        let none = BoundExpression.constant(.null, weight.type)
        weight = BoundExpression(
          .conditional(try .call("is_nan", weight), then: none, otherwise: weight), weight.type)
      }
      values.append(NamedExpression(CountedRows.known, try .call("count", weight)))
      if duplicates != .binary {
        values.append(
          NamedExpression(CountedRows.weight, try .call(duplicates == .max ? "max" : "sum", weight)))
      }
    }
    let keys = try [userColumn, itemColumn].map { (name) throws(Diagnostic) in
      NamedExpression(name, try .column(named: name, of: schema))
    }
    let groups = Plan.aggregate(plan, keys: keys, aggregates: values)
    // Sorted as vocabularies are, so that what comes is the same in every run.
    return .sort(
      groups,
      try keys.map { (key) throws(Diagnostic) in
        BoundSortKey(try .column(named: key.name, of: groups.schema), isDescending: false)
      })
  }
}
