import Diagnostics
import Query
import Tables

extension NotebookVerb {
  static let view = NotebookVerb(
    VerbDeclaration(
      "view", summary: "opens the full-screen viewer; without a terminal, prints the table and says why",
      discussion: """
        Of a table, a model or a list. `F1` shows the keys; what is done with them, `D` says as a pipeline, which Enter \
        takes to the prompt.
        """,
      examples: [Example("train | view", "scroll through all rows")])
  ) { (call, input, session) throws(Diagnostic) in
    guard let input else { throw .wrongInput(of: call, found: nil, needs: "a table") }
    return try session.view(input, pipeline: call.span.source.pipelineText(before: call.span))
  }
}

extension Session {
  /// Opens the viewer; where there is none, the table is the statement's value and a note says why.
  func view(_ value: NotebookValue, pipeline: String) throws(Diagnostic) -> NotebookValue {
    guard host.view != nil else { return printing(value, "no terminal to open the viewer on") }
    return try view(try ViewedValue(value, pipeline: pipeline, session: self), or: value)
  }

  /// Opens the viewer on a list of the program's own.
  func view(_ table: Table, opening: ViewedTable.Opening? = nil, command: String) throws(Diagnostic) {
    let listed = ViewedTable(table, name: command, opening: opening)
    if host.view == nil { return emit(.table(excerpt(table))) }
    try view(ViewedValue(listed, pipeline: command, session: self), or: .table(table))
  }

  @discardableResult
  private func view(_ viewed: ViewedValue, or value: NotebookValue) throws(Diagnostic) -> NotebookValue {
    guard let view = host.view else { return value }
    switch try waiting({ () throws(Diagnostic) in try view(viewed) }) {
    case .closed: break
    case .pipeline(let line, runs: false): pendingPrefill = line
    case .pipeline(let line, runs: true):
      note(line)
      pendingCells.append(line)
    case .noTerminal: return printing(value, "this terminal cannot be drawn on")
    }
    return .nothing
  }

  private func printing(_ value: NotebookValue, _ reason: String) -> NotebookValue {
    note("\(reason); this is how the table begins and ends")
    if case .model(let model) = value { return .table(model.description, name: model.kind) }
    return value
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
