import Diagnostics

extension Command {
  static let python = Command(
    "python", summary: "shows the last cell as Python",
    discussion: """
      Tables become polars, plots matplotlib. Where something has no equal, or may give another value, a comment says so. \
      `lectern export FILE --to ipynb --language python` writes a whole session.
      """, isReplayed: false
  ) { (argument, session) throws(Diagnostic) in
    guard !session.traces.isEmpty else {
      throw Diagnostic("no cell has run at this prompt that could be shown as Python", at: argument.span)
    }
    let writer = PythonWriter()
    writer.add(session.traces, of: session)
    let notebook = writer.notebook(dataFolder: session.dataFolder ?? ".", version: nil)
    let parts = [notebook.head, notebook.helpers, notebook.cells.compactMap(\.self).joined(separator: "\n")]
    session.emit(.page(fenced(parts.filter { !$0.isEmpty }.joined(separator: "\n\n"), as: "python")))
  }
}
