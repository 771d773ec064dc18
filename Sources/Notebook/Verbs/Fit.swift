import Diagnostics
import Display
import Experiments
import Query
import Recommenders
import Tables

extension NotebookVerb {
  static let fit = NotebookVerb(
    VerbDeclaration(
      "fit", summary: "fits a model to a table of interactions",
      discussion: """
        A row is a user, an item and, if there is one, a weight. `?models` lists the models, `?EASE` the parameters of \
        one. Long fits show how far they are; Ctrl-C keeps the model as of the last finished iteration.
        """,
      arguments: .word(name: "model", choices: [], then: ["[models]"]), options: ModelArguments.dataOptions,
      takesAnyOption: true,
      examples: [
        Example("train | fit EASE regularization=500", "one parameter"),
        Example("train | fit iALS factors=8 iterations=2", "a model with iterations"),
        Example("train | fit Blend [PersonalTopPopular, TopPopular]", "a model of models"),
      ])
  ) { (call, input, session) throws(Diagnostic) in
    let plan = try call.plan(input)
    let arguments = try ModelArguments(call, session, schema: plan.schema)
    let dataset = try session.dataset(plan, arguments)
    let fitted: any FittedModel
    do throws(Diagnostic) {
      fitted = try Models.fit(arguments.kind, arguments.parameters, on: dataset.interactions)
    } catch {
      throw error.located(at: call.span)
    }
    if fitted.wasInterrupted {
      session.note("interrupted: the model is as of iteration \(fitted.history.iterations.count)")
    }
    for note in fitted.notes { session.note(note) }
    return .model(Recommender(fitted, dataset))
  }

  static let walk = NotebookVerb(
    VerbDeclaration(
      "walk", summary: "fits a model one named step at a time: formula, shapes, a corner of every matrix",
      discussion: "At a prompt it waits for Enter after each step; elsewhere it runs through.",
      arguments: .word(name: "model", choices: [], then: ["[models]"]), options: ModelArguments.dataOptions,
      takesAnyOption: true,
      examples: [Example("train | walk EASE regularization=500", "the five steps of EASE")])
  ) { (call, input, session) throws(Diagnostic) in
    let plan = try call.plan(input)
    let arguments = try ModelArguments(call, session, schema: plan.schema)
    guard !arguments.kind.steps.isEmpty else {
      let walkable = Models.all.filter { !$0.steps.isEmpty }.map { $0.name }
      throw Diagnostic(
        "\(arguments.kind.name) has no steps to walk through", at: call.span,
        hint: "these have: " + walkable.joined(separator: ", "))
    }
    let dataset = try session.dataset(plan, arguments)
    let walk = Walk { (report) throws(Diagnostic) in
      session.emit(.text(report.styledText(session.presentation)))
      guard report.number < report.total, let wait = session.host.waitForEnter else { return }
      try session.waiting { () throws(Diagnostic) in try wait("Enter: step \(report.number + 1)") }
    }
    do throws(Diagnostic) {
      let fitted = try Models.fit(arguments.kind, arguments.parameters, on: dataset.interactions, walk: walk)
      return .model(Recommender(fitted, dataset))
    } catch {
      throw error.located(at: call.span)
    }
  }

  static let step = NotebookVerb(
    VerbDeclaration(
      "step", summary: "the model after more iterations",
      discussion:
        "`fit … iterations=3 | step 5` is `fit … iterations=8`, bit for bit. The model before it stays as it was.",
      arguments: .values(names: ["iterations"], required: 0),
      examples: [Example("train | fit iALS factors=8 iterations=1 | step 2", "three iterations")])
  ) { (call, input, session) throws(Diagnostic) in
    let model = try call.model(input)
    let count = try OptionReader(call, session).integerArgument(0, "iterations", in: 1...1_000_000) ?? 1
    let stepped: any FittedModel
    do throws(Diagnostic) { stepped = try model.model.step(count) } catch { throw error.located(at: call.span) }
    if stepped.wasInterrupted {
      session.note("interrupted: the model is as of iteration \(stepped.history.iterations.count)")
    }
    return .model(Recommender(stepped, model.dataset))
  }
}

extension Session {
  /// The table as a data set for a model; what was dropped and merged becomes notes. Only the columns that say who,
  /// what, how much and when are read.
  func dataset(_ plan: Plan, _ arguments: ModelArguments) throws(Diagnostic) -> Dataset {
    let names = try arguments.roles.columns(in: plan.schema)
    let columns = plan.columns.filter { names.contains($0.name) }
    let table = try table(.project(plan, columns))
    let dataset = try Dataset(
      table, roles: arguments.roles, duplicates: arguments.duplicates, keepingRows: arguments.kind.readsRows)
    notes += dataset.notes
    return dataset
  }
}
