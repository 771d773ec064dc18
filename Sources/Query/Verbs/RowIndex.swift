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
    return .operation(input, NumberRows(input: input.schema, column: name))
  }
}
