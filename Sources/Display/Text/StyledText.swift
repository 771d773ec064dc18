/// The role of a piece of text, from which its colours are chosen when it is drawn.
public enum Role: Sendable, Hashable {
  case plain
  /// Less important: borders, notes, times.
  case dim
  case title
  /// A column's name.
  case header
  /// A column's type.
  case type
  case number
  case null
  case keyword
  case code
  case strong
  case emphasis
  case error
  case warning
  case hint
  /// A position that the diagnostic points at in addition to the error itself.
  case label
  /// A link to `url`; only http and https are clickable.
  case link(url: String)
  /// The colour of a plot's series.
  case series(Int)
}

/// Lines of text whose pieces have roles.
///
/// Every piece is sanitised when it is made, so a styled text is safe to print, whatever data it comes from. Colours
/// and links are added only when it is converted to a string.
public struct StyledText: Sendable, Hashable {
  public var lines: [StyledLine]

  public init(_ lines: [StyledLine] = []) { self.lines = lines }

  /// Makes a line for every line of `text`, all with one role.
  public init(_ text: String, _ role: Role = .plain) {
    lines = text.split(separator: "\n", omittingEmptySubsequences: false).map { StyledLine(String($0), role) }
  }

  public var isEmpty: Bool { lines.isEmpty }

  /// The width in cells of the widest line.
  public func width(_ measure: DisplayWidth = DisplayWidth()) -> Int {
    lines.reduce(0) { max($0, $1.width(measure)) }
  }

  public mutating func append(_ line: StyledLine) { lines.append(line) }
  public mutating func append(_ text: StyledText) { lines += text.lines }

  public static func + (left: StyledText, right: StyledText) -> StyledText { StyledText(left.lines + right.lines) }

  /// The text without roles. Lines are joined by newlines; the last one has none.
  public var plain: String { lines.map(\.plain).joined(separator: "\n") }
}

/// A line of a styled text.
public struct StyledLine: Sendable, Hashable {
  /// A piece with one role.
  public struct Run: Sendable, Hashable {
    public let text: String
    public let role: Role

    public init(_ text: String, _ role: Role = .plain) {
      self.text = sanitised(text)
      self.role = role
    }
  }

  public private(set) var runs: [Run]

  public init() { runs = [] }

  public init(_ text: String, _ role: Role = .plain) {
    runs = []
    append(text, role)
  }

  public init(_ runs: [Run]) {
    self.runs = []
    for run in runs { append(run) }
  }

  public var plain: String { runs.map(\.text).joined() }
  public var isEmpty: Bool { runs.isEmpty }

  public func width(_ measure: DisplayWidth = DisplayWidth()) -> Int {
    runs.reduce(0) { $0 + measure.cells(of: $1.text) }
  }

  public mutating func append(_ text: String, _ role: Role = .plain) { append(Run(text, role)) }

  /// Appends a run. If the last run has the same role, the two are merged.
  public mutating func append(_ run: Run) {
    if run.text.isEmpty { return }
    if let last = runs.last, last.role == run.role {
      runs[runs.count - 1] = Run(last.text + run.text, run.role)
    } else {
      runs.append(run)
    }
  }

  public mutating func append(_ line: StyledLine) {
    for run in line.runs { append(run) }
  }

  /// Appends spaces.
  public mutating func append(spaces count: Int) {
    append(String(repeating: " ", count: max(0, count)))
  }

  public static func + (left: StyledLine, right: StyledLine) -> StyledLine {
    var line = left
    line.append(right)
    return line
  }

  /// The line, or if it is wider than `limit`, a prefix and `ellipsis` in the role at the cut.
  public func cut(to limit: Int, _ measure: DisplayWidth = DisplayWidth(), ellipsis: String = "…") -> StyledLine {
    if width(measure) <= limit { return self }
    var line = StyledLine()
    var free = limit - measure.cells(of: ellipsis)
    if free < 0 { return StyledLine(measure.cut(ellipsis, to: limit)) }
    for run in runs {
      let (text, cells) = measure.prefix(of: run.text, fitting: free)
      line.append(String(text), run.role)
      free -= cells
      if text.endIndex < run.text.endIndex {
        line.append(ellipsis, run.role)
        break
      }
    }
    return line
  }
}
