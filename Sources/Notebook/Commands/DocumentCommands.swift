public import Diagnostics
import Formats
import Tables

extension Command {
  static let open = Command(
    "open", "FILE", summary: "opens a session file; `:next` runs its cells one by one, `:run` runs all",
    example: "lesson.md", choosesCells: true
  ) { (argument, session) throws(Diagnostic) in
    let written = try argument.path()
    let path = session.workingPath(written, suffix: nil)
    let text = try session.reading(path, written: written, at: argument.span) { () throws(Diagnostic) in
      try readTextFile(at: path)
    }
    let document = try SessionDocument(parsing: text, name: fileName(path))
    try session.adopt(document, at: path)
    session.emit(.note("\(counted(document.cells.count, "cell")); `:next` runs the first"))
    if session.access == .everywhere, try session.withDocument(argument, { $0.access }) != .everywhere {
      session.emit(.note("its folder is not trusted: its cells read and write only files beside it"))
    }
  }

  static let next = Command("next", summary: "shows the prose before the next cell and runs it", choosesCells: true) {
    (argument, session) throws(Diagnostic) in
    guard session.teaching == nil else {
      session.teaching?.requestedCells = 1
      return
    }
    guard let (prose, cell) = try session.withDocument(argument, { $0.advance() }) else {
      session.emit(.note("that was the last cell"))
      return
    }
    if !prose.allSatisfy(\.isWhitespace) { session.emit(.page(prose)) }
    if !cell.options.isHidden { session.emit(.page("```lectern\n\(cell.code.trimmed)\n```")) }
    session.ask(for: cell)
  }

  static let back = Command(
    "back", summary: "goes back one cell of the open session",
    discussion: "In `play`, variables and results become what they were before that cell ran.", choosesCells: true
  ) {
    (argument, session) throws(Diagnostic) in
    if let lesson = session.lesson {
      guard let number = lesson.previousCell else {
        throw Diagnostic("this is the first cell", at: argument.span, hint: "`:cells` lists them")
      }
      _ = session.goInLesson(to: number)
      return
    }
    let number = try session.withDocument(argument) { document in
      let target = max(1, document.currentNumber - 1)
      _ = document.go(to: target)
      return target
    }
    session.emit(.note("`:next` runs cell \(number)"))
  }

  static let goto = Command(
    "goto", "N", summary: "goes to cell N of the open session",
    discussion: "In `play`, variables and results become what they were before that cell ran.", example: "1",
    choosesCells: true
  ) {
    (argument, session) throws(Diagnostic) in
    if session.teaching != nil {
      guard let number = Int(try argument.required("the number of a cell", hint: "`:goto 1`; `:cells` lists them")),
        number >= 1,
        number <= session.teaching?.lesson.document.cells.count ?? 0, session.goInLesson(to: number)
      else { throw Diagnostic("there is no cell `\(argument.text)`", at: argument.span, hint: "`:cells` lists them") }
      return
    }
    guard let number = Int(try argument.required("the number of a cell", hint: "`:goto 1`; `:cells` lists them")),
      try session.withDocument(argument, { $0.go(to: number) })
    else { throw Diagnostic("there is no cell `\(argument.text)`", at: argument.span, hint: "`:cells` lists them") }
    session.emit(.note("`:next` runs cell \(number)"))
  }

  static let cells = Command("cells", summary: "lists the cells of the open session") {
    (argument, session) throws(Diagnostic) in
    let (cells, opened) = try session.withDocument(argument) { ($0.document.cells, $0.currentNumber) }
    let current = session.lesson?.nextCell ?? opened
    let finished = session.lesson?.finished ?? []
    let marks = cells.indices.map { index in
      if session.lesson?.isOutdated(index + 1) == true { return index + 1 == current ? " ← ↺" : " ↺" }
      return index + 1 == current ? " ←" : finished.contains(index + 1) ? " ✓" : ""
    }
    let shown = session.visibleCells(around: current - 1, of: cells.count)
    let table = Table([
      ("cell", Column(shown.map { "\($0 + 1)\(marks[$0])" })),
      ("line", Column(shown.map { Int64(cells[$0].line) })),
      ("code", Column(shown.map { cells[$0].code.split(separator: "\n").first.map(String.init) ?? "" })),
    ])
    session.emit(.table(session.excerpt(table, rows: shown.count)))
    if let stale = session.lesson?.outdatedCells { session.emit(.note("↺ " + stale)) }
    if shown.count < cells.count {
      session.emit(.note("cells \(shown.lowerBound + 1) to \(shown.upperBound) of \(cells.count)"))
    }
  }

