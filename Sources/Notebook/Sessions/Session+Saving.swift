import Diagnostics
import Formats

/// What `:save` writes and what it omits.
extension Session {
  /// Counts of cells that are omitted.
  struct LeftOut {
    var failed = 0
    var interrupted = 0
    var undone = 0
    /// Cells of which only the statements before the failed one are saved.
    var shortened = 0

    /// A description such as `2 cells that failed and 1 that was undone`; nil if nothing was omitted.
    var text: String? {
      let parts = [
        (failed, "failed"), (interrupted, interrupted == 1 ? "was interrupted" : "were interrupted"),
        (undone, undone == 1 ? "was undone" : "were undone"),
      ].filter { $0.0 > 0 }
      guard let first = parts.first else { return nil }
      let words = ["\(counted(first.0, "cell")) that \(first.1)"] + parts.dropFirst().map { "\($0.0) that \($0.1)" }
      return words.count < 3
        ? words.joined(separator: " and ") : "\(words[0]), \(words[1]) and \(words[2])"
    }
  }

  /// The session as a file: its executed cells in order, with their output and the notes.
  ///
  /// - Parameter keepsAll: whether to include cells that failed, were interrupted or were undone. If a statement of a
  ///   cell failed, the statements before it took effect; they are saved in any case if they assigned variables.
  func savedDocument(at path: String, keepsAll: Bool) -> (document: SessionDocument, leftOut: LeftOut) {
    var entries: [(key: String, value: String)] = [("title", fileName(path).withoutSuffix(".md"))]
    if let dataFolder { entries.append(("data", dataFolder)) }
    if let seed { entries.append(("seed", String(seed))) }
    var parts: [SessionDocument.Part] = []
    var leftOut = LeftOut()
    for entry in record {
      switch entry {
      case .prose(let text): parts.append(.prose(.init(text: "\n" + text + "\n", line: 1)))
      // Cells that contain only commands are not saved.
      case .cell(let cell) where cell.isCommands: continue
      case .cell(let cell):
        guard let kept = keepsAll ? cell : kept(of: cell, &leftOut) else { continue }
        parts.append(.prose(.init(text: "\n", line: 1)))
        parts.append(.cell(documentCell(kept)))
      }
    }
    return (SessionDocument(frontMatter: FrontMatter(entries), parts: parts), leftOut)
  }

  /// The saved form of a cell; nil if it is omitted.
  private func kept(of cell: SessionRecord.Cell, _ leftOut: inout LeftOut) -> SessionRecord.Cell? {
    if cell.isUndone {
      leftOut.undone += 1
      return nil
    }
    if cell.outcome == .finished || cell.outcome == .failed && cell.expectsError { return cell }
    if cell.outcome == .failed { leftOut.failed += 1 } else { leftOut.interrupted += 1 }
    guard let cut = cell.cut, !cell.named.isEmpty else { return nil }
    var shortened = cell
    shortened.code = String(decoding: cell.code.utf8.prefix(cut.code), as: UTF8.self)
    shortened.pieces = Array(cell.pieces.prefix(cut.pieces))
    shortened.outcome = .finished
    guard !shortened.code.allSatisfy(\.isWhitespace) else { return nil }
    leftOut.shortened += 1
    return shortened
  }

  /// Marks cells as undone, depending on their role in the lesson.
  func undo(where isUndone: (CellRole) -> Bool) {
    for (index, entry) in record.enumerated() {
      guard case .cell(var cell) = entry, isUndone(cell.role) else { continue }
      cell.isUndone = true
      record[index] = .cell(cell)
    }
  }

  /// Marks experiments as undone if the lesson continues without their variables.
  func undoExperiments(of names: Set<String>) {
    for index in record.indices.reversed() {
      guard case .cell(var cell) = record[index] else { continue }
      if case .lesson = cell.role { return }
      guard case .experiment = cell.role, !cell.named.isDisjoint(with: names) else { continue }
      cell.isUndone = true
      record[index] = .cell(cell)
    }
  }
}
