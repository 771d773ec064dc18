import Diagnostics
import Experiments
import Query
import Recommenders
import Tables

private struct TuneOptions: VerbOptions {
  var rows = InteractionOptions()
  var on: Pipeline?
  var metric = "ndcg"
  var top = [10]
  var seen = SeenPolicy.keep
  var cold = Evaluation.ColdPolicy.zero
  var draws: Int?
  var folds: Int?
  var patience: Int?
  var startsWarm = false
  var seed = 0

  static let declared: [VerbOption<Self>] =
    InteractionOptions.declared.map { $0.within(\.rows) } + [
      .table("on", \.on, "the held-out interactions to score on"),
      .word("metric", \.metric, among: Metrics.all.map(\.name), "the metric that decides, see `?metrics`"),
      .integers(
        "top", \.top, in: 1...1_000_000,
        "the cutoff: how many items of each list count; of several cutoffs the first decides"),
      .word("seen", \.seen, "whether to recommend items that the user had"),
      .word("cold", \.cold, "how to count users without a list: score 0, or leave them out for all rows"),
      .integer("draws", \.draws, in: 1...100_000, "how many combinations to draw at random, instead of all"),
      .integer("folds", \.folds, in: 2...100, "how many parts of the table to hold out in turn, without `on`"),
      .integer("patience", \.patience, in: 1...100_000, "how many iterations without a better score end a fit"),
      .flag("warm_start", \.startsWarm, "whether each fit begins at the factors of the one before"),
      .integer("seed", \.seed, in: 0...Int(UInt32.max), "the seed of random combinations and of folds"),
    ]
}

extension NotebookVerb {
  static let tune = NotebookVerb(
    VerbDeclaration(
      "tune", summary: "fits a model with combinations of parameter values, and scores each",
      discussion: """
        A parameter with a list takes each value of the list. `log(0.001, 10)` and `uniform(0, 1)` are ranges: \
        `draws=50` draws 50 combinations, evenly in the logarithm or in the number, with three digits. `on` names the \
        table of held-out interactions. `folds=5` holds out each fifth of the rows in turn instead; the result then has \
        the mean over the folds and the standard deviation. With `patience=3` a fit ends after three iterations without \
        a better score on `on`, and the best number of iterations is a column. The result has one row per combination, \
        the best first, and a `fit` line to paste, complete with the columns and the model's seed.

        Fits share work: the primal form of EASE computes its Gram matrix once for all values of λ, PureSVD its \
        decomposition once for all `factors`, SLIM its weights once for all `neighbors`, and combinations that differ \
        only in the number of iterations continue one model. The model of each is that of a separate `fit`, bit for \
        bit; only PureSVD may differ in the last digits. With `warm_start=true`, each fit of ALS or iALS begins at the \
        factors of the combination before, so that few iterations do; its scores are then near those of a separate \
        `fit`. Ctrl-C ends the search and keeps the finished combinations.

        Choose on one table and measure on another: the best of many scores is too optimistic. `by=ndcg`, the older \
        form of `metric=ndcg`, works for models without a parameter `by`.
        """,
      arguments: .word(name: "model", choices: [], then: []), takesAnyOption: true,
      examples: [
        Example("train | tune EASE regularization=[1, 10, 100] on=test metric=ndcg", "three fits"),
        Example("train | tune iALS factors=[2, 4] alpha=[1, 10] iterations=2 on=test metric=recall top=5", "four"),
        Example("train | tune EASE regularization=log(0.1, 100) draws=4 folds=2", "four draws, two folds"),
        Example("train | tune iALS factors=[2, 3] iterations=20 on=test patience=2", "as many iterations as help"),
        Example(
          "train | tune iALS factors=4 regularization=[10, 1, 0.1] iterations=3 on=test warm_start=true", "a warm start"
        ),
        Example("train | tune TopPopular by=[users, rows] on=test", "a parameter called `by`"),
      ]), TuneOptions.self
  ) { (call, written, input, session) throws(Diagnostic) in
    let plan = try call.plan(input)
    let decider = try session.deciding(call, written)
    let arguments = try ModelArguments(
      call, written.rows, session, schema: plan.schema, trying: true, passingOver: decider.passed)
    guard !arguments.axes.isEmpty || written.patience != nil else {
      throw Diagnostic(
        "there is nothing to try", at: call.span,
        hint: "give a parameter a list: `tune \(arguments.kind.name) \(arguments.kind.triedExample) on=…`")
    }
    var search = ParameterSearch(arguments.kind, fixed: arguments.parameters, axes: arguments.axes)
    search.draws = written.draws
    search.seed = UInt32(clamping: written.seed)
    search.patience = written.patience
    search.startsWarm = written.startsWarm
    var options = RecommendationOptions(top: written.top.max() ?? 10)
    options.seen = written.seen
    var evaluation = Evaluation(metrics: [decider.metric])
    evaluation.cutoffs = written.top
    evaluation.cold = written.cold
    do throws(Diagnostic) {
      let parts = try session.parts(plan, arguments, written, &evaluation, at: call)
      let result = try search.run(on: parts, options, evaluation)
      let plan = session.noting(result)
      session.noteUnused(written, of: search.kind)
      let input = session.inputText.map { $0 + " | " } ?? ""
      let rows = call.text(ofOptions: InteractionOptions.declared.map(\.declaration.name))
      session.note("best: `\(input)\((["fit " + search.text(of: result.table)] + rows).joined(separator: " "))`")
      return .table(plan)
    } catch {
      throw error.located(at: call.span)
    }
  }
}

