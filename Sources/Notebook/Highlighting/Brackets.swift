/// The bracket at the cursor and its counterpart.
public struct BracketMatch: Sendable, Hashable {
  /// UTF-8 offsets; `other` is nil if there is no counterpart.
  public var bracket: Int
  public var other: Int?
}

/// The bracket directly before or at the cursor, and its counterpart; nil if there is no bracket.
///
/// Brackets in quotes and comments are ignored.
public func matchingBracket(in code: String, at cursor: Int) -> BracketMatch? {
  let bytes = Array(code.utf8)
  let (opening, closing) = (Array("([{".utf8), Array(")]}".utf8))
  let silent = codePieces(of: code).filter { $0.role == .text || $0.role == .comment }.map(\.range)
  var next = 0
  func isSilent(_ index: Int) -> Bool {
    while next < silent.count, silent[next].upperBound <= index { next += 1 }
    return next < silent.count && silent[next].contains(index)
  }
  var partners: [Int: Int?] = [:]
  var open: [(index: Int, kind: Int)] = []
  for (index, byte) in bytes.enumerated() where !isSilent(index) {
    if let kind = opening.firstIndex(of: byte) {
      open.append((index, kind))
      partners[index] = .some(nil)
    } else if let kind = closing.firstIndex(of: byte) {
      partners[index] = .some(nil)
      guard let last = open.last, last.kind == kind else { continue }
      open.removeLast()
      (partners[index], partners[last.index]) = (.some(last.index), .some(index))
    }
  }
  for index in [cursor - 1, cursor] {
    if let other = partners[index] { return BracketMatch(bracket: index, other: other) }
  }
  return nil
}
