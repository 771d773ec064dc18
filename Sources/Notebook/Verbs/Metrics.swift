import Diagnostics
import Experiments
import Query
import Tables

/// The options that `metrics` and `compare` share.
private struct EvaluationOptions: VerbOptions {
  var top = [10]
  var truth: Identifier?
  var cold = Evaluation.ColdPolicy.zero
  var show: [Identifier]?
  var columns: [Identifier]?
  var dialect = MetricDialect.lectern
  var train: Pipeline?
  var on: Pipeline?
  var labels: Pipeline?
  var by: Identifier?
  var log: String?
  var seed = 0

  static let declared: [VerbOption<Self>] = [
    .integers(
      "top", \.top, in: 1...1_000_000,
      "the cutoff: how many items of each list count; several: `top=[5, 10, 20]`"),
    .column("truth", \.truth, default: "ids", "the column of held-out items, or of ratings"),
    .word("cold", \.cold, "how to count users without a list: score 0, or leave them out for all models"),
    .columns("show", \.show, default: "[recall, precision]", "the metrics, see `?metrics`"),
    .columns("columns", \.columns, "the columns of lists; by default all `…_recs`"),
    .word("dialect", \.dialect, "which library's definition, if they differ"),
    .table("train", \.train, "the table the models were fitted to, for metrics that need it"),
    .table("on", \.on, "the held-out rows: warns if they are in `train`, or begin before its end"),
    .table("labels", \.labels, "a table with a category for every item, for diversity"),
    .column("by", \.by, "a column of users: a row for each of its values"),
    .text("log", \.log, "a file that the rows are added to, with parameters, data, and seconds of fit and lists"),
    .integer("seed", \.seed, in: 0...Int(UInt32.max), "the seed of the bootstrap"),
  ]
}

/// Further options of `metrics`.
private struct MetricsOptions: VerbOptions {
  var evaluation = EvaluationOptions()
  var intervals = true

  static let declared: [VerbOption<Self>] =
    EvaluationOptions.declared.map { $0.within(\.evaluation) } + [
      .flag("intervals", \.intervals, "whether to compute intervals, which takes longer")
    ]
}

/// Further options of `compare`.
private struct ComparisonOptions: VerbOptions {
  var evaluation = EvaluationOptions()
  var test = DifferenceTest.permutation

  static let declared: [VerbOption<Self>] =
    EvaluationOptions.declared.map { $0.within(\.evaluation) } + [
      .word("test", \.test, "what `p` comes from")
    ]
}

extension NotebookVerb {
  static let metrics = NotebookVerb(
    VerbDeclaration(
      "metrics", summary: "measures recommendations: one row per model, each value with half the width of its interval",
      discussion: """
        Takes the table that `recommend` made of a table of users: a column of held-out items (`ids`) and a column of \
        lists per model. All models are scored on the same users: a user without a list scores 0, or with `cold=skip` \
        is left out for all models. The interval is a 95 % bootstrap interval over users. A held-out item counts once, \
        even if it is repeated in `ids`; `dialect=rectools` counts rows instead. An item that is repeated in a list is \
        one hit, at its first rank, and a null is a miss; both take one of the k places. Metrics of the items \
        themselves skip nulls and count repeated items.
        """,
      examples: [
        Example(
          "test | group_by user_id agg ids = unique(product_id) | recommend tp, ease top=10 | metrics",
          "recall and precision at 10"),
        Example(
          "test | group_by user_id agg ids = unique(product_id) | recommend tp top=5 | metrics top=5 show=[ndcg, map]",
          "two others at 5"),
        Example(
          "test | group_by user_id agg ids = unique(product_id) | with is_new = user_id >= 500 | recommend tp, ease | metrics by=is_new",
          "users of two kinds apart"),
      ]), MetricsOptions.self
  ) { (call, options, input, session) throws(Diagnostic) in
    var (table, evaluation) = try session.evaluation(options.values.evaluation, of: call.plan(input), at: call)
    evaluation.hasIntervals = options.intervals
    let result: ResultTable
    do throws(Diagnostic) { result = try evaluation.metrics(of: table) } catch { throw error.located(at: call.span) }
    if let path = options.evaluation.log {
      let segment = evaluation.by.map(evaluation.segmentName)
      try session.log(metrics: result.table, by: segment, call, path, at: options.span(of: \.evaluation.log))
    }
    return .table(session.noting(result))
  }

