public import Display

/// The audience's view of a lesson in another terminal: takes messages and returns the lines to print.
public struct AudienceView: Sendable, Hashable {
  private var hasBegun = false
  private var hasSaidWidth = false
  public private(set) var wasLeft = false

  public init() {}

  /// The lines that a message adds to the terminal.
  public mutating func receive(_ message: LessonMessage, columns: Int?) -> StyledText {
    switch message {
    case .report(let report):
      guard !hasBegun else { return StyledText() }
      hasBegun = true
      wasLeft = false
      let place =
        report.nextCell > report.cellCount
        ? "all \(report.cellCount) cells have run" : "cell \(report.nextCell) of \(report.cellCount)"
      return StyledText("following \(report.title), \(place); nothing can be typed here, Ctrl-C leaves", .dim)
    case .output(let lines):
      let styled = lines.map(\.styled)
      guard let columns, styled.contains(where: { $0.width() > columns }) else { return StyledText(styled) }
      var text = StyledText(styled.flatMap { $0.wrapped(to: columns) })
      if !hasSaidWidth {
        text = StyledText("the lesson's lines are wider than these \(columns) columns and are broken", .dim) + text
        hasSaidWidth = true
      }
      return text
    case .left:
      wasLeft = true
      return StyledText("the lesson was left", .dim)
    }
  }

  /// Reports that the teaching terminal has ended without notice.
  public mutating func lose() -> StyledText {
    hasBegun = false
    return StyledText("the lesson's terminal has gone; this one waits for it, Ctrl-C leaves", .dim)
  }
}
