import Diagnostics
import Tables

extension RelationalVerb {
  static let schema = onTable(
    VerbDeclaration(
      "schema", summary: "lists the columns: name, type and number of nulls",
      discussion: "Reads no column of a file that stores the number of nulls.",
      examples: [Example("actions | schema", "names, types, nulls")])
  ) { (call, input, context) throws(Diagnostic) in
    let fields = input.schema.fields
    if case .scan(let source) = input, let nulls = source.knownNullCounts {
      return .table(ListColumns(fields: fields).table(nulls: nulls), name: "schema")
    }
    return .operation(input, ListColumns(fields: fields))
  }

  static let shape = onTable(
    VerbDeclaration(
      "shape", synonyms: ["count"], summary: "counts the rows and the columns",
      examples: [
        Example("train | shape", "the size of a table"), Example("train | filter user_id == 1 | shape", "of a part"),
      ])
  ) { (call, input, context) throws(Diagnostic) in
    let width = Value.integer(Int128(input.schema.count))
    let counted = Plan.aggregate(input, keys: [], aggregates: [NamedExpression("rows", try .call("len"))])
    return .project(counted, counted.columns + [NamedExpression("columns", .constant(width, .u32))])
  }
}

extension TableSource {
  /// The number of nulls in each column; nil unless statistics give it for all columns.
  fileprivate var knownNullCounts: [Int]? {
    var totals = [Int](repeating: 0, count: schema.count)
    for partition in partitions {
      for index in totals.indices {
        guard index < partition.statistics.count, let count = partition.statistics[index]?.nullCount else { return nil }
        totals[index] += count
      }
    }
    return totals
  }
}
