/// Where a prompt, the lines typed after it and a menu below them stand on a terminal of some width.
///
/// A row is never wider than the terminal: lines are broken here, not by the terminal, so that rows can be counted.
package struct LineLayout: Equatable {
  package struct Row: Equatable {
    /// Drawn as it is, escapes included.
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
  ///   - prompt: what stands before the first line; escapes in it are wrapped in `\u{1}…\u{2}`.
  ///   - continuation: the same before the others.
  ///   - cursor: the offset in UTF-8 bytes of `line`.
  package init(prompt: String, continuation: String = "", line: String, cursor: Int, columns: Int) {
    self.columns = max(2, columns)
    append(prompt: prompt)
    var offset = 0
    for scalar in line.unicodeScalars {
      let cells = CharacterCells(scalar)
      if scalar != "\n" { makeRoom(cells.width) }
      if offset == cursor { markCursor() }
      offset += UTF8.width(scalar)
      if scalar == "\n" {
        rows.append(Row())
        append(prompt: continuation)
      } else {
        append(cells)
      }
    }
    if cursor >= offset {
      makeRoom(1)
      markCursor()
    }
  }

  /// Rows below the line.
  package mutating func append(menu: [Row]) { rows += menu }

  private mutating func markCursor() {
    // Before a line break at the right edge there is no cell of its own: the last one does.
    cursorRow = rows.count - 1
    cursorColumn = min(rows[cursorRow].width, columns - 1)
  }

  private mutating func makeRoom(_ width: Int) {
    let row = rows[rows.count - 1]
    if row.width > 0, row.width + width > columns { rows.append(Row()) }
  }

  private mutating func append(_ text: String, _ width: Int) {
    rows[rows.count - 1].text += text
    rows[rows.count - 1].width += width
  }

  /// What a character is shown as. Only what is written out, as `<FEFF>`, can be wider than a whole row: it is cells of
  /// ASCII, and goes on in the next rows.
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

  /// The cells that a prompt takes on its last row.
  package static func width(ofPrompt prompt: String) -> Int {
    LineLayout(prompt: prompt, line: "", cursor: 0, columns: 10_000).cursorColumn
  }
}
