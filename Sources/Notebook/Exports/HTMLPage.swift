import Diagnostics
import Display

/// A session as a self-contained HTML page that loads nothing else.
package struct HTMLPage {
  let document: SessionDocument
  let context: ExportContext
  /// The page's own texts, in the language of the prose.
  private let words: Words
  private let isRussian: Bool
  private var headings = Headings()

  private struct Words {
    var contents: String
    var copy: String
    var copied: String
  }

  init(_ document: SessionDocument, _ context: ExportContext) {
    self.document = document
    self.context = context
    isRussian = document.isInRussian
    words =
      isRussian
      ? Words(contents: "Содержание", copy: "Копировать", copied: "Скопировано")
      : Words(contents: "Contents", copy: "Copy", copied: "Copied")
  }

  /// Marks the page as made by an export, so that the next export may replace it.
  static let generator = "<meta name=\"generator\" content=\"Lectern\">"

  /// The rule between the outputs of two statements.
  private static let gap = "<hr class=\"next\">\n"

  /// The content security policy: the browser may load only what is in the page.
  private static let policy =
    "default-src 'none'; style-src 'unsafe-inline'; script-src 'unsafe-inline'; img-src data:"

  mutating func text() -> String {
    var body = ""
    let names = document.assignedNames
    for (number, part) in document.handedOut {
      switch part {
      case .prose(let prose): body += html(prose.text)
      case .cell(let shown):
        body += html(shown, number: number, output: output(of: shown), names)
      }
    }
    let title = markupEscaped(sanitisedLines(document.title ?? context.title))
    return """
      <!DOCTYPE html>
      <html lang="\(isRussian ? "ru" : "en")">
      <head>
      <meta charset="utf-8">
      <meta http-equiv="Content-Security-Policy" content="\(HTMLPage.policy)">
      <meta name="viewport" content="width=device-width, initial-scale=1">
      \(HTMLPage.generator)
      <link rel="icon" href="data:,">
      <title>\(title)</title>
      <style>
      \(HTMLPage.style)
      </style>
      </head>
      <body data-copy="\(words.copy)" data-copied="\(words.copied)">
      \(headings.contents(titled: words.contents))<main>
      \(sanitisedLines(body))</main>
      <script>
      \(HTMLPage.script)
      </script>
      </body>
      </html>

      """
  }

  // MARK: - Prose

  private mutating func html(_ prose: String) -> String {
    var html = ""
    for piece in proseWithImages(prose, context.folder) {
      switch piece {
      case .text(let text): html += headings.marked(Markdown(text).html).withScrollingTables
      case .image(let data, let alternative):
        let words = markupEscaped(sanitisedLines(alternative))
        html += "<figure><img src=\"\(data)\" alt=\"\(words)\"><figcaption>\(words)</figcaption></figure>\n"
      }
    }
    return html
  }

  // MARK: - Cells

  /// The output of a cell when it was run for the page.
  private func output(of cell: SessionDocument.Cell) -> [ExportedOutput]? {
    guard let outputs = context.outputs, let index = document.cells.firstIndex(where: { $0.line == cell.line }) else {
      return nil
    }
    return outputs[index]
  }

  private func html(
    _ cell: SessionDocument.Cell, number: Int, output: [ExportedOutput]?, _ names: Set<String>
  ) -> String {
    let label = cell.options.isSkipped ? "" : "<span class=\"label\">In [\(number)]:</span>"
    var text = "<div class=\"cell\">\(label)<pre class=\"code\"><code>\(highlighted(cell.code, names))</code></pre>\n"
    let parts = output ?? [.text(cell.recorded ?? "")]
    for part in parts {
      switch part {
      case .gap: text += HTMLPage.gap
      case .picture(let svg): text += "<figure class=\"plot\">\(svg)</figure>\n"
      case .text(let printed):
        for block in recordedBlocks(sanitisedLines(printed.trimmedLineEnds.replacing("; | view opens all", with: ""))) {
          text += html(block, isError: cell.options.expectsError)
        }
      }
    }
    return text + "</div>\n"
  }

  private func highlighted(_ code: String, _ names: Set<String>) -> String {
    let code = sanitisedLines(code.trimmedLineEnds)
    let bytes = Array(code.utf8)
    func plain(_ range: Range<Int>) -> String { markupEscaped(String(decoding: bytes[range], as: UTF8.self)) }
    var html = ""
    var end = 0
    for piece in codePieces(of: code, CodeVocabulary(names: names)) {
      html += plain(end..<piece.range.lowerBound)
      html += "<span class=\"\(piece.role)\">\(plain(piece.range))</span>"
      end = piece.range.upperBound
    }
    return html + plain(end..<bytes.count)
  }

  private func html(_ block: RecordedBlock, isError: Bool) -> String {
    switch block {
    case .gap: HTMLPage.gap
    case .text(let text):
      "<pre class=\"output\(isError ? " error" : "")\">\(withSlots(markupWithLinks(text)))</pre>\n"
    case .table(let table): "<div class=\"scroll\">\(table.markup(.ofPage))</div>\n"
    }
  }
}

