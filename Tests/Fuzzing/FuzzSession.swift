import Diagnostics
import Display
import Formats
import Foundation
import Generators
import Notebook
import Query
import Tables
import Terminal
import Viewer
import Viewing

/// A session with tables of every type and some models. It executes cells and examines their output.
///
/// Its cells can access only the probe's folder.
final class FuzzSession {
  let probe: Probe
  private(set) var session = Session()
  /// The columns of `t`, with their types, for generated expressions.
  private(set) var columns: [Field] = []
  /// The keys to press if a cell opens the viewer.
  var viewerKeys = ""
  private var isExpectedToPoint = true
  private let rows: Int
  private var random: SplitMix

  init(_ probe: Probe, _ random: inout SplitMix) throws {
    self.probe = probe
    rows = random.pick([0, 1, 3, 8, 8, 8, 20])
    self.random = SplitMix(state: random.next())
    try writeTables()
    begin()
  }

  /// The variables that are tables, and those that are models.
  static let tables = ["t", "u", "e", "train", "test", "products", "actions"]
  static let models = ["ease", "tp", "als", "svd"]

  private var tablesPath: String { probe.scratch.file("every-type.parquet") }

  /// The language has no literals for every type, so the table with all types comes from a file.
  private func writeTables() throws {
    var tables = RandomTables(seed: random.next())
    let types = RandomTables.flatTypes + RandomTables.nestedTypes
    var made: [(name: String, column: Column)] = [
      ("k", Column((0..<rows).map { Int32($0 % 3) })), ("a b", try tables.column(.i64, count: rows)),
      ("day", try tables.column(.date, count: rows)),
    ]
    for (index, type) in types.enumerated() {
      made.append(("c\(index)", try tables.column(type, count: rows, nulls: random.pick([0, 0.2, 0.2, 1]))))
    }
    columns = made.map { Field($0.name, $0.column.type) }
    var options = SaveOptions()
    options.overwrite = true
    _ = try saveTable(Table(made), to: tablesPath, options: options)
  }

  /// Starts a new session with the initial variables.
  func begin() {
    session = Session()
    session.seed = 7
    session.memoryForResults = 1 << 20
    session.dataFolder = probe.scratch.path
    session.confine(to: .beside(probe.scratch.file("fuzz.md")))
    let folder = probe.scratch.path + "/"
    session.host.confirm = { question throws(Diagnostic) in question.contains(folder) && !question.contains("..") }
    session.host.view = { [weak self] viewed throws(Diagnostic) in
      try self?.view(viewed)
      return .closed
    }
    session.run(":set threads 1")
    session.run("t = load \"\(tablesPath)\"\nu = t | head 3 | select k, c4, c10, c11\ne = t | head 0")
    session.run(ExampleTables.text)
    session.run("als = train | fit iALS factors=3 iterations=2 seed=0")
    session.run("svd = train | with rating = product_id % 5 | fit SVD factors=3 epochs=2 seed=0")
    session.run("n = 3\nx = 0.5\ns = \"чай\"\nids = [11, 12, null]\nwords = [\"a\", \"\"]")
    session.emit = { [weak self] in self?.examine($0) }
  }

  /// The columns of a pipeline's result; empty if planning cannot tell.
  func columns(after pipeline: String) -> [Field] {
    let line = pipeline + " | filter "
    return session.completions(in: line, at: line.utf8.count).candidates.compactMap { candidate in
      guard !candidate.text.hasSuffix("("), let type = DataType(named: candidate.description) else { return nil }
      return Field(candidate.text.hasPrefix("`") ? String(candidate.text.dropFirst().dropLast()) : candidate.text, type)
    }
  }

  /// Executes a cell; returns whether it finished without an error.
  @discardableResult
  func run(_ code: String) -> Bool {
    let code = safe(code)
    probe.trying(code)
    if session.isOver || !session.names.contains("t") { begin() }
    let outcome = (try? bounded { () throws(Diagnostic) in session.run(code) }) ?? .failed
    if outcome == .finished { probe.gaveValue() }
    dropLargeTables()
    return outcome == .finished
  }

  /// Replaces the path `-`: standard input and output belong to the tests.
  private func safe(_ code: String) -> String {
    var code = code
    for quote in ["\"", "'"] { code = code.replacingOccurrences(of: "\(quote)-\(quote)", with: "\(quote)x\(quote)") }
    return code
  }

  /// Drops tables that grow from cell to cell before they become large.
  private func dropLargeTables() {
    for name in session.names {
      if case .table(.scan(let source))? = session.value(named: name), source.rowCount > 2_000 {
        session.run(":drop \(Spelling.name(name))")
      }
    }
  }

  private func examine(_ piece: Piece) {
    if case .diagnostic(let diagnostic) = piece {
      probe.examine(diagnostic)
      probe.refused(diagnostic.message)
    }
    if let text = Presentation.recording(session.settings).styledText(piece) { probe.examine(text) }
  }

  /// Presses keys in the viewer that a cell opened.
  private func view(_ viewed: ViewedValue) throws(Diagnostic) {
    var host = ViewerHost(viewing: viewed)
    host.write = { (_, path) throws(Diagnostic) in throw Diagnostic("`\(path)` is not written") }
    let subject = Viewer.Subject(name: viewed.pipeline, source: SourcePages(viewing: viewed.table))
    let replay = try Viewer.replay(
      viewerKeys, subject, host: host, rows: 2 + random.below(30), columns: 1 + random.below(120))
    probe.examine(printed: replay.frame)
    _ = try? replay.table()
  }
}
