import Diagnostics

extension ExportFormat {
  static let html = ExportFormat(
    name: "html", summary: "one page for a browser, with nothing to load", isOwn: { $0.contains(HTMLPage.generator) }
  ) { (document, context) throws(Diagnostic) in
    var page = HTMLPage(document, context)
    return page.text()
  }
}

extension String {
  /// The text without line ends at its start and end.
  var trimmedLineEnds: String {
    var view = self[...]
    while view.first?.isNewline == true { view = view.dropFirst() }
    while view.last?.isNewline == true { view = view.dropLast() }
    return String(view)
  }
}