extension Session {
  /// The deciding metric, and the options that are not parameters of the model. `by` names a metric if the model has
  /// no parameter with that name.
  fileprivate func deciding(
    _ call: VerbCall, _ written: OptionValues<TuneOptions>
  ) throws(Diagnostic) -> (metric: Metric, passed: Set<String>) {
    if let by = call.options.first(where: { $0.name.name == "by" }), let name = call.wordArgument(0),
      try !Models.named(name.name, at: name.span).parameterDeclarations.contains(where: { $0.name == "by" }),
      case .expression(let expression) = by.value, case .name(let word) = expression.node
    {
      note("`by=\(word)` is the older way to write `metric=\(word)`")
      return (try Metrics.named(word, at: expression.span), ["by"])
    }
    return (try Metrics.named(written.metric, at: written.nameSpan(of: \.metric)), [])
  }

  /// The train and test parts: the table and `on`, or each fold against the others.
  fileprivate func parts(
    _ plan: Plan, _ arguments: ModelArguments, _ written: OptionValues<TuneOptions>, _ evaluation: inout Evaluation,
    at call: VerbCall
  ) throws(Diagnostic) -> [ParameterSearch.Part] {
    if let folds = written.folds {
      if written.on != nil || written.patience != nil {
        let other = written.on != nil ? "on" : "patience"
        throw Diagnostic(
          "`folds` and `\(other)` do not go together", at: written.nameSpan(of: \.folds),
          hint: "`folds=\(folds)` holds out parts of the table itself; `patience` looks at `on`")
      }
      return try folded(plan, arguments, folds, seed: UInt32(clamping: written.seed), &evaluation)
    }
    guard let held = try table(written.on) else {
      throw Diagnostic(
        "`tune` scores on held-out interactions", at: call.written.span,
        hint: "split them off first: `train, valid = train | split last n=1`, then `on=valid`; or `folds=5`")
    }
    let dataset = try dataset(plan, arguments)
    return [ParameterSearch.Part(train: dataset, heldOut: try heldOut(held, arguments, dataset, &evaluation))]
  }

