/// A session file that was opened: its cells, and which comes next.
struct OpenDocument {
  var path: String
  var document: SessionDocument
  /// What its cells may touch.
  var access: FileAccess
  /// The index among all parts of what `:next` looks at first.
  var position = 0
  /// The cell that ran last.
  var current: SessionDocument.Cell?

  /// The prose up to the next cell that is run, and that cell; nil at the end.
  mutating func advance() -> (prose: String, cell: SessionDocument.Cell)? {
    var prose = ""
    while position < document.parts.count {
      defer { position += 1 }
      switch document.parts[position] {
      case .prose(let text): prose += text.text
      case .cell(let cell) where cell.options.isSkipped: continue
      case .cell(let cell):
        current = cell
        return (prose, cell)
      }
    }
    return nil
  }

  /// Goes to before the cell of that number (from 1); false if there is none.
  mutating func go(to number: Int) -> Bool {
    let cells = document.parts.indices.filter { if case .cell = document.parts[$0] { true } else { false } }
    guard number >= 1, number <= cells.count else { return false }
    // Back to the end of the cell before, so that the prose between them is shown again.
    position = number >= 2 ? cells[number - 2] + 1 : 0
    return true
  }

  /// The number of the cell that ran last, from 1; 0 before the first.
  var currentNumber: Int {
    document.parts[..<min(position, document.parts.count)].count { if case .cell = $0 { true } else { false } }
  }
}
