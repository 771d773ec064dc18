import Diagnostics
import Display
import Experiments
import Parallelism
import Query
import Tables

/// How the execution of a cell ended.
public enum CellOutcome: Sendable, Hashable {
  case finished
  /// A statement failed. The statements before it took effect.
  case failed
  case interrupted
}

extension Session {
  /// Executes a cell: parses all of it, then runs its statements until one fails. Then it runs the cells that its
  /// commands requested.
  ///
  /// Output goes to `emit`, in order. The cell gets a number (`In [n]`) unless it is empty.
  ///
  /// If the code was copied from a terminal with prompts and output, the code that was typed there is run.
  ///
  /// - Parameters:
  ///   - access: a restriction of file access, if the cell may do less than the session.
  ///   - options: the options of the cell in its session file, of which it needs `expectsError` and `seeds`.
  @discardableResult
  public func run(
    _ code: String, name: String? = nil, firstLine: Int = 1, access: FileAccess = .everywhere,
    options: CellOptions = CellOptions()
  ) -> CellOutcome {
    let typed = Transcript.code(in: code) ?? code
    let outcome = confined(to: access) {
      runOne(typed, name: name, firstLine: firstLine, options: options)
    }
    return runPending() ?? outcome
  }

  /// Executes a hidden cell. Like a cell run by a command, it may not request other cells or move in the session
  /// file.
  @discardableResult
  public func runUnseen(_ code: String) -> CellOutcome {
    pendingCells = [PendingCell(code: code)]
    return runPending() ?? .finished
  }

  private func runOne(
    _ code: String, name: String? = nil, firstLine: Int = 1, options: CellOptions = CellOptions()
  ) -> CellOutcome {
    let number = nextCell
    let label = role.label(number: number)
    let source = Source(name: name ?? "In [\(label)]", text: code, firstLine: firstLine)
    var pieces: [Piece] = []
    let listener = emit
    namedInCell = []
    pieceCount = 0
    spacing = OutputSpacing()
    emit = { [weak self] piece in
      for piece in self?.spacing.isNeeded(before: piece) == true ? [.gap, piece] : [piece] {
        pieces.append(piece)
        self?.pieceCount += 1
        listener(piece)
      }
    }
    drawnSeeds = []
    givenSeeds = options.seeds[...]
    defer { emit = listener }

    let outcome = execute(source, number: number)
    guard outcome != nil || !pieces.isEmpty else { return .finished }
    if nextCell == number, role.takesNumber { nextCell += 1 }
    remember(
      code, number: number, pieces: pieces, outcome: outcome ?? .finished, expectsError: options.expectsError)
    return outcome ?? .finished
  }

  /// Runs the requested cells; cells that these request run before the rest. Returns the outcome of the first that
  /// did not finish.
  private func runPending() -> CellOutcome? {
    // During a replay, these cells are in the journal as cells of their own.
    if isReplaying { pendingCells = [] }
    defer {
      pendingCells = []
      isRunByCommand = false
    }
    while let cell = pendingCells.first {
      let rest = pendingCells.dropFirst()
      pendingCells = []
      isRunByCommand = cell.isOfCommand
      let outcome = confined(to: cell.access) { runOne(cell.code, options: cell.options) }
      guard outcome == .finished else { return outcome }
      if isOver { return nil }
      pendingCells += rest
    }
    return nil
  }

  /// Parses and runs a cell. Nil if there was nothing to run.
  private func execute(_ source: Source, number: Int) -> CellOutcome? {
    if let command = commandInAnotherLayout(source) {
      emit(.diagnostic(command))
      return .failed
    }
    let statements: [Statement]
    do throws(Diagnostic) {
      statements = try parser.statements(in: source)
    } catch {
      emit(.diagnostic(commandWithoutColon(source) ?? error.namingCalls))
      return .failed
    }
    guard !statements.isEmpty else { return nil }
    if statements.contains(where: \.isEvaluation) { traces = [] }
    // If a statement writes a table to standard output, output of the earlier statements must not go there either.
    if statements.contains(where: \.writesToOutput) { outputIsTaken = true }
    runningStatement = SessionRecord.Cut(code: 0, pieces: 0)
    journalStart(of: source.text)
    var seedsInJournal = 0
    for statement in statements {
      spacing.beginStatement()
      runningStatement = SessionRecord.Cut(code: statement.span.range.lowerBound, pieces: pieceCount)
      let outcome = Cores.limited(to: settings.threads) {
        execute(statement, of: source, number: number, seedsInJournal: &seedsInJournal)
      }
      if outcome != .finished { return outcome }
      if isOver { break }
    }
    return .finished
  }

