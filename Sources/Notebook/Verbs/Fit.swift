import Diagnostics
import Display
import Experiments
import Parallelism
import Query
import Recommenders
import Tables

/// The option for held-out interactions that are measured after every iteration.
private struct StepOptions: VerbOptions {
  var valid: Pipeline?

  static let declared: [VerbOption<Self>] = [
    .table(
      "valid", \.valid, "held-out interactions; `history` then has the train and validation error of each iteration")
  ]
}

private struct FitOptions: VerbOptions {
  var rows = InteractionOptions()
  var step = StepOptions()
  var valid: Pipeline? { step.valid }

  static let declared: [VerbOption<Self>] =
    InteractionOptions.declared.map { $0.within(\.rows) } + StepOptions.declared.map { $0.within(\.step) }
}

extension NotebookVerb {
  static let fit = NotebookVerb(
    VerbDeclaration(
      "fit", summary: "fits a model to a table of interactions",
      discussion: """
        A row is a user, an item and, if there is such a column, a weight. `?models` lists the models; `?EASE` lists \
        the parameters of one. A long fit shows its progress. Ctrl-C stops it and keeps the model of the last finished \
        iteration.
        """,
      arguments: .word(name: "model", choices: [], then: ["[models]"]), takesAnyOption: true,
      examples: [
        Example("train | fit EASE regularization=500", "one parameter"),
        Example("train | fit iALS factors=8 iterations=2", "a model with iterations"),
        Example("train | fit Blend [PersonalTopPopular, TopPopular]", "a model of models"),
        Example(
          "train | fit EASE features=(products | select product_id, category_id)",
          "items of one category are near each other"),
      ]), FitOptions.self, givesModel: true
  ) { (call, options, input, session) throws(Diagnostic) in
    let plan = try call.plan(input)
    let arguments = try ModelArguments(call, options.rows, session, schema: plan.schema)
    if options.valid != nil, !arguments.kind.isIterative {
      throw Diagnostic(
        "\(arguments.kind.name) has no iterations to measure `valid` after", at: options.nameSpan(of: \.step.valid),
        hint: "leave it out; `recommend` and `metrics` measure the fitted model")
    }
    let valid = try session.table(options.valid)
    if let kind = arguments.model as? any EngineModel, plan.engine != nil {
      return .model(try session.fitted(kind, plan, arguments, at: call))
    }
    let isRemote = plan.engine != nil
    if isRemote, let model = try session.fittedToProducts(plan, arguments, at: call) { return .model(model) }
    if isRemote, let model = try session.fittedToTotals(plan, arguments, at: call) { return .model(model) }
    let isCounted = isRemote && (arguments.model is EASE || arguments.model is TopPopular)
    var dataset = try session.dataset(plan, arguments, fitsHere: isCounted)
    // Without measuring, no second reference to the data set may exist, so that the fit can free its rows.
    let measured = valid == nil ? nil : dataset
    // What is measured on `valid` after each iteration is part of these seconds.
    let start = ContinuousClock.now
    let fitted = try session.measuring(valid, arguments.model, arguments.roles, on: measured, at: call) {
      () throws(Diagnostic) in try dataset.fit(arguments.kind, arguments.parameters)
    }
    let model = Recommender(fitted, dataset, fitSeconds: (ContinuousClock.now - start) / .seconds(1))
    session.noteProgress(of: model)
    // An interrupted fit still has a model; computing its warnings must not be cancelled again.
    let cancellation = fitted.wasInterrupted ? Cancellation() : Cancellation.current
    let warnings = Cancellation.$current.withValue(cancellation) {
      Result { () throws(Diagnostic) in try model.warnings() }
    }
    for note in try warnings.get() { session.note(note) }
    return .model(model)
  }

