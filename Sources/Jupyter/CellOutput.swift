import Diagnostics
import Display
import Foundation
import Notebook
import Parallelism

/// What a cell says, as messages: values as results with their HTML, plots as pictures, notes as a stream, mistakes as
/// errors.
final class CellOutput {
  let progress: CellProgress
  /// What the cell failed by.
  private(set) var failure: ErrorContent?
  /// Pages of help, which clients show in a place of their own.
  private(set) var pages: [[String: String]] = []

  private let session: Session
  private let number: Int
  private let isSilent: Bool
  private let request: WireMessage
  private let send: @Sendable (OutgoingMessage) -> Void
  /// Whether an empty line is due, and whether the last message was of a stream: only between two of those it is shown.
  private var hasGap = false
  private var isInStream = false

  init(
    of session: Session, number: Int, isSilent: Bool, request: WireMessage,
    send: @escaping @Sendable (OutgoingMessage) -> Void
  ) {
    (self.session, self.number, self.isSilent, self.request, self.send) = (session, number, isSilent, request, send)
    progress = CellProgress { [isSilent] type, content in
      if !isSilent { send(OutgoingMessage(type, content, on: .iopub, answering: request)) }
    }
  }

  func show(_ piece: Piece) {
    if case .diagnostic(let diagnostic) = piece, diagnostic.kind != .warning { return fail(by: diagnostic) }
    guard !isSilent, let text = session.presentation.styledText(piece) else { return }
    switch piece {
    case .gap: hasGap = true
    case .note, .elapsed: stream("stdout", text.plain)
    case .diagnostic: stream("stderr", text.plain)
    case .page(let markdown): pages.append(session.page(markdown))
    case .table, .constant: display(text, of: piece, isResult: true)
    case .text: display(text, of: piece, isResult: false)
    }
  }

  /// The cell has ended.
  func end(_ outcome: CellOutcome) {
    progress.clear()
    guard outcome != .finished, failure == nil else { return }
    fail(by: outcome == .interrupted ? .interrupted : Diagnostic("the cell failed"))
  }

  private func fail(by diagnostic: Diagnostic) {
    let text = diagnostic.styledText(session.presentation.tables.page)
    let shown = text.terminalText(session.settings.color ? .eight : .none)
    let content = ErrorContent(
      ename: diagnostic.kind.errorName, evalue: sanitised(diagnostic.message),
      traceback: shown.split(separator: "\n", omittingEmptySubsequences: false).map(String.init))
    failure = content
    publish("error", content)
  }

  private func display(_ text: StyledText, of piece: Piece, isResult: Bool) {
    var data = ["text/plain": text.plain]
    if let svg = session.takePicture(of: text.plain) { data["image/svg+xml"] = svg }
    if let html = piece.html(session.settings) { data["text/html"] = html }
    if isResult {
      publish("execute_result", DisplayContent(data: data, executionCount: number))
    } else {
      publish("display_data", DisplayContent(data: data))
    }
  }

  private func stream(_ name: String, _ text: String) {
    let space = hasGap && isInStream ? "\n" : ""
    publish("stream", StreamContent(name: name, text: space + text + "\n"))
    isInStream = true
  }

  private func publish<Content: Encodable>(_ type: String, _ content: Content) {
    (hasGap, isInStream) = (false, false)
    guard !isSilent else { return }
    progress.clear()
    progress.somethingWasShown()
    send(OutgoingMessage(type, content, on: .iopub, answering: request))
  }
}

extension Diagnostic.Kind {
  /// What clients call it.
  fileprivate var errorName: String {
    switch self {
    case .error, .warning: "Error"
    case .interruption: "Interrupted"
    case .fault: "Fault"
    }
  }
}

/// How far long work is: one output that is drawn over, from half a second on and at most twice a second, and that goes
/// when the work ends. Any thread may call it.
final class CellProgress: Sendable {
  private struct State {
    var begin: ContinuousClock.Instant?
    var drawn: ContinuousClock.Instant?
    /// Names the output; nil while there is none.
    var id: String?
    /// Whether the cell shows something else.
    var isAccompanied = false
  }

  private let state = Mutex(State())
  private let publish: @Sendable (_ type: String, _ content: any Encodable & Sendable) -> Void

  init(_ publish: @escaping @Sendable (_ type: String, _ content: any Encodable & Sendable) -> Void) {
    self.publish = publish
  }

  func show(_ moment: Parallelism.Progress.Snapshot) {
    let now = ContinuousClock.now
    state.withLock { state in
      let begin = state.begin ?? now
      state.begin = begin
      guard now - (state.drawn ?? begin) >= .milliseconds(500) else { return }
      state.drawn = now
      let fraction = moment.total > 0 ? Double(moment.completed) / Double(moment.total) : 0
      let percent = fraction.isFinite ? Int(min(max(fraction, 0), 1) * 100) : 0
      let text = ["\(moment.title)  \(percent) %", moment.detail].filter { !$0.isEmpty }.joined(separator: "  ")
      draw(sanitised(text), &state)
    }
  }

  func somethingWasShown() { state.withLock { $0.isAccompanied = true } }

  /// Takes the output away.
  func clear() {
    state.withLock { state in
      defer { (state.begin, state.drawn, state.id) = (nil, nil, nil) }
      guard state.id != nil else { return }
      if state.isAccompanied { draw("", &state) } else { publish("clear_output", ClearContent(wait: false)) }
    }
  }

  private func draw(_ text: String, _ state: inout State) {
    let type = state.id == nil ? "display_data" : "update_display_data"
    let id = state.id ?? UUID().uuidString
    state.id = id
    publish(type, DisplayContent(data: ["text/plain": text], transient: ["display_id": id]))
  }
}
