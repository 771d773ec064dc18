public import Tables

extension Table {
  /// The table as a Markdown table, every row of it, numbers to the right. Values are exact, but for `f32`, of which
  /// seven digits are written; a null is an empty cell.
  ///
  /// - Parameter includesHeader: leaves the header out for the later parts of a table that is written in parts.
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

/// Text that Markdown takes as it is.
private func markdownCell(_ text: String) -> String {
  var escaped = ""
  for character in sanitised(text) {
    if "\\|*_`<[$".contains(character) { escaped.append("\\") }
    escaped.append(character)
  }
  return escaped
}
