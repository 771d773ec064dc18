import Diagnostics
import Tables

extension RelationalVerb {
  static let valueCounts = onTable(
    VerbDeclaration(
      "value_counts", summary: "counts how often each value of a column occurs",
      discussion: """
        The most frequent value comes first; equal counts are ordered by value; null counts as a value. The columns \
        are the value, its count `len`, its `share` of all rows and the `cumulative` share. If the column itself is \
        named `len`, the counts are named `rows`.
        """,
      arguments: .columns(1...1),
      examples: [
        Example("actions | value_counts action_type", "what people do most"),
        Example("train | group_by user_id | value_counts len", "how many users have how many orders"),
      ])
  ) { (call, input, context) throws(Diagnostic) in
    let index = try context.indices(of: call.names, in: input)[0]
    let field = input.schema[index]
    let taken = ["len", "share", "cumulative"].map { $0 == field.name ? "rows" : $0 }
    let schema = Schema([field, Field(taken[0], .u32), Field(taken[1], .f64), Field(taken[2], .f64)])
    return .operation(.project(input, [input.columns[index]]), CountValues(schema: schema))
  }
}
