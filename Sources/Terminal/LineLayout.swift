/// The layout of a prompt, the typed lines and a menu on a terminal of a given width.
///
/// Lines are wrapped here and not by the terminal, so no row is wider than the terminal and rows can be counted. They
/// are broken between words, and what goes on stands below the text before it, not below the prompt.
package struct LineLayout: Equatable {
  package struct Row: Equatable {
    /// The text with its escape sequences.
    package var text = ""
    package var width = 0

    package init(text: String = "", width: Int = 0) {
      self.text = text
      self.width = width
    }
  }

  package private(set) var rows: [Row] = [Row()]
  package private(set) var cursorRow = 0
  package private(set) var cursorColumn = 0
  package let columns: Int

  /// - Parameters:
  ///   - prompt: the text before the first line; escape sequences in it are wrapped in `\u{1}…\u{2}`.
  ///   - continuation: the same for the other lines.
  ///   - cursor: the offset in UTF-8 bytes of `line`.
  ///   - styles: the styles of parts of the line, in ascending order.
  package init(
    prompt: String, continuation: String = "", line: String, cursor: Int, columns: Int, styles: [LineStyle] = []
  ) {
    self.columns = max(2, columns)
    append(prompt: prompt)
    indent = rows[rows.count - 1].width
    var offset = 0
    var next = styles[...]
    var isBetweenWords = true
    let scalars = line.unicodeScalars
    for (index, scalar) in zip(scalars.indices, scalars) {
      let cells = CharacterCells(scalar)
      if isBetweenWords, !scalar.isBetweenWords { startRow(before: scalars[index...]) }
      isBetweenWords = scalar.isBetweenWords
      while let style = next.first, style.range.upperBound <= offset { next = next.dropFirst() }
      let look = next.first.map { $0.range.contains(offset) ? $0.graphicRendition : "" } ?? ""
      if scalar != "\n" { makeRoom(cells.width) }
      set(scalar == "\n" ? "" : look)
      if offset == cursor { markCursor() }
      offset += UTF8.width(scalar)
      if scalar == "\n" {
        rows.append(Row())
        append(prompt: continuation)
        indent = rows[rows.count - 1].width
      } else {
        append(cells)
      }
    }
    set("")
    if cursor >= offset {
      makeRoom(1)
      markCursor()
    }
  }

  /// The width of the prompt or continuation before the current line.
  private var indent = 0

  /// The current style, as the parameters of `ESC [ … m`; empty for plain text.
  private var look = ""

  /// Sets the style of the following text. Each row is drawn independently, so a row resets its style at its end.
  private mutating func set(_ next: String) {
    guard next != look else { return }
    if !look.isEmpty { rows[rows.count - 1].text += "\u{1B}[0m" }
    if !next.isEmpty { rows[rows.count - 1].text += "\u{1B}[\(next)m" }
    look = next
  }

  /// Appends a dim hint after the line, as far as the row has space.
  package mutating func append(hint: String, usesColor: Bool) {
    let last = rows.count - 1
    let room = columns - rows[last].width - 1
    guard usesColor, room > 3 else { return }
    let text = visibleCells(hint, limit: room)
    rows[last].text += "\u{1B}[2m\(text.text)\u{1B}[22m"
    rows[last].width += text.width
  }

  /// Appends rows below the line.
  package mutating func append(menu: [Row]) { rows += menu }

  private mutating func markCursor() {
    // A line break at the right edge has no cell of its own; the cursor is on the last cell.
    cursorRow = rows.count - 1
    cursorColumn = min(rows[cursorRow].width, columns - 1)
  }

  private mutating func makeRoom(_ width: Int) {
    let row = rows[rows.count - 1]
    guard row.width > 0, row.width + width > columns else { return }
    let kept = look
    set("")
    rows.append(Row())
    set(kept)
  }

  /// Starts a row if the word at the beginning of `rest` does not fit this one, but fits the next. The space after a
  /// word needs a cell too, as the cursor may stand there.
  private mutating func startRow(before rest: Substring.UnicodeScalarView) {
    let used = rows[rows.count - 1].width
    // Where a prompt takes up most of the screen, lines go on at its left edge.
    let indent = self.indent * 3 > columns ? 0 : self.indent
    guard used > indent else { return }
    var width = 0
    for scalar in rest {
      width += scalar == "\n" ? 0 : CharacterCells(scalar).width
      if indent + width > columns { return }
      if scalar.isBetweenWords { break }
    }
    guard used + width > columns else { return }
    let kept = look
    set("")
    rows.append(Row(text: String(repeating: " ", count: indent), width: indent))
    set(kept)
  }

  private mutating func append(_ text: String, _ width: Int) {
    rows[rows.count - 1].text += text
    rows[rows.count - 1].width += width
  }

  /// Appends a character. Only a written-out code such as `<FEFF>` can be wider than a row; it is ASCII, and may be
  /// wrapped.
  private mutating func append(_ cells: CharacterCells) {
    guard cells.width > columns else { return append(cells.text, cells.width) }
    for character in cells.text {
      makeRoom(1)
      append(String(character), 1)
    }
  }

  private mutating func append(prompt: String) {
    var isInvisible = false
    for scalar in prompt.unicodeScalars {
      switch scalar {
      case "\u{1}": isInvisible = true
      case "\u{2}": isInvisible = false
      case _ where isInvisible: append(String(scalar), 0)
      case "\n": rows.append(Row())
      default:
        let cells = CharacterCells(scalar)
        makeRoom(cells.width)
        append(cells)
      }
    }
  }

  /// The width of a prompt's last row.
  package static func width(ofPrompt prompt: String) -> Int {
    LineLayout(prompt: prompt, line: "", cursor: 0, columns: 10_000).cursorColumn
  }
}

extension Unicode.Scalar {
  fileprivate var isBetweenWords: Bool { self == " " || self == "\t" || self == "\n" }
}
