import Diagnostics
import Query
import Tables

extension NotebookVerb {
  /// Lessons use this verb for claims about their numbers, so that `check` verifies them.
  static let assert = NotebookVerb(
    VerbDeclaration(
      "assert", summary: "stops with an error unless a condition is true in every row",
      discussion: """
        An aggregate is computed over the whole table: `assert len() > 3`. Null is not true. A table without rows is \
        an error, because there is nothing to check. The text states the claim and appears in the error. The table \
        passes through unchanged.
        """,
      arguments: .claim(name: "condition", message: "\"message\""),
      examples: [
        Example(
          "train | group_by user_id | assert len > 0 \"all have orders\" | head 1", "passes the table on"),
        Example("products | assert n_unique(product_id) == len()", "no product twice"),
      ])
  ) { (call, input, session) throws(Diagnostic) in
    let plan = try call.plan(input)
    guard let claim = call.expressions.first else { throw .fault("`assert` without a condition") }
    let context = PlanningContext(catalog: session, environment: session.environment, verbs: relationalVerbs)
    let condition = try context.bindTruth(claim, to: plan.schema, by: "`assert`")
    let table = try session.table(plan)
    let subject = try call.message(session)
    guard table.rowCount > 0 else {
      throw Diagnostic("\(subject): the table has no rows", at: claim.span)
    }
    let truths = try session.table(.project(.table(table, name: "_"), [NamedExpression("holds", condition)]))
    let failing = (0..<table.rowCount).filter { truths.columns[0][$0] != .bool(true) }
    guard failing.isEmpty else { throw .notTrue(subject, of: failing, in: table, at: claim.span) }
    return .table(table)
  }
}

extension VerbCall {
  /// The claim, for the error message.
  fileprivate func message(_ session: Session) throws(Diagnostic) -> String {
    for case .message(let text) in arguments {
      if case .scalar(.text(let text), _) = try evaluate(text, environment: session.environment) { return text.string }
    }
    return "`\(expressions.first?.span.text ?? "")`"
  }
}

extension Diagnostic {
  /// An error with the first rows for which a claim is false or null.
  fileprivate static func notTrue(_ subject: String, of rows: [Int], in table: Table, at span: SourceSpan) -> Diagnostic
  {
    let shown = rows.prefix(3).map { row in
      let cells = zip(table.schema.fields, table.row(row)).prefix(8).map { field, value in
        "\(Spelling.name(field.name)) = \(value.isNull ? "null" : value.text(as: field.type))"
      }
      return "row \(grouped(row)): \(cells.joined(separator: ", "))"
    }
    let rest = rows.count > 3 ? ["and \(grouped(rows.count - 3)) more"] : []
    let count = rows.count == table.rowCount ? "any row" : "\(grouped(rows.count)) of \(grouped(table.rowCount)) rows"
    return Diagnostic(
      "\(subject): not true of \(table.rowCount == 1 ? "the row" : count)", at: span, notes: shown + rest)
  }
}
