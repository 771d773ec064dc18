import Diagnostics
import Display
import Query
import Tables

extension Command {
  static let files = Command(
    "files", "⟨folder⟩", summary: "lists the files that can be loaded, of the data folder or another", example: "."
  ) { (argument, session) throws(Diagnostic) in
    let folder = argument.text.isEmpty ? session.dataFolder ?? "." : session.workingPath(argument.text, suffix: nil)
    let entries = try session.reading(folder, written: argument.text, at: argument.span) {
      folderEntries(folder).filter { !$0.name.hasPrefix(".") }
    }
    defer { if argument.text.isEmpty { session.showRemoteTables() } }
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

extension Session {
  /// Prints the tables of engines from which the variables start, each once.
  fileprivate func showRemoteTables() {
    var tables: [RemoteTable] = []
    for name in names {
      guard case .table(let plan)? = values[name] else { continue }
      for table in plan.remoteTables
      where !tables.contains(where: { $0.name == table.name && $0.engine === table.engine }) {
        tables.append(table)
      }
    }
    guard !tables.isEmpty else { return }
    let table = Table([("table", Column(tables.map(\.name))), ("on", Column(tables.map(\.engine.name)))])
    emit(.table(excerpt(table, rows: tables.count)))
  }
}

extension Plan {
  /// The tables of engines that the plan reads.
  fileprivate var remoteTables: [RemoteTable] {
    if case .remote(let table) = self { return [table] }
    return inputs.flatMap(\.remoteTables)
  }
}
