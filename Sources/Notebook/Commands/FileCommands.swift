import Diagnostics
import Display
import Tables

extension Command {
  static let files = Command(
    "files", "⟨folder⟩", summary: "lists the files that can be loaded, of the data folder or another", example: "."
  ) { (argument, session) throws(Diagnostic) in
    let folder = argument.text.isEmpty ? session.dataFolder ?? "." : session.workingPath(argument.text, suffix: nil)
    let entries = try session.reading(folder, written: argument.text, at: argument.span) {
      folderEntries(folder).filter { !$0.name.hasPrefix(".") }
    }
    guard !entries.isEmpty else {
      session.emit(.note("nothing in \(folder)"))
      return
    }
    let sizes = entries.map { $0.isFolder ? "a folder" : sizeText(bytes: fileSize(folder + "/" + $0.name)) }
    let table = Table([("file", Column(entries.map(\.name))), ("size", Column(sizes))])
    session.emit(.note(folder))
    session.emit(.table(session.excerpt(table, rows: entries.count)))
  }
}
