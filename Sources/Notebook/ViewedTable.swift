public import Diagnostics
import Query
public import Tables

/// A table that is looked at, and verbs run on it beside the session: what a viewer needs.
public struct ViewedTable: Sendable {
  public let source: any TableSource
  /// How a pipeline begins that starts from this table: `train`, `train | filter n > 1`.
  public let pipeline: String
  private let settings: Settings
  private let values: [String: NotebookValue]
  private let dataFolder: String?

  init(_ source: any TableSource, pipeline: String, session: Session) {
    self.source = source
    self.pipeline = pipeline
    settings = session.settings
    values = session.values
    dataFolder = session.dataFolder
  }

  /// What verbs, `filter n > 1 | sort n desc`, make of the table; none leave it as it is.
  ///
  /// They see the names the session had when the table was opened and change nothing there, so this may run on any
  /// thread.
  public func applying(_ verbs: String) throws(Diagnostic) -> any TableSource {
    if verbs.allSatisfy(\.isWhitespace) { return source }
    let session = Session(settings: settings)
    session.values = values
    session.dataFolder = dataFolder
    session.results[1] = .table(.scan(source))
    let statements = try Session.parser.statements(in: Source(name: "view", text: "| " + verbs))
    guard let statement = statements.first, statements.count == 1 else {
      throw Diagnostic("one pipeline is wanted here, not \(statements.count) statements")
    }
    guard case .table(let plan) = try session.run(statement) else { return source }
    return try session.source(of: plan)
  }
}
