public import Diagnostics

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#endif

extension Session {
  /// How far an earlier session was brought back.
  public struct Resumption {
    /// Its cells that count as executed again: what the journal of this session starts with.
    public var document: SessionDocument
    /// Whether all of them were.
    public var isComplete: Bool
    /// The cell that was running when that session ended, to be looked at before it runs again.
    public var unfinished: String?
    /// What wrote files then and did not now, as it stands in the cells.
    public var leftOut: [String] = []
  }

  /// Brings an earlier session back: goes to its folder, runs its cells again, with nobody asked anything.
  ///
  /// A cell that was interrupted then is not run again, since where it was stopped cannot be repeated. What acts on the
  /// world outside the session (`save`, `plot save=`, `:save`, `:edit`, the viewer) is left out, since files may have been
  /// edited in the meantime; cells that commands asked to run stand in the journal themselves.
  public func resume(
    _ document: SessionDocument, onCell: (SessionDocument.Cell, _ label: String) -> Void = { _, _ in }
  ) throws(Diagnostic) -> Resumption {
    if let directory = document.frontMatter["directory"], chdir(directory) != 0 {
      emit(.note("the folder it ran in cannot be entered: \(directory)"))
    }
    if dataFolder == nil { dataFolder = document.frontMatter["data"] }
    if let seed = document.frontMatter["seed"].flatMap({ Int($0) }) { self.seed = seed }
    if let folder = document.frontMatter["safe"] { confine(to: .beside(folder: folder)) }
    let host = self.host
    self.host = SessionHost()
    self.host.width = host.width
    self.host.confirm = host.confirm
    isReplaying = true
    leftOut = []
    defer {
      self.host = host
      isReplaying = false
    }
    try resumeLesson(document.frontMatter)
    var cells = document.cells
    let running = cells.last.flatMap { $0.recorded == nil ? $0 : nil }
    if running != nil { cells.removeLast() }
    // Typed at the prompt, a stranger's cell would be the person's.
    let isOfLesson = teaching != nil && running?.options.lessonCell != nil
    let unfinished = running.flatMap { $0.options.isConfined || isOfLesson ? nil : $0.code.trimmed }
    for (index, cell) in cells.enumerated() {
      onCell(cell, label(of: cell))
      if cell.options.isSkipped {
        emit(.note("this cell was interrupted, and is not run again"))
        if cell.options.isExperiment { teaching?.lesson.receive(.experimentEnded) } else { nextCell += 1 }
        if let number = cell.options.lessonCell { teaching?.lesson.wait(for: number) }
      } else if replay(cell) == .interrupted {
        emit(.note("stopped at cell \(index + 1) of \(cells.count); the journal keeps them all"))
        return Resumption(
          document: document.prefix(cells[..<index]), isComplete: false, unfinished: nil, leftOut: leftOut)
      }
    }
    return Resumption(
      document: document.prefix(cells[...]), isComplete: true, unfinished: unfinished, leftOut: leftOut)
  }

  /// What stands in the prompt of a cell that runs again.
  private func label(of cell: SessionDocument.Cell) -> String {
    guard let lesson, cell.options.isExperiment, !Lesson.isAside(cell.code) else { return "\(nextCell)" }
    return CellRole.experiment(lesson.nextCell, lesson.experiments + 1).label(number: nextCell)
  }

  /// Runs a cell of an earlier session again. Where something of it was left out, what it said then is its record.
  private func replay(_ cell: SessionDocument.Cell) -> CellOutcome {
    let leftOutBefore = leftOut.count
    let access = cell.options.isConfined ? document?.access ?? .beside(folder: "/dev/null") : .everywhere
    let outcome = teaching == nil ? run(cell.code, access: access) : replayInLesson(cell)
    if leftOut.count > leftOutBefore, case .cell(var remembered)? = record.last {
      remembered.recorded = cell.recorded
      record[record.count - 1] = .cell(remembered)
    }
    return outcome
  }
}

extension SessionDocument {
  /// The session up to a cell.
  fileprivate func prefix(_ cells: ArraySlice<Cell>) -> SessionDocument {
    SessionDocument(
      frontMatter: frontMatter, parts: cells.flatMap { [.prose(.init(text: "\n", line: 1)), .cell($0)] })
  }
}
