public import Tables

extension Table {
  /// The whole table in Markdown, numbers aligned right. Values are exact, except that `f32` has seven digits; null
  /// is an empty cell.
  ///
  /// - Parameter includesHeader: false for the later parts of a table that is written in parts.
  public func markdownText(includesHeader: Bool = true) -> String {
    var text = ""
    func append(_ cells: [String]) { text += "| " + cells.joined(separator: " | ") + " |\n" }
    if includesHeader {
      append(schema.names.map(markdownCell))
      append(schema.types.map { $0.isRightAligned ? "---:" : "---" })
    }
    for row in 0..<rowCount {
      append(
        columns.map { column in
          if case .text(let text) = column[row] { return markdownCell(sanitised(text)) }
          if column.type == .f32, case .float(let number) = column[row] { return scoreText(Float(number)) }
          return column.isNull(row) ? "" : markdownCell(column[row].text(as: column.type))
        })
    }
    return text
  }
}

/// Escapes the characters that have a meaning in Markdown.
private func markdownCell(_ text: String) -> String {
  var escaped = ""
  for character in sanitised(text) {
    if "\\|*_`<[$".contains(character) { escaped.append("\\") }
    escaped.append(character)
  }
  return escaped
}
