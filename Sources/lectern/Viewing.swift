import Diagnostics
import Notebook
import Terminal
import Viewer

extension Session {
  /// Lets `view` open the full-screen viewer, if there is a screen.
  func allowViewing(usesColor: Bool) {
    guard TerminalStream.output.isTerminal else { return }
    host.view = { table throws(Diagnostic) in
      let host = ViewerHost { (verbs) throws(Diagnostic) in SourcePages(try table.applying(verbs)) }
      let pages = SourcePages(table.source)
      switch Viewer.show(pages, name: table.pipeline, host: host, usesColor: usesColor) {
      case .pipeline(let line): return line
      case .closed: return nil
      case .noTerminal: throw Diagnostic("this terminal cannot be drawn on", hint: "TERM says which one it is")
      }
    }
  }
}
