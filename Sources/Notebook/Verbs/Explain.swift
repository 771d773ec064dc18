import Diagnostics
import Display
import Experiments
import Query
import Tables

private struct ExplainOptions: VerbOptions {
  var user: Value?
  var item: Value?

  static let declared: [VerbOption<Self>] = [
    .value("user", \.user, "the user whose score to explain"),
    .value("item", \.item, "the item whose score to explain"),
  ]
}

extension NotebookVerb {
  static let explain = NotebookVerb(
    VerbDeclaration(
      "explain",
      summary: "explains a pipeline: what would be read and run. Explains a model: why an item has its score",
      discussion: """
        After a table it shows the plan: what is read from the file, what is skipped, and the steps in the order they \
        run. Nothing is computed. After a model, `user` and `item` name a score, and the result is a table of terms \
        that add up to it.
        """,
      examples: [
        Example("train | filter user_id == 100 | group_by product_id | explain", "the plan"),
        Example("ease | explain user=100 item=519413018", "the terms of a score"),
      ]), ExplainOptions.self, takes: [.table, .model]
  ) { (call, options, input, session) throws(Diagnostic) in
    switch input {
    case .table(let plan)?: return .shown(StyledText(Query.explain(plan).joined(separator: "\n")))
    case .model(let model)?:
      guard let user = options.user, let item = options.item else {
        throw Diagnostic(
          "of a model, `explain` needs a user and an item", at: call.written.span, hint: "`explain user=… item=…`")
      }
      let (terms, score, subject) = try model.explain(user: user, item: item)
      let note = "the score of \(subject): \(scoreText(score))"
      return .table(session.noting(ResultTable(terms, notes: [note])))
    default: throw .wrongInput(of: call, found: input, needs: "a table or a model")
    }
  }
}
