import Notebook
import Terminal

extension PromptTerminal {
  /// Switches on syntax highlighting, bracket matching and parameter hints while a line is typed.
  func colourLines() {
    let ability = TerminalAbilities(of: .output).color
    editor.styles = { [weak self, session] line, cursor in
      guard let self, self.editor.usesColor, session.settings.color, line.utf8.count < 20_000 else { return [] }
      let colors: CodeColors = session.settings.projector ? .highContrast : ability >= .indexed ? .many : .sixteen
      return lineStyles(of: line, cursor: cursor, session.vocabulary, colors)
    }
    editor.hint = { [session] line in line.utf8.count < 2_000 ? session.parameterHint(in: line) : nil }
  }
}

/// The styles of a line's pieces; the bracket at the cursor and its counterpart are emphasised.
func lineStyles(of line: String, cursor: Int, _ vocabulary: CodeVocabulary, _ colors: CodeColors) -> [LineStyle] {
  var styles = codePieces(of: line, vocabulary).map {
    LineStyle(range: $0.range, graphicRendition: $0.role.graphicRendition(colors))
  }
  guard let match = matchingBracket(in: line, at: cursor) else { return styles }
  let look = match.other == nil ? "1;31" : "1;4"
  for place in [match.bracket, match.other].compactMap(\.self) {
    styles.append(LineStyle(range: place..<place + 1, graphicRendition: look))
  }
  return styles.sorted { $0.range.lowerBound < $1.range.lowerBound }
}
