import Diagnostics
import Tables

private struct TransposeOptions: VerbOptions {
  var names: Identifier?

  static let declared: [VerbOption<Self>] = [
    .column("names", \.names, "the column whose values name the new columns")
  ]
}

extension RelationalVerb {
  static let transpose = onTable(
    VerbDeclaration(
      "transpose", summary: "turns rows into columns and columns into rows",
      discussion: """
        A row for each column, with its name in `column`; a column for each row, at most 64, named by `names=` or \
        `row_0`, `row_1`. The columns' types must have a common one.
        """,
      readsRowsToPlan: true,
      examples: [
        Example("train | head 2 | select user_id, product_id | transpose", "two columns for two rows"),
        Example("products | head 2 | select product_id, name, brand | transpose names=product_id", "named by the ids"),
      ]), TransposeOptions.self
  ) { (call, options, input, context) throws(Diagnostic) in
    let names = try options.names.map { (name) throws(Diagnostic) in try context.indices(of: [name], in: input)[0] }
    let own = input.schema
    let turned = own.fields.indices.filter { $0 != names }
    guard !turned.isEmpty else { throw Diagnostic("no column is left to become a row", at: call.span) }
    let types = turned.map { own[$0].type }
    guard let type = types.reduce(.null, { common, type in common.flatMap { DataType.meeting($0, type) } }) else {
      throw Diagnostic(
        "the columns have no common type", at: call.span,
        hint: castsToOneType(turned.map { own[$0] }).map { "make them one type first: `\($0)`" }
          ?? "`select` those of one kind",
        notes: ["columns: " + own.summary])
    }
    let table = try context.execute(.slice(input, offset: 0, count: mostRows + 1))
    guard table.rowCount <= mostRows else {
      throw Diagnostic(
        "more than \(mostRows) rows would become columns", at: call.span, hint: "`head` or `filter` some rows first")
    }
    let columns = try turned.map { (index) throws(Diagnostic) in
      try convertedExactly(table.columns[index], to: type, at: call.span)
    }
    var fields = [(name: "column", column: Column(turned.map { own[$0].name }))]
    for row in 0..<table.rowCount {
      let name = names.map { table.columns[$0][row].description } ?? "row_\(row)"
      fields.append((name, try Tables.concat(columns.map { $0[row..<row + 1] })))
    }
    let schema = Schema(fields.map { Field($0.name, $0.column.type) })
    if let clash = schema.firstRepeatedName {
      throw Diagnostic(
        "two columns would be named `\(clash)`", at: options.span(of: \.names) ?? call.span,
        hint: "`names=` takes a column whose values differ")
    }
    return .table(Table(schema, fields.map(\.column), rowCount: turned.count), name: "transpose")
  }

  private static let mostRows = 64
}
