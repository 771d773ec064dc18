import Synchronization

/// Shows the progress of long work on one line of stderr, which is redrawn.
///
/// It appears after half a second, is redrawn at most ten times a second, and is erased at the end. Without a
/// terminal it does nothing. Any thread may call it.
public final class ProgressLine: Sendable {
  private struct State {
    var begin: ContinuousClock.Instant?
    var title = ""
    var titleBegin = ContinuousClock.now
    var titleFraction = 0.0
    var drawn: ContinuousClock.Instant?
    var remark: String?
  }

  private let state = Mutex(State())
  private let isDrawn: Bool

  public init() { isDrawn = TerminalAbilities(of: .error).cursorMotion }

  /// Shows a progress snapshot: the title of the work, the completed fraction (0…1), and a detail.
  public func show(_ title: String, fraction: Double, detail: String = "") {
    guard isDrawn else { return }
    let now = ContinuousClock.now
    state.withLock { state in
      let begin = state.begin ?? now
      state.begin = begin
      if state.title != title { (state.title, state.titleBegin, state.titleFraction) = (title, now, fraction) }
      guard now - begin >= .milliseconds(500) else { return }
      if let drawn = state.drawn, now - drawn < .milliseconds(100) { return }
      state.drawn = now
      let text = ProgressText(
        title: title, fraction: fraction, detail: state.remark ?? detail, elapsed: (now - state.titleBegin).inSeconds,
        startFraction: state.titleFraction)
      // Leaves space for the `^C` that the terminal echoes, which would wrap the line.
      let columns = (TerminalStream.error.size?.columns ?? 80) - 3
      TerminalStream.error.write("\r" + text.line(columns: columns) + "\u{1B}[K")
    }
  }

  /// Shows a remark on the running work until it ends.
  public func remark(_ text: String) {
    guard isDrawn else { return }
    state.withLock { state in
      state.remark = text
      state.begin = state.begin ?? .now
      if state.drawn == nil { TerminalStream.error.write("\r" + visibleCells(text, limit: 76).text + "\u{1B}[K") }
      state.drawn = .now
    }
  }

  /// Erases the line and resets the state for the next work.
  public func clear() {
    state.withLock { state in
      if state.drawn != nil { TerminalStream.error.write("\r\u{1B}[K") }
      state = State()
    }
  }
}

/// Formats a progress snapshot as one line.
package struct ProgressText {
  package var title: String
  package var fraction: Double
  package var detail: String
  /// Seconds since the title first appeared, at which time the fraction was `startFraction`.
  package var elapsed: Double
  package var startFraction: Double

  package init(title: String, fraction: Double, detail: String, elapsed: Double, startFraction: Double = 0) {
    self.title = title
    self.fraction = fraction
    self.detail = detail
    self.elapsed = elapsed
    self.startFraction = startFraction
  }

  /// `title  ━━━━──────  43 %  0:12 left  detail`, at most `columns` cells. The detail is dropped first, then the
  /// bar.
  package func line(columns: Int) -> String {
    let fraction = fraction.isFinite ? min(max(fraction, 0), 1) : 0
    let percent = String(Int(fraction * 100))
    let figures =
      String(repeating: " ", count: 3 - percent.count) + percent + " %" + (timeLeft.map { "  \($0) left" } ?? "")
    let name = visibleCells(title, limit: max(1, columns - figures.count - 2))
    var line = name.text
    var room = columns - name.width - 2 - figures.count
    let note = visibleCells(detail)
    let bar = min(30, room - 2 - (note.width > 0 ? note.width + 2 : 0))
    if bar >= 8 {
      let done = Int((Double(bar) * fraction).rounded(.down))
      line += "  " + String(repeating: "━", count: done) + String(repeating: "─", count: bar - done)
      room -= bar + 2
    }
    line += "  " + figures
    if note.width > 0 && note.width + 2 <= room { line += "  " + note.text }
    return line
  }

  /// The estimated remaining time, if there is enough progress for an estimate.
  package var timeLeft: String? {
    let done = fraction - startFraction
    guard elapsed >= 0.5, done > 0.001, fraction < 1, fraction.isFinite else { return nil }
    let seconds = elapsed / done * (1 - fraction)
    guard seconds < 360_000 else { return nil }
    let whole = Int(seconds.rounded(.up))
    func two(_ value: Int) -> String { value < 10 ? "0\(value)" : "\(value)" }
    if whole >= 3600 { return "\(whole / 3600):\(two(whole / 60 % 60)):\(two(whole % 60))" }
    return "\(whole / 60):\(two(whole % 60))"
  }
}

extension Duration {
  fileprivate var inSeconds: Double { Double(components.seconds) + Double(components.attoseconds) * 1e-18 }
}
