import Display

/// How an HTML table says which way its cells align.
enum TableMarkup {
  /// By classes of the exported page's style sheet.
  case ofPage
  /// By itself, for a page whose style sheet knows nothing of it.
  case alone

  fileprivate var table: String { self == .ofPage ? " class=\"data\"" : "" }
  fileprivate var number: String { self == .ofPage ? " class=\"number\"" : " style=\"text-align: right\"" }
  fileprivate var text: String { self == .ofPage ? "" : " style=\"text-align: left\"" }
  fileprivate var gap: String { self == .ofPage ? " class=\"gap\"" : "" }

  fileprivate func null(isNumber: Bool) -> String {
    self == .ofPage
      ? " class=\"null\"" : " style=\"text-align: \(isNumber ? "right" : "left"); opacity: 0.5\""
  }
}

extension RecordedBlock.Table {
  /// The table as HTML.
  func markup(_ style: TableMarkup) -> String {
    let isNumber = types.map { $0.wholeMatch(of: /[iuf][0-9]+|decimal.*|duration.*/) != nil }
    func alignment(_ column: Int) -> String { isNumber[column] ? style.number : style.text }
    let head = names.indices.map { index in
      let type = types[index].isEmpty ? "" : "<small>\(markupEscaped(types[index]))</small>"
      // Without the page's style sheet, types stand below names by a line break alone.
      let space = style == .alone && !type.isEmpty ? "<br>" : ""
      return "<th scope=\"col\"\(alignment(index))>\(markupEscaped(names[index]))\(space)\(type)</th>"
    }.joined()
    let body = rows.map { row in
      let cells = row.indices.map { index in
        let look = row[index] == "null" ? style.null(isNumber: isNumber[index]) : alignment(index)
        return "<td\(look)>\(markupWithLinks(row[index]))</td>"
      }
      return "<tr\(row.allSatisfy { $0 == "…" } ? style.gap : "")>" + cells.joined() + "</tr>\n"
    }.joined()
    let title = caption.map { "<caption>\(markupEscaped($0))</caption>" } ?? ""
    return "<table\(style.table)>\(title)<thead><tr>\(head)</tr></thead>\n<tbody>\n\(body)</tbody></table>"
  }
}

/// The text with its addresses as links.
func markupWithLinks(_ text: String) -> String {
  var html = ""
  var rest = text[...]
  while let match = rest.firstMatch(of: /https?:\/\/[^\s<>"│┆)]+/) {
    html += markupEscaped(String(rest[..<match.range.lowerBound]))
    let address = String(match.output)
    html +=
      clickable(address).map { "<a href=\"\(markupEscaped($0))\">\(markupEscaped(address))</a>" }
      ?? markupEscaped(address)
    rest = rest[match.range.upperBound...]
  }
  return html + markupEscaped(String(rest))
}
