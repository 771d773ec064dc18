import Diagnostics
import Tables

extension RelationalVerb {
  static let dropNulls = onTable(
    VerbDeclaration(
      "drop_nulls", summary: "drops the rows that have a null",
      discussion: "Checks the named columns, by default all. A note counts the dropped rows. NaN is not null.",
      arguments: .columns(0...Int.max),
      keepsColumns: true,
      examples: [Example("actions | drop_nulls search_query", "only searches")])
  ) { (call, input, context) throws(Diagnostic) in
    let named = try context.indices(of: call.names, in: input)
    let columns = named.isEmpty ? Array(input.schema.fields.indices) : named
    return .operation(input, DropNulls(schema: input.schema, columns: columns, isOfAll: named.isEmpty))
  }

  static let fillNull = onTable(
    VerbDeclaration(
      "fill_null", summary: "replaces the nulls of columns",
      discussion: "The new value can be computed from the row: `fill_null a = b`.",
      arguments: .assignments(1...Int.max),
      examples: [
        Example("actions | fill_null search_query = \"\", product_id = -1", "two columns"),
        Example("actions | fill_null product_id = page_product_id", "from another column"),
        Example("actions | fill_null columns(str) = \"\" | head 3", "all columns of a type"),
      ])
  ) { (call, input, context) throws(Diagnostic) in
    var assigned: [(name: Identifier, expression: Expression)] = []
    for (name, expression) in call.assignments() {
      guard let name else {
        throw Diagnostic(
          "`fill_null` needs the column's name", at: expression.span,
          hint: "write `fill_null \(input.schema.names.first.map(Spelling.name) ?? "a") = \(expression.span.text)`")
      }
      assigned.append((name, expression))
    }
    let schema = input.schema
    var columns = input.columns
    let indices = try context.indices(of: assigned.map(\.name), in: input)
    for (index, (name, expression)) in zip(indices, assigned) {
      let (value, old) = (try context.bind(expression, to: schema), schema[index])
      guard value.meetingType(with: .column(index, old)) != nil else {
        throw Diagnostic(
          "`\(name.name)` is \(old.type) and cannot be filled with \(value.type)", at: expression.span,
          label: "\(value.type)", hint: DataType.zoneHint((value.type, "\(value)"), (old.type, name.name))
        ).labelling(name.span, "\(old.type)")
      }
      let column = Expression(.name(name.name), name.span)
      let filled = Expression(
        .conditional(
          condition: Expression(.nullTest(column, isNegated: false), name.span), then: expression, otherwise: column),
        expression.span)
      columns[index] = NamedExpression(name.name, try context.bind(filled, to: schema))
    }
    return .project(input, columns)
  }
}
