import Diagnostics
import Query

/// What completion plans with: the session's tables as they are.
///
/// A pipeline in parentheses may hold verbs that read, fit or write. They are run when the line is, not when somebody
/// wants to know what could stand in it.
struct CompletionCatalog: Catalog {
  /// What stands before a `|`.
  enum Kind { case table, model, constant }

  /// The verbs that work on a fitted model.
  private static let ofModels: Set<String> = [
    "recommend", "similar", "explain", "history", "parameters", "items", "factors", "step", "save", "view",
  ]
  /// Those that work on nothing else.
  private static let onlyOfModels: Set<String> = ["similar", "history", "parameters", "items", "factors", "step"]

  /// Whether a verb can work on what stands before it; nil is what is not known.
  static func verb(_ name: String, fits kind: Kind?) -> Bool {
    switch kind {
    case .model: ofModels.contains(name)
    case .constant: ["links", "assert", "save"].contains(name)
    case .table: !onlyOfModels.contains(name)
    case nil: true
    }
  }

  let session: Session

  /// The verbs whose plans are made from their input's schema alone. The columns of `pivot` are values of its input.
  static let verbs = relationalVerbs.filter { $0.declaration.name != "pivot" }

  static func plans(_ call: VerbCall) -> Bool { verbs.contains { $0.declaration.name == call.name } }

  func plan(named name: String, at span: SourceSpan) throws(Diagnostic) -> Plan {
    try session.plan(named: name, at: span)
  }

  func plan(_ pipeline: Pipeline) throws(Diagnostic) -> Plan {
    throw Diagnostic("the columns of this are known when it has run", at: pipeline.span)
  }

  /// None is drawn: those of the next cells would be others.
  func drawSeed(for call: VerbCall) -> Int { 0 }
}
