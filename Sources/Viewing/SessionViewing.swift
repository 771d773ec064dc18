import Diagnostics
import Display
import Formats
public import Notebook
public import Viewer

// Connects a session with the viewer. The two targets do not import each other; only the program and the tests use
// this.

extension ViewerHost {
  /// Gives the viewer what it needs of a session for one of its values: running verbs, and information on items.
  public init(
    viewing viewed: ViewedValue, open: @escaping @Sendable (_ address: String) -> Bool = { _ in false },
    keep: @escaping @Sendable (_ text: String) -> String? = { _ in nil }
  ) {
    self.init(
      run: { (base, verbs) throws(Diagnostic) in
        SourcePages(viewing: try viewed.running(verbs, on: base.ofSession()))
      },
      plot: { (base, verb) throws(Diagnostic) in try viewed.plotting(verb, on: base.ofSession()) },
      match: { (column, pattern) throws(Diagnostic) in try viewed.rows(of: column, matching: pattern) },
      complete: { (shown, verb, text, cursor) in
        guard let pages = shown as? SourcePages else { return PromptCompletions() }
        let before = String(text.prefix(cursor))
        let found = viewed.completions(of: "| " + verb + before, on: pages.source)
        let rest = before.utf8.count - (("| " + verb + before).utf8.count - found.range.lowerBound)
        let start = String(decoding: before.utf8.prefix(max(0, rest)), as: UTF8.self).count
        return PromptCompletions(
          start: start,
          candidates: found.candidates.map { PromptCompletions.Candidate($0.text, $0.description) })
      },
      details: { column, value in viewed.details(of: column, value) },
      open: open,
      keep: keep,
      write: { (text, path) throws(Diagnostic) in try replaceFile(at: path, with: text) })
  }
}

extension ViewingBase where Source == any ViewerSource {
  fileprivate func ofSession() throws(Diagnostic) -> ViewedValue.Base {
    switch self {
    case .shown(let pages as SourcePages): .shown(pages.source)
    case .shown: throw .fault("a sheet that is no source")
    case .pipeline(let text): .pipeline(text)
    case .reloaded(let text): .reloaded(text)
    }
  }
}

extension NamedTable {
  /// The tables of the session in which a value is viewed.
  public static func tables(of viewed: ViewedValue) -> [NamedTable] {
    viewed.tables.map { NamedTable(pipeline: Spelling.name($0.name), fields: $0.fields, description: "table") }
  }
}

extension SourcePages {
  /// Shows the pages of a session's table, and what Enter opens for a row.
  public convenience init(viewing table: ViewedTable) {
    self.init(table.source, opening: table.opening, isMatrix: table.isMatrix, notes: table.notes)
  }
}
