public import Diagnostics
import Display

extension Session {
  /// Starts to teach a session file. Its data folder and its seed become those of the session.
  ///
  /// - Parameter text: the content of the file.
  public func teach(_ document: SessionDocument, text: String, at path: String) throws(Diagnostic) {
    try adopt(document, at: path)
    var teaching = Teaching(
      path: path, text: text, isFileGone: !isFileThere(path), lesson: Lesson(document), base: snapshot)
    teaching.snapshots[teaching.lesson.firstCell] = snapshot
    self.teaching = teaching
    nextCell = teaching.lesson.nextCell
  }

  /// The lesson; nil if there is none.
  public var lesson: Lesson? { teaching?.lesson }

  /// The path of the lesson's file.
  public var lessonFile: String? { teaching?.path }

  /// Reports how many lines of the prose have been shown.
  public func lessonShown(lines: Int, of count: Int) { teaching?.lesson.receive(.shown(lines: lines, of: count)) }

  /// Reports Ctrl-C at the prompt: the line is empty, and Enter brings the cell back.
  public func lessonInterrupted() { teaching?.lesson.receive(.interrupted) }

  /// Runs a line typed in a lesson: the waiting cell, an experiment, or a command.
  public func runInLesson(_ line: String) {
    let wasCell = lesson?.isWaitingCell(line) ?? false
    readLessonAgain()
    guard let teaching else { return }
    // The cell was changed in the file while its old version was at the prompt.
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

  /// Handles a key of the lesson. Returns the typed line if it should stay at the next prompt.
  public func lessonKey(_ key: Lesson.Key, line: String) -> String? {
    guard let lesson else { return nil }
    if key == .next, !lesson.isDraft(line) {
      runInLesson(line)
      return nil
    }
    if case .command(let code)? = teaching?.lesson.receive(.key(key, line: line)) { runInLesson(code) }
    return lesson.isDraft(line) && key != .back ? line : nil
  }

  /// Skips the waiting cell and shows its recorded output. Returns false if no cell waits.
  func skipInLesson() -> Bool {
    guard let skipped = teaching?.lesson.skip(), let number = skipped.first,
      let cell = lesson?.document.cells[number - 1]
    else { return false }
    let base = teaching?.base
    for cell in skipped { self.teaching?.snapshots[cell] = base }
    nextCell = lesson?.nextCell ?? nextCell
    let recorded = cell.recorded.flatMap { $0.isEmpty ? nil : $0 }
    if let recorded { emit(recorded: recorded) }
    let what = recorded == nil ? "nothing is recorded for it" : "this is its recorded output"
    emit(.note("cell \(number) did not run; \(what), and names are as before it"))
    return true
  }

  /// Runs a hidden cell. Only errors are shown.
  public func runHiddenLessonCell(_ number: Int) {
    let listener = emit
    emit = { if case .diagnostic = $0 { listener($0) } }
    let outcome = runLessonCell(number)
    emit = listener
    // Its code was not meant to be seen, and running it again fails again.
    if outcome == .failed, lesson?.waitingCell == number {
      emit(.note("cell \(number) is hidden and failed; `:skip` continues without it"))
    }
  }

  /// Runs the waiting cell, starting from the state after the cells before it.
  ///
  /// - Parameter replayed: the cell of the journal to run in its place, when the session is resumed.
  @discardableResult
  func runLessonCell(_ number: Int, as replayed: SessionDocument.Cell? = nil) -> CellOutcome {
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
      var options = cell.options
      if let replayed { options.seeds = replayed.options.seeds }
      outcome = run((replayed ?? cell).code, access: access(of: cell), options: options)
    }
    let taken = seconds(clock.now - begin)
    self.teaching?.lesson.receive(.cellEnded(outcome, seconds: taken))
    // A fit that is stopped has ended well, with the iterations it has.
    if outcome == .finished, replayed == nil, let budget = cell.options.budget, taken > budget,
      cell.recorded?.isEmpty == false
    {
      let limit = durationText(seconds: budget)
      emit(.note("cell \(number) took longer than its \(limit); `:recorded` shows its recorded output"))
    }
    if self.teaching?.lesson.finished.contains(number) == true {
      self.teaching?.base = snapshot
      self.teaching?.snapshots[number + 1] = snapshot
      self.teaching?.branchNames = []
    }
    for other in teaching.snapshots.keys { self.teaching?.snapshots[other]?.results.letGo(as: results) }
    nextCell = self.teaching?.lesson.nextCell ?? nextCell
    return outcome
  }

  /// Goes to a cell, and restores the variables from before it ran.
  func goInLesson(to wanted: Int) -> Bool {
    guard var teaching else { return false }
    let number = teaching.lesson.waitingPlace(of: wanted)
    guard teaching.lesson.go(to: number) else { return false }
    if number < wanted { emit(.note("cell \(wanted) is hidden and checks cell \(number)")) }
    // The state before a cell that has not run yet is that after the last cell that has run before it.
    let first = teaching.lesson.firstCell
    let (cell, state) = teaching.state(before: number) ?? (first, teaching.base)
    teaching.base = state
    let isOne = cell == number - 1
    let missing = isOne ? "cell \(cell) has" : "cells \(cell) to \(number - 1) have"
    emit(
      .note(
        cell >= number
          ? "cell \(number) waits; variables and results are as before it runs"
          : "cell \(number) waits; \(missing) not run, and what \(isOne ? "it defines" : "they define") is missing"))
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

  /// Makes variables of experiments visible to the lesson's cells: all, or the given ones. Returns those that were
  /// kept.
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

  /// Reads the file again if it was changed. If it cannot be read, the lesson stays as it is.
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
    emit(.note("cell \(firstChanged) was changed after it ran; `:goto \(firstChanged)` goes back to it"))
  }

  /// Runs the cells that `:next` or `:run` requested, until one fails.
  private func runRequestedCells() {
    var hasRun = false
    let wait = host.waitForEnter
    defer { host.waitForEnter = wait }
    // Whoever runs all cells does not press Enter at each step of a walk.
    if (teaching?.requestedCells ?? 0) > 1 { host.waitForEnter = nil }
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
        hasRun = true
        runLessonCell(number)
        if self.teaching?.lesson.waitingCell == number { self.teaching?.requestedCells = 0 }
      case .ask(.end):
        self.teaching?.requestedCells = 0
        // Behind the last cell, whoever teaches says so.
        if !hasRun { emit(.note("that was the last cell")) }
      }
    }
  }

  /// Shows a recorded output as it was printed. Lines that are too long are cut, not wrapped.
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