  static let compare = NotebookVerb(
    VerbDeclaration(
      "compare", summary: "compares models: one row per metric and pair of models, with an interval and a test",
      discussion: """
        Takes what `metrics` takes. Models are compared user by user: the interval is a paired bootstrap's, `p` comes \
        from a test, and `p_adjusted` corrects it for the number of rows with the same metric (Holm). \
        `test=permutation` swaps users between the two models, and is exact for up to 11 users; `test=bootstrap` draws \
        users with replacement; `test=wilcoxon` ranks the differences of users, so that a few large ones decide less. \
        The first two draw 2,000 times, or 200 times for each pair of models if that is more, so that the correction \
        leaves room. Sentences sum up the result. A warning is given if there are few users, if the models were \
        fitted on all held-out rows, or, with `train=` and `on=`, if rows are in both or train goes on after the test \
        began.
        """,
      examples: [
        Example(
          "test | group_by user_id agg ids = unique(product_id) | recommend tp, ease top=10 | compare",
          "is the difference more than chance?"),
        Example(
          "test | group_by user_id agg ids = unique(product_id) | recommend tp, ease | compare test=wilcoxon train=train on=test",
          "ranks of users, and whether train and test are apart"),
      ]), ComparisonOptions.self
  ) { (call, options, input, session) throws(Diagnostic) in
    var (table, evaluation) = try session.evaluation(options.values.evaluation, of: call.plan(input), at: call)
    evaluation.test = options.test
    let result: ResultTable
    do throws(Diagnostic) { result = try evaluation.comparison(of: table) } catch { throw error.located(at: call.span) }
    if let path = options.evaluation.log {
      let segment = evaluation.by.map(evaluation.segmentName)
      try session.log(comparison: result.table, by: segment, call, path, at: options.span(of: \.evaluation.log))
    }
    return .table(session.noting(result))
  }
}

extension Session {
  /// Reads the table to measure, and the options for it.
  fileprivate func evaluation(
    _ options: EvaluationOptions, of plan: Plan, at call: VerbCall
  ) throws(Diagnostic) -> (Table, Evaluation) {
    var evaluation = Evaluation()
    if let names = options.show {
      evaluation.metrics = try names.map { (name) throws(Diagnostic) in try Metrics.named(name.name, at: name.span) }
    }
    for column in (options.columns ?? []) + [options.truth, options.by].compactMap(\.self) {
      _ = try plan.schema.requireIndex(of: column.name, in: inputName, at: column.span)
    }
    evaluation.columns = options.columns?.map(\.name)
    evaluation.cutoffs = options.top
    if let truth = options.truth { evaluation.truth = truth.name }
    evaluation.cold = options.cold
    evaluation.dialect = options.dialect
    evaluation.seed = UInt64(options.seed)
    evaluation.by = options.by?.name
    let train = try table(options.train)
    if let train { evaluation.train = try Dataset(train) }
    if let labels = try table(options.labels) { evaluation.labels = try ItemLabels(labels) }
    let table = try table(plan)
    evaluation.learned = learned(by: options.columns?.map(\.name) ?? table.schema.names)
    if let on = try self.table(options.on) {
      guard let train else {
        throw Diagnostic(
          "`on` is checked against `train`, which is not given", at: call.span, hint: "`train=train on=test`")
      }
      do throws(Diagnostic) { notes += try Leakage.notes(train: train, test: on) } catch {
        throw error.located(at: call.span)
      }
    }
    return (table, evaluation)
  }

  /// The train data of the first model whose variable has the name of a list column.
  private func learned(by columns: [String]) -> Dataset? {
    for name in columns where name.hasSuffix(NamedRecommender.listSuffix) {
      if case .model(let model)? = value(named: String(name.dropLast(NamedRecommender.listSuffix.count))) {
        return model.dataset
      }
    }
    return nil
  }
}
