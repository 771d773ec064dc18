package import Diagnostics
package import Tables

/// Work for the host: verbs to run, and what their result is for.
package struct Request: Sendable {
  package enum Purpose: Sendable {
    /// The same sheet, changed; undo goes back.
    case revise(beforeSort: (any ViewerSource)?)
    /// The same sheet and rows, a column called otherwise.
    case rename
    /// The same sheet as it was, whose rows were let go.
    case travel(HistoryDirection)
    /// The same sheet, read anew.
    case reload
    /// A new sheet on top.
    case push(Sheet.Kind)
    /// The rows are copied.
    case copy
    /// Something is done that does not change the sheet; the text is shown when it is done.
    case perform(String)
  }

  package let id: Int
  /// The sheet that asked: the answer is for it, whatever is in sight by then.
  let sheet: Int
  let version: Int
  /// What the last line says while it runs.
  package let title: String
  /// How the pipeline of the result begins, and how it goes on.
  package let root: String
  package let stages: [Stage]
  package let base: ViewerHost.Base
  /// The last stages, which are run on the base.
  package let verbs: String
  package let purpose: Purpose
  /// The last stage that is run.
  let stage: Stage?
  /// What is shown while it runs, and which of its rows are marked.
  let shown: any ViewerSource
  let marks: RowSet
  let cursor: Int

  /// The whole pipeline.
  package var text: String { ([root] + stages.map(\.text)).joined(separator: " | ") }

  /// What a host made of a request.
  package struct Answer: Sendable {
    let source: any ViewerSource
    let rows: KeptRows

    package init(_ source: any ViewerSource, rows: KeptRows = KeptRows()) {
      self.source = source
      self.rows = rows
    }
  }

  /// Has a host do it. For any thread.
  package func run(by host: ViewerHost) -> Result<Answer, Diagnostic> {
    Result { () throws(Diagnostic) in
      let source = try host.run(base, verbs)
      guard case .revise = purpose else { return Answer(source) }
      return Answer(source, rows: KeptRows(marks: marks, cursor: cursor, of: shown, in: source, after: stage))
    }
  }
}

/// What the state asks its surroundings to do.
package enum Effect: Sendable {
  case run(Request)
  /// Looks for rows; an earlier search is over.
  case search(SearchTask)
  /// Stops the search that runs.
  case stopSearch
  /// Stops everything that runs.
  case cancel
  /// Fills a record with what is known of its item elsewhere.
  case describe(sheet: Int, column: String, Value)
  case open(String)
  case copy(String)
  /// Writes the frame as text.
  case dump(path: String)
  case redraw
  case suspend
  case leave(ExitAction)
}

/// How the viewer is left.
package enum ExitAction: Sendable, Hashable {
  case closed
  /// A pipeline goes to the prompt, or is run there at once.
  case pipeline(String, runs: Bool)
}

/// Text over the table: help, a value in full, a pipeline.
package struct Panel: Sendable {
  package var title: String
  package var lines: [String]
  package var top = 0
  /// What Enter takes to the prompt.
  package var pipeline: String?
}
