import Diagnostics
import Tables

extension RelationalVerb {
  static let sample = onTable(
    VerbDeclaration(
      "sample", summary: "rows drawn at random, or all rows of keys drawn at random",
      discussion: """
        The rows are the beginning of numpy's `RandomState(seed).permutation(rows)`, in that order. A fraction is \
        rounded to the nearest whole number, halves to the even one. With `by=` whole groups are drawn, as numbered in \
        order of first appearance, and their rows stay in the order of the table. Without a seed one is drawn and said.
        """,
      arguments: .values(names: ["rows"], required: 0),
      options: [
        Option("fraction", .real(0...1), "the part of the rows, or of the groups"),
        Option("by", .columns, "draw whole groups of rows with the same values here"),
        Option("seed", .integer(0...Int(UInt32.max)), "where the random numbers start"),
      ],
      keepsColumns: true,
      examples: [
        Example("train | sample 3 seed=0", "three rows"),
        Example("train | sample fraction=0.5 by=user_id seed=0", "all orders of half the users"),
      ])
  ) { (call, input, context) throws(Diagnostic) in
    let (draw, keys) = try call.draw(from: input.schema, context)
    if keys.isEmpty { return .operation(input, SampleRows(schema: input.schema, draw: draw)) }
    return .operation(input, SampleGroups(schema: input.schema, keys: keys, draw: draw))
  }
}

extension VerbCall {
  /// What is drawn, and the keys of `by=` by position.
  fileprivate func draw(
    from schema: Schema, _ context: PlanningContext
  ) throws(Diagnostic) -> (draw: RandomDraw, keys: [Int]) {
    let by =
      try columns("by").map { (names) throws(Diagnostic) in try schema.indices(of: names, in: context.table) }
      ?? []
    let size: RandomDraw.Size
    switch (expressions.first, value("fraction")) {
    case (let rows?, nil):
      let count = try context.wholeNumber(rows, for: "the number of rows of `sample`")
      guard count >= 0 else { throw Diagnostic("`sample` takes no negative number of rows", at: rows.span) }
      size = .count(count)
    case (nil, let fraction?):
      let value = try context.number(fraction, for: "`fraction=`")
      guard (0...1).contains(value) else {
        throw Diagnostic("`fraction=` is a number from 0 to 1, found \(fraction.span.text)", at: fraction.span)
      }
      size = .fraction(value)
    case (_?, let fraction?):
      throw Diagnostic("`sample` takes a number of rows or `fraction=`, not both", at: fraction.span)
    case (nil, nil):
      throw Diagnostic("`sample` needs a number of rows", at: span, hint: "`sample 1000`, `sample fraction=0.01`")
    }
    let seed: Int
    if let value = value("seed") {
      seed = try context.wholeNumber(value, for: "`seed=`")
      guard UInt32(exactly: seed) != nil else {
        throw Diagnostic("`seed=` is a whole number from 0 to \(UInt32.max), found \(seed)", at: value.span)
      }
    } else {
      seed = context.drawSeed(for: self)
    }
    return (RandomDraw(size: size, seed: seed), by)
  }
}
