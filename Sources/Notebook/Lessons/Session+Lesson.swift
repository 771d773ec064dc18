public import Diagnostics
import Display

extension Session {
  /// Begins to teach a session file: its data folder and seed become the session's.
  ///
  /// - Parameter text: the file as it was read.
  public func teach(_ document: SessionDocument, text: String, at path: String) throws(Diagnostic) {
    try adopt(document, at: path)
    var teaching = Teaching(
      path: path, text: text, isFileGone: !isFileThere(path), lesson: Lesson(document), base: snapshot)
    teaching.snapshots[teaching.lesson.firstCell] = snapshot
    self.teaching = teaching
    nextCell = teaching.lesson.nextCell
  }

  /// The lesson that is taught; nil where none is.
  public var lesson: Lesson? { teaching?.lesson }

  /// The path of its file.
  public var lessonFile: String? { teaching?.path }

  /// The lines of the prose that are on the screen now, of how many.
  public func lessonShown(lines: Int, of count: Int) { teaching?.lesson.receive(.shown(lines: lines, of: count)) }

  /// Ctrl-C was pressed at the prompt: the line is empty, and Enter gives the cell again.
  public func lessonInterrupted() { teaching?.lesson.receive(.interrupted) }

  /// Takes a line that was typed in a lesson: runs the waiting cell if it is that, and an experiment or a command if not.
  public func runInLesson(_ line: String) {
    let wasCell = lesson?.isWaitingCell(line) ?? false
    readLessonAgain()
    guard let teaching else { return }
    // The cell was corrected in the file while the old one stood at the prompt.
    let isOutdated = wasCell && !teaching.lesson.isWaitingCell(line)
    switch self.teaching?.lesson.receive(.line(isOutdated ? "" : line)) ?? .nothing {
    case .nothing: break
    case .run(let number): runLessonCell(number)
    case .experiment(let cell, let experiment, let code):
      withRole(.experiment(cell, experiment)) { _ = run(code) }
      self.teaching?.lesson.receive(.experimentEnded)
    case .command(let code):
      withRole(.command) { _ = run(code) }
      runRequestedCells()
    }
  }

  /// Takes a key of the lesson; what was typed, where it is to stand at the next prompt.
  public func lessonKey(_ key: Lesson.Key, line: String) -> String? {
    guard let lesson else { return nil }
    if key == .next, !lesson.isDraft(line) {
      runInLesson(line)
      return nil
    }
    if case .command(let code)? = teaching?.lesson.receive(.key(key, line: line)) { runInLesson(code) }
    return lesson.isDraft(line) && key != .back ? line : nil
  }

  /// Goes on without running the waiting cell, and shows what is recorded of it; false where no cell waits.
  func skipInLesson() -> Bool {
    guard let skipped = teaching?.lesson.skip(), let number = skipped.first,
      let cell = lesson?.document.cells[number - 1]
    else { return false }
    let base = teaching?.base
    for cell in skipped { self.teaching?.snapshots[cell] = base }
    nextCell = lesson?.nextCell ?? nextCell
    if let recorded = cell.recorded { emit(recorded: recorded) }
    let what = cell.recorded == nil ? "nothing is recorded for it" : "this is its recorded output"
    emit(.note("cell \(number) did not run; \(what), and names are as before it"))
    return true
  }

  /// Runs a cell that is not shown; only what goes wrong is.
  public func runHiddenLessonCell(_ number: Int) {
    let listener = emit
    emit = { if case .diagnostic = $0 { listener($0) } }
    defer { emit = listener }
    runLessonCell(number)
  }

  /// Runs the waiting cell from the state that the cells before it made.
  @discardableResult
  func runLessonCell(_ number: Int, code replayed: String? = nil) -> CellOutcome {
    guard let teaching, teaching.lesson.document.cells.indices.contains(number - 1) else { return .finished }
    let cell = teaching.lesson.document.cells[number - 1]
    undoExperiments(of: teaching.branchNames)
    snapshot = teaching.base
    self.teaching?.snapshots[number] = teaching.base
    self.teaching?.branchNames = []
    nextCell = number
    var outcome = CellOutcome.finished
    let clock = ContinuousClock()
    let begin = clock.now
    withRole(.lesson(number)) {
      outcome = run(replayed ?? cell.code, access: access(of: cell), expectsError: cell.options.expectsError)
    }
    self.teaching?.lesson.receive(.cellEnded(outcome, seconds: seconds(clock.now - begin)))
    if self.teaching?.lesson.finished.contains(number) == true {
      self.teaching?.base = snapshot
      self.teaching?.snapshots[number + 1] = snapshot
      self.teaching?.branchNames = []
    }
    for other in teaching.snapshots.keys { self.teaching?.snapshots[other]?.results.letGo(as: results) }
    nextCell = self.teaching?.lesson.nextCell ?? nextCell
    return outcome
  }

