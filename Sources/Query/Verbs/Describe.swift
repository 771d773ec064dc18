import Diagnostics

extension RelationalVerb {
  static let describe = onTable(
    VerbDeclaration(
      "describe",
      summary: "summarises each column: its type, counts, mean, standard deviation, quartiles and most frequent value",
      discussion: """
        `count` is the number of values that are not null. `std` divides by n − 1. Quartiles are interpolated between \
        the two nearest values. Of several most frequent values the least is shown.
        """,
      arguments: .columns(0...Int.max),
      examples: [
        Example("products | describe", "every column"), Example("actions | describe product_id, action_type", "two"),
      ])
  ) { (call, input, context) throws(Diagnostic) in
    var input = input
    let named = try context.indices(of: call.names, in: input)
    if !named.isEmpty { input = .project(input, named.map { input.columns[$0] }) }
    return .operation(input, DescribeColumns())
  }
}
