import Diagnostics
import Tables

extension RelationalVerb {
  static let with = onTable(
    VerbDeclaration(
      "with", synonyms: ["mutate", "with_columns", "extend"], summary: "add columns, or replace some",
      discussion: """
        Earlier columns are visible to later ones. Aggregates stand for the value of the whole table, or of the group \
        that `over` names.
        """,
      arguments: .assignments(1...Int.max),
      examples: [
        Example("train | with day = weekday(date), is_weekend = day >= 6", "the second uses the first"),
        Example("train | with orders = len() over user_id", "how many rows the user has, beside each"),
        Example("actions | with product_id = cast(product_id, i64)", "replaces a column"),
      ])
  ) { (call, input, context) throws(Diagnostic) in
    let assignments = call.assignments()
    try requireDistinctNames(
      assignments.map { ($0.name?.name ?? $0.expression.columnName, $0.name?.span ?? $0.expression.span) })
    var plan = input
    // One projection computes all that do not look at each other.
    var columns = plan.columns
    var fresh: Set<Int> = []
    for assignment in assignments {
      let schema = Schema(columns.map { Field($0.name, $0.expression.type) })
      let new = try context.bind(assignment, to: schema)
      if !new.expression.columnIndices.isDisjoint(with: fresh) {
        plan = .project(plan, columns)
        columns = plan.columns
        fresh = []
      }
      if let index = schema.index(of: new.name) {
        columns[index] = new
        fresh.insert(index)
      } else {
        fresh.insert(columns.count)
        columns.append(new)
      }
    }
    return .project(plan, columns)
  }
}