  private func folded(
    _ plan: Plan, _ arguments: ModelArguments, _ folds: Int, seed: UInt32, _ evaluation: inout Evaluation
  ) throws(Diagnostic) -> [ParameterSearch.Part] {
    let table = try table(plan)
    var options = SplitOptions()
    options.n = folds
    options.seed = seed
    options.keepsTableOrder = true
    let rows = try Splits.named("folds").parts(of: table, options).rows
    var parts: [ParameterSearch.Part] = []
    for fold in rows.indices {
      let others = rows.indices.filter { $0 != fold }.flatMap { rows[$0] }.sorted()
      let train = try Dataset(
        gather(table, rows: others), roles: arguments.roles, duplicates: arguments.duplicates,
        reading: arguments.model.readsRows, times: arguments.times, features: arguments.features)
      let held = try heldOut(gather(table, rows: rows[fold]), arguments, train, &evaluation)
      parts.append(ParameterSearch.Part(train: train, heldOut: held))
    }
    return parts
  }

  /// Converts held-out rows for the metric.
  private func heldOut(
    _ held: Table, _ arguments: ModelArguments, _ dataset: Dataset, _ evaluation: inout Evaluation
  ) throws(Diagnostic) -> Table {
    evaluation.user = dataset.userColumn
    guard evaluation.metrics[0].needs == .ratings else {
      return try Dataset(held, roles: arguments.roles, duplicates: arguments.duplicates).heldOut()
    }
    evaluation.truth = try arguments.roles.weightColumn(in: held.schema)
    return held
  }
}

extension Session {
  /// Says that `seed` had nothing to draw, since a reader may take it for the model's own.
  fileprivate func noteUnused(_ written: OptionValues<TuneOptions>, of kind: any Model.Type) {
    guard written.has(\.seed), written.draws == nil, written.folds == nil else { return }
    let own = kind.seed.map { "; every \(kind.name) was fitted with its own seed, \($0)" } ?? ""
    note("`seed=\(written.seed)` changes nothing without `draws` or `folds`\(own)")
  }
}

extension VerbCall {
  /// Those of its options that were written, as they were written but on one line.
  fileprivate func text(ofOptions names: [String]) -> [String] {
    options.filter { names.contains($0.name.name) }.map { option in
      switch option.value {
      case .expression(let value): "\(option.name.name)=\(value.span.text)"
      case .table(let pipeline):
        pipeline.isName
          ? "\(option.name.name)=\(pipeline.span.text)" : "\(option.name.name)=(\(pipeline.span.text.onOneLine))"
      }
    }
  }
}

extension Pipeline {
  /// Whether it is the bare name of a table, which is written without parentheses.
  fileprivate var isName: Bool {
    if case .name = head { stages.isEmpty } else { false }
  }
}

extension String {
  /// The lines of a pipeline joined by spaces. A comment ends with its line, so a text with `#` stays as it is.
  fileprivate var onOneLine: String {
    guard contains(where: \.isNewline), !contains("#") else { return self }
    return split(whereSeparator: \.isNewline).map(\.trimmed).joined(separator: " ")
  }
}

extension Model {
  /// The seed of a model without arguments, as `fit` writes it; nil for a model without one.
  fileprivate static var seed: String? { parameterDeclarations.first { $0.name == "seed" }?.defaultText }

  /// An example of a parameter with several values, for a hint.
  fileprivate static var triedExample: String {
    let parameter = parameterDeclarations.first { if case .real = $0.domain { true } else { false } }
    return parameter.map { "\($0.name)=[\($0.defaultText), …]" } ?? "…=[…, …]"
  }
}

extension ParameterSearch {
  /// The arguments of `fit` for the first row: the model and its parameters. The seed of a model is among them, although
  /// it is the default, because the option `seed` of `tune` is another one.
  fileprivate func text(of table: Table) -> String {
    var tried = axes.enumerated().map { "\($1.name)=\(table.columns[$0][0])" }
    let found = patience == nil ? nil : kind.iterationsName
    if let found { tried.append("\(found)=\(table.column(found)?[0] ?? .null)") }
    let stays = fixed.filter { found == nil || $0.name != found }
      .map { ($0.name.map { $0 + "=" } ?? "") + $0.value.text }
    let seed = kind.seed.map { ["seed=\($0)"] } ?? []
    return ([kind.name] + tried + stays + seed).joined(separator: " ")
  }
}
