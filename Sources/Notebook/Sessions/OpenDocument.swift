/// An open session file and the position in it.
struct OpenDocument {
  var path: String
  var document: SessionDocument
  /// The file access of its cells.
  var access: FileAccess
  /// The index, among all parts, of the next part for `:next`.
  var position = 0
  /// The cell that ran last.
  var current: SessionDocument.Cell?

  /// The prose up to the next runnable cell, and that cell; nil at the end.
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

  /// Goes to the position before a cell (numbered from 1). Returns false if there is no such cell.
  mutating func go(to number: Int) -> Bool {
    let cells = document.parts.indices.filter { if case .cell = document.parts[$0] { true } else { false } }
    guard number >= 1, number <= cells.count else { return false }
    // The position is after the previous cell, so that the prose in between is shown again.
    position = number >= 2 ? cells[number - 2] + 1 : 0
    return true
  }

  /// The number of the cell that ran last, from 1; 0 before the first.
  var currentNumber: Int {
    document.parts[..<min(position, document.parts.count)].count { if case .cell = $0 { true } else { false } }
  }
}
