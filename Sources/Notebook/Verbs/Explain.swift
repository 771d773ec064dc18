import Diagnostics
import Display
import Experiments
import Query
import Tables

extension NotebookVerb {
  static let explain = NotebookVerb(
    VerbDeclaration(
      "explain",
      summary: "of a pipeline: what would run, and what would be read; of a model: why an item has its score",
      discussion: """
        After a table, the plan: what is read from the file and what is skipped, and the steps in the order they run. \
        Nothing is computed. After a model, `user` and `item` name a score, and the answer is a table of terms that \
        sum to it.
        """,
      options: [
        Option("user", .value, "the user whose score is explained"),
        Option("item", .value, "the item that is scored"),
      ],
      examples: [
        Example("train | filter user_id == 100 | group_by product_id | explain", "the plan"),
        Example("ease | explain user=100 item=519413018", "the terms of a score"),
      ])
  ) { (call, input, session) throws(Diagnostic) in
    switch input {
    case .table(let plan)?: return .shown(StyledText(Query.explain(plan).joined(separator: "\n")))
    case .model(let model)?:
      let reader = OptionReader(call, session)
      guard let user = try reader.scalar("user"), let item = try reader.scalar("item") else {
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
