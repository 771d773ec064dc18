import Diagnostics
import Tables

extension RelationalVerb {
  static let groupBy = onTable(
    VerbDeclaration(
      "group_by", synonyms: ["count"],
      summary: "groups rows by key: one row for each distinct key, with the values that `agg` computes",
      discussion: """
        Without `agg` it counts the rows of each group (`len`). Groups are in the order of their first rows. Null is a group of its own.
        """,
      arguments: .assignments(1...Int.max),
      clauses: [Clause("agg", .assignments, isRequired: false, "what to compute for each group")],
      examples: [
        Example("train | group_by product_id | sort len desc", "how often each product was bought"),
        Example("train | group_by product_id agg n = len(), buyers = n_unique(user_id)", "rows and users of each"),
        Example("train | group_by month = month(date) agg n_unique(user_id)", "by a computed key"),
        Example("test | group_by user_id agg ids = unique(product_id)", "a list of each user's products"),
      ])
  ) { (call, input, context) throws(Diagnostic) in
    var input = input
    var keys = try context.bind(call.assignments(), to: input.schema)
    for (key, written) in zip(keys, call.assignments()) where key.expression.isOfAggregates {
      throw Diagnostic(
        "`\(written.expression.span.text)` of the whole table is no key: it is the same in every row",
        at: written.expression.span, label: "one value",
        hint: call.hintForAggregates(keys))
    }
    // A key that depends on other rows is computed before grouping.
    if keys.contains(where: { $0.expression.looksBeyondItsRow }) {
      input = .project(input, input.columns + keys.enumerated().map { NamedExpression("key \($0)", $1.expression) })
      let schema = input.schema
      let first = schema.count - keys.count
      keys = keys.enumerated().map { NamedExpression($1.name, .column(first + $0, schema[first + $0])) }
    }
    guard call.clauses["agg"] != nil else {
      if let taken = zip(keys, call.assignments()).first(where: { $0.0.name == "len" }) {
        throw Diagnostic(
          "two columns would be named `len`", at: taken.1.name?.span ?? taken.1.expression.span,
          hint: "name the count: `\(call.span.text) agg n = len()`")
      }
      return .aggregate(input, keys: keys, aggregates: [NamedExpression("len", try .call("len"))])
    }
    let aggregates = try context.aggregates(
      call.assignments(after: "agg"), of: input.schema, groupKeys: call.assignments().map(\.expression))
    try requireDistinctNames((call.assignments() + call.assignments(after: "agg")).map { OutputName(nil, $0) })
    return .aggregate(input, keys: keys, aggregates: aggregates)
  }

  static let agg = onTable(
    VerbDeclaration(
      "agg", summary: "aggregates the whole table to one row",
      discussion: "To get one row per group, write `agg` after the keys of `group_by`, without a `|`.",
      arguments: .assignments(1...Int.max),
      examples: [
        Example("train | agg rows = len(), users = n_unique(user_id)", "the size of a table"),
        Example(
          "actions | agg count(search_query), n_unique(search_query)", "values that are not null, and distinct ones"),
      ])
  ) { (call, input, context) throws(Diagnostic) in
    .aggregate(input, keys: [], aggregates: try context.aggregates(call.assignments(), of: input.schema))
  }
}

extension BoundExpression {
  /// Whether it consists only of aggregates of the whole table and constants.
  fileprivate var isOfAggregates: Bool { firstVaryingPart == nil && looksBeyondItsRow }
}

extension VerbCall {
  /// A hint: the same `group_by` with the aggregates moved from the keys to `agg`.
  fileprivate func hintForAggregates(_ keys: [NamedExpression]) -> String {
    let assignments = zip(keys, assignments()).map { key, written in
      let text = written.name.map { Spelling.name($0.name) + " = " } ?? ""
      return (isKey: !key.expression.isOfAggregates, text: text + written.expression.span.text)
    }
    let aggregates =
      assignments.filter { !$0.isKey }.map(\.text)
      + self.assignments(after: "agg").map {
        ($0.name.map { Spelling.name($0.name) + " = " } ?? "") + $0.expression.span.text
      }
    let real = assignments.filter(\.isKey).map(\.text)
    if real.isEmpty { return "of all rows: `agg \(aggregates.joined(separator: ", "))`" }
    return "of every group: `group_by \(real.joined(separator: ", ")) agg \(aggregates.joined(separator: ", "))`"
  }
}

extension PlanningContext {
  /// Binds the aggregates of a group.
  ///
  /// - Throws: a diagnostic if an expression has one value per row instead of one per group.
  func aggregates(
    _ assignments: [(name: Identifier?, expression: Expression)], of schema: Schema, groupKeys: [Expression] = []
  ) throws(Diagnostic) -> [NamedExpression] {
    let bound = try bind(assignments, to: schema, groupKeys: groupKeys)
    for aggregate in bound {
      guard let part = aggregate.expression.firstVaryingPart else { continue }
      let text = part.span?.text ?? part.description
      throw Diagnostic(
        "`\(text)` has a value for every row of a group", at: part.span,
        hint: "`first(\(text))` takes one, `list(\(text))` all of them")
    }
    return bound
  }
}
