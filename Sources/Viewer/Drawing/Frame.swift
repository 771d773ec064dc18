import Display
package import Terminal

/// The content of the screen: pieces of text with positions and roles, ready to be drawn.
package struct Frame: Sendable, Hashable {
  /// The role of a piece of text, from which its style is chosen.
  package enum Role: Sendable, Hashable {
    case plain, number, null
    case header, type, rowNumber, edge
    /// The cell under the cursor, the rest of its row, and the header of its column.
    case cursor, cursorRow, cursorHeader
    /// A marked row, a bar, and a heat map level from -4 to 4.
    case marked, bar
    /// An aggregate below the table.
    case total
    /// The colour of a plot's series.
    case series(Int)
    case heat(Int)
    case status, message, error, prompt, choice, chosen, title
  }

  package struct Piece: Sendable, Hashable {
    package var row: Int
    package var column: Int
    package var text: String
    package var role: Role
  }

  package let size: TerminalSize
  package let theme: Theme
  package private(set) var pieces: [Piece] = []
  /// The screen columns in which texts are put; their columns count from its start.
  var pane: Range<Int>
  /// Whether the cursor is in what is drawn.
  var hasCursor = true
  package var cursorRow: Int?
  package var cursorColumn = 0

  init(size: TerminalSize, theme: Theme) {
    self.size = size
    self.theme = theme
    pane = 0..<size.columns
  }

  /// Adds text, cut at the edge of the pane.
  mutating func put(_ text: String, _ row: Int, _ column: Int, _ role: Role) {
    guard (0..<size.rows).contains(row), (0..<pane.count).contains(column), !text.isEmpty else { return }
    let fitting = theme.measure.prefix(of: text, fitting: pane.count - column).text
    pieces.append(Piece(row: row, column: pane.lowerBound + column, text: String(fitting), role: role))
  }

  /// Fills a whole row of the screen.
  mutating func fill(_ text: String, _ row: Int, _ role: Role) {
    let cut = theme.measure.cut(text, to: size.columns, ellipsis: theme.ellipsis)
    put(theme.measure.padded(cut, to: size.columns), row, 0, role)
  }

  /// The text of the screen, one line for each row, without trailing spaces. Tests compare it.
  package var text: String {
    let measure = theme.measure
    var grid = Array(repeating: Array(repeating: " ", count: size.columns), count: size.rows)
    for piece in pieces {
      var column = piece.column
      for character in piece.text {
        let cells = measure.cells(of: character)
        if cells == 0 || column + cells > size.columns { continue }
        grid[piece.row][column] = String(character)
        for covered in 1..<max(1, cells) { grid[piece.row][column + covered] = "" }
        column += cells
      }
    }
    return grid.map { row in
      var line = row.joined()[...]
      while line.last == " " { line.removeLast() }
      return String(line)
    }.joined(separator: "\n")
  }

  /// The texts with a role, in the order in which they were added.
  package func texts(_ role: Role) -> [String] { pieces.filter { $0.role == role }.map(\.text) }
}
