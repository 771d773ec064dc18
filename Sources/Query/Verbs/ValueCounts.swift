import Diagnostics
import Parallelism
import Tables

extension RelationalVerb {
  static let valueCounts = onTable(
    VerbDeclaration(
      "value_counts", summary: "how often every value of a column stands there",
      discussion: """
        Most frequent first, ties by value, null among them: the value, `len`, its `share` of all rows, and the \
        `cumulative` share. Of a column named `len` the counts are called `rows`.
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
    var operation = TableOperation("value_counts", detail: field.name, schema: schema) { (table) throws(Diagnostic) in
      (try shares(Tables.valueCounts(table.columns[0]), schema), [])
    }
    operation.ofCounts = { (_, values, counts) throws(Diagnostic) in
      try shares(Tables.valueCounts(of: values, counts: counts), schema)
    }
    return .operation(.project(input, [input.columns[index]]), operation)
  }

  private static func shares(_ found: ValueCounts, _ schema: Schema) throws(Diagnostic) -> Table {
    guard case .u32(let lengths) = found.counts.values else { throw .fault("counts that are not u32") }
    var all = 0.0
    try forEachRange(of: lengths.count) { range in for place in range { all += Double(lengths[place]) } }
    var (shares, cumulative): ([Double], [Double]) = ([], [])
    var running = 0.0
    try forEachRange(of: lengths.count) { range in
      for place in range {
        running += Double(lengths[place])
        shares.append(Double(lengths[place]) / all)
        cumulative.append(running / all)
      }
    }
    return Table(schema, [found.values, found.counts, Column(shares), Column(cumulative)], rowCount: lengths.count)
  }
}
