/// A session file that is taught: what has been shown, which cell waits, and which experiments were run in between.
///
/// It is a value, independent of the terminal and of tables: `next` says what to do, and `receive` takes what
/// happened. A cell waits until it has finished successfully. Other input is an experiment or a command, and the cell
/// keeps waiting.
public struct Lesson: Sendable, Hashable {
  /// A step of a lesson.
  enum Step: Sendable, Hashable {
    case prose(String)
    /// `<!-- pause -->`.
    case pause
    /// A `<details>` block, shown on request.
    case answer(title: String, text: String)
    /// The cell at this index in the document.
    case cell(Int)
  }

  /// What must happen next.
  public enum Next: Sendable, Hashable {
    /// Show Markdown from the given line on; then send `shown`.
    case show(String, fromLine: Int)
    /// Run a hidden cell.
    case runHidden(Int)
    case ask(Prompt)
  }

  /// What to ask the user for.
  public enum Prompt: Sendable, Hashable {
    /// Enter continues the prose.
    case more
    /// Enter continues; `:answer` shows the answer first.
    case answer(title: String)
    /// The cell is at the prompt; Enter runs it.
    case cell(Int, code: String)
    /// The cell was interrupted after exceeding its time limit. Enter shows the recorded output and continues.
    case overBudget(Int, seconds: Double)
    /// An empty line before a waiting cell; Enter alone brings the cell back to the prompt.
    case experiment(Int, Int)
    /// All cells have run.
    case end
  }

  /// What to do with a line.
  public enum Action: Sendable, Hashable {
    case nothing
    /// Run the waiting cell.
    case run(Int)
    /// Run the typed experiment: the number of the waiting cell and of the experiment, both from 1.
    case experiment(Int, Int, code: String)
    /// Run a command or a request for help.
    case command(String)
  }

  /// An event that a lesson must be told.
  public enum Input: Sendable, Hashable {
    case line(String)
    /// Ctrl-C was pressed at the prompt.
    case interrupted
    /// The waiting cell has ended.
    case cellEnded(CellOutcome, seconds: Double = 0)
    case experimentEnded
    /// This many lines of the prose have been shown, counted from its first.
    case shown(lines: Int, of: Int)
    case openAnswer
    /// A key of the lesson was pressed, with the line typed so far.
    case key(Key, line: String)
  }

  /// The lesson's keys.
  public enum Key: Sendable, Hashable, CaseIterable { case next, back, map, answer }

  public internal(set) var document: SessionDocument
  var steps: [Step]
  /// The index of the current step.
  var position = 0
  /// The number of lines of the step's prose that have been shown.
  var shownLines = 0
  /// Whether the screen is full before the end of the prose.
  var isPageFull = false
  /// Whether an experiment is being typed: the line before the waiting cell is empty.
  var isImprovising = false
  /// Whether the waiting cell was interrupted after exceeding its time limit.
  var isOverBudget = false
  /// The number of experiments since the last cell.
  public internal(set) var experiments = 0
  /// The number of the cell that ran last, from 1.
  public internal(set) var lastCell: Int?
  /// The cells that finished successfully.
  public internal(set) var finished: Set<Int> = []

  public init(_ document: SessionDocument) {
    self.document = document
    steps = Lesson.steps(of: document)
  }

  /// What must happen now.
  public var next: Next {
    guard position < steps.count else { return .ask(.end) }
    switch steps[position] {
    case .prose(let text): return isPageFull ? .ask(.more) : .show(text, fromLine: shownLines)
    case .pause: return .ask(.more)
    case .answer(let title, _): return .ask(.answer(title: title))
    case .cell(let index):
      let cell = document.cells[index]
      // A hidden cell that failed waits like any other, because what it should define is missing.
      if cell.options.isHidden, !isImprovising { return .runHidden(index + 1) }
      if isOverBudget { return .ask(.overBudget(index + 1, seconds: cell.options.budget ?? 0)) }
      return .ask(
        isImprovising && !cell.options.isHidden
          ? .experiment(index + 1, experiments + 1) : .cell(index + 1, code: cell.code.trimmedOfLineBreaks))
    }
  }

  /// The number of the next cell, from 1; at the end, one more than the number of cells.
  public var nextCell: Int {
    for case .cell(let index) in steps.dropFirst(position) { return index + 1 }
    return document.cells.count + 1
  }

  /// The cell that waits at the prompt; nil in the prose and at the end.
  public var waitingCell: Int? {
    guard position < steps.count, case .cell(let index) = steps[position] else { return nil }
    return index + 1
  }

  /// Whether a line is the waiting cell, unchanged.
  public func isWaitingCell(_ line: String) -> Bool {
    guard let number = waitingCell else { return false }
    return line.trimmedOfLineBreaks == document.cells[number - 1].code.trimmedOfLineBreaks
  }

