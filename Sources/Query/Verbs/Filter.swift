import Diagnostics
import Tables

extension RelationalVerb {
  static let filter = onTable(
    VerbDeclaration(
      "filter", synonyms: ["where"], summary: "keeps the rows for which a condition is true",
      discussion: """
        Drops a row where the condition is false or null; a note counts the nulls. An aggregate is computed over the \
        whole table: `filter price > mean(price)`.
        """,
      arguments: .expression(name: "condition"),
      keepsColumns: true,
      examples: [
        Example("train | filter product_id not in [519413018, 576985723]", "without two products"),
        Example("train | filter date >= \"2024-07-01\" and user_id % 100 == 0", "one percent of the users, since July"),
        Example("actions | filter search_query is not null", "only searches"),
      ])
  ) { (call, input, context) throws(Diagnostic) in
    guard let condition = call.expressions.first else { throw .fault("`filter` without a condition") }
    return .filter(input, try context.bindTruth(condition, to: input.schema, by: "`filter`"))
  }
}
