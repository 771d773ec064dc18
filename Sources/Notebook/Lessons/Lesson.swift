/// A session file that is taught: what has been shown, which cell waits, and what was tried in between.
///
/// A value without a terminal and without tables: `next` says what to do, `receive` takes what happened. A cell waits
/// until it has run well. Whatever else is typed is an experiment or a command, and the cell goes on waiting.
public struct Lesson: Sendable, Hashable {
  /// What a lesson consists of, in order.
  enum Step: Sendable, Hashable {
    case prose(String)
    /// `<!-- pause -->`.
    case pause
    /// A `<details>` block, which is shown when it is asked for.
    case answer(title: String, text: String)
    /// The cell of that index in the document.
    case cell(Int)
  }

  /// What has to happen next.
  public enum Next: Sendable, Hashable {
    /// Show Markdown, leaving out the lines that were shown already; then `shown`.
    case show(String, fromLine: Int)
    /// Run a cell that nobody sees.
    case runHidden(Int)
    case ask(Prompt)
  }

  /// What the person is asked for.
  public enum Prompt: Sendable, Hashable {
    /// Enter goes on with the prose.
    case more
    /// Enter goes on; `:answer` shows the answer first.
    case answer(title: String)
    /// The cell stands at the prompt; Enter runs it.
    case cell(Int, code: String)
    /// The cell was stopped when it had taken longer than its budget; Enter shows what is recorded and goes on.
    case overBudget(Int, seconds: Double)
    /// An empty line in front of a waiting cell; Enter alone gives the cell again.
    case experiment(Int, Int)
    /// All cells have run.
    case end
  }

  /// What to do with a line.
  public enum Action: Sendable, Hashable {
    case nothing
    /// Run the waiting cell.
    case run(Int)
    /// Run what was typed in front of a cell: the cell's number and the experiment's, each from 1.
    case experiment(Int, Int, code: String)
    /// A command or a question for help.
    case command(String)
  }

  public enum Input: Sendable, Hashable {
    case line(String)
    /// Ctrl-C at the prompt.
    case interrupted
    /// The waiting cell, or an experiment, has ended.
    case cellEnded(CellOutcome, seconds: Double = 0)
    case experimentEnded
    /// That many of the prose's lines are on the screen now, counted from its first.
    case shown(lines: Int, of: Int)
    case openAnswer
    /// A key of the lesson, with what is typed so far.
    case key(Key, line: String)
  }

  /// What keys do that type nothing.
  public enum Key: Sendable, Hashable, CaseIterable { case next, back, map, answer }

  public internal(set) var document: SessionDocument
  var steps: [Step]
  /// The step that comes next, or waits.
  var position = 0
  /// How many lines of the step's prose have been shown.
  var shownLines = 0
  /// The screen is full in the middle of the prose.
  var isPageFull = false
  /// The last line was not the cell: the line in front of the cell is empty.
  var isImprovising = false
  /// The waiting cell was stopped when it had taken longer than its budget.
  var isOverBudget = false
  /// How many experiments have run since the last cell.
  public internal(set) var experiments = 0
  /// The cell that ran last, from 1.
  public internal(set) var lastCell: Int?
  /// The cells that have run well.
  public internal(set) var finished: Set<Int> = []

  public init(_ document: SessionDocument) {
    self.document = document
    steps = Lesson.steps(of: document)
  }

  /// What has to happen now.
  public var next: Next {
    guard position < steps.count else { return .ask(.end) }
    switch steps[position] {
    case .prose(let text): return isPageFull ? .ask(.more) : .show(text, fromLine: shownLines)
    case .pause: return .ask(.more)
    case .answer(let title, _): return .ask(.answer(title: title))
    case .cell(let index):
      let cell = document.cells[index]
      // A hidden cell that failed waits like any other: what it was to give is missing.
      if cell.options.isHidden, !isImprovising { return .runHidden(index + 1) }
      if isOverBudget { return .ask(.overBudget(index + 1, seconds: cell.options.budget ?? 0)) }
      return .ask(
        isImprovising && !cell.options.isHidden
          ? .experiment(index + 1, experiments + 1) : .cell(index + 1, code: cell.code.trimmedOfLineBreaks))
    }
  }

  /// The cell that comes next, from 1; one more than there are, at the end.
  public var nextCell: Int {
    for case .cell(let index) in steps.dropFirst(position) { return index + 1 }
    return document.cells.count + 1
  }

  /// The cell that waits at the prompt; nil in the prose and at the end.
  public var waitingCell: Int? {
    guard position < steps.count, case .cell(let index) = steps[position] else { return nil }
    return index + 1
  }

  /// Whether a line is the waiting cell as the file has it.
  public func isWaitingCell(_ line: String) -> Bool {
    guard let number = waitingCell else { return false }
    return line.trimmedOfLineBreaks == document.cells[number - 1].code.trimmedOfLineBreaks
  }

  /// Takes what happened; what to do about it.
  @discardableResult
  public mutating func receive(_ input: Input) -> Action {
    switch input {
    case .line(let line): return action(for: line)
    case .interrupted:
      // Of an offer that is declined, the cell itself is what waits.
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
    return .experiment(nextCell, experiments + 1, code: line)
  }

  private mutating func action(for key: Key, _ line: String) -> Action {
    switch key {
    // What was typed runs by Enter alone: a presenter's remote control is pressed by mistake.
    case .next: isDraft(line) ? .nothing : action(for: line)
    case .back: .command(":back")
    case .map: .command(":cells")
    case .answer: .command(":answer")
    }
  }

  /// Whether a line is what somebody has begun to type, neither empty nor the waiting cell.
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

  /// Goes on without running the waiting cell, nor the hidden ones right behind it, which check what it gave; their
  /// numbers, nil where no cell waits.
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

  /// Goes to a cell, whose prose is shown again; false if there is none of that number.
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

  /// Stands in front of a cell whose prose has been shown.
  mutating func wait(for number: Int) {
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
