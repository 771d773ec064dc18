import Diagnostics
import Query

extension Session {
  /// Keeps a cell for `:save`: its text with the seeds that were drawn written in. Cells of nothing but commands are
  /// not part of what a session says.
  func remember(_ code: String, number: Int, pieces: [Piece], failed: Bool) {
    var bytes = Array(code.utf8)
    for drawn in drawnSeeds.sorted(by: { $0.offset > $1.offset }) where drawn.offset <= bytes.count {
      bytes.insert(contentsOf: " seed=\(drawn.seed)".utf8, at: drawn.offset)
    }
    record.append(
      .cell(number: number, code: String(decoding: bytes, as: UTF8.self), pieces: pieces, failed: failed))
  }

  /// The session as a file: what was executed, in order, with its output and the notes.
  func savedDocument(at path: String) throws(Diagnostic) -> SessionDocument {
    var entries: [(key: String, value: String)] = [("title", fileName(path).withoutSuffix(".md"))]
    if let dataFolder { entries.append(("data", dataFolder)) }
    if let seed { entries.append(("seed", String(seed))) }
    let presentation = Presentation.recording(settings)
    var parts: [SessionDocument.Part] = []
    for entry in record {
      switch entry {
      case .prose(let text): parts.append(.prose(.init(text: "\n" + text + "\n", line: 1)))
      case .cell(_, let code, let pieces, let failed):
        guard !code.split(separator: "\n").allSatisfy({ $0.trimmed.hasPrefix(":") || $0.trimmed.isEmpty }) else {
          continue
        }
        var options = CellOptions()
        options.expectsError = failed
        let recorded = recordedText(pieces.filter { !$0.saysDrawnSeed }, presentation)
        parts.append(.prose(.init(text: "\n", line: 1)))
        parts.append(
          .cell(
            .init(code: code.trimmed + "\n", options: options, recorded: recorded + "\n")))
      }
    }
    return SessionDocument(frontMatter: FrontMatter(entries), parts: parts)
  }
}

extension Piece {
  /// Whether it tells of a seed that was drawn: the saved cell has it written in, and a replay draws none.
  fileprivate var saysDrawnSeed: Bool {
    if case .note(let text) = self { text.hasPrefix("drew seed=") } else { false }
  }
}

extension String {
  func withoutSuffix(_ suffix: String) -> String { hasSuffix(suffix) ? String(dropLast(suffix.count)) : self }
}
