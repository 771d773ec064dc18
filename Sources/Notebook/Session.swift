import Formats
public import Query

/// A running notebook: its names, its results, what was executed. The whole product without a terminal.
///
/// A line goes in, pieces of output come out through `emit`. An error leaves every name as it was. Used by one thread;
/// the kernels below spread over the cores by themselves.
public final class Session {
  public var settings: Settings
  public var host: SessionHost
  /// Receives what cells have to say, as they say it.
  public var emit: (Piece) -> Void = { _ in }
  /// Receives the wall time of every statement: what `--timings` writes down.
  public var onStatement: (StatementTiming) -> Void = { _ in }

  /// Where relative paths of `load` start; nil is the working directory alone.
  public var dataFolder: String?
  /// The seed of the seeds that are drawn; nil draws them from the system.
  public var seed: Int? { didSet { seeds = SeedSource(seed) } }

  /// Names in the order they were first given.
  public internal(set) var names: [String] = []
  private(set) var values: [String: NotebookValue] = [:]
  /// The session's scalars and lists as `$x`, and what its other names are; kept as names are given, so that a cell of
  /// many statements costs no more than they do.
  private(set) var environment = Environment()
  /// The cell that last gave a name its value.
  var namingCells: [String: Int] = [:]
  var results = Results()
  /// What results that no name holds may take, bytes; the oldest go first.
  public var memoryForResults = Formats.usualMemoryBudget / 2
  /// The cells and prose of this session, as `:save` writes them.
  var record: [SessionRecord] = []
  /// Where cells are written as they run, so that a crash loses none; nil where nobody sits who would want them back.
  public var journal: Journal?
  /// An earlier session is brought back: what acts on the world outside is left out.
  var isReplaying = false
  /// The stages that were left out for that, as they are written.
  var leftOut: [String] = []

  /// The files that its cells may touch.
  public private(set) var access = FileAccess.everywhere
  /// Whether the running cell may touch less than the others: the journal says so of it.
  private(set) var isConfinedAlone = false
  /// Whose sessions may touch what they like.
  public var trusted = TrustedFolders.all
  /// What the person has allowed a stranger's session.
  var allowed: Set<String> = []
  /// The files that `:save` has written, with checksums: those it may replace as long as nobody changed them.
  var savedFiles: [String: UInt64] = [:]
  /// The names that the running cell has given.
  var namedInCell: Set<String> = []
  /// Where the running statement starts, in bytes of its cell and in pieces of its output.
  var runningStatement = SessionRecord.Cut(code: 0, pieces: 0)
  /// The pieces of output of the running cell.
  var pieceCount = 0
  /// What the statements of the running cell have printed so far.
  var spacing = OutputSpacing()
  /// Whether a cell writes a table to standard output, which then belongs to whoever reads that table.
  public internal(set) var outputIsTaken = false
  /// The plots that were drawn, where somebody collects them: as text, and as pictures.
  var plots: [(text: String, svg: String)]?
  /// Looks at the tables that are loaded, where the session is checked or recorded.
  var dataWatch: DataWatch?
  /// The session is run to be compared with its recording: it checks none itself, or that would never end.
  var isChecked = false
  /// The number of the next cell, from 1.
  public internal(set) var nextCell = 1
  /// The session file that was opened, and the cell its next is.
  var document: OpenDocument?
  /// The lesson that is taught in this session; nil where none is.
  var teaching: Teaching?
  /// What the running cell is to the lesson.
  var role = CellRole.ordinary
  /// The statements of the last cell that was no command, for `:python`; kept at a prompt, or where somebody asks.
  package var traces: [StatementTrace] = []
  package var keepsTraces = false

  var seeds = SeedSource(nil)
  /// What the running statement has to say after its value.
  var notes: [String] = []
  /// The seeds drawn in the running cell, and where in its text they belong.
  var drawnSeeds: [DrawnSeed] = []
  /// Synonyms announce themselves once.
  var announcedSynonyms: Set<String> = []
  /// How messages call the table that the running verb works on; nil where it is no longer a named one.
  var inputName: String?
  /// The names that the running statement gives.
  var targets: [String] = []
  /// What the running verb works on, as it is written, where that can stand in a hint; else nil.
  var inputText: String?
  var isTracing = false
  /// Seconds of the running statement that it waited for a person: in the viewer, between the steps of a walk.
  var waited = 0.0
  /// Cells that a command or the viewer asked to run next.
  var pendingCells: [PendingCell] = []
  /// The running cell was asked for by a command. It asks for no others: cells that ask for each other never end.
  var isRunByCommand = false
  /// What stands at the next prompt already.
  var pendingPrefill: String?
  /// The list that a command printed last, if no value was printed after it.
  var lastListing: String?
  /// `:quit` was typed.
  public internal(set) var isOver = false

  public init(settings: Settings = Settings(), host: SessionHost = SessionHost()) {
    self.settings = settings
    self.host = host
  }

  /// Everything the parser has to know of verbs, relational ones first.
  public static let declarations: [VerbDeclaration] =
    relationalVerbs.map(\.declaration) + notebookVerbs.map(\.declaration)

  static let parser = Parser(verbs: declarations, functionNames: functions.map(\.name))

  /// The parser of this session, which knows the verbs that it has defined.
  var parser: Parser { Session.parser.defining(definitions) }

  var definitions: [VerbDefinition] {
    names.compactMap { if case .verb(let definition)? = values[$0] { definition } else { nil } }
  }

