import Diagnostics
import Display

extension ExportFormat {
  static let html = ExportFormat(
    name: "html", summary: "one page for a browser, with nothing to load", isOwn: { $0.contains(generator) }
  ) { (document, title) throws(Diagnostic) in
    var body = ""
    for (number, part) in document.handedOut {
      switch part {
      case .prose(let prose): body += Markdown(prose.text).html
      case .cell(let cell): body += cellHTML(cell, number: number)
      }
    }
    return """
      <!DOCTYPE html>
      <html>
      <head>
      <meta charset="utf-8">
      <meta name="viewport" content="width=device-width, initial-scale=1">
      \(generator)
      <title>\(markupEscaped(sanitisedLines(document.title ?? title)))</title>
      <style>
      \(style)
      </style>
      </head>
      <body>
      \(sanitisedLines(body))</body>
      </html>

      """
  }

  /// By which the next export knows the page for its own.
  private static let generator = "<meta name=\"generator\" content=\"Lectern\">"

  private static func cellHTML(_ cell: SessionDocument.Cell, number: Int) -> String {
    let label = cell.options.isSkipped ? "" : "<span class=\"label\">In [\(number)]:</span>"
    var text = "<div class=\"cell\">\(label)<pre class=\"code\">\(shown(cell.code))</pre>\n"
    if let recorded = cell.recorded?.trimmedLineEnds, !recorded.isEmpty {
      text += "<pre class=\"output\">\(shown(recorded))</pre>\n"
    }
    return text + "</div>\n"
  }

  private static func shown(_ text: String) -> String { markupEscaped(sanitisedLines(text.trimmedLineEnds)) }

  /// Readable on paper, on a projector and at night; tables keep their lines together.
  private static let style = """
    :root { color-scheme: light dark; --dim: #767676; --line: #c8c8c8; --code: #f4f4f2; --mark: #2a6f97 }
    @media (prefers-color-scheme: dark) { :root { --dim: #9a9a9a; --line: #444; --code: #22272e; --mark: #7fb8d8 } }
    body { max-width: 62rem; margin: 2rem auto; padding: 0 1rem; font: 1.05rem/1.55 system-ui, sans-serif }
    pre, code { font-family: ui-monospace, "DejaVu Sans Mono", Menlo, Consolas, monospace; font-size: .9rem }
    pre { overflow-x: auto; margin: .4rem 0; line-height: 1.25 }
    :not(pre) > code, .code { background: var(--code); border-radius: 4px; padding: .1em .3em }
    .code { padding: .6em .8em; border-left: 3px solid var(--mark) }
    .output { padding: 0 .8em }
    .cell { margin: 1.2rem 0 }
    .label { color: var(--mark); font: .8rem ui-monospace, monospace }
    table { border-collapse: collapse }
    th, td { border-bottom: 1px solid var(--line); padding: .25em .7em; vertical-align: top }
    blockquote { margin-left: 0; padding-left: 1rem; border-left: 3px solid var(--line); color: var(--dim) }
    details { border: 1px solid var(--line); border-radius: 6px; padding: .5em .9em; margin: 1rem 0 }
    summary { cursor: pointer; font-weight: 600 }
    """
}

extension String {
  /// The text without line ends before and after it.
  var trimmedLineEnds: String {
    var view = self[...]
    while view.first?.isNewline == true { view = view.dropFirst() }
    while view.last?.isNewline == true { view = view.dropLast() }
    return String(view)
  }
}
