import Diagnostics
import Tables

extension RelationalVerb {
  static let rowIndex = onTable(
    VerbDeclaration(
      "row_index", summary: "number the rows, from 0, in a first column",
      options: [Option("name", .column, default: "row", "the column's name")],
      examples: [Example("train | sort date | row_index name=position", "where each row stands")])
  ) { (call, input, context) throws(Diagnostic) in
    let name = call.word("name") ?? "row"
    if input.schema.index(of: name) != nil {
      throw Diagnostic(
        "there is a column `\(name)` already", at: call.value("name")?.span ?? call.span,
        hint: "`row_index name=position` chooses another name")
    }
    return .operation(input, numbering(input.schema, name))
  }

  private static func numbering(_ input: Schema, _ name: String) -> TableOperation {
    let schema = Schema([Field(name, .u32)] + input.fields)
    var operation = TableOperation("row_index", detail: name, schema: schema) { (table) throws(Diagnostic) in
      guard let count = UInt32(exactly: table.rowCount) else { throw Diagnostic("more rows than a u32 can number") }
      return (Table(schema, [Column(Array(0..<count))] + table.columns, rowCount: table.rowCount), [])
    }
    let carried = Dictionary(uniqueKeysWithValues: input.fields.indices.map { ($0 + 1, $0) })
    operation.reduced = TableOperation.Reduction(ownColumns: [], carried: carried) { kept in
      numbering(input.choosing(kept), name)
    }
    return operation
  }
}
