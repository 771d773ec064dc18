import Diagnostics
import Experiments
import Query
import Recommenders
import Tables

private struct TuneOptions: VerbOptions {
  var rows = InteractionOptions()
  var on: Pipeline?
  var by = "ndcg"
  var top = [10]
  var seen = SeenPolicy.keep
  var cold = Evaluation.ColdPolicy.zero

  static let declared: [VerbOption<Self>] =
    InteractionOptions.declared.map { $0.within(\.rows) } + [
      .table("on", \.on, "the held-out interactions to score on"),
      .word("by", \.by, among: Metrics.all.map(\.name), "the metric that decides, see `?metrics`"),
      .integers(
        "top", \.top, in: 1...1_000_000,
        "the cutoff: how many items of each list count; of several cutoffs the first decides"),
      .word("seen", \.seen, "whether to recommend items that the user had"),
      .word("cold", \.cold, "how to count users without a list: score 0, or leave them out for all rows"),
    ]
}

extension NotebookVerb {
  static let tune = NotebookVerb(
    VerbDeclaration(
      "tune", summary: "fits a model with every combination of parameter values, and scores each",
      discussion: """
        A parameter with a list takes each value of the list. `on` names the table of held-out interactions. The \
        result has one row per combination, the best first. Choose on one table and measure on another: the best of \
        many scores is too optimistic.
        """,
      arguments: .word(name: "model", choices: [], then: []), takesAnyOption: true,
      examples: [
        Example("train | tune EASE regularization=[1, 10, 100] on=test by=ndcg", "three fits"),
        Example("train | tune iALS factors=[2, 4] alpha=[1, 10] iterations=2 on=test by=recall top=5", "four"),
      ]), TuneOptions.self
  ) { (call, written, input, session) throws(Diagnostic) in
    let plan = try call.plan(input)
    let arguments = try ModelArguments(call, written.rows, session, schema: plan.schema, trying: true)
    guard !arguments.axes.isEmpty else {
      throw Diagnostic(
        "there is nothing to try", at: call.span,
        hint: "give a parameter a list: `tune \(arguments.kind.name) \(arguments.kind.triedExample) on=…`")
    }
    guard let held = try session.table(written.on) else {
      throw Diagnostic(
        "`tune` scores on held-out interactions", at: call.written.span,
        hint: "split them off first: `train, valid = train | split last n=1`, then `on=valid`")
    }
    let metric = try Metrics.named(written.by, at: written.nameSpan(of: \.by))
    var options = RecommendationOptions(top: written.top.max() ?? 10)
    options.seen = written.seen
    var evaluation = Evaluation(metrics: [metric])
    evaluation.cutoffs = written.top
    evaluation.cold = written.cold
    let dataset = try session.dataset(plan, arguments)
    evaluation.train = dataset
    do throws(Diagnostic) {
      let users: Table
      if metric.needs == .ratings {
        users = held
        evaluation.user = dataset.userColumn
        evaluation.truth = try arguments.roles.weightColumn(in: held.schema)
      } else {
        users = try Dataset(held, roles: arguments.roles, duplicates: arguments.duplicates).heldOut()
      }
      let search = GridSearch(arguments.kind, fixed: arguments.parameters, axes: arguments.axes)
      let result = try search.run(on: dataset, users: users, options, evaluation)
      let plan = session.noting(result)
      session.note("best: `fit \(search.text(of: result.table))`")
      return .table(plan)
    } catch {
      throw error.located(at: call.span)
    }
  }
}

extension Model {
  /// A parameter with values to try, for a hint.
  fileprivate static var triedExample: String {
    let parameter = parameterDeclarations.first { if case .real = $0.domain { true } else { false } }
    return parameter.map { "\($0.name)=[\($0.defaultText), …]" } ?? "…=[…, …]"
  }
}

extension GridSearch {
  /// The model and parameters of the first row, as `fit` takes them.
  fileprivate func text(of table: Table) -> String {
    let tried = axes.enumerated().map { "\($1.name)=\(table.columns[$0][0])" }
    let stays = fixed.map { "\($0.name ?? "")=\($0.value.text)" }
    return ([kind.name] + tried + stays).joined(separator: " ")
  }
}
