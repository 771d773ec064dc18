package import Diagnostics
import Display
package import Tables

/// Work for the host: the verbs to run, and what to do with the result.
package struct Request: Sendable {
  package enum Purpose: Sendable {
    /// Change the sheet; undo restores the previous state.
    case revise(beforeSort: (any ViewerSource)?)
    /// Rename a column; the rows stay the same.
    case rename
    /// Undo or redo to a state whose rows were freed.
    case travel(HistoryDirection)
    /// Reload the sheet.
    case reload
    /// Open a new sheet.
    case push(Sheet.Kind)
    /// Open a sheet with a plot.
    case plot
    /// Copy the rows.
    case copy
    /// Do something that does not change the sheet, then show the text.
    case perform(String)
  }

  package let id: Int
  /// The sheet that asked. The answer is for it, even if another sheet is shown by then.
  let sheet: Int
  let version: Int
  /// The text of the status line while the request runs.
  package let title: String
  /// The start of the pipeline of the result, and its stages.
  package let root: String
  package let stages: [Stage]
  package let base: ViewerHost.Base
  /// The last stages as text; these are run on the base.
  package let verbs: String
  package let purpose: Purpose
  /// The last stage that is run.
  let stage: Stage?
  /// The table shown while the request runs, and its marked rows.
  let shown: any ViewerSource
  let marks: RowSet
  let cursor: Int

  /// The whole pipeline.
  package var text: String { ([root] + stages.map(\.text)).joined(separator: " | ") }

  /// What to press if a cast fails.
  var remedy: String {
    guard case .with(let text)? = stage, text.contains(" = cast(") else { return "" }
    return "; z~ with `try` makes such values null"
  }

  /// The result of a request.
  package struct Answer: Sendable {
    let source: any ViewerSource
    let rows: KeptRows
    var plot: Plot?

    package init(_ source: any ViewerSource, rows: KeptRows = KeptRows()) {
      self.source = source
      self.rows = rows
    }
  }

  /// Runs the request. Any thread may call it.
  package func run(by host: ViewerHost) -> Result<Answer, Diagnostic> {
    Result { () throws(Diagnostic) in
      if case .plot = purpose {
        var answer = Answer(shown)
        answer.plot = try host.plot(base, verbs)
        return answer
      }
      let source = try host.run(base, verbs)
      guard case .revise = purpose else { return Answer(source) }
      return Answer(source, rows: KeptRows(marks: marks, cursor: cursor, of: shown, in: source, after: stage))
    }
  }
}

/// What the state asks its environment to do.
package enum Effect: Sendable {
  case run(Request)
  /// Starts a search and ends an earlier one.
  case search(SearchTask)
  /// Stops the running search.
  case stopSearch
  /// Stops everything that is running.
  case cancel
  /// Adds to a record what other tables know about its item.
  case describe(sheet: Int, column: String, Value)
  /// Completes the word before the cursor of the prompt.
  case complete(CompletionRequest)
  case open(String)
  case copy(String)
  /// Writes the screen to a file as text.
  case dump(path: String)
  case redraw
  case suspend
  case leave(ExitAction)
}

/// How the viewer is closed.
package enum ExitAction: Sendable, Hashable {
  case closed
  /// A pipeline goes to the prompt; with `runs`, it is run at once.
  case pipeline(String, runs: Bool)
}

/// A panel of text over the table: the help, a full value, or a pipeline.
package struct Panel: Sendable {
  package var title: String
  package var lines: [String]
  package var top = 0
  /// The pipeline that Enter takes to the prompt.
  package var pipeline: String?
}