  /// The declaration of a verb, its own or one of Lectern's.
  func declaration(of verb: String) -> VerbDeclaration? {
    Session.declarations.first { $0.name == verb || $0.synonyms.contains(verb) }
      ?? definitions.first { $0.name == verb }?.declaration
  }

  /// Whether a prompt should wait for another line.
  public static func isIncomplete(_ text: String) -> Bool { parser.isIncomplete(text) }

  /// The value of a name: a variable, `_`, `__`, `_7`.
  public func value(named name: String) -> NotebookValue? {
    if let value = values[name] { return value }
    switch name {
    case "_": return results.last()
    case "__": return results.last(before: 1)
    default: return Session.cell(ofResult: name).flatMap { results[$0] }
    }
  }

  /// The cell that `_7` is the result of.
  static func cell(ofResult name: String) -> Int? { name.hasPrefix("_") ? Int(name.dropFirst()) : nil }

  /// Whether a name is one of `_`, `__`, `_7`.
  static func isResultName(_ name: String) -> Bool {
    name.hasPrefix("_") && name.dropFirst().allSatisfy { $0 == "_" || $0.isNumber }
  }

  func set(_ name: String, to value: NotebookValue) {
    if values.updateValue(value, forKey: name) == nil { names.append(name) }
    namingCells[name] = nextCell
    teaching?.branchNames.insert(name)
    namedInCell.insert(name)
    describe(name, value)
  }

  /// Forgets a name; false if nothing is called so.
  func forget(_ name: String) -> Bool {
    guard values.removeValue(forKey: name) != nil else { return false }
    names.removeAll { $0 == name }
    namingCells[name] = nil
    describe(name, nil)
    return true
  }

  /// Takes over the names and results of another session, or those of none.
  func take(_ values: [String: NotebookValue], _ results: Results) {
    self.values = values
    self.results = results
    names = values.keys.sorted()
    namingCells = [:]
    environment = Environment()
    for (name, value) in values { describe(name, value) }
    describeResults()
  }

  /// All that cells change by what they compute. Values cannot be changed, so that this copies no table.
  struct Snapshot {
    fileprivate var names: [String]
    fileprivate var values: [String: NotebookValue]
    fileprivate(set) var environment: Environment
    fileprivate var namingCells: [String: Int]
    fileprivate var seeds: SeedSource
    var results: Results

    func value(named name: String) -> NotebookValue? { values[name] }
  }

  var snapshot: Snapshot {
    get {
      Snapshot(
        names: names, values: values, environment: environment, namingCells: namingCells, seeds: seeds,
        results: results)
    }
    set {
      (names, values, environment) = (newValue.names, newValue.values, newValue.environment)
      (namingCells, seeds, results) = (newValue.namingCells, newValue.seeds, newValue.results)
    }
  }

  /// Lets `_` and `__` mean what the last results are.
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
    switch value {
    case .constant(let constant): environment.constants[name] = constant
    case let other?: environment.others[name] = other.kind
    case nil: break
    }
  }

  func note(_ text: String) { notes.append(text) }

  /// Lets a session touch less from here on. There is no way back: what was taken away stays away.
  public func confine(to access: FileAccess) {
    if self.access == .everywhere { self.access = access }
  }

  /// Runs a part of a session that may touch less than the rest.
  func confined<Result>(to access: FileAccess, _ body: () -> Result) -> Result {
    let before = (self.access, isConfinedAlone)
    defer { (self.access, isConfinedAlone) = before }
    isConfinedAlone = self.access != access && self.access == .everywhere
    confine(to: access)
    return body()
  }
}

/// What `--timings` tells of a statement.
public struct StatementTiming: Sendable {
  public var cell: Int
  public var statement: String
  public var seconds: Double
  /// Rows of the table it gave, if it gave one.
  public var rows: Int?
}

/// What a session remembers of itself, to be saved.
enum SessionRecord {
  case prose(String)
  case cell(Cell)

  /// A place in a cell: bytes of its code, pieces of its output.
  struct Cut {
    var code: Int
    var pieces: Int
  }

  struct Cell {
    var number: Int
    /// Its text, with the seeds that were drawn.
    var code: String
    var pieces: [Piece]
    var outcome: CellOutcome
    /// What it might touch: run again, it may touch no more.
    var access: FileAccess
    /// What it was to the lesson in which it ran.
    var role = CellRole.ordinary
    /// Where the statement that did not finish starts, if one did not.
    var cut: Cut?
    /// The names it gave.
    var named: Set<String> = []
    /// Whether a lesson has gone on without what it named, or back to before it.
    var isUndone = false
    /// The cell is there to fail: its file says so.
    var expectsError = false
    /// What an earlier session recorded of it, where bringing it back left something out.
    var recorded: String?

    /// Whether there is nothing in it but commands.
    var isCommands: Bool { code.split(separator: "\n").allSatisfy { $0.trimmed.hasPrefix(":") || $0.trimmed.isEmpty } }
  }
}

/// A cell that runs after the one that asked for it.
struct PendingCell {
  var code: String
  /// Whether a command named it; else a person wrote it, in the viewer or an editor.
  var isOfCommand = true
  /// What it may touch, where that is less than the session's other cells: it is of a stranger's file.
  var access = FileAccess.everywhere
  /// Whether its file has it fail.
  var expectsError = false
}

/// A seed that was drawn for a verb, and where in the cell's text it belongs (UTF-8 offset).
struct DrawnSeed {
  var offset: Int
  var seed: Int
}

extension Session {
  /// Every example of every declaration.
  public static var examples: [Example] { helpTopics.flatMap(\.examples) }
}
