/// A session as it lies in a file: Markdown that any viewer renders, with cells and their recorded output between the
/// prose.
///
/// Parsing loses nothing: `text` gives the file back byte for byte, and a document whose recordings were replaced
/// differs only in them.
public struct SessionDocument: Sendable, Hashable {
  public var frontMatter: FrontMatter
  public var parts: [Part]

  public enum Part: Sendable, Hashable {
    case prose(Prose)
    case cell(Cell)
  }

  /// Markdown between two cells, verbatim.
  public struct Prose: Sendable, Hashable {
    public var text: String
    /// Its first line in the file, from 1.
    public var line: Int
  }

  /// A fence marked `lectern`, and the fence marked `output` after it.
  public struct Cell: Sendable, Hashable {
    public var code: String
    /// The line of the file its code starts on, from 1.
    public var line: Int
    public var options: CellOptions
    /// The words after the backticks as they were written.
    var information: String
    var fence: String
    /// What stood between the code and its output: usually an empty line or nothing.
    var gap: String
    public var recorded: String?
    /// The text it was read from, while that is still what it says.
    var original: String?
  }

  public init(frontMatter: FrontMatter, parts: [Part]) {
    self.frontMatter = frontMatter
    self.parts = parts
  }

  /// The cells in order.
  public var cells: [Cell] {
    parts.compactMap { if case .cell(let cell) = $0 { cell } else { nil } }
  }

  /// The session with what a run printed as its recordings, and the tables that it loaded named at its top.
  public func recording(_ report: SessionRunner.Report, version: String) -> SessionDocument {
    var copy = recording(report.outputs)
    copy.frontMatter = frontMatter.recording(report.tables, version: version)
    return copy
  }

  /// The same session with other recordings, one a cell; nil takes a recording away.
  public func recording(_ outputs: [String?]) -> SessionDocument {
    var copy = self
    var next = outputs.makeIterator()
    copy.parts = parts.map { part in
      guard case .cell(var cell) = part else { return part }
      let recorded = next.next() ?? nil
      if recorded.map(terminated) != cell.recorded.map(terminated) { cell.original = nil }
      cell.recorded = recorded
      return .cell(cell)
    }
    return copy
  }
}

extension SessionDocument.Cell {
  /// A cell that is not in a file yet.
  public init(code: String, options: CellOptions = CellOptions(), recorded: String?) {
    self.init(
      code: code, line: 1, options: options, information: "lectern" + options.text, fence: fenceMarker(around: code),
      gap: "",
      recorded: recorded)
  }
}

/// The lines between the two `---` at the top: `title`, `data`, `seed`, and whatever else somebody keeps there.
public struct FrontMatter: Sendable, Hashable {
  /// The keys in order, with their values as written.
  public var entries: [(key: String, value: String)]
  var text: String

  public init(_ entries: [(key: String, value: String)] = []) {
    self.entries = entries
    text = entries.isEmpty ? "" : "---\n" + entries.map { "\($0.key): \($0.value)\n" }.joined() + "---\n"
  }

  init(text: String, entries: [(key: String, value: String)]) {
    self.text = text
    self.entries = entries
  }

  public subscript(key: String) -> String? { entries.first { $0.key == key }?.value }

  public static func == (left: FrontMatter, right: FrontMatter) -> Bool { left.text == right.text }
  public func hash(into hasher: inout Hasher) { hasher.combine(text) }
}

/// What stands after `lectern` in a fence: `id=4 tolerance=1e-6 expect=error volatile skip budget=5s hide safe`.
public struct CellOptions: Sendable, Hashable {
  public var id: String?
  /// How far numbers may lie from the recorded ones, relatively; nil is a unit of the last printed digit.
  public var tolerance: Double?
  /// The cell is there to fail; not failing is a difference.
  public var expectsError = false
  /// The output changes from run to run and is not compared.
  public var isVolatile = false
  /// Not run at all.
  public var isSkipped = false
  /// Seconds after which `play` offers the recorded output in its place.
  public var budget: Double?
  /// Run, but shown neither in `play` nor in exports.
  public var isHidden = false
  /// Of a stranger's session: it touches only what lies beside the session's file.
  public var isConfined = false
  /// In a journal: the cell of the lesson that this is, from 1.
  var lessonCell: Int?
  /// In a journal: typed beside the lesson.
  var isExperiment = false

  public init() {}

  /// The options as they are written after the word, with a space before each.
  var text: String {
    var words: [String] = []
    if let id { words.append("id=\(id)") }
    if let tolerance { words.append("tolerance=\(tolerance)") }
    if expectsError { words.append("expect=error") }
    if isVolatile { words.append("volatile") }
    if isSkipped { words.append("skip") }
    if let budget { words.append("budget=\(budget)s") }
    if isHidden { words.append("hide") }
    if isConfined { words.append("safe") }
    if let lessonCell { words.append("lesson=\(lessonCell)") }
    if isExperiment { words.append("experiment") }
    return words.map { " " + $0 }.joined()
  }
}

/// A text in a fence of its own, as Markdown.
func fenced(_ text: String, as word: String) -> String {
  let marker = fenceMarker(around: text)
  return "\(marker)\(word)\n\(terminated(text))\(marker)"
}

/// Backticks enough to stand around a text: three, or one more than any run of them in it.
func fenceMarker(around text: String) -> String {
  var longest = 0
  var run = 0
  for byte in text.utf8 {
    run = byte == UInt8(ascii: "`") ? run + 1 : 0
    longest = max(longest, run)
  }
  return String(repeating: "`", count: max(3, longest + 1))
}
