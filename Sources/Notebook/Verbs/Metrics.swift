import Diagnostics
import Experiments
import Query
import Tables

/// What `metrics` and `compare` take alike.
private struct EvaluationOptions: VerbOptions {
  var top = [10]
  var truth: Identifier?
  var cold = Evaluation.ColdPolicy.zero
  var show: [Identifier]?
  var columns: [Identifier]?
  var dialect = MetricDialect.lectern
  var train: Pipeline?
  var labels: Pipeline?
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
    .table("labels", \.labels, "a table with a category for every item, for diversity"),
    .integer("seed", \.seed, in: 0...Int(UInt32.max), "the seed of the bootstrap"),
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
      ]), EvaluationOptions.self
  ) { (call, options, input, session) throws(Diagnostic) in
    let (table, evaluation) = try session.evaluation(options, of: call.plan(input))
    do throws(Diagnostic) {
      return .table(session.noting(try evaluation.metrics(of: table)))
    } catch {
      throw error.located(at: call.span)
    }
  }

  static let compare = NotebookVerb(
    VerbDeclaration(
      "compare", summary: "compares models: one row per metric and pair of models, with an interval and a test",
      discussion: """
        Takes what `metrics` takes. Models are compared user by user: the interval is a paired bootstrap's, `p` comes \
        from a permutation test, and `p_adjusted` corrects for the number of pairs (Holm). The test draws 2,000 ways to \
        swap users between two models, or 200 for each pair of models if that is more, so that the correction leaves \
        room; up to 11 users can be swapped in so few ways that all are tried, and p is exact.
        """,
      examples: [
        Example(
          "test | group_by user_id agg ids = unique(product_id) | recommend tp, ease top=10 | compare",
          "is the difference more than chance?")
      ]), EvaluationOptions.self
  ) { (call, options, input, session) throws(Diagnostic) in
    let (table, evaluation) = try session.evaluation(options, of: call.plan(input))
    do throws(Diagnostic) {
      return .table(session.noting(try evaluation.comparison(of: table)))
    } catch {
      throw error.located(at: call.span)
    }
  }
}

extension Session {
  /// The table to measure, and what to measure of it.
  fileprivate func evaluation(
    _ options: OptionValues<EvaluationOptions>, of plan: Plan
  ) throws(Diagnostic) -> (Table, Evaluation) {
    var evaluation = Evaluation()
    if let names = options.show {
      evaluation.metrics = try names.map { (name) throws(Diagnostic) in try Metrics.named(name.name, at: name.span) }
    }
    for column in (options.columns ?? []) + [options.truth].compactMap(\.self) {
      _ = try plan.schema.requireIndex(of: column.name, in: inputName, at: column.span)
    }
    evaluation.columns = options.columns?.map(\.name)
    evaluation.cutoffs = options.top
    if let truth = options.truth { evaluation.truth = truth.name }
    evaluation.cold = options.cold
    evaluation.dialect = options.dialect
    evaluation.seed = UInt64(options.seed)
    if let train = try table(options.train) { evaluation.train = try Dataset(train) }
    if let labels = try table(options.labels) { evaluation.labels = try ItemLabels(labels) }
    return (try table(plan), evaluation)
  }
}
