import Diagnostics
import Display
import Query
import Tables

extension NotebookVerb {
  static let view = NotebookVerb(
    VerbDeclaration(
      "view", summary: "opens the full-screen viewer. Without a terminal it prints the table, and a note says why",
      discussion: """
        Shows a table, a model or a list. `F1` lists the keys. `D` shows what you have done as a pipeline, and Enter \
        takes it to the prompt.
        """,
      examples: [Example("train | view", "scroll through all rows")]), takes: [.table, .model]
  ) { (call, input, session) throws(Diagnostic) in
    guard let input else { throw .wrongInput(of: call, found: nil, needs: "a table") }
    return try session.view(input, pipeline: session.pipelineText(before: call.span))
  }
}

extension Session {
  /// Opens the viewer. Without one, returns the table as the value of the statement, with a note on the reason.
  func view(_ value: NotebookValue, pipeline: String) throws(Diagnostic) -> NotebookValue {
    guard host.view != nil else { return printing(value, "no terminal to open the viewer on") }
    return try view(try ViewedValue(value, pipeline: pipeline, session: self), or: value)
  }

  /// Opens the viewer on a table that the program itself makes, such as `:vars`.
  func view(_ table: Table, opening: RowOpening? = nil, command: String) throws(Diagnostic) {
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
      pendingCells.append(PendingCell(code: line, isOfCommand: false))
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
  /// Runs something that waits for the user. That time does not count for the statement.
  func waiting<Result>(_ body: () throws(Diagnostic) -> Result) throws(Diagnostic) -> Result {
    let clock = ContinuousClock()
    let start = clock.now
    defer { waited += seconds(clock.now - start) }
    return try body()
  }
}

extension Session {
  /// The text of the pipeline before a verb, as it could be written again: on one line, with drawn seeds.
  func pipelineText(before span: SourceSpan) -> String {
    let before = SourceSpan(span.source, 0..<span.range.lowerBound).text
    var lines = withDrawnSeeds(before, in: span.source).split(separator: "\n", omittingEmptySubsequences: false)
      .map { String($0).trimmed }
    var pipeline = lines.popLast() ?? ""
    // A `|` at the end of a line or at the start of the next joins the lines.
    while let above = lines.popLast(), pipeline.isEmpty || pipeline.hasPrefix("|") || above.hasSuffix("|") {
      pipeline = (above + " " + pipeline).trimmed
    }
    if pipeline.hasSuffix("|") { pipeline = String(pipeline.dropLast()).trimmed }
    if pipeline.isEmpty { return "_" }
    return pipeline.hasPrefix("|") ? "_ " + pipeline : pipeline
  }
}
