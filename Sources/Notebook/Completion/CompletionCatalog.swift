import Diagnostics
import Experiments
import Query
import Recommenders

/// The catalog for planning during completion: the session's tables, unchanged.
///
/// A pipeline in parentheses may contain verbs that read, fit or write. These run only when the line runs, never for
/// completion.
struct CompletionCatalog: Catalog {
  /// After a model, these verbs are offered first, in this order.
  static let firstOfModels = ["recommend", "similar", "explain", "history", "step", "parameters", "items", "factors"]

  /// Whether a verb can work on what stands before it; nil is what is not known. Relational verbs, and verbs that a
  /// session defines, work on tables.
  ///
  /// - Parameter model: the one that stands there, where it is fitted already.
  static func verb(_ name: String, fits kind: NotebookVerb.Input?, _ model: Recommender? = nil) -> Bool {
    guard let kind else { return true }
    guard let verb = notebookVerbs.first(where: { $0.declaration.name == name }) else { return kind == .table }
    if let model, verb.needsIterations, model.model.history.iterations.isEmpty { return false }
    if let model, name == "factors", !(model.model is any FactorizedModel) { return false }
    return verb.takes.contains(kind)
  }

  /// The verbs whose first argument is the name of a model; they take its parameters as options.
  static let modelVerbs = Set(
    notebookVerbs.map(\.declaration).filter {
      if case .word(name: "model", _, _) = $0.arguments { true } else { false }
    }.map(\.name))

  let session: Session

  /// The verbs that are planned without reading anything.
  static let verbs = relationalVerbs.filter { !$0.declaration.readsRowsToPlan }

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
