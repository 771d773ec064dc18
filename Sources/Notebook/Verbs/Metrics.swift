import Diagnostics
import Experiments
import Query
import Tables

extension NotebookVerb {
  /// What `metrics` and `compare` take alike.
  private static let evaluationOptions: [Option] = [
    Option("top", .integer(1...1_000_000), default: "10", "how many items of each list count"),
    Option("truth", .column, default: "ids", "the column of held-out items, or of ratings"),
    Option(
      "cold", .word(["zero", "skip"]), default: "zero", "users without a list: scored 0, or left out for every model"),
    Option("show", .columns, default: "[recall, precision]", "the metrics; `?metrics` lists them"),
    Option("columns", .columns, "the columns of lists; all `…_recs` if not said"),
    Option(
      "dialect", .word(MetricDialect.allCases.map(\.rawValue)), default: "lectern",
      "whose definition, where they differ"),
    Option("train", .table, "the table the models were fitted to, for metrics that look at it"),
    Option("labels", .table, "a table with a category for every item, for diversity"),
    Option("seed", .integer(0...Int(UInt32.max)), default: "0", "the seed of the bootstrap"),
  ]

  static let metrics = NotebookVerb(
    VerbDeclaration(
      "metrics", summary: "how good recommendations were: a row a model, each number with half its interval",
      discussion: """
        Works on what `recommend` made of a table of users: a column of what was held out (`ids`) and a column of lists \
        a model. Every model is scored on the same users: one without a list counts 0, or with `cold=skip` is left out \
        for all models alike. The interval is a 95 % bootstrap over users. \
        Held-out items count once, however often they stand in `ids`; with `dialect=rectools`, which counts rows, as \
        often as there. In a list an item that stands twice is one hit, where it stands first, and a null is a miss: \
        both take up a place of the k. Metrics of the items themselves leave nulls out and take an item as often as it \
        stands.
        """,
      options: evaluationOptions,
      examples: [
        Example(
          "test | group_by user_id agg ids = unique(product_id) | recommend tp, ease top=10 | metrics",
          "recall and precision at 10"),
        Example(
          "test | group_by user_id agg ids = unique(product_id) | recommend tp top=5 | metrics top=5 show=[ndcg, map]",
          "two others at 5"),
      ])
  ) { (call, input, session) throws(Diagnostic) in
    let (table, evaluation) = try session.evaluation(call, input)
    do throws(Diagnostic) {
      return .table(session.noting(try evaluation.metrics(of: table)))
    } catch {
      throw error.located(at: call.span)
    }
  }

  static let compare = NotebookVerb(
    VerbDeclaration(
      "compare", summary: "how models differ: a row a metric and pair of models, with an interval and a test",
      discussion: """
        Takes what `metrics` takes. Models are compared user by user: the interval is a paired bootstrap's, `p` comes \
        from a permutation test, and `p_adjusted` corrects for the number of pairs (Holm). The test draws 2,000 ways to \
        swap users between two models, or 200 for each pair of models if that is more, so that the correction leaves \
        room; up to 11 users can be swapped in so few ways that all are tried, and p is exact.
        """,
      options: evaluationOptions,
      examples: [
        Example(
          "test | group_by user_id agg ids = unique(product_id) | recommend tp, ease top=10 | compare",
          "is the difference more than chance?")
      ])
  ) { (call, input, session) throws(Diagnostic) in
    let (table, evaluation) = try session.evaluation(call, input)
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
    _ call: VerbCall, _ input: NotebookValue?
  ) throws(Diagnostic) -> (Table, Evaluation) {
    let plan = try call.plan(input)
    let reader = OptionReader(call, self)
    var evaluation = Evaluation()
    if let names = try reader.names("show") {
      evaluation.metrics = []
      for name in names { evaluation.metrics.append(try Metrics.named(name.name, at: name.span)) }
    }
    if let columns = try reader.names("columns") {
      for column in columns { _ = try plan.schema.requireIndex(of: column.name, in: inputName, at: column.span) }
      evaluation.columns = columns.map(\.name)
    }
    evaluation.top = try reader.integer("top") ?? 10
    if let truth = try reader.column("truth") {
      _ = try plan.schema.requireIndex(of: truth.name, in: inputName, at: truth.span)
      evaluation.truth = truth.name
    }
    evaluation.cold = try reader.word("cold").flatMap(Evaluation.ColdPolicy.init(rawValue:)) ?? .zero
    evaluation.dialect = try reader.word("dialect").flatMap(MetricDialect.init(rawValue:)) ?? .lectern
    evaluation.seed = UInt64(try reader.integer("seed") ?? 0)
    if let train = try reader.table("train", self) { evaluation.train = try Dataset(train) }
    if let labels = try reader.table("labels", self) { evaluation.labels = try ItemLabels(labels) }
    return (try table(plan), evaluation)
  }
}
