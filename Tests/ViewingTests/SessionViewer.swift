import Diagnostics
import Formats
import Notebook
import Tables
import Viewer

extension ViewerHost {
  /// The session's side of the viewer, as the program connects it.
  init(viewing viewed: ViewedValue) {
    self.init(
      run: { (base, verbs) throws(Diagnostic) in
        switch base {
        case .shown(let pages as SourcePages):
          SourcePages(viewing: try viewed.running(verbs, on: .source(pages.source)))
        case .shown: throw Diagnostic("a sheet that is no source")
        case .pipeline(let text): SourcePages(viewing: try viewed.running(verbs, on: .pipeline(text)))
        case .reloaded(let text): SourcePages(viewing: try viewed.running(verbs, on: .reloaded(text)))
        }
      },
      details: { column, value in viewed.details(of: column, value) },
      write: { (text, path) throws(Diagnostic) in try replaceFile(at: path, with: text) })
  }
}

extension SourcePages {
  convenience init(viewing table: ViewedTable) {
    let opening: Opening? =
      switch table.opening {
      case .verbs(let verbs)?: .verbs(verbs)
      case .verb(let verb, let column)?: .verb(verb, column: column)
      case .pipelines(let pipelines)?: .pipelines(pipelines)
      case nil: nil
      }
    self.init(table.source, opening: opening, isMatrix: table.isMatrix, notes: table.notes)
  }
}
