public import Diagnostics
public import Display
public import Tables
import Terminal

/// The full-screen viewer: a table of any size under the fingers.
///
/// Keys become intents, intents change a `ViewerState`, and a state is drawn as a `Frame`; what is here only connects
/// them to a terminal, or to a file of keys. Pipelines, searches and decoding run on other threads, so the table can be
/// read on while they do.
public enum Viewer {
  /// What is shown, and how.
  public struct Subject: Sendable {
    /// How a pipeline begins that starts from this table: `train`, `_7`, `load "orders.parquet"`.
    public var name: String
    public var source: any ViewerSource
    public var look: Look
    /// The addresses of items.
    public var links: LinkTemplate?
    /// Whether clicks and the wheel are keys; the terminal's own selection then takes Shift.
    public var usesMouse: Bool
    /// The bytes of rows that may be kept for undo; what takes more is made anew.
    public var undoMemory: Int

    public init(
      name: String, source: any ViewerSource, look: Look = Look(), links: LinkTemplate? = nil, usesMouse: Bool = false,
      undoMemory: Int = 32 << 20
    ) {
      self.name = name
      self.source = source
      self.look = look
      self.links = links
      self.usesMouse = usesMouse
      self.undoMemory = undoMemory
    }

    func state(_ size: TerminalSize, look: Look) -> ViewerState {
      ViewerState(title: name, source: source, size: size, look: look, links: links, undoMemory: undoMemory)
    }
  }

  /// Shows a table until it is closed. For the main thread.
  public static func show(_ subject: Subject, host: ViewerHost) -> ViewingOutcome {
    guard let screen = Screen(usesColor: subject.look.colors != .none, mouse: subject.usesMouse) else {
      return .noTerminal
    }
    defer { screen.close() }
    var look = subject.look
    look.colors = min(look.colors, screen.colorCount >= 256 ? .many : screen.colorCount >= 8 ? .eight : .none)
    var loop = ViewerLoop(state: subject.state(screen.size, look: look), host: host, on: screen)
    return loop.run()
  }

  /// Presses the keys of a script without a terminal, each when the work of the one before is done.
  ///
  /// Keys stand as they are typed, `<Enter>` and `<Ctrl-F>` by their names, `<Size 60x12>` resizes; line breaks mean
  /// nothing. What leaves the viewer ends it.
  ///
  public static func replay(
    _ keys: String, _ subject: Subject, host: ViewerHost, rows: Int = 24, columns: Int = 80
  ) throws(Diagnostic) -> Replayed {
    let script = try KeyScript(keys)
    let state = subject.state(TerminalSize(rows: rows, columns: columns), look: subject.look)
    var replay = Replay(state: state, host: host)
    let departure = replay.run(script)
    return Replayed(outcome: departure.map(ViewingOutcome.init) ?? .closed, state: replay.state)
  }

  /// Where the keys of a script have led.
  public struct Replayed: Sendable {
    public let outcome: ViewingOutcome
    let state: ViewerState

    /// The screen as text.
    public var frame: String { state.frame.text }
    /// What the sheet in sight is in the language.
    public var pipeline: String { state.sheet.pipeline }
    /// Whether it is one row, a line a field.
    public var isRecord: Bool { state.sheet.isRecord }
    /// What was said to be wrong.
    public var error: String? { state.message.flatMap { $0.isError ? $0.text : nil } }

    /// All rows of the sheet in sight, of the columns that are shown.
    public func table() throws(Diagnostic) -> Table {
      let sheet = state.sheet
      return try sheet.source.page(rows: 0..<sheet.rowCount, columns: sheet.view.order)
    }
  }
}

extension ViewingOutcome {
  init(_ departure: ExitAction) {
    switch departure {
    case .closed: self = .closed
    case .pipeline(let line, let runs): self = .pipeline(line, runs: runs)
    }
  }
}
