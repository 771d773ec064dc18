import Query

/// Where an empty line stands in the output of a cell: between what two of its statements print, so that a reader sees
/// which printed what.
///
/// Single lines, such as those that say what a name now holds, stand close together.
struct OutputSpacing {
  /// Whether an earlier statement printed something, and whether its output is more than single lines.
  private var hasEarlier = false
  private var earlierIsBlock = false
  /// The same of the running statement.
  private var hasOwn = false
  private var ownIsBlock = false

  mutating func beginStatement() {
    if hasOwn { (hasEarlier, earlierIsBlock) = (true, ownIsBlock) }
    (hasOwn, ownIsBlock) = (false, false)
  }

  /// Whether an empty line stands before the next piece.
  mutating func isNeeded(before piece: Piece) -> Bool {
    let isBlock = piece.isBlock
    defer { (hasOwn, ownIsBlock) = (true, ownIsBlock || isBlock) }
    // A time is not recorded, and an empty line alone would stay.
    if case .elapsed = piece { return false }
    return !hasOwn && hasEarlier && (earlierIsBlock || isBlock)
  }
}

extension Piece {
  /// Whether it may be more than a line.
  fileprivate var isBlock: Bool {
    switch self {
    case .table, .text, .page, .diagnostic, .constant(.list): true
    case .constant(.scalar), .note, .elapsed, .gap: false
    }
  }
}
