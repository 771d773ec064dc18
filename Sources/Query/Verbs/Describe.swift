import Diagnostics
import Parallelism
import Tables

extension RelationalVerb {
  static let describe = onTable(
    VerbDeclaration(
      "describe", summary: "a row for every column: its type, counts, mean, spread, quartiles and most frequent value",
      discussion: """
        `count` is of values that are not null, `std` has n − 1 in the denominator, quartiles are interpolated between \
        the two nearest values, and of several most frequent values the least is shown.
        """,
      arguments: .columns(0...Int.max),
      examples: [
        Example("products | describe", "every column"), Example("actions | describe product_id, action_type", "two"),
      ])
  ) { (call, input, context) throws(Diagnostic) in
    var input = input
    let named = try context.indices(of: call.names, in: input)
    if !named.isEmpty { input = .project(input, named.map { input.columns[$0] }) }
    var operation = TableOperation("describe", schema: descriptionSchema) { (table) throws(Diagnostic) in
      var summaries: [ColumnSummary] = []
      for column in table.columns {
        try Cancellation.current.check()
        summaries.append(try ColumnSummary(column))
      }
      return (description(of: table.schema.names, summaries), [])
    }
    operation.ofCounts = { (name, values, counts) throws(Diagnostic) in
      description(of: [name], [try ColumnSummary(values, counts: counts)])
    }
    return .operation(input, operation)
  }

  private static let descriptionSchema = Schema([
    Field("column", .string), Field("type", .string), Field("count", .i64), Field("nulls", .i64), Field("mean", .f64),
    Field("std", .f64), Field("min", .string), Field("q25", .f64), Field("median", .f64), Field("q75", .f64),
    Field("max", .string), Field("distinct", .i64), Field("most_frequent", .string),
  ])

  private static func description(of names: [String], _ summaries: [ColumnSummary]) -> Table {
    let text = { (value: Value, type: DataType) -> String? in value.isNull ? nil : value.text(as: type) }
    let columns = [
      Column(names), Column(summaries.map { $0.type.description }),
      Column(summaries.map { $0.count - $0.nulls }), Column(summaries.map(\.nulls)), Column(summaries.map(\.mean)),
      Column(summaries.map(\.standardDeviation)), Column(summaries.map { text($0.minimum, $0.type) }),
      Column(summaries.map { $0.quartiles?.0 }), Column(summaries.map { $0.quartiles?.1 }),
      Column(summaries.map { $0.quartiles?.2 }), Column(summaries.map { text($0.maximum, $0.type) }),
      Column(summaries.map(\.distinct)), Column(summaries.map { text($0.mostFrequent, $0.type) }),
    ]
    return Table(descriptionSchema, columns, rowCount: summaries.count)
  }
}
