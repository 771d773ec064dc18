/// A session file: Markdown that every viewer can render, with cells and their recorded output between the prose.
///
/// Parsing is lossless: `text` gives the same bytes again, and a document with other recordings differs only in
/// these.
public struct SessionDocument: Sendable, Hashable {
  public var frontMatter: FrontMatter
  public var parts: [Part]

  /// A part of a session file: prose or a cell.
  public enum Part: Sendable, Hashable {
    case prose(Prose)
    case cell(Cell)
  }

  /// Markdown between two cells, verbatim.
  public struct Prose: Sendable, Hashable {
    public var text: String
    /// The number of its first line in the file, from 1.
    public var line: Int
  }

  /// A fence marked `lectern`, with the fence marked `output` after it.
  public struct Cell: Sendable, Hashable {
    public var code: String
    /// The number of the first line of its code in the file, from 1.
    public var line: Int
    public var options: CellOptions
    /// The words after the backticks, as written.
    var information: String
    var fence: String
    /// The text between the code and its output: usually empty, or an empty line.
    var gap: String
    public var recorded: String?
    /// The text from which the cell was parsed, as long as it is unchanged.
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

  /// The session with the output of a run as its recordings, and the fingerprints of the loaded tables in its front
  /// matter.
  public func recording(_ report: SessionRunner.Report, version: String) -> SessionDocument {
    var copy = recording(report.outputs)
    copy.frontMatter = frontMatter.recording(report.tables, version: version)
    return copy
  }

  /// The session with other recordings, one for each cell; nil removes the recording.
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
  /// Makes a cell that is not from a file.
  public init(code: String, options: CellOptions = CellOptions(), recorded: String?) {
    self.init(
      code: code, line: 1, options: options, information: "lectern" + options.text, fence: fenceMarker(around: code),
      gap: "",
      recorded: recorded)
  }
}

/// The lines between two `---` at the top: `title`, `data`, `seed`, and any other keys.
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

/// The options after `lectern` in a fence: `id=4 tolerance=1e-6 expect=error volatile skip budget=5s hide safe seeds=1,2`.
public struct CellOptions: Sendable, Hashable {
  public var id: String?
  /// The relative tolerance when numbers are compared with the recording; nil is one unit of the last printed digit.
  public var tolerance: Double?
  /// Whether the cell is expected to fail, so that success is a difference.
  public var expectsError = false
  /// Whether the output changes between runs and is not compared.
  public var isVolatile = false
  /// Whether the cell is not run.
  public var isSkipped = false
  /// The time limit in seconds, after which `play` offers the recorded output.
  public var budget: Double?
  /// Whether the cell runs but is not shown in `play` and in exports.
  public var isHidden = false
  /// Whether the cell is from an untrusted session, with file access only next to the session's file.
  public var isConfined = false
  /// The seeds for verbs inside defined verbs, in the order in which the verbs draw them. The cell's own verbs have
  /// their seeds in its code.
  public var seeds: [Int] = []
  /// In a journal: the number of the lesson's cell, from 1.
  var lessonCell: Int?
  /// In a journal: whether the cell is an experiment in a lesson.
  var isExperiment = false

  public init() {}

  /// What counts of the options in a journal when the cell is run again. That it failed is no expectation.
  var replayed: CellOptions {
    var options = CellOptions()
    options.seeds = seeds
    return options
  }

  /// The options as written after the word `lectern`, each with a leading space.
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
    if !seeds.isEmpty { words.append("seeds=" + seeds.map(String.init).joined(separator: ",")) }
    if let lessonCell { words.append("lesson=\(lessonCell)") }
    if isExperiment { words.append("experiment") }
    return words.map { " " + $0 }.joined()
  }
}

/// A text in a Markdown fence.
func fenced(_ text: String, as word: String) -> String {
  let marker = fenceMarker(around: text)
  return "\(marker)\(word)\n\(terminated(text))\(marker)"
}

/// The backticks of a fence around a text: three, or one more than the longest run of them in it.
func fenceMarker(around text: String) -> String {
  var longest = 0
  var run = 0
  for byte in text.utf8 {
    run = byte == UInt8(ascii: "`") ? run + 1 : 0
    longest = max(longest, run)
  }
  return String(repeating: "`", count: max(3, longest + 1))
}
