/// Work for the host: stages to run on what was opened, and what their result is for.
package struct Request: Sendable {
  package enum Purpose: Sendable {
    /// The same sheet, changed; undo goes back.
    case revise
    /// A new sheet on top.
    case push(Sheet.Kind)
    /// The row to go to; without one the search begins at the other end, once.
    case find(Search, wrapped: Bool)
    /// Something done beside the sheet; this is said when it is.
    case perform(String)
  }

  package let id: Int
  /// The sheet that asked: the answer is for it, whatever is in sight by then.
  let sheet: Int
  /// What the last line says while it runs.
  package let title: String
  package let stages: [Stage]
  package let purpose: Purpose

  /// The stages as the language writes them.
  package var text: String { stages.map(\.text).joined(separator: " | ") }
}

/// What is searched for, so that it can be searched for again.
package struct Search: Sendable, Hashable {
  var condition: String
  /// As it was typed, for messages.
  var text: String
  var backwards: Bool
}

/// What the state asks its surroundings to do.
package enum Effect: Sendable {
  case run(Request)
  case cancel
  case redraw
  case suspend
  case copy(String)
  /// The viewer is done; a pipeline goes to the prompt.
  case leave(pipeline: String?)
}

/// Text over the table: help, a value in full, a pipeline.
package struct Panel: Sendable {
  package var title: String
  package var lines: [String]
  package var top = 0
  /// What Enter takes to the prompt.
  package var pipeline: String?
}
