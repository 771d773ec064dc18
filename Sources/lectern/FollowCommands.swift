import ArgumentParser
import Diagnostics
import Display
import Formats
import Foundation
import Notebook
import Parallelism
import Terminal

/// Shows the audience's view of a lesson that another terminal teaches.
struct Follow: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Show in another terminal what the audience of a lesson sees.",
    discussion: """
      Shows what `lectern play` has shown in another terminal of the same user, and what it shows from then on: prose, \
      cells and their output, not what is being typed, and not the full-screen viewer. Nothing can be typed here; Ctrl-C \
      leaves. Without a file it follows the only lesson that is played; with one it waits until somebody plays it. The \
      terminals find each other in `$XDG_RUNTIME_DIR/lectern`, which nobody else can enter.
      """)

  @Argument(help: "The session that is played.", completion: .file())
  var file: String?
  @Flag(name: .customLong("no-color"), help: "No colours, as with NO_COLOR.")
  var noColor = false

  func run() throws {
    Signals.start()
    let output = Output(usesColor: !noColor)
    try output.showingDiagnostics {
      do throws(Diagnostic) {
        try working(output) { () throws(Diagnostic) in try follow(output) }
      } catch {
        // Ctrl-C is the normal way to leave.
        if error.kind != .interruption { throw error }
      }
    }
  }

  private func follow(_ output: Output) throws(Diagnostic) {
    var search = LessonSearch(file: file)
    var view = AudienceView()
    var isWaiting = false
    func show(_ text: StyledText) {
      if !text.isEmpty { output.write(text, Settings()) }
    }
    while true {
      guard let (lesson, remark) = try search.find() else {
        if !isWaiting, let file {
          show(StyledText("\(fileName(file)) is not being played in your terminals yet; waiting (Ctrl-C ends)", .dim))
        }
        isWaiting = true
        try pause()
        continue
      }
      if let remark { show(StyledText(remark, .dim)) }
      search.file = lesson.report.file
      for message in lesson.messages { show(view.receive(message, columns: TerminalStream.output.size?.columns)) }
      while lesson.connection.isOpen {
        try Cancellation.current.check()
        for message in lesson.connection.receive(within: 100) {
          show(view.receive(message, columns: TerminalStream.output.size?.columns))
        }
      }
      if view.wasLeft { return }
      show(view.lose())
      isWaiting = true
    }
  }

  private func pause() throws(Diagnostic) {
    for _ in 0..<5 {
      try Cancellation.current.check()
      usleep(100_000)
    }
  }
}

/// Finds the terminal that teaches a lesson.
struct LessonSearch {
  /// The session's file; nil means the only running lesson.
  var file: String?
  private let sockets = LessonSockets()

  init(file: String?) { self.file = file.map { resolvedPath($0) ?? $0 } }

  func find() throws(Diagnostic) -> (lesson: LessonSockets.Running, remark: String?)? {
    let found = try sockets.lessons()
    if found.silentCount > 0, found.lessons.isEmpty, file == nil {
      throw Diagnostic(
        "a terminal plays a lesson and does not answer", hint: "Ctrl-Z has stopped it; `fg` there continues it")
    }
    guard let (index, remark) = try LessonSockets.choose(from: found.lessons.map(\.report), file: file) else {
      return nil
    }
    return (found.lessons[index], remark)
  }
}

/// Shows the speaker's view in a terminal.
struct SpeakerTerminal {
  let file: String
  let usesColor: Bool

  func run() throws {
    guard let screen = Screen(usesColor: usesColor) else {
      throw ValidationError("`play --notes` needs a terminal")
    }
    defer { screen.close() }
    let search = LessonSearch(file: file)
    var view = SpeakerView(file: file)
    var connection: LessonConnection?
    var drawn = StyledText()
    var lastSearch = -1.0
    while !view.isOver {
      let now = Date().timeIntervalSince1970
      if connection == nil, abs(now - lastSearch) >= 0.5 {
        lastSearch = now
        if let (lesson, remark) = try search.find() {
          connection = lesson.connection
          view.connect()
          view.remark = remark
          for message in lesson.messages { view.receive(message) }
        }
      }
      if let open = connection {
        for message in open.receive(within: 0) { view.receive(message) }
        if !open.isOpen {
          view.disconnect()
          connection = nil
        }
      }
      let size = screen.size
      let text = view.screen(rows: size.rows, columns: size.columns, now: now, clock: clock(now))
      if text != drawn {
        screen.draw(text)
        drawn = text
      }
      switch screen.next(within: 150) {
      case .resized:
        screen.clear()
        drawn = StyledText()
      case .key(let key): if let meaning = SpeakerTerminal.meaning(of: key) { view.press(meaning, height: size.rows) }
      case .woken, .timeout: break
      }
    }
  }

  private static func meaning(of key: Key) -> SpeakerView.Key? {
    switch key {
    case .up, .wheelUp, .character("k"): .up
    case .down, .wheelDown, .character("j"): .down
    case .pageUp: .pageUp
    case .pageDown, .character(" "): .pageDown
    case .character("q"), .character("й"), .control("c"), .control("d"), .escape: .leave
    default: nil
    }
  }

  /// The time of day as text.
  private func clock(_ now: Double) -> String {
    var seconds = time_t(now)
    var parts = tm()
    localtime_r(&seconds, &parts)
    func two(_ number: Int32) -> String { (number < 10 ? "0" : "") + String(number) }
    return "\(two(parts.tm_hour)):\(two(parts.tm_min))"
  }
}

extension Screen {
  /// Draws lines from the top; the rest of the screen is empty.
  fileprivate func draw(_ text: StyledText) {
    clear()
    let measure = DisplayWidth()
    for (row, line) in text.lines.enumerated() {
      var column = 0
      for run in line.runs {
        put(run.text, row: row, column: column, style: Style(run.role))
        column += measure.cells(of: run.text)
      }
    }
    show()
  }
}

extension Style {
  fileprivate init(_ role: Role) {
    switch role {
    case .dim, .type, .null: self.init(dim: true)
    case .title: self.init(bold: true, foreground: 6)
    case .header, .strong: self.init(bold: true)
    case .keyword: self.init(foreground: 5)
    case .code, .hint: self.init(foreground: 6)
    case .label: self.init(foreground: 4)
    case .error: self.init(bold: true, foreground: 1)
    case .warning: self.init(bold: true, foreground: 3)
    default: self.init()
    }
  }
}
