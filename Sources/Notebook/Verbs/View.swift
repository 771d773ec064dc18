import Diagnostics
import Query
import Tables

extension NotebookVerb {
  static let view = NotebookVerb(
    VerbDeclaration(
      "view", summary: "opens the full-screen viewer; without a terminal, prints the table and says why",
      examples: [Example("train | view", "scroll through all rows")])
  ) { (call, input, session) throws(Diagnostic) in
    let plan: Plan
    switch input {
    case .table(let table)?: plan = table
    case .model(let model)?: plan = .table(model.description, name: model.kind)
    default: throw .wrongInput(of: call, found: input, needs: "a table")
    }
    return try session.view(plan, pipeline: call.span.source.pipelineText(before: call.span))
  }
}

extension Session {
  /// Opens the viewer; where there is none, the table is the statement's value and a note says why.
  @discardableResult
  func view(_ plan: Plan, pipeline: String) throws(Diagnostic) -> NotebookValue {
    guard let view = host.view else {
      note("no terminal to open the viewer on; this is how the table begins and ends")
      return .table(plan)
    }
    let table = ViewedTable(try source(of: plan), pipeline: pipeline, session: self)
    if let line = try waiting({ () throws(Diagnostic) in try view(table) }) { pendingPrefill = line }
    return .nothing
  }
}

extension Session {
  /// Does what waits for a person; the time it takes is not the statement's.
  func waiting<Result>(_ body: () throws(Diagnostic) -> Result) throws(Diagnostic) -> Result {
    let clock = ContinuousClock()
    let start = clock.now
    defer { waited += seconds(clock.now - start) }
    return try body()
  }
}

extension Source {
  /// The text of the pipeline that a verb is applied to: what stands before the bar on its line.
  func pipelineText(before span: SourceSpan) -> String {
    let text = String(decoding: Array(text.utf8.prefix(span.range.lowerBound)), as: UTF8.self)
    let line = text.split(separator: "\n", omittingEmptySubsequences: false).last.map(String.init) ?? ""
    var pipeline = line.trimmed
    if pipeline.hasSuffix("|") { pipeline.removeLast() }
    return pipeline.trimmed
  }
}
