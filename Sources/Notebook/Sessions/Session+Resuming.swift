public import Diagnostics

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#endif

extension Session {
  /// The result of replaying an earlier session.
  public struct Resumption {
    /// The cells that were replayed, with which this session's journal starts.
    public var document: SessionDocument
    /// Whether all cells were replayed.
    public var isComplete: Bool
    /// The cell that was running when the session ended, for the user to check before it runs again.
    public var unfinished: String?
    /// The text of the stages that wrote files then and were skipped now.
    public var leftOut: [String] = []
  }

  /// Replays an earlier session: changes to its folder and runs its cells again, without asking the user.
  ///
  /// A cell that was interrupted is not run again, since its state cannot be reproduced. Effects outside of the
  /// session (`save`, `plot save=`, `:save`, `:edit`, the viewer) are skipped, because files may have been edited
  /// since. Cells that commands requested are in the journal as cells of their own.
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
    // At the prompt, a cell of an untrusted session would run as the user's own, so it is not offered there.
    let isOfLesson = teaching != nil && running?.options.lessonCell != nil
    let unfinished = running.flatMap { $0.options.isConfined || isOfLesson ? nil : $0.code.trimmed }
    for (index, cell) in cells.enumerated() {
      let listener = emit
      defer { emit = listener }
      if isUnseen(cell) {
        // What was not seen then is not shown now, unless it fails.
        emit = { if case .diagnostic = $0 { listener($0) } }
      } else {
        onCell(cell, label(of: cell))
      }
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

  /// Whether nobody needs to see a cell again: one that the lesson hides, and what only listed or helped.
  private func isUnseen(_ cell: SessionDocument.Cell) -> Bool {
    guard let lesson else { return false }
    if let number = cell.options.lessonCell, lesson.document.cells.indices.contains(number - 1) {
      return lesson.document.cells[number - 1].options.isHidden
    }
    return cell.options.isExperiment && Lesson.isAside(cell.code)
  }

  /// What stands in the prompt of a cell that runs again.
  private func label(of cell: SessionDocument.Cell) -> String {
    guard let lesson, cell.options.isExperiment, !Lesson.isAside(cell.code) else { return "\(nextCell)" }
    return CellRole.experiment(lesson.nextCell, lesson.experiments + 1).label(number: nextCell)
  }

  /// Replays a cell. If part of it was skipped, its earlier output is its recorded output.
  private func replay(_ cell: SessionDocument.Cell) -> CellOutcome {
    let leftOutBefore = leftOut.count
    let access = cell.options.isConfined ? document?.access ?? .beside(folder: "/dev/null") : .everywhere
    let outcome =
      teaching == nil ? run(cell.code, access: access, options: cell.options.replayed) : replayInLesson(cell)
    if leftOut.count > leftOutBefore, case .cell(var remembered)? = record.last {
      remembered.recorded = cell.recorded
      record[record.count - 1] = .cell(remembered)
    }
    return outcome
  }
}

extension SessionDocument {
  /// The document with only these cells.
  fileprivate func prefix(_ cells: ArraySlice<Cell>) -> SessionDocument {
    SessionDocument(
      frontMatter: frontMatter, parts: cells.flatMap { [.prose(.init(text: "\n", line: 1)), .cell($0)] })
  }
}
