import Display
import Formats
public import Query

/// A running notebook, without a terminal: its variables, its results and its executed cells.
///
/// Code goes in; output comes out through `emit`. A statement that fails changes no variable. A session is used by
/// one thread; the computations use all cores.
public final class Session {
  public var settings: Settings
  public var host: SessionHost
  /// Receives the output of cells as it is produced.
  public var emit: (Piece) -> Void = { _ in }
  /// Receives the wall time of every statement, for `--timings`.
  public var onStatement: (StatementTiming) -> Void = { _ in }

  /// The folder in which `load` looks up relative paths first; nil means only the working directory.
  public var dataFolder: String?
  /// The seed from which the seeds of verbs are drawn; nil draws them from the system.
  public var seed: Int? { didSet { seeds = SeedSource(seed) } }

  /// Variables in the order of their first assignment.
  public internal(set) var names: [String] = []
  private(set) var values: [String: NotebookValue] = [:]
  /// The session's scalars and lists as `$x`, and the kinds of its other variables. It is updated with every
  /// assignment, so that a cell with many statements does not build it again for each.
  private(set) var environment = Environment()
  /// The verbs among the variables. They are kept apart, so that a cell does not look for them among all variables.
  private(set) var definitions: [VerbDefinition] = []
  /// The cell that last assigned each variable.
  var namingCells: [String: Int] = [:]
  var results = Results()
  /// The memory limit in bytes for results that are not values of variables; the oldest are freed first.
  public var memoryForResults = Formats.usualMemoryBudget / 2
  /// The cells and the prose of this session, for `:save`.
  var record: [SessionRecord] = []
  /// The journal, to which cells are written as they run, so that a crash loses none. Nil if the session is not
  /// interactive.
  public var journal: Journal?
  /// Whether an earlier session is being replayed: effects outside of the session are skipped.
  var isReplaying = false
  /// The text of the stages that were skipped for this reason.
  var leftOut: [String] = []

  /// The files that cells may access.
  public private(set) var access = FileAccess.everywhere
  /// Whether the running cell has less access than the others; the journal records this.
  private(set) var isConfinedAlone = false
  /// The folders whose sessions have full access.
  public var trusted = TrustedFolders.all
  /// The actions that the user has allowed an untrusted session.
  var allowed: Set<String> = []
  /// Files written by `:save`, with checksums: they may be replaced unless somebody else has changed them.
  var savedFiles: [String: UInt64] = [:]
  /// The variables that the running cell has assigned.
  var namedInCell: Set<String> = []
  /// The start of the running statement, in bytes of its cell and in pieces of output.
  var runningStatement = SessionRecord.Cut(code: 0, pieces: 0)
  /// The number of pieces of output of the running cell.
  var pieceCount = 0
  /// The state of empty lines between the outputs of statements.
  var spacing = OutputSpacing()
  /// Whether a cell writes a table to standard output, so that other output must not go there.
  public internal(set) var outputIsTaken = false
  /// The drawn plots as text and SVG, if they are collected.
  var plots: [(text: String, svg: String)]?
  /// Takes a plot instead of its text, if the viewer draws it.
  var takePlot: ((Plot) -> Void)?
  /// Fingerprints the loaded tables while the session is checked or recorded.
  var dataWatch: DataWatch?
  /// Whether the session is being checked against its recording; then it cannot start a check itself.
  var isChecked = false
  /// The number of the next cell, from 1.
  public internal(set) var nextCell = 1
  /// The open session file and its current cell.
  var document: OpenDocument?
  /// The lesson taught in this session; nil if there is none.
  var teaching: Teaching?
  /// The role of the running cell in the lesson.
  var role = CellRole.ordinary
  /// The traces of the statements of the last cell with values, for `:python`. Kept in interactive sessions or on
  /// request.
  package var traces: [StatementTrace] = []
  package var keepsTraces = false

