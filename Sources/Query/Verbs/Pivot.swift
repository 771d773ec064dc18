import Diagnostics
import Tables

private struct PivotOptions: VerbOptions {
  var rows: [Identifier]?
  var columns: [Identifier]?

  static let declared: [VerbOption<Self>] = [
    .columns("rows", \.rows, "the columns whose distinct values make the rows"),
    .columns("columns", \.columns, "the column whose values become columns, or several"),
  ]
}

extension RelationalVerb {
  static let pivot = onTable(
    VerbDeclaration(
      "pivot", summary: "makes columns of the values of a column",
      discussion: """
        One row for each distinct value of `rows`, in the order of first occurrence; one column for each distinct value \
        of `columns`, in the order of the values. Several `columns` make a column for each combination that occurs: \
        `order_5`. A cell holds what `agg` computes, by default the number of rows; it is null where there are no rows. \
        More than 64 new columns are an error.
        """,
      clauses: [Clause("agg", .assignments, isRequired: false, "what to compute for each cell")],
      readsRowsToPlan: true,
      examples: [
        Example("actions | pivot rows=user_id columns=action_type", "counts of every kind of action, a row a user"),
        Example(
          "train | pivot rows=product_id columns=date agg buyers = n_unique(user_id)", "something else than counts"),
        Example(
          "actions | with day = day(timestamp) | pivot rows=user_id columns=[action_type, day] | head 3",
          "a column for each kind of action and day"),
      ]), PivotOptions.self
  ) { (call, options, input, context) throws(Diagnostic) in
    let schema = input.schema
    guard let rows = options.rows, let named = options.columns, let column = named.first else {
      throw Diagnostic(
        "`pivot` needs `rows=` and `columns=`", at: call.span, hint: "`pivot rows=user_id columns=action_type`")
    }
    let indices = try context.indices(of: rows + named, in: input)
    let keys = indices.map { input.columns[$0] }
    let aggregates =
      call.clauses["agg"] == nil
      ? [NamedExpression("len", try .call("len"))]
      : try context.aggregates(call.assignments(after: "agg"), of: schema)
    let distinct = try context.execute(.aggregate(input, keys: keys.suffix(named.count), aggregates: []).inOrder)
    guard distinct.rowCount * aggregates.count <= 64 else {
      throw Diagnostic(
        "`\(column.name)` would become \(distinct.rowCount * aggregates.count) columns, at most 64 can be shown",
        at: column.span,
        hint: "`group_by \((rows + named).map(\.name).joined(separator: ", "))` gives them as rows; "
          + "`filter` some values first")
    }
    let values = (0..<distinct.rowCount).map { distinct.row($0) }
    var fields = keys.dropLast(named.count).map { Field($0.name, $0.expression.type) }
    for value in values {
      for aggregate in aggregates {
        let key = value.map(\.description).joined(separator: "_")
        let name = aggregates.count == 1 ? key : key + "_" + aggregate.name
        fields.append(Field(name, aggregate.expression.type))
      }
    }
    if let clash = Schema(fields).firstRepeatedName {
      throw Diagnostic(
        "two columns would be named `\(clash)`", at: column.span,
        hint: rows.contains { $0.name == clash }
          ? "rename the other first: `rename other = \(Spelling.name(clash))`"
          : "tell their values apart first: `with \(column.span.text) = concat(to_text(\(column.span.text)), \"-\")`")
    }
    let spread = SpreadIntoColumns(
      schema: Schema(fields), rowNames: rows.map(\.name), columnNames: named.map(\.name), values: values)
    return .operation(.aggregate(input, keys: keys, aggregates: aggregates), spread)
  }
}

extension Plan {
  /// The same rows sorted by all columns.
  fileprivate var inOrder: Plan {
    .sort(self, columns.map { BoundSortKey($0.expression, isDescending: false) })
  }
}
