import Query

/// Decides where the output of a cell needs an empty line: between the outputs of two statements, so that a reader
/// can tell them apart.
///
/// Single lines, such as notes on variables, have no empty lines between them.
struct OutputSpacing {
  /// Whether an earlier statement printed something, and whether it was more than single lines.
  private var hasEarlier = false
  private var earlierIsBlock = false
  /// The same for the running statement.
  private var hasOwn = false
  private var ownIsBlock = false

  mutating func beginStatement() {
    if hasOwn { (hasEarlier, earlierIsBlock) = (true, ownIsBlock) }
    (hasOwn, ownIsBlock) = (false, false)
  }

  /// Whether an empty line is needed before this piece.
  mutating func isNeeded(before piece: Piece) -> Bool {
    let isBlock = piece.isBlock
    defer { (hasOwn, ownIsBlock) = (true, ownIsBlock || isBlock) }
    // Times are not recorded, so an empty line before them would remain alone.
    if case .elapsed = piece { return false }
    return !hasOwn && hasEarlier && (earlierIsBlock || isBlock)
  }
}

extension Piece {
  /// Whether the piece may have more than one line.
  fileprivate var isBlock: Bool {
    switch self {
    case .table, .text, .page, .diagnostic, .constant(.list): true
    case .constant(.scalar), .note, .elapsed, .gap: false
    }
  }
}
