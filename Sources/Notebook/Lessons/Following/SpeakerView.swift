public import Display

/// The speaker's view of a lesson that another terminal teaches.
///
/// It is a value: it takes reports, keys and times, and returns the lines of the screen.
public struct SpeakerView: Sendable, Hashable {
  /// The state of the connection to the teaching terminal.
  public enum Connection: Sendable, Hashable {
    /// No terminal is teaching the file.
    case awaited
    case open
    /// The lesson ended normally.
    case left
    /// The teaching terminal ended without notice.
    case lost
  }

  /// The keys of the speaker's view.
  public enum Key: Sendable, Hashable { case up, down, pageUp, pageDown, leave }

  public let file: String
  public private(set) var connection = Connection.awaited
  public private(set) var report: LessonReport?
  /// A remark from finding the lesson, for example that several terminals play the same file.
  public var remark: String?
  /// The first visible line of the notes and the cell.
  private var top = 0
  public private(set) var isOver = false

  public init(file: String) { self.file = file }

  public mutating func connect() { connection = .open }

  public mutating func disconnect() { if connection == .open { connection = .lost } }

  public mutating func receive(_ message: LessonMessage) {
    switch message {
    case .report(let new):
      // Scrolls to the top when the notes or the cell change.
      if new.nextCell != report?.nextCell || new.notes != report?.notes { top = 0 }
      report = new
    case .left: connection = .left
    case .output: break
    }
  }

  public mutating func press(_ key: Key, height: Int) {
    let page = max(1, height - 6)
    switch key {
    case .up: top = max(0, top - 1)
    case .down: top += 1
    case .pageUp: top = max(0, top - page)
    case .pageDown: top += page
    case .leave: isOver = true
    }
  }

  /// Lays out the screen.
  ///
  /// - Parameters:
  ///   - now: seconds since 1970.
  ///   - clock: the time of day as text.
  public mutating func screen(rows: Int, columns: Int, now: Double, clock: String) -> StyledText {
    var head = [position(columns, clock), times(now)]
    if let notice { head += StyledLine(notice, .warning).wrapped(to: columns) }
    if let remark { head += StyledLine(remark, .dim).wrapped(to: columns) }
    head.append(StyledLine(String(repeating: "─", count: columns), .dim))
    let foot = [StyledLine(String(repeating: "─", count: columns), .dim), StyledLine("q leaves · ↑ ↓ scroll", .dim)]
    let height = max(1, rows - head.count - foot.count)
    let body = body(columns)
    top = min(top, max(0, body.count - height))
    var shown = Array(body.dropFirst(top).prefix(height))
    if top + height < body.count, height > 1 {
      shown[height - 1] = StyledLine("… \(body.count - top - height + 1) more lines", .dim)
    }
    shown += Array(repeating: StyledLine(), count: max(0, height - shown.count))
    return StyledText((head + shown + foot).prefix(max(1, rows)).map { $0.cut(to: columns) })
  }

  /// A notice about the connection, if it is not open.
  private var notice: String? {
    switch connection {
    case .open: nil
    case .awaited: "no terminal plays it yet: `lectern play \(fileName(file))` in another one; this one waits"
    case .left: "the lesson was left; this terminal waits in case it is resumed"
    case .lost: "the lesson's terminal has gone; `lectern --resume` there brings it back, and this one waits"
    }
  }

  /// The lesson's position at the left, the time of day at the right.
  private func position(_ columns: Int, _ clock: String) -> StyledLine {
    var line = StyledLine(report?.title ?? fileName(file), .title)
    if let report {
      line.append(
        report.nextCell > report.cellCount
          ? " · all \(report.cellCount) cells" : " · cell \(report.nextCell) of \(report.cellCount)", .strong)
      line.append(" · \(report.phase.text)")
    }
    let room = columns - clock.count - 1
    line = line.cut(to: max(0, room))
    line.append(spaces: columns - line.width() - clock.count)
    line.append(clock, .strong)
    return line
  }

  private func times(_ now: Double) -> StyledLine {
    guard let report else { return StyledLine() }
    let elapsed = max(0, now - report.started)
    var line = StyledLine("elapsed \(SpeakerView.minutes(elapsed))")
    guard let planned = report.planned else {
      line.append(" · to see what is left: `play --duration 80m`", .dim)
      return line
    }
    let left = planned - elapsed
    line.append(" · ")
    line.append(
      left >= 0 ? "left \(SpeakerView.minutes(left))" : "over by \(SpeakerView.minutes(-left))",
      left < 0 ? .error : left < planned / 10 ? .warning : .strong)
    line.append(" of \(SpeakerView.minutes(planned))")
    if report.cellCount > 0 {
      let share = Double(report.finishedCount) / Double(report.cellCount)
      let used = elapsed / planned
      line.append(
        " · \(Int((share * 100).rounded())) % of the cells in \(Int((used * 100).rounded())) % of the time", .dim)
    }
    return line
  }

  /// The notes and the cells, wrapped to the width.
  private func body(_ columns: Int) -> [StyledLine] {
    guard let report else { return [] }
    var lines: [StyledLine] = []
    if let heading = report.heading { lines += StyledLine(heading, .header).wrapped(to: columns) + [StyledLine()] }
    for note in report.notes {
      for line in note.split(separator: "\n", omittingEmptySubsequences: false) {
        lines += StyledLine(line.trimmed).wrapped(to: columns)
      }
      lines.append(StyledLine())
    }
    if report.notes.isEmpty { lines += [StyledLine("no notes before this cell", .dim), StyledLine()] }
    guard report.nextCell <= report.cellCount else {
      return lines + [StyledLine("that was the last cell", .dim)]
    }
    var label = StyledLine("In [\(report.nextCell)]:", .label)
    if let budget = report.budget { label.append("  at most \(durationText(seconds: budget))", .dim) }
    lines.append(label)
    for line in codeText(report.code).lines { lines += line.wrappedAsCode(to: columns, indent: 4) }
    lines += [
      StyledLine(), StyledLine(report.codeAfter.map { "then: \($0)" } ?? "then: nothing, it is the last", .dim),
    ]
    return lines
  }

  /// Formats a duration: `12 min`, `1 h 05 min`, `40 s`.
  package static func minutes(_ seconds: Double) -> String {
    let whole = Int(min(max(0, seconds), 1e6))
    if whole < 60 { return "\(whole) s" }
    if whole < 3600 { return "\(whole / 60) min" }
    let minutes = whole / 60 % 60
    return "\(whole / 3600) h \(minutes < 10 ? "0" : "")\(minutes) min"
  }
}

extension LessonReport.Phase {
  fileprivate var text: String {
    switch self {
    case .prose: "prose"
    case .answer: "a folded answer"
    case .waiting: "waits for Enter"
    case .running: "runs"
    case .experiment: "an experiment"
    case .end: "at the end"
    }
  }
}
