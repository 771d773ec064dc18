import Diagnostics
import Tables

private struct SampleOptions: VerbOptions {
  var fraction: Double?
  var by: [Identifier]?
  var seed: Int?

  static let declared: [VerbOption<Self>] = [
    .real("fraction", \.fraction, in: 0...1, "the fraction of the rows, or of the groups"),
    .columns("by", \.by, "draw whole groups of rows with equal values in these columns"),
    .integer("seed", \.seed, in: 0...Int(UInt32.max), "the seed of the random numbers"),
  ]
}

extension RelationalVerb {
  static let sample = onTable(
    VerbDeclaration(
      "sample", summary: "draws rows at random, or all rows of randomly drawn keys",
      discussion: """
        The rows are the first ones of numpy's `RandomState(seed).permutation(rows)`, in that order. A fraction of the \
        rows is rounded to the nearest whole number, halves to the even one. `by=` draws whole groups, numbered by \
        their first rows, and keeps the order of the table. Without `seed=` a seed is drawn, and a note names it.
        """,
      arguments: .values(names: ["rows"], required: 0),
      keepsColumns: true,
      examples: [
        Example("train | sample 3 seed=0", "three rows"),
        Example("train | sample fraction=0.5 by=user_id seed=0", "all orders of half the users"),
      ]), SampleOptions.self
  ) { (call, options, input, context) throws(Diagnostic) in
    let keys = try options.by.map { (names) throws(Diagnostic) in try context.indices(of: names, in: input) } ?? []
    let draw = RandomDraw(
      size: try call.size(of: options, context), seed: options.seed ?? context.drawSeed(for: call))
    if keys.isEmpty { return .operation(input, SampleRows(schema: input.schema, draw: draw)) }
    return .operation(input, SampleGroups(schema: input.schema, keys: keys, draw: draw))
  }
}

extension VerbCall {
  /// The size of the sample: the number after the verb, or `fraction=`.
  fileprivate func size(
    of options: OptionValues<SampleOptions>, _ context: PlanningContext
  ) throws(Diagnostic) -> RandomDraw.Size {
    switch (expressions.first, options.fraction) {
    case (let rows?, nil):
      let count = try context.wholeNumber(rows, for: "the number of rows of `sample`")
      guard count >= 0 else { throw Diagnostic("`sample` takes no negative number of rows", at: rows.span) }
      return .count(count)
    case (nil, let fraction?): return .fraction(fraction)
    case (_?, _?):
      throw Diagnostic(
        "`sample` takes a number of rows or `fraction=`, not both", at: options.span(of: \.fraction) ?? span)
    case (nil, nil):
      throw Diagnostic("`sample` needs a number of rows", at: span, hint: "`sample 1000`, `sample fraction=0.01`")
    }
  }
}
