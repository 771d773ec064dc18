import Diagnostics
import Display
import Foundation
import Generators
import Notebook
import Query

extension FuzzKind {
  /// Mutated session files: opened, checked, run, recorded, exported, saved.
  static let sessions = FuzzKind(
    name: "sessions", summary: "session files, mutated; opened, checked, run, recorded, exported, saved",
    inputsPerLife: 12
  ) { random, probe in
    let life = try DocumentLife(probe, &random)
    for _ in 0..<12 { try life.step(&random) }
  }
}

private final class DocumentLife {
  private let probe: Probe
  private let session: FuzzSession

  private static let prose = [
    "# A heading\n", "Some *prose* with `code` and $\\alpha_1^2 + \\frac{a}{b}$.\n", "- a\n  - b\n1. c\n", "> quoted\n",
    "| a | b |\n|---|---|\n| 1 | 2 |\n",
    "<details><summary>hidden</summary>\nanswer\n</details>\n", "<!-- note: for the speaker -->\n", "<!-- pause -->\n",
    "$$\n\\sum_{i=1}^n x_i\n$$\n",
    "<script>alert(1)</script>\n", "[link](javascript:alert(1)) ![image](x.png) <http://a.b>\n", "~~~\nfence\n~~~\n",
    "\u{1B}[31mred\u{1B}[0m\n",
    "\u{202E}reversed\n", "````lectern\nx = 1\n````\n", "---\n", "\\begin{matrix}1&2\\\\3&4\\end{matrix}\n",
    "`` ` ``\n",
  ]
  private static let pieces = [
    "```", "```lectern\n", "```output\n", "```\n", "````", "---\n", "title: ", "seed: ", "data: ..\n", "\n", "\r\n",
    "<!--", "-->", "$$", "$", "|", "#",
    "<details>", "</details>", " id=", " tolerance=1e400", " expect=error", " skip", " hide", " volatile", " safe",
    "\u{0}", "\u{FEFF}", "\u{1B}]0;x\u{7}",
    "</script>", "\"", "{", "}", "[", "\\", "\\frac{", "é\u{301}", "`", "*", "_", "~~~", "    ", "\t",
  ]
  private static let front = [
    "", "", "---\ntitle: T\nseed: 7\n---\n", "---\ntitle: \u{1B}[2J<script>\nsafe: /\ndata: /etc\n---\n",
  ]

  init(_ probe: Probe, _ random: inout SplitMix) throws {
    self.probe = probe
    session = try FuzzSession(probe, &random)
  }

  func step(_ random: inout SplitMix) throws {
    var text = document(&random)
    if random.chance(80) {
      text = String(decoding: random.mutated(Array(text.utf8), pieces: Self.pieces), as: UTF8.self)
    }
    probe.trying(text)
    let path = try probe.scratch.write("session.md", text)
    do throws(Diagnostic) {
      try bounded { () throws(Diagnostic) in try use(text, at: path) }
      probe.gaveValue()
    } catch { probe.examine(error, mustPoint: false) }
    useAtPrompt(path, &random)
  }

  /// A session as a person might write it, with cells that run quickly.
  private func document(_ random: inout SplitMix) -> String {
    var stages = StageGenerator(
      expressions: ExpressionGenerator(random: SplitMix(state: random.next()), columns: session.columns),
      folder: probe.scratch.path)
    var text = random.pick(Self.front)
    for _ in 0..<random.below(5) {
      if random.chance(60) { text += random.pick(Self.prose) + "\n" }
      let cell =
        switch random.below(4) {
        case 0: stages.pipeline()
        case 1: random.mutated(random.pick(RealStatements.all), columns: ["k"])
        case 2: "x\(random.below(3)) = \(random.below(9))"
        default: "table a = [1, null], b = [\"x\", \"\u{1B}[2J\"]"
        }
      let options = random.pick([
        "", "", "", " expect=error", " hide", " skip", " volatile", " tolerance=1e-6", " id=4", " safe", " nonsense",
      ])
      text += "```lectern\(options)\n\(cell)\n```\n"
      if random.chance(60) {
        text += "```output\n\(random.pick(["", "x0: 5 i64", "error: no", "shape: (2, 2)\n│ 1 │"]))\n```\n"
      }
    }
    return text
  }

  /// Reads, exports, checks, runs and records.
  private func use(_ text: String, at path: String) throws(Diagnostic) {
    let document = try SessionDocument(parsing: text, name: "session.md")
    if document.text != text, !isBareCode(text, document) { probe.fault("a session is not written as it was read") }
    for format in ExportFormat.all {
      let exported = try format.text(document, ExportContext(title: "session"))
      probe.examine(
        printed: exported.replacingOccurrences(of: "\t", with: " ").replacingOccurrences(of: "\r", with: " "))
      // A Jupyter notebook keeps code and outputs unchanged, as data, and a Python script is no page at all.
      let isData = document.cells.contains { ($0.code + ($0.recorded ?? "")).lowercased().contains("<script>alert") }
      let isPage = format.name != "pyspark" && !(format.name == "ipynb" && isData)
      if isPage, exported.lowercased().contains("<script>alert") {
        probe.fault("\(format.name) holds a script of the session's")
      }
    }
    var runner = SessionRunner(document: document, path: path)
    runner.access = .beside(path)
    examine(runner.check(settings: session.session.settings))
    let report = try runner.record(in: confined(path))
    examine(report)
    let recorded = document.recording(report.outputs)
    let again = try SessionDocument(parsing: recorded.text, name: "session.md")
    func codes(_ document: SessionDocument) -> [String] {
      document.cells.map { $0.code + ($0.code.utf8.last == UInt8(ascii: "\n") ? "" : "\n") }
    }
    if codes(again) != codes(document) { probe.fault("a recording changes the cells") }
    examine(try runner.run(in: confined(path)))
  }

  /// Whether a text has no fence. Then the whole text is one cell, which is written back with fences.
  private func isBareCode(_ text: String, _ document: SessionDocument) -> Bool {
    let lines = text.split(omittingEmptySubsequences: false) { $0.isNewline }
    return !document.cells.contains {
      $0.line >= 2 && $0.line - 2 < lines.count && lines[$0.line - 2].contains("lectern")
    }
  }

  private func confined(_ path: String) -> Session {
    let session = Session()
    session.confine(to: .beside(path))
    session.emit = { [probe] piece in
      if case .diagnostic(let diagnostic) = piece { probe.examine(diagnostic) }
      if let text = Presentation.recording(session.settings).styledText(piece) { probe.examine(text) }
    }
    return session
  }

  private func examine(_ report: SessionRunner.Report) {
    for case .diagnostic(let diagnostic) in report.pieces { probe.examine(diagnostic) }
    for piece in report.pieces {
      if let text = Presentation.recording(session.session.settings).styledText(piece) { probe.examine(text) }
    }
  }

  /// Opens the file at a prompt, steps through its cells and saves the session.
  private func useAtPrompt(_ path: String, _ random: inout SplitMix) {
    session.run(":open \"\(path)\"")
    for _ in 0..<random.below(4) {
      session.run(random.pick([":next", ":next", ":run", ":back", ":cells", ":recorded", ":check", ":goto 2"]))
    }
    let saved = probe.scratch.file("saved.md")
    try? FileManager.default.removeItem(atPath: saved)
    session.run(":save \"\(saved)\"")
    guard let text = try? String(contentsOfFile: saved, encoding: .utf8) else { return }
    do throws(Diagnostic) { _ = try SessionDocument(parsing: text, name: "saved.md") } catch {
      probe.fault("what was saved is no session: \(error.message)")
    }
    session.begin()
  }
}
