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
  }

  /// Brings an earlier session back: goes to its folder, runs its cells again, with nobody asked anything.
  ///
  /// A cell that was interrupted then is not run again, since where it was stopped cannot be repeated. What acts on the
  /// world outside the session (`:save`, `:edit`, the viewer) is left out; cells that commands asked to run stand in the
  /// journal themselves.
  public func resume(
    _ document: SessionDocument, onCell: (SessionDocument.Cell, Int) -> Void = { _, _ in }
  ) throws(Diagnostic) -> Resumption {
    if let directory = document.frontMatter["directory"], chdir(directory) != 0 {
      emit(.note("the folder it ran in cannot be entered: \(directory)"))
    }
    if dataFolder == nil { dataFolder = document.frontMatter["data"] }
    if let seed = document.frontMatter["seed"].flatMap({ Int($0) }) { self.seed = seed }
    let host = self.host
    self.host = SessionHost()
    self.host.width = host.width
    isReplaying = true
    defer {
      self.host = host
      isReplaying = false
    }
    var cells = document.cells
    let unfinished = cells.last.flatMap { $0.recorded == nil ? $0.code.trimmed : nil }
    if unfinished != nil { cells.removeLast() }
    for (index, cell) in cells.enumerated() {
      onCell(cell, nextCell)
      if cell.options.isSkipped {
        emit(.note("this cell was interrupted, and is not run again"))
        nextCell += 1
      } else if run(cell.code) == .interrupted {
        emit(.note("stopped at cell \(index + 1) of \(cells.count); the journal keeps them all"))
        return Resumption(document: document.prefix(cells[..<index]), isComplete: false, unfinished: nil)
      }
    }
    return Resumption(document: document.prefix(cells[...]), isComplete: true, unfinished: unfinished)
  }
}

extension SessionDocument {
  /// The session up to a cell.
  fileprivate func prefix(_ cells: ArraySlice<Cell>) -> SessionDocument {
    SessionDocument(
      frontMatter: frontMatter, parts: cells.flatMap { [.prose(.init(text: "\n", line: 1)), .cell($0)] })
  }
}