  /// Runs one statement of a cell and shows its value.
  ///
  /// - Parameter seedsInJournal: how many of the drawn seeds are already in the journal.
  private func execute(
    _ statement: Statement, of source: Source, number: Int, seedsInJournal: inout Int
  ) -> CellOutcome {
    notes = []
    waited = 0
    trace(statement, number: number)
    let clock = ContinuousClock()
    let start = clock.now
    func elapsed() -> Double { max(0, seconds(clock.now - start) - waited) }
    do throws(Diagnostic) {
      let value = try run(statement)
      if !traces.isEmpty { traces[traces.count - 1].seeds = drawnSeeds }
      var took = elapsed()
      if let value { keep(value, ofCell: number) }
      if drawnSeeds.count > seedsInJournal { journalStart(of: source.text) }
      seedsInJournal = drawnSeeds.count
      if !statement.isSilenced {
        try show(value, of: statement)
        // The rows of a remote table are computed when they are printed.
        if value?.isRemote == true { took = elapsed() }
      }
      onStatement(StatementTiming(cell: number, statement: statement.span.text, seconds: took, rows: value?.rowCount))
      for note in notes { emit(.note(note)) }
      if took > 0.1, !statement.isSilenced { emit(.elapsed(took)) }
    } catch {
      for note in notes { emit(.note(note)) }
      emit(.diagnostic(error.located(at: statement.span).namingCalls))
      return error.kind == .interruption ? .interrupted : .failed
    }
    return .finished
  }

  /// Stores what a statement starts from, for `:python`. At most 100 statements of a cell are stored.
  private func trace(_ statement: Statement, number: Int) {
    guard keepsTraces || host.isInteractive, statement.isEvaluation || keepsTraces, traces.count < 100 else { return }
    traces.append(StatementTrace(statement: statement, cell: number, before: snapshot))
  }

  /// Makes a value `Out[number]`. Without a value, as after `view`, `_` does not change.
  func keep(_ value: NotebookValue, ofCell number: Int) {
    if case .nothing = value { return }
    if role.takesNumber { results[number] = value } else { results.pass(value) }
    results.trim(to: memoryForResults, named: namingCells.values)
    describeResults()
  }

  /// Runs one statement and returns its value, if it has one.
  func run(_ statement: Statement) throws(Diagnostic) -> NotebookValue? {
    switch statement.body {
    case .evaluation(let targets, let pipeline):
      self.targets = targets.map(\.name)
      let value = try evaluate(pipeline)
      return try targets.isEmpty ? materialize(value) : assign(value, to: targets, statement: statement)
    case .command(let name, let argument, let span):
      try runCommand(name, argument: argument, argumentSpan: span)
      return nil
    case .help(let topic, let pipeline):
      emit(.page(try helpPage(topic: topic, pipeline: pipeline)))
      return nil
    case .definition(let definition):
      if Session.isResultName(definition.name) {
        throw Diagnostic("`\(definition.name)` is a result and cannot be defined", at: statement.span)
      }
      set(definition.name, to: .verb(definition))
      note("\(definition.name): a verb" + (definition.parameters.isEmpty ? "" : ", \(definition.signature)"))
      return nil
    }
  }

  /// Assigns the value of a pipeline to variables: either to all of them or to none.
  private func assign(
    _ value: NotebookValue, to targets: [Identifier], statement: Statement
  ) throws(Diagnostic) -> NotebookValue {
    for target in targets { try checkAssignable(target) }
    if targets.count == 1, let target = targets.first {
      if case .several(let values) = value {
        throw Diagnostic(
          "\(values.count) values cannot be assigned to one variable", at: target.span,
          hint: "name them all: `\((1...values.count).map { "\(target.name)\($0)" }.joined(separator: ", ")) = …`")
      }
      if case .nothing = value {
        throw Diagnostic("there is no value to assign", at: target.span, hint: "leave out `\(target.name) =`")
      }
      let materialized = try materialize(value, name: target.name)
      set(target.name, to: materialized)
      return materialized
    }
    guard case .several(let values) = value, values.count == targets.count else {
      let found = if case .several(let values) = value { "\(values.count) values" } else { value.kind }
      throw Diagnostic("\(targets.count) variables for \(found)", at: statement.span)
    }
    var materialized: [NotebookValue] = []
    for (target, value) in zip(targets, values) { materialized.append(try materialize(value, name: target.name)) }
    for (target, value) in zip(targets, materialized) { set(target.name, to: value) }
    return .several(materialized)
  }

