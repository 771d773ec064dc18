public import Diagnostics
public import Display
public import Tables
import Terminal

/// The full-screen viewer for tables of any size.
///
/// Keys become intents, intents change a `ViewerState`, and a state is drawn as a `Frame`. This file only connects
/// them to a terminal or to a script of keys. Pipelines, searches and decoding run on other threads, so the table
/// stays usable meanwhile.
public enum Viewer {
  /// The table to show, and how to show it.
  public struct Subject: Sendable {
    /// The start of pipelines on this table: `train`, `_7`, `load "orders.parquet"`.
    public var name: String
    public var source: any ViewerSource
    public var theme: Theme
    /// The URL template of items.
    public var links: LinkTemplate?
    /// Whether mouse clicks and the wheel are keys. The terminal's own text selection then needs Shift.
    public var usesMouse: Bool
    /// The memory in bytes for the rows of undo. Rows beyond it are computed again when needed.
    public var undoMemory: Int
    /// The tables of the session, which the shown one can be joined and compared with.
    public var tables: [NamedTable]

    public init(
      name: String, source: any ViewerSource, theme: Theme = Theme(), links: LinkTemplate? = nil,
      usesMouse: Bool = false,
      undoMemory: Int = 32 << 20, tables: [NamedTable] = []
    ) {
      self.name = name
      self.source = source
      self.theme = theme
      self.links = links
      self.usesMouse = usesMouse
      self.undoMemory = undoMemory
      self.tables = tables
    }

    func state(_ size: TerminalSize, theme: Theme) -> ViewerState {
      ViewerState(
        title: name, source: source, size: size, theme: theme, links: links, undoMemory: undoMemory, tables: tables)
    }
  }

  /// Shows a table until the viewer is closed. Call it on the main thread.
  public static func show(_ subject: Subject, host: ViewerHost) -> ViewingOutcome {
    guard let screen = Screen(usesColor: subject.theme.colors != .none, mouse: subject.usesMouse) else {
      return .noTerminal
    }
    defer { screen.close() }
    var theme = subject.theme
    theme.colors = min(theme.colors, screen.colorCount >= 256 ? .many : screen.colorCount >= 8 ? .eight : .none)
    var loop = ViewerLoop(state: subject.state(screen.size, theme: theme), host: host, on: screen)
    return loop.run()
  }

  /// Presses the keys of a script without a terminal, each after the work of the previous one is finished.
  ///
  /// Keys are written as typed, or by name, as `<Enter>` and `<Ctrl-F>`; `<Size 60x12>` resizes the screen. Line ends
  /// are ignored. The replay ends when a key closes the viewer.
  public static func replay(
    _ keys: String, _ subject: Subject, host: ViewerHost, rows: Int = 24, columns: Int = 80
  ) throws(Diagnostic) -> Replayed {
    let script = try KeyScript(keys)
    let state = subject.state(TerminalSize(rows: rows, columns: columns), theme: subject.theme)
    var replay = Replay(state: state, host: host)
    let exit = replay.run(script)
    return Replayed(outcome: exit.map(ViewingOutcome.init) ?? .closed, state: replay.state)
  }

  /// The state after a replay.
  public struct Replayed: Sendable {
    public let outcome: ViewingOutcome
    let state: ViewerState

    /// The screen as text.
    public var frame: String { state.frame.text }
    /// The pipeline of the current sheet.
    public var pipeline: String { state.sheet.pipeline }
    /// Whether the current sheet is a record: one row, with a line for each field.
    public var isRecord: Bool { state.sheet.isRecord }
    /// The error message, if there is one.
    public var error: String? { state.message.flatMap { $0.isError ? $0.text : nil } }

    /// All rows of the current sheet, with the visible columns.
    public func table() throws(Diagnostic) -> Table {
      let sheet = state.sheet
      return try sheet.source.page(rows: 0..<sheet.rowCount, columns: sheet.view.order)
    }
  }
}

extension ViewingOutcome {
  init(_ exit: ExitAction) {
    switch exit {
    case .closed: self = .closed
    case .pipeline(let line, let runs): self = .pipeline(line, runs: runs)
    }
  }
}
