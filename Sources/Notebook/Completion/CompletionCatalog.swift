import Diagnostics
import Experiments
import Query
import Recommenders

/// The catalog for planning during completion: the session's tables, unchanged.
///
/// A pipeline in parentheses may contain verbs that read, fit or write. These run only when the line runs, never for
/// completion.
struct CompletionCatalog: Catalog {
  /// The kind of the value before a `|`.
  enum Kind { case table, model, constant }

  /// The verbs that accept a fitted model, in the order in which they are offered.
  static let ofModels = [
    "recommend", "similar", "explain", "history", "step", "parameters", "items", "factors", "save", "view",
  ]
  /// The verbs that accept only a model.
  private static let onlyOfModels: Set<String> = ["similar", "history", "parameters", "items", "factors", "step"]

  /// Whether a verb can work on what stands before it; nil is what is not known.
  ///
  /// - Parameter model: the one that stands there, where it is fitted already.
  static func verb(_ name: String, fits kind: Kind?, _ model: Recommender? = nil) -> Bool {
    if let model, ["step", "history"].contains(name), model.model.history.iterations.isEmpty { return false }
    if let model, name == "factors", !(model.model is any FactorizedModel) { return false }
    return switch kind {
    case .model: ofModels.contains(name)
    case .constant: ["links", "assert", "save"].contains(name)
    case .table: !onlyOfModels.contains(name)
    case nil: true
    }
  }

  let session: Session

  /// The verbs whose output schema depends only on the input schema. `pivot` makes columns from values.
  static let verbs = relationalVerbs.filter { $0.declaration.name != "pivot" }

  static func plans(_ call: VerbCall) -> Bool { verbs.contains { $0.declaration.name == call.name } }

  func plan(named name: String, at span: SourceSpan) throws(Diagnostic) -> Plan {
    try session.plan(named: name, at: span)
  }

  func plan(_ pipeline: Pipeline) throws(Diagnostic) -> Plan {
    throw Diagnostic("the columns of this are known when it has run", at: pipeline.span)
  }

  /// Does not draw a seed, which would change the seeds of the next cells.
  func drawSeed(for call: VerbCall) -> Int { 0 }
}
