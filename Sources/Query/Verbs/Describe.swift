import Diagnostics

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
    return .operation(input, DescribeColumns())
  }
}
