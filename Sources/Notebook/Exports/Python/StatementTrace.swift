import Diagnostics
import Query
import Tables

/// The record of a statement that has run, from which it can be translated to another language.
package struct StatementTrace {
  var statement: Statement
  var cell: Int
  /// The state of the session before the statement.
  var before: Session.Snapshot
  /// The results of verbs that work on more than tables, by the position of their names in the source.
  var values: [Int: NotebookValue] = [:]
  var seeds: [DrawnSeed] = []

  var environment: Environment { before.environment }

  /// The value of a variable at the start of the statement.
  func value(named name: String) -> NotebookValue? {
    if let value = before.value(named: name) { return value }
    switch name {
    case "_": return before.results.last()
    case "__": return before.results.last(before: 1)
    default: return Session.cell(ofResult: name).flatMap { before.results[$0] }
    }
  }
}

extension StatementTrace: Catalog {
  /// The plan of a relational verb on the tables at that time.
  func plan(_ call: VerbCall, on input: Plan?) throws(Diagnostic) -> Plan {
    try PlanningContext(catalog: self, environment: environment, verbs: relationalVerbs, table: nil)
      .plan([call], on: input)
  }

  func plan(named name: String, at span: SourceSpan) throws(Diagnostic) -> Plan {
    guard case .table(let plan)? = value(named: name) else { throw Diagnostic("`\(name)` is no table", at: span) }
    return plan
  }

  func plan(_ pipeline: Pipeline) throws(Diagnostic) -> Plan {
    guard case .verb(let call) = pipeline.head, pipeline.stages.isEmpty,
      case .table(let plan)? = values[call.written.span.range.lowerBound]
    else { throw Diagnostic("a table that is not known here", at: pipeline.span) }
    return plan
  }

  func drawSeed(for call: VerbCall) -> Int { seeds.seed(of: call) ?? 0 }
}