  var seeds = SeedSource(nil)
  /// Notes of the running statement, shown after its value.
  var notes: [String] = []
  /// The seeds drawn in the running cell, in the order in which they were drawn.
  var drawnSeeds: [DrawnSeed] = []
  /// The seeds that the running cell's session file gives to verbs inside defined verbs, without those already used.
  var givenSeeds: ArraySlice<Int> = []
  /// Synonyms for which a note was already shown.
  var announcedSynonyms: Set<String> = []
  /// The name of the running verb's input in messages; nil if the input has no name.
  var inputName: String?
  /// The variables that the running statement assigns.
  var targets: [String] = []
  /// The text of the running verb's input, if it can be part of a hint.
  var inputText: String?
  var isTracing = false
  /// Seconds for which the running statement waited for the user: in the viewer, or between the steps of `walk`.
  var waited = 0.0
  /// Cells to run next, requested by a command or the viewer.
  var pendingCells: [PendingCell] = []
  /// Whether a command requested the running cell. Such a cell cannot request others, which might never end.
  var isRunByCommand = false
  /// The initial text of the next prompt.
  var pendingPrefill: String?
  /// The list that a command printed last, if no value was printed after it.
  var lastListing: String?
  /// Whether `:quit` was typed.
  public internal(set) var isOver = false

  public init(settings: Settings = Settings(), host: SessionHost = SessionHost()) {
    self.settings = settings
    self.host = host
  }

  /// All verbs for the parser, relational ones first.
  public static let declarations: [VerbDeclaration] =
    relationalVerbs.map(\.declaration) + notebookVerbs.map(\.declaration)

  static let parser = Parser(verbs: declarations, functionNames: functions.map(\.name)) { (command, argument) in
    switch command {
    case "drop": .names(Command.names(in: argument))
    case "reset": .all
    default: .nothing
    }
  }

  /// The parser of this session, including defined verbs.
  var parser: Parser { Session.parser.defining(definitions) }

  /// The declaration of a built-in verb.
  func declaration(of verb: String) -> VerbDeclaration? {
    Session.declarations.first { $0.name == verb || $0.synonyms.contains(verb) }
      ?? definitions.first { $0.name == verb }?.declaration
  }

  /// Whether a prompt should continue with another line.
  public static func isIncomplete(_ text: String) -> Bool { parser.isIncomplete(text) }

  /// The value of a variable, or of `_`, `__` or `_7`.
  public func value(named name: String) -> NotebookValue? {
    if let value = values[name] { return value }
    switch name {
    case "_": return results.last()
    case "__": return results.last(before: 1)
    default: return Session.cell(ofResult: name).flatMap { results[$0] }
    }
  }

  /// The number of the cell whose result is `_7`.
  static func cell(ofResult name: String) -> Int? { name.hasPrefix("_") ? Int(name.dropFirst()) : nil }

  /// Whether a name is a result: `_`, `__`, `_7`.
  static func isResultName(_ name: String) -> Bool {
    name.hasPrefix("_") && name.dropFirst().allSatisfy { $0 == "_" || $0.isNumber }
  }

  package func set(_ name: String, to value: NotebookValue) {
    if values.updateValue(value, forKey: name) == nil { names.append(name) }
    namingCells[name] = nextCell
    teaching?.branchNames.insert(name)
    namedInCell.insert(name)
    describe(name, value)
  }

  /// Deletes a variable. Returns false if there is none with this name.
  func forget(_ name: String) -> Bool {
    guard values.removeValue(forKey: name) != nil else { return false }
    names.removeAll { $0 == name }
    namingCells[name] = nil
    describe(name, nil)
    return true
  }

  /// Replaces the variables and results by others, for example those of another session.
  func take(_ values: [String: NotebookValue], _ results: Results) {
    self.values = values
    self.results = results
    names = values.keys.sorted()
    namingCells = [:]
    (environment, definitions) = (Environment(), [])
    for (name, value) in values { describe(name, value) }
    describeResults()
  }

  /// Everything that running cells can change. Values are immutable, so this copies no table.
  struct Snapshot {
    fileprivate var names: [String]
    fileprivate var values: [String: NotebookValue]
    fileprivate(set) var environment: Environment
    fileprivate var definitions: [VerbDefinition]
    fileprivate var namingCells: [String: Int]
    fileprivate var seeds: SeedSource
    var results: Results