/// The markup with the dots of plots (Braille) and of cut matrices in boxes of one character's width: few monospaced
/// fonts have them, and those of other fonts are wider.
private func withSlots(_ markup: String) -> String {
  var html = ""
  var isInTag = false
  for scalar in markup.unicodeScalars {
    switch scalar {
    case "⋮" where !isInTag, "⋱" where !isInTag, "\u{2800}"..."\u{28FF}" where !isInTag:
      html += "<i class=\"slot\">\(scalar)</i>"
    default:
      if scalar == "<" || scalar == ">" { isInTag = scalar == "<" }
      html.unicodeScalars.append(scalar)
    }
  }
  return html
}

/// The headings of a page, each with an anchor.
private struct Headings {
  private var entries: [(level: Int, anchor: String, html: String)] = []
  private var anchors: Set<String> = []

  /// Adds anchors to the headings of HTML.
  mutating func marked(_ html: String) -> String {
    var marked = ""
    var rest = html[...]
    while let match = rest.firstMatch(of: /<h([1-6])>(.*?)<\/h[1-6]>/) {
      let level = Int(match.output.1) ?? 1
      let words = String(match.output.2)
      let anchor = unusedAnchor(of: words)
      entries.append((level, anchor, words))
      marked += rest[..<match.range.lowerBound] + "<h\(level) id=\"\(anchor)\">\(words)</h\(level)>"
      rest = rest[match.range.upperBound...]
    }
    return marked + rest
  }

  /// Makes an anchor like GitHub's: letters, digits and hyphens.
  private mutating func unusedAnchor(of html: String) -> String {
    var plain = html.replacing(/<[^>]*>/, with: "").replacing(/&[a-z]+;/, with: "").lowercased()
    plain = plain.replacing(" ", with: "-").filter { $0.isLetter || $0.isNumber || $0 == "-" || $0 == "_" }
    if plain.isEmpty { plain = "section" }
    var anchor = plain
    var number = 1
    while !anchors.insert(anchor).inserted {
      anchor = "\(plain)-\(number)"
      number += 1
    }
    return anchor
  }

  /// A table of contents, if there are enough headings.
  func contents(titled title: String) -> String {
    let shown = entries.filter { $0.level <= 3 }
    guard shown.count > 2 else { return "" }
    let items = shown.map { entry in
      let words = entry.html.replacing(/<\/?a[^>]*>/, with: "")
      return "<li class=\"level\(entry.level)\"><a href=\"#\(entry.anchor)\">\(words)</a></li>\n"
    }
    return "<nav aria-label=\"\(title)\"><h2>\(title)</h2>\n<ul>\n\(sanitisedLines(items.joined()))</ul></nav>\n"
  }
}

extension String {
  /// Puts the tables of prose into boxes that scroll on a narrow page.
  fileprivate var withScrollingTables: String {
    replacing("<table>\n", with: "<div class=\"scroll\"><table>\n").replacing(
      "</tbody></table>\n", with: "</tbody></table></div>\n")
  }
}

extension SessionDocument {
  /// Whether the prose is in Russian, or the front matter has `lang: ru`.
  fileprivate var isInRussian: Bool {
    if let language = frontMatter["lang"] { return language == "ru" }
    var (cyrillic, latin) = (0, 0)
    for case .prose(let prose) in parts {
      for scalar in prose.text.unicodeScalars {
        if (0x400...0x4FF).contains(scalar.value) { cyrillic += 1 }
        if (0x41...0x5A).contains(scalar.value) || (0x61...0x7A).contains(scalar.value) { latin += 1 }
      }
    }
    return cyrillic > latin
  }

  /// The variables that the cells assign.
  fileprivate var assignedNames: Set<String> {
    var names: Set<String> = []
    for cell in cells {
      let bytes = Array(cell.code.utf8)
      for piece in codePieces(of: cell.code) where piece.role == .name {
        names.insert(String(decoding: bytes[piece.range], as: UTF8.self))
      }
    }
    return names
  }
}