  static let walk = NotebookVerb(
    VerbDeclaration(
      "walk",
      summary: "fits a model one named step at a time and shows the formula, the shapes and a corner of each matrix",
      discussion: "At a prompt it waits for Enter after each step. Elsewhere it does not wait.",
      arguments: .word(name: "model", choices: [], then: ["[models]"]),
      takesAnyOption: true,
      examples: [Example("train | walk EASE regularization=500", "the five steps of EASE")]),
    InteractionOptions.self, givesModel: true
  ) { (call, options, input, session) throws(Diagnostic) in
    let plan = try call.plan(input)
    let arguments = try ModelArguments(call, options.values, session, schema: plan.schema)
    guard !arguments.kind.steps.isEmpty else {
      let walkable = Models.all.filter { !$0.steps.isEmpty }.map { $0.name }
      throw Diagnostic(
        "\(arguments.kind.name) has no steps to walk through", at: call.span,
        hint: "these have: " + walkable.joined(separator: ", "))
    }
    var dataset = try session.dataset(plan, arguments)
    let shown = dataset
    let walk = Walk { (report) throws(Diagnostic) in
      session.emit(.text(try report.styledText(session.presentation, shown)))
      guard report.number < report.total, let wait = session.host.waitForEnter else { return }
      try session.waiting { () throws(Diagnostic) in try wait("Enter: step \(report.number + 1)") }
    }
    do throws(Diagnostic) {
      let (start, waited) = (ContinuousClock.now, session.waited)
      let fitted = try dataset.fit(arguments.kind, arguments.parameters, walk: walk)
      let seconds = (ContinuousClock.now - start) / .seconds(1) - (session.waited - waited)
      return .model(Recommender(fitted, dataset, fitSeconds: seconds))
    } catch {
      throw error.located(at: call.span)
    }
  }

  static let step = NotebookVerb(
    VerbDeclaration(
      "step", summary: "continues a fit for more iterations",
      discussion:
        "`fit … iterations=3 | step 5` equals `fit … iterations=8`, bit for bit. The model before `step` does not change.",
      arguments: .values(names: ["iterations"], required: 0),
      examples: [Example("train | fit iALS factors=8 iterations=1 | step 2", "three iterations")]),
    StepOptions.self, takes: [.model], givesModel: true, needsIterations: true
  ) { (call, options, input, session) throws(Diagnostic) in
    let model = try call.model(input)
    let done = model.model.history.iterations.count
    let count = try call.integerArgument(0, "iterations", in: 1...max(1, 100_000 - done), session) ?? 1
    let valid = try session.table(options.valid)
    let weight = model.dataset.weightColumn.flatMap { name in valid?.schema.index(of: name).map { _ in name } }
    let roles = ColumnRoles(user: model.dataset.userColumn, item: model.dataset.itemColumn, weight: weight)
    let stepped = try session.measuring(valid, model.model.model, roles, on: model.dataset, at: call) {
      () throws(Diagnostic) in try model.step(count)
    }
    session.noteProgress(of: stepped)
    return .model(stepped)
  }
}

extension Session {
  /// Runs a fit, and measures the model on held-out interactions (if any) after every iteration.
  fileprivate func measuring<Result>(
    _ valid: Table?, _ model: any Model, _ roles: ColumnRoles, on train: Dataset?, at call: VerbCall,
    _ fit: () throws(Diagnostic) -> Result
  ) throws(Diagnostic) -> Result {
    do throws(Diagnostic) {
      guard let valid, let train else { return try fit() }
      let validation = try Validation(valid, roles: roles, for: model, on: train)
      notes += validation.notes
      return try IterationMeasurement.$current.withValue(validation.measurement) {
        Swift.Result { () throws(Diagnostic) in try fit() }
      }.get()
    } catch {
      throw error.located(at: call.span)
    }
  }

  fileprivate func noteProgress(of model: Recommender) {
    guard model.model.wasInterrupted else { return }
    note("interrupted: the model is as of iteration \(model.model.history.iterations.count); `step` continues")
  }

  /// Makes a data set for a model from a table, with notes on dropped and merged rows. Only the columns for users,
  /// items, weights, times and baskets are read.
  ///
  /// - Parameter fitsHere: whether the counted pairs of a remote table are known to fit into memory.
  func dataset(_ plan: Plan, _ arguments: ModelArguments, fitsHere: Bool = false) throws(Diagnostic) -> Dataset {
    let names = try arguments.roles.columns(in: plan.schema)
    let columns = plan.columns.filter { names.contains($0.name) }
    let dataset: Dataset
    if plan.engine != nil {
      dataset = try remoteDataset(.project(plan, columns), arguments, fitsHere: fitsHere)
    } else {
      dataset = try Dataset(
        table(.project(plan, columns)), roles: arguments.roles, duplicates: arguments.duplicates,
        reading: arguments.model.readsRows, times: arguments.times, features: arguments.features)
    }
    notes += dataset.notes
    if let weight = arguments.roles.weight, !arguments.model.readsWeights {
      note("`weight=\(weight)` changes nothing: with these parameters \(arguments.kind.name) does not look at weights")
    }
    if let basket = arguments.roles.basket, arguments.times < .baskets {
      note("`basket=\(basket)` changes nothing: with these parameters \(arguments.kind.name) knows no baskets")
    }
    return dataset
  }
}
