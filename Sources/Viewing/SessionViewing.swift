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
        let start: ViewedValue.Base =
          switch base {
          case .shown(let pages as SourcePages): .shown(pages.source)
          case .shown: throw .fault("a sheet that is no source")
          case .pipeline(let text): .pipeline(text)
          case .reloaded(let text): .reloaded(text)
          }
        return SourcePages(viewing: try viewed.running(verbs, on: start))
      },
      details: { column, value in viewed.details(of: column, value) },
      open: open,
      keep: keep,
      write: { (text, path) throws(Diagnostic) in try replaceFile(at: path, with: text) })
  }
}

extension SourcePages {
  /// Shows the pages of a session's table, and what Enter opens for a row.
  public convenience init(viewing table: ViewedTable) {
    self.init(table.source, opening: table.opening, isMatrix: table.isMatrix, notes: table.notes)
  }
}