  private func checkAssignable(_ target: Identifier) throws(Diagnostic) {
    if Session.isResultName(target.name) {
      throw Diagnostic("`\(target.name)` is a result and cannot be assigned", at: target.span)
    }
    if target.name == "load" || target.name == "table" {
      throw Diagnostic("`\(target.name)` begins a pipeline and cannot be a name", at: target.span)
    }
  }

  // MARK: - Showing

  /// Prints the value of a statement, or a note if it was assigned to a variable.
  func show(_ value: NotebookValue?, of statement: Statement) throws(Diagnostic) {
    guard let value else { return }
    if case .evaluation(let targets, _) = statement.body, !targets.isEmpty {
      let shown = if case .several(let values) = value { values } else { [value] }
      for (target, value) in zip(targets, shown) { emit(.note("\(target.name): \(try summary(of: value))")) }
      return
    }
    try show(value)
  }

  func show(_ value: NotebookValue) throws(Diagnostic) {
    lastListing = nil
    switch value {
    case .table(let plan): emit(.table(try excerpt(of: plan)))
    case .model(let model):
      let description = model.description
      emit(.table(excerpt(description, rows: description.rowCount)))
    case .constant(let constant): emit(.constant(constant))
    case .several(let values): for value in values { try show(value) }
    case .shown(let text): emit(.text(text))
    case .engine(let engine): emit(.text(StyledText(engine.summary)))
    case .verb(let definition): emit(.text(StyledText(definition.text)))
    case .nothing: break
    }
  }

  /// A short description of a value: `189_622 rows × 3 columns`, `EASE, 10_218 users × 16_539 items`, `5 values i64`.
  func summary(of value: NotebookValue) throws(Diagnostic) -> String {
    switch value {
    case .table(let plan) where plan.engine != nil:
      return "? rows × \(counted(plan.schema.count, "column")), on \(plan.engine?.name ?? "")"
    case .table(let plan):
      let source = try source(of: plan)
      return "\(grouped(source.rowCount)) \(source.rowCount == 1 ? "row" : "rows") × "
        + "\(grouped(source.schema.count)) \(source.schema.count == 1 ? "column" : "columns")"
    case .model(let model): return model.summary
    case .constant(.scalar(let value, let type)): return "\(value.text(as: type)) \(type)"
    case .constant(.list(let column)): return "\(grouped(column.count)) values \(column.type)"
    case .several(let values): return "\(values.count) values"
    case .shown: return "a text"
    case .engine(let engine): return engine.summary
    case .verb(let definition): return definition.signature
    case .nothing: return "nothing"
    }
  }
}

extension Diagnostic {
  /// The diagnostic with notes on the calls of defined verbs that led to it.
  fileprivate var namingCalls: Diagnostic {
    var result = self
    var call = span?.source.call
    while let own = call {
      result.notes.append("in `\(own.text)`, \(own.source.name)")
      call = own.source.call
    }
    return result
  }
}

extension Statement {
  /// Whether the statement has a value: it is neither a command nor a request for help.
  fileprivate var isEvaluation: Bool {
    switch body {
    case .evaluation, .definition: true
    case .command, .help: false
    }
  }
}

/// Converts a duration to seconds.
func seconds(_ duration: Duration) -> Double {
  let (seconds, attoseconds) = duration.components
  return Double(seconds) + Double(attoseconds) * 1e-18
}

extension Statement {
  /// Whether it ends with `save "-"`.
  fileprivate var writesToOutput: Bool {
    guard case .evaluation(_, let pipeline) = body, let last = pipeline.stages.last, last.name == "save",
      case .expression(let path)? = last.arguments.first, case .literal(.text(let text)) = path.node
    else { return false }
    return text.string == "-"
  }
}
