import Diagnostics
import Tables

extension RelationalVerb {
  static let filter = onTable(
    VerbDeclaration(
      "filter", synonyms: ["where"], summary: "keep the rows for which a condition holds",
      discussion: """
        A row whose condition is null is dropped, as one whose condition is false; how many were null is said. \
        Aggregates stand for the value of the whole table: `filter price > mean(price)`.
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
