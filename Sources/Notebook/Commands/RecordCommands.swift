import Diagnostics
import Formats
import Query
import Tables

extension Command {
  static let history = Command(
    "history", summary: "lists the executed cells"
  ) { (_, session) throws(Diagnostic) in
    for case .cell(let cell) in session.record {
      let mark =
        cell.outcome == .finished ? (cell.isUndone ? " (outdated)" : "") : " (\(cell.outcome))"
      session.emit(
        .page("`In [\(cell.role.label(number: cell.number))]:`\(mark)\n\n```lectern\n\(cell.code.trimmed)\n```"))
    }
  }

  static let save = Command(
    "save", "FILE ⟨all⟩", summary: "writes the session as Markdown: the executed cells, their output and the notes",
    discussion: """
      Cells that failed, were interrupted or were undone in a lesson are left out, and it is said; `all` behind the file \
      keeps them. Seeds that were drawn are written in, so that the file replays to the same numbers. A file that this \
      session did not write is replaced only after you say so.
      """,
    example: "lesson.md", isReplayed: false
  ) { (argument, session) throws(Diagnostic) in
    let (written, keepsAll) = try argument.pathToSave()
    let path = session.workingPath(written, suffix: ".md")
    try session.authorizeWriting(path, overwrite: false, at: argument.span)
    try session.authorizeReplacing(path, at: argument.span)
    let (document, leftOut) = session.savedDocument(at: path, keepsAll: keepsAll)
    try replaceFile(at: path, with: document.text)
    if let resolved = resolvedPath(path) { session.savedFiles[resolved] = checksum(of: document.text) }
    session.emit(.note("saved \(counted(document.cells.count, "cell")) to \(path)"))
    guard let text = leftOut.text else { return }
    session.emit(.note("left out: \(text); `:save \(written) all` keeps them"))
    if leftOut.shortened > 0 {
      let cells = leftOut.shortened == 1 ? "one of them" : "\(leftOut.shortened) of them"
      session.emit(.note("for \(cells), the statements before the error are saved, because they define variables"))
    }
  }

  static let note = Command(
    "note", "TEXT", summary: "adds a paragraph of prose to what `:save` writes", example: "Что купили чаще всего"
  ) { (argument, session) throws(Diagnostic) in
    session.record.append(.prose(try argument.required("a text")))
  }

  static let edit = Command(
    "edit", "⟨n⟩", summary: "opens the last cell, or cell n, in $EDITOR, and runs the result", example: "1",
    isReplayed: false
  ) { (argument, session) throws(Diagnostic) in
    guard let edit = session.host.edit else {
      throw Diagnostic("there is no terminal for an editor here", at: argument.span)
    }
    var code = ""
    var access = FileAccess.everywhere
    for case .cell(let cell) in session.record
    where argument.text.isEmpty || Int(argument.text) == cell.number { (code, access) = (cell.code, cell.access) }
    let edited = try edit(code)
    guard !edited.allSatisfy(\.isWhitespace) else { return }
    session.pendingCells.append(PendingCell(code: edited.trimmed, isOfCommand: false, access: access))
  }

  static let rerun = Command(
    "rerun", "4-6", summary: "executes earlier cells again", example: "1-2", choosesCells: true
  ) { (argument, session) throws(Diagnostic) in
    let wanted = try cellNumbers(argument)
    var found: [PendingCell] = []
    for case .cell(let cell) in session.record where wanted.contains(cell.number) {
      found.append(PendingCell(code: cell.code, access: cell.access))
    }
    guard !found.isEmpty else {
      throw Diagnostic("there is no such cell", at: argument.span, hint: "`:history` lists them")
    }
    session.pendingCells += found
  }

  /// Parses cell numbers: `4`, `4-6`, `4,7-9`.
  private static func cellNumbers(_ argument: CommandArgument) throws(Diagnostic) -> Set<Int> {
    var numbers: Set<Int> = []
    for part in try argument.required("numbers of cells").split(whereSeparator: { $0 == "," || $0 == " " }) {
      let ends = part.split(separator: "-").map { Int($0) }
      switch (ends.first ?? nil, ends.last ?? nil) {
      case (let first?, let last?) where ends.count <= 2 && first <= last && last - first < 100_000:
        numbers.formUnion(first...last)
      default: throw Diagnostic("`\(part)` is not a cell or a range of cells", at: argument.span, hint: "`:rerun 4-6`")
      }
    }
    return numbers
  }
}
