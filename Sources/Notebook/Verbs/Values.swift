import Diagnostics
import Query
import Tables

extension NotebookVerb {
  static let values = NotebookVerb(
    VerbDeclaration(
      "values", summary: "makes a list of a column, for `in $name`",
      arguments: .columns(0...1),
      examples: [Example("train | filter user_id == 100 | values product_id", "what one user bought")])
  ) { (call, input, session) throws(Diagnostic) in
    .constant(.list(try column(of: call, input, session)))
  }

  static let value = NotebookVerb(
    VerbDeclaration(
      "value", summary: "takes the value of a table with one row and one column",
      arguments: .columns(0...1),
      examples: [Example("train | agg n_unique(user_id) | value", "a number to go on with")])
  ) { (call, input, session) throws(Diagnostic) in
    let column = try column(of: call, input, session)
    guard column.count == 1 else {
      throw Diagnostic(
        "`value` needs one row, and there are \(column.count)", at: call.span,
        hint: column.count == 0 ? nil : "take one with `head 1`, or all as a list with `values`")
    }
    return .constant(.scalar(column[0], column.type))
  }

  /// The named column, or the only one.
  private static func column(
    of call: VerbCall, _ input: NotebookValue?, _ session: Session
  ) throws(Diagnostic) -> Column {
    let plan = try call.plan(input)
    let index: Int
    if let name = call.nameArguments.first {
      index = try plan.schema.requireIndex(of: name.name, in: session.inputName, at: name.span)
    } else if plan.schema.count == 1 {
      index = 0
    } else {
      throw Diagnostic(
        "`\(call.name)` of which column?", at: call.written.span,
        hint: "`\(call.name) \(plan.schema.names.first ?? "…")`",
        notes: ["columns: " + plan.schema.summary])
    }
    // Computes only that column.
    return try session.table(.project(plan, [plan.columns[index]])).columns[0]
  }
}
