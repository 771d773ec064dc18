import Diagnostics
import Formats
import Recommenders

/// Replays a lesson from the journal.
extension Session {
  /// The front matter entries that a journal needs for the lesson: its file, and the version of the file.
  var lessonEntries: [(key: String, value: String)] {
    guard let teaching else { return [] }
    return [
      ("lesson", resolvedPath(teaching.path) ?? teaching.path),
      ("version", String(checksum(of: teaching.text), radix: 16)),
    ]
  }

  /// Opens the lesson that a journal names.
  func resumeLesson(_ journal: FrontMatter) throws(Diagnostic) {
    guard let path = journal["lesson"] else { return }
    do throws(Diagnostic) {
      let text = try readTextFile(at: path)
      try teach(try SessionDocument(parsing: text, name: fileName(path)), text: text, at: path)
      if let version = journal["version"], version != String(checksum(of: text), radix: 16) {
        emit(.note("\(fileName(path)) was changed since: its cells run as they ran then, and the rest as it is now"))
      }
    } catch {
      emit(.diagnostic(Diagnostic(error.message, kind: .warning, hint: error.hint, place: path)))
      emit(.note("the lesson cannot be read: its cells run again as cells of a session"))
    }
  }

  /// Replays a cell of a lesson's journal.
  func replayInLesson(_ cell: SessionDocument.Cell) -> CellOutcome {
    guard let lesson else { return .finished }
    var outcome = CellOutcome.finished
    if let number = cell.options.lessonCell, lesson.document.cells.indices.contains(number - 1) {
      self.teaching?.lesson.wait(for: number)
      return runLessonCell(number, as: cell)
    }
    if Lesson.isAside(cell.code) {
      withRole(.command) { outcome = run(cell.code, options: cell.options.replayed) }
      self.teaching?.requestedCells = 0
    } else {
      withRole(.experiment(lesson.nextCell, lesson.experiments + 1)) {
        outcome = run(cell.code, options: cell.options.replayed)
      }
      self.teaching?.lesson.receive(.experimentEnded)
    }
    return outcome
  }
}
