import Diagnostics
import Tables

extension RelationalVerb {
  static let select = onTable(
    VerbDeclaration(
      "select", summary: "keeps only these columns, in this order, or computes new ones",
      discussion: """
        A column without a new name keeps its own; an expression without a name is named after its text. Aggregates \
        alone give one row; next to other columns their value is repeated in every row.

        `columns(f64)` stands for all columns of a type, `columns("price_.*")` for those whose whole name matches a \
        regular expression. In an expression it makes one for each column: `round(columns(f64), 2)`. It works in \
        `drop`, `with`, `agg`, `sort`, `fill_null` and `describe` too.
        """,
      arguments: .assignments(1...Int.max),
      examples: [
        Example("products | select product_id, name", "two columns"),
        Example("train | select user_id, month = month(date)", "a computed one"),
        Example("train | select n_unique(user_id), n_unique(product_id)", "one row"),
        Example("train | select columns(\".*_id\") | head 3", "the columns whose names end in `_id`"),
        Example("train | agg max(columns(i64))", "one for each column of the type"),
      ])
  ) { (call, input, context) throws(Diagnostic) in
    let columns = try context.bind(call.assignments(), to: input.schema)
    let isSummary =
      columns.allSatisfy { $0.expression.isSameInAllRows } && columns.contains { !$0.expression.isConstant }
    return isSummary ? .aggregate(input, keys: [], aggregates: columns) : .project(input, columns)
  }
}

extension BoundExpression {
  /// Whether it consists only of aggregates and constants.
  var isSameInAllRows: Bool { firstVaryingPart == nil }

  /// The first part outside aggregates that differs from row to row.
  var firstVaryingPart: BoundExpression? {
    switch node {
    case .aggregate: nil
    case .column, .window: self
    default: children.lazy.compactMap(\.firstVaryingPart).first
    }
  }
}
