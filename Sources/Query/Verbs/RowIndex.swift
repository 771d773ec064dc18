import Diagnostics
import Tables

private struct RowIndexOptions: VerbOptions {
  var name = "row"

  static let declared: [VerbOption<Self>] = [.newColumn("name", \.name, "the column's name")]
}

extension RelationalVerb {
  static let rowIndex = onTable(
    VerbDeclaration(
      "row_index", summary: "adds a first column with the row numbers, from 0",
      examples: [Example("train | sort date | row_index name=position", "where each row stands")]),
    RowIndexOptions.self
  ) { (call, options, input, context) throws(Diagnostic) in
    if input.schema.index(of: options.name) != nil {
      throw Diagnostic(
        "there is a column `\(options.name)` already", at: options.span(of: \.name) ?? call.span,
        hint: "`row_index name=position` chooses another name")
    }
    return .operation(input, NumberRows(input: input.schema, column: options.name))
  }
}