  /// Takes an event and returns what to do.
  @discardableResult
  public mutating func receive(_ input: Input) -> Action {
    switch input {
    case .line(let line): return action(for: line)
    case .interrupted:
      // If Ctrl-C declines the offer of the recorded output, the cell itself waits again.
      isImprovising = !isOverBudget
      isOverBudget = false
    case .experimentEnded:
      experiments += 1
      isImprovising = true
    case .cellEnded(let outcome, let seconds): endCell(outcome, seconds)
    case .shown(let lines, let count):
      shownLines = lines
      isPageFull = true
      if lines >= count { advance() }
    case .openAnswer:
      guard position < steps.count, case .answer(_, let text) = steps[position] else { return .nothing }
      steps[position] = .prose(text)
    case .key(let key, let line): return action(for: key, line)
    }
    return .nothing
  }

  private mutating func action(for line: String) -> Action {
    if line.allSatisfy(\.isWhitespace) {
      if isOverBudget { return .command(":skip") }
      isImprovising = waitingCell.map { document.cells[$0 - 1].options.isHidden } ?? false
      guard position < steps.count else { return .nothing }
      switch steps[position] {
      case .pause, .answer: advance()
      case .prose: isPageFull = false
      case .cell: break
      }
      return .nothing
    }
    if let number = waitingCell, isWaitingCell(line) { return .run(number) }
    if Lesson.isAside(line) { return .command(line) }
    if let command = commandBehindCell(line) { return .command(command) }
    return .experiment(nextCell, experiments + 1, code: line)
  }

  /// A command that was typed behind the waiting cell, which was left standing in the line; nil where none was.
  public func commandBehindCell(_ line: String) -> String? {
    guard let number = waitingCell else { return nil }
    let code = document.cells[number - 1].code.trimmedOfLineBreaks
    guard line.hasPrefix(code) else { return nil }
    let rest = line.dropFirst(code.count).trimmed
    return rest.hasPrefix(":") ? rest : nil
  }

  private mutating func action(for key: Key, _ line: String) -> Action {
    switch key {
    // Typed text is run only by Enter: the key of a remote control may be pressed by mistake.
    case .next: isDraft(line) ? .nothing : action(for: line)
    case .back: .command(":back")
    case .map: .command(":cells")
    case .answer: .command(":answer")
    }
  }

  /// Whether a line has been started: it is neither empty nor the waiting cell.
  public func isDraft(_ line: String) -> Bool { !line.allSatisfy(\.isWhitespace) && !isWaitingCell(line) }

  private mutating func endCell(_ outcome: CellOutcome, _ seconds: Double) {
    guard let number = waitingCell else { return }
    let options = document.cells[number - 1].options
    experiments = 0
    isOverBudget = outcome == .interrupted && !options.isHidden && options.budget.map { seconds > $0 } ?? false
    guard outcome == (options.expectsError ? .failed : .finished) else {
      isImprovising = options.isHidden
      return
    }
    finished.insert(number)
    lastCell = number
    advance()
  }

  /// Continues without running the waiting cell and the hidden cells directly after it, which check its results.
  /// Returns their numbers; nil if no cell waits.
  package mutating func skip() -> ClosedRange<Int>? {
    guard let number = waitingCell else { return nil }
    lastCell = number
    experiments = 0
    advance()
    var last = number
    while let hidden = waitingCell, document.cells[hidden - 1].options.isHidden {
      last = hidden
      advance()
    }
    return number...last
  }

  private mutating func advance() {
    position += 1
    isOverBudget = false
    shownLines = 0
    isPageFull = false
    isImprovising = false
  }

  /// Goes to a cell, and shows its prose again. Returns false if there is no such cell.
  public mutating func go(to number: Int) -> Bool {
    guard let target = steps.firstIndex(of: .cell(number - 1)) else { return false }
    let before = steps[..<target].lastIndex { if case .cell = $0 { true } else { false } }
    position = before.map { $0 + 1 } ?? 0
    shownLines = 0
    isPageFull = false
    isImprovising = false
    isOverBudget = false
    experiments = 0
    return true
  }

  /// Goes to a cell without showing its prose again.
  package mutating func wait(for number: Int) {
    guard let target = steps.firstIndex(of: .cell(number - 1)) else { return }
    position = target
    shownLines = 0
    isPageFull = false
    isImprovising = false
    isOverBudget = false
  }
}

extension String {
  /// The text without line breaks at its end.
  public var trimmedOfLineBreaks: String {
    var text = self[...]
    while text.last?.isNewline == true { text.removeLast() }
    return String(text)
  }
}