  static let run = Command("run", summary: "runs the remaining cells of the open session", choosesCells: true) {
    (argument, session) throws(Diagnostic) in
    guard session.teaching == nil else {
      session.teaching?.requestedCells = .max
      return
    }
    while let (_, cell) = try session.withDocument(argument, { $0.advance() }) {
      session.ask(for: cell)
    }
  }

  static let check = Command(
    "check",
    summary: "runs the open session separately from the current one, and compares the output with the recorded one",
    isReplayed: false
  ) {
    (argument, session) throws(Diagnostic) in
    let (document, path, access) = try session.withDocument(argument) { ($0.document, $0.path, $0.access) }
    guard !session.isChecked else {
      throw Diagnostic("`:check` in a session that is being checked: that would never end", at: argument.span)
    }
    var runner = SessionRunner(document: document, path: path, dataFolder: session.dataFolder)
    runner.access = session.access == .everywhere ? access : session.access
    let report = runner.check(settings: Settings())
    for piece in report.pieces { session.emit(piece) }
  }

  static let recorded = Command("recorded", summary: "shows the recorded output of the last cell") {
    (argument, session) throws(Diagnostic) in
    let ran =
      if let lesson = session.lesson {
        lesson.lastCell.flatMap { lesson.document.cells.indices.contains($0 - 1) ? lesson.document.cells[$0 - 1] : nil }
      } else { try session.withDocument(argument, { $0.current }) }
    guard let cell = ran else {
      throw Diagnostic("no cell of the open session has run yet", at: argument.span, hint: "`:next` runs the first")
    }
    guard let recorded = cell.recorded else {
      session.emit(.note("nothing is recorded for it"))
      return
    }
    if let number = session.lesson?.lastCell { session.emit(.note("recorded output of cell \(number)")) }
    session.emit(recorded: recorded)
  }
}

extension Session {
  /// Opens a session file for `:next`. Its data folder and its seed become those of the session.
  public func adopt(_ document: SessionDocument, at path: String) throws(Diagnostic) {
    let access = self.access == .everywhere && !trusted.contains(folderOf: path) ? .beside(path) : self.access
    if dataFolder == nil { dataFolder = dataFolder(of: document, at: path, access) }
    if let text = document.frontMatter["seed"] {
      guard let seed = Int(text), seed >= 0 else {
        throw Diagnostic("`seed: \(text)` is not a whole number", place: "\(fileName(path))")
      }
      self.seed = seed
    }
    self.document = OpenDocument(path: path, document: document, access: access)
  }

  /// The data folder of a session file; if the session may not read it, the folder of the file.
  private func dataFolder(of document: SessionDocument, at path: String, _ access: FileAccess) -> String {
    let named = document.dataFolder(besides: path)
    guard let folder = access.folder else { return named }
    if let resolved = resolvedPath(named), isPath(resolved, below: folder) { return named }
    let written = "data: \(document.frontMatter["data"] ?? "")"
    if host.confirm != nil,
      (try? authorize("read what `\(written)` names", because: "outside its folder", at: nil)) != nil
    {
      return named
    }
    emit(
      .note(
        "`\(written)` is ignored because it is outside the session's folder; `--data DIR` or `--trust` allows it")
    )
    return folderName(path)
  }

  /// The file access of a cell of the open session: that of its file, or restricted if the cell is marked `safe`.
  public func access(of cell: SessionDocument.Cell) -> FileAccess {
    guard let document, document.access == .everywhere, cell.options.isConfined else {
      return document?.access ?? .everywhere
    }
    return .beside(document.path)
  }

  /// The cells that `:cells` lists: in a lesson as many as the screen holds, around the current one.
  fileprivate func visibleCells(around current: Int, of count: Int) -> Range<Int> {
    guard teaching != nil, let height = host.height() else { return 0..<count }
    let shown = max(5, height - 10)
    guard count > shown else { return 0..<count }
    let start = min(max(0, current - shown / 2), count - shown)
    return start..<start + shown
  }

  /// Requests a cell of the open session to run next.
  fileprivate func ask(for cell: SessionDocument.Cell) {
    pendingCells.append(PendingCell(code: cell.code, access: access(of: cell), options: cell.options))
  }

  func withDocument<Result>(
    _ argument: CommandArgument, _ body: (inout OpenDocument) -> Result
  ) throws(Diagnostic) -> Result {
    guard var document else {
      throw Diagnostic("no session file is open", at: argument.span, hint: "`:open FILE` opens one")
    }
    defer { self.document = document }
    return body(&document)
  }
}

extension SessionDocument {
  /// The folder `data` of the front matter, relative to the session's folder; by default that folder itself.
  public func dataFolder(besides path: String) -> String {
    let folder = folderName(path)
    guard let data = frontMatter["data"], !data.isEmpty else { return folder }
    return data.hasPrefix("/") ? data : folder + "/" + data
  }
}