    func value(named name: String) -> NotebookValue? { values[name] }
  }

  var snapshot: Snapshot {
    get {
      Snapshot(
        names: names, values: values, environment: environment, definitions: definitions, namingCells: namingCells,
        seeds: seeds, results: results)
    }
    set {
      (names, values, environment) = (newValue.names, newValue.values, newValue.environment)
      definitions = newValue.definitions
      (namingCells, seeds, results) = (newValue.namingCells, newValue.seeds, newValue.results)
    }
  }

  /// Updates the constants `_` and `__` to the last results.
  func describeResults() {
    for (name, value) in [("_", results.last()), ("__", results.last(before: 1))] {
      if case .constant(let constant)? = value {
        environment.constants[name] = constant
      } else {
        environment.constants[name] = nil
      }
    }
  }

  private func describe(_ name: String, _ value: NotebookValue?) {
    environment.constants[name] = nil
    environment.others[name] = nil
    definitions.removeAll { $0.name == name }
    if case .verb(let definition)? = value { definitions.append(definition) }
    switch value {
    case .constant(let constant): environment.constants[name] = constant
    case let other?: environment.others[name] = other.kind
    case nil: break
    }
  }

  func note(_ text: String) { notes.append(text) }

  /// Restricts the file access of the session. This cannot be undone.
  public func confine(to access: FileAccess) {
    if self.access == .everywhere { self.access = access }
  }

  /// Runs part of a session with restricted file access.
  func confined<Result>(to access: FileAccess, _ body: () -> Result) -> Result {
    let before = (self.access, isConfinedAlone)
    defer { (self.access, isConfinedAlone) = before }
    isConfinedAlone = self.access != access && self.access == .everywhere
    confine(to: access)
    return body()
  }
}

/// The timing of a statement, for `--timings`.
public struct StatementTiming: Sendable {
  public var cell: Int
  public var statement: String
  public var seconds: Double
  /// The number of rows, if the result is a table.
  public var rows: Int?
}

/// An entry of the session's record, to be saved.
enum SessionRecord {
  case prose(String)
  case cell(Cell)

  /// A position in a cell: bytes of its code, and pieces of its output.
  struct Cut {
    var code: Int
    var pieces: Int
  }

  struct Cell {
    var number: Int
    /// The code, including the seeds that were drawn for its own verbs.
    var code: String
    /// The seeds drawn inside defined verbs, in the order in which they were drawn.
    var seeds: [Int] = []
    var pieces: [Piece]
    var outcome: CellOutcome
    /// The access that the cell had; when it is run again, it gets no more.
    var access: FileAccess
    /// The role of the cell in its lesson.
    var role = CellRole.ordinary
    /// The start of the statement that did not finish, if there is one.
    var cut: Cut?
    /// The variables that it assigned.
    var named: Set<String> = []
    /// Whether its effect was undone, because a lesson continued without it or went back.
    var isUndone = false
    /// Whether the session file says that the cell fails.
    var expectsError = false
    /// The output recorded by an earlier session, if the replay skipped part of the cell.
    var recorded: String?

    /// Whether it contains only commands that assign nothing. (`:time` assigns what its statement does.)
    var isCommands: Bool {
      named.isEmpty && code.split(separator: "\n").allSatisfy { $0.trimmed.hasPrefix(":") || $0.trimmed.isEmpty }
    }
  }
}

/// A cell that runs after the cell that requested it.
struct PendingCell {
  var code: String
  /// Whether a command requested it; otherwise the user wrote it in the viewer or an editor.
  var isOfCommand = true
  /// The file access, if it is restricted: the cell is from an untrusted file.
  var access = FileAccess.everywhere
  /// The options of the cell in its session file.
  var options = CellOptions()
}

extension Session {
  /// All examples of all declarations.
  public static var examples: [Example] { helpTopics.flatMap(\.examples) }
}