  /// Goes to a cell, with the names as they were before it ran.
  func goInLesson(to number: Int) -> Bool {
    guard var teaching, teaching.lesson.go(to: number) else { return false }
    // A cell that has not run yet starts from where the last one before it ended.
    let first = teaching.lesson.firstCell
    let (cell, state) = teaching.state(before: number) ?? (first, teaching.base)
    teaching.base = state
    let missing = cell == number - 1 ? "cell \(cell) has" : "cells \(cell) to \(number - 1) have"
    emit(
      .note(
        cell >= number
          ? "cell \(number) waits; variables and results are as before it runs"
          : "cell \(number) waits; \(missing) not run, and what they define is missing"))
    if let stale = teaching.lesson.outdatedCells { emit(.note(stale)) }
    teaching.branchNames = []
    self.teaching = teaching
    undo { role in
      switch role {
      case .lesson(let cell), .experiment(let cell, _): cell >= number
      case .ordinary, .command: false
      }
    }
    snapshot = teaching.base
    nextCell = teaching.lesson.nextCell
    return true
  }

  /// Lets the lesson's cells see names that experiments gave: all of them, or some; those it kept.
  func keepInLesson(_ names: [String]) -> [String] {
    guard let teaching else { return [] }
    let wanted = names.isEmpty ? teaching.branchNames.sorted() : names
    let branch = snapshot
    snapshot = teaching.base
    for name in wanted { if let value = branch.value(named: name) { set(name, to: value) } }
    self.teaching?.base = snapshot
    snapshot = branch
    self.teaching?.branchNames.subtract(wanted)
    return wanted
  }

  /// Reads the file again where it was changed; one that cannot be read leaves the lesson as it is.
  public func readLessonAgain() {
    guard let teaching, !isReplaying else { return }
    guard let text = try? readTextFile(at: teaching.path) else {
      if !teaching.isFileGone {
        emit(.note("\(fileName(teaching.path)) cannot be read any more: the lesson continues"))
      }
      self.teaching?.isFileGone = true
      return
    }
    self.teaching?.isFileGone = false
    guard text != teaching.text else { return }
    self.teaching?.text = text
    let changed: SessionDocument
    do throws(Diagnostic) {
      changed = try SessionDocument(parsing: text, name: fileName(teaching.path))
    } catch {
      emit(.diagnostic(error))
      emit(.note("the file was changed and cannot be read: the lesson continues unchanged"))
      return
    }
    let firstChanged = self.teaching?.lesson.replace(with: changed)
    document?.document = changed
    nextCell = self.teaching?.lesson.nextCell ?? nextCell
    emit(.note("\(fileName(teaching.path)) was changed, and is read again"))
    guard let firstChanged else { return }
    self.teaching?.snapshots = teaching.snapshots.filter { $0.key <= firstChanged }
    emit(.note("cell \(firstChanged) is no longer what ran: `:goto \(firstChanged)` runs it again"))
  }

  /// Runs the cells that `:next` or `:run` asked for, as far as they run well.
  private func runRequestedCells() {
    while let teaching, teaching.requestedCells > 0, !isOver {
      let showsProse = teaching.requestedCells == 1
      switch teaching.lesson.next {
      case .show(let text, _):
        if showsProse { emit(.page(text)) }
        lessonShown(lines: 1, of: 1)
      case .runHidden(let number):
        runHiddenLessonCell(number)
        if self.teaching?.lesson.waitingCell == number { self.teaching?.requestedCells = 0 }
      case .ask(.more), .ask(.answer): self.teaching?.lesson.receive(.line(""))
      case .ask(.overBudget): self.teaching?.lesson.receive(.interrupted)
      case .ask(.cell(let number, _)), .ask(.experiment(let number, _)):
        emit(.page("`In [\(number)]:`\n\n```lectern\n\(teaching.lesson.document.cells[number - 1].code.trimmed)\n```"))
        self.teaching?.requestedCells -= 1
        runLessonCell(number)
        if self.teaching?.lesson.waitingCell == number { self.teaching?.requestedCells = 0 }
      case .ask(.end):
        self.teaching?.requestedCells = 0
        emit(.note("that was the last cell"))
      }
    }
  }

  /// Shows a recorded output as it was printed; lines that are too long for the screen are cut, not wrapped.
  func emit(recorded: String) {
    var text = StyledText(recorded)
    if let width = host.width() { text.lines = text.lines.map { $0.cut(to: width) } }
    emit(.text(text))
  }

  func withRole(_ role: CellRole, _ body: () -> Void) {
    let before = self.role
    self.role = role
    defer { self.role = before }
    body()
  }
}
