import Display
import Notebook

extension JupyterKernel {
  func complete(_ asked: CursorRequest) -> CompleteReply {
    let code = asked.code
    let found = session.completions(in: code, at: code.utf8Offset(ofScalar: asked.cursorPos))
    let start = code.scalarOffset(ofUTF8: found.range.lowerBound)
    let end = code.scalarOffset(ofUTF8: found.range.upperBound)
    let matches = found.candidates.map { candidate in
      // A column's type says more than that it is a column.
      CompleteReply.Match(
        start: start, end: end, text: candidate.text,
        type: candidate.kind == .column ? candidate.description : candidate.kind.rawValue,
        signature: candidate.kind == .column ? "" : candidate.description)
    }
    return CompleteReply(
      matches: found.candidates.map(\.text), cursorStart: start, cursorEnd: end,
      metadata: ["_jupyter_types_experimental": matches])
  }

  func inspect(_ asked: CursorRequest) -> InspectReply {
    guard
      let page = session.inspection(of: asked.code, at: asked.code.utf8Offset(ofScalar: asked.cursorPos))
    else { return InspectReply(found: false, data: [:]) }
    return InspectReply(found: true, data: session.page(page))
  }

  func history(_ asked: HistoryRequest) -> [HistoryReply.Entry] {
    var cells = session.ranCells[...]
    switch asked.histAccessType {
    case "range":
      // 0 is the current session, and others there are none.
      guard [0, JupyterKernel.sessionNumber].contains(asked.session ?? 0) else { return [] }
      let (start, stop) = (asked.start ?? 1, asked.stop ?? .max)
      cells = cells.filter { $0.number >= start && $0.number < stop }[...]
    case "search":
      let pattern = asked.pattern ?? "*"
      cells = cells.filter { matchesGlob($0.code, pattern) }[...]
      if asked.unique == true {
        var seen: Set<String> = []
        cells = ArraySlice(cells.reversed().filter { seen.insert($0.code).inserted }.reversed())
      }
      fallthrough
    default:
      if let count = asked.n { cells = cells.suffix(max(0, count)) }
    }
    return cells.map {
      .init(number: $0.number, code: $0.code, output: asked.output == true ? $0.output(session.settings) : nil)
    }
  }
}

extension Session {
  /// A page of help for a client.
  func page(_ markdown: String) -> [String: String] {
    let text = Markdown(markdown).styledText(presentation.tables.page).plain
    return ["text/plain": text, "text/html": Markdown(markdown).html, "text/markdown": markdown]
  }
}

extension String {
  /// Clients count Unicode scalars.
  package func utf8Offset(ofScalar count: Int) -> Int {
    unicodeScalars.prefix(max(0, count)).reduce(0) { $0 + UTF8.width($1) }
  }

  package func scalarOffset(ofUTF8 count: Int) -> Int {
    let end = utf8.index(utf8.startIndex, offsetBy: max(0, min(count, utf8.count)))
    return unicodeScalars[..<end].count
  }
}

/// Whether a text is what a pattern describes: `*` is any text, `?` any character.
///
/// - Complexity: the product of both lengths at worst.
package func matchesGlob(_ text: String, _ pattern: String) -> Bool {
  let (text, pattern) = (Array(text), Array(pattern))
  var (at, wanted) = (0, 0)
  // Where the last star stands, and how much of the text it takes so far.
  var star: (place: Int, end: Int)?
  while at < text.count {
    if wanted < pattern.count, pattern[wanted] == "*" {
      star = (wanted, at)
      wanted += 1
    } else if wanted < pattern.count, pattern[wanted] == "?" || pattern[wanted] == text[at] {
      (at, wanted) = (at + 1, wanted + 1)
    } else if let last = star {
      star = (last.place, last.end + 1)
      (at, wanted) = (last.end + 1, last.place + 1)
    } else {
      return false
    }
  }
  return pattern[wanted...].allSatisfy { $0 == "*" }
}
