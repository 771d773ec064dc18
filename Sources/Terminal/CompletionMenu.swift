/// The list of candidates below the line: one column with descriptions if they fit, else several columns of names.
package struct CompletionMenu {
  package var candidates: [Completion.Candidate]
  package var usesColor: Bool

  package init(candidates: [Completion.Candidate], usesColor: Bool) {
    self.candidates = candidates
    self.usesColor = usesColor
  }

  /// Lays out at most `height` rows of at most `columns` cells.
  package func rows(columns: Int, height: Int) -> [LineLayout.Row] {
    guard !candidates.isEmpty, height > 0, columns > 8 else { return [] }
    let names = candidates.map { visibleCells($0.display, limit: columns - 2) }
    let widest = names.map(\.width).max() ?? 0
    let hasDescriptions = candidates.contains { !$0.description.isEmpty }
    if hasDescriptions && candidates.count <= height && widest + 12 <= columns {
      return describedRows(names, widest, columns)
    }
    return columnRows(names, widest, columns, height)
  }

  private func describedRows(_ names: [(text: String, width: Int)], _ widest: Int, _ columns: Int) -> [LineLayout.Row] {
    zip(candidates, names).map { candidate, name in
      let description = visibleCells(candidate.description, limit: columns - widest - 3)
      let gap = String(repeating: " ", count: widest - name.width + 2)
      let text = description.width == 0 ? name.text : name.text + gap + dim(description.text)
      return LineLayout.Row(text: text, width: widest + 2 + description.width)
    }
  }

  /// In column order, as `ls` does.
  private func columnRows(
    _ names: [(text: String, width: Int)], _ widest: Int, _ columns: Int, _ height: Int
  ) -> [LineLayout.Row] {
    let across = max(1, (columns - 1) / (widest + 2))
    let needed = (names.count + across - 1) / across
    let isCut = needed > height
    let down = isCut ? max(1, height - 1) : needed
    var rows = (0..<down).map { row in
      var line = LineLayout.Row()
      for column in 0..<across {
        let index = column * down + row
        guard index < names.count else { break }
        line.text += String(repeating: " ", count: column * (widest + 2) - line.width) + names[index].text
        line.width = column * (widest + 2) + names[index].width
      }
      return line
    }
    if isCut && height > 1 {
      let more = "… \(names.count - across * down) more"
      rows.append(LineLayout.Row(text: dim(more), width: more.count))
    }
    return rows
  }

  private func dim(_ text: String) -> String { usesColor ? "\u{1B}[2m\(text)\u{1B}[22m" : text }
}
