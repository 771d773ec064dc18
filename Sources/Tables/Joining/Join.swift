public import Diagnostics
import Parallelism

// Joining. Both sides' keys become codes of the right side's values; a left value that the right side lacks has the code
// `noCode`. The right side is indexed by code (`KeyIndex`), and left rows look theirs up in order: the result is two lists
// of row numbers, with `missingRow` where a side has no row. Semi and anti joins need a bitmap only (`MatchedRows`). Time
// is linear in rows and matches; memory is the index, 8 to 12 bytes a right row, and the result.

/// What becomes of rows without a match.
public enum JoinKind: Sendable, Hashable {
  /// Matched rows only.
  case inner
  /// All left rows; those without a match once, with nulls on the right.
  case left
  /// As `left`, then the right rows that no left row matched, with nulls on the left.
  case full
}

/// Which rows of the right table match which of the left.
public struct JoinedRows: Sendable {
  /// `missingRow` where only the right table has a row; nil where every left row stands once, in its place.
  public private(set) var left: [UInt32]?
  /// `missingRow` where only the left table has a row.
  public let right: [UInt32]
  /// Left rows without a match.
  public let unmatchedLeft: Int
  /// Left rows with more than one match.
  public let repeatedLeft: Int
  /// Right rows beyond the first of their key.
  public let repeatedRight: Int

  /// Keys repeat on both sides, so that rows multiply.
  public var isManyToMany: Bool { repeatedLeft > 0 && count > 0 && sharedRightMatches }
  let sharedRightMatches: Bool
}

extension JoinedRows {
  public var count: Int { right.count }

  /// Frees the left rows, once the caller has gathered the left columns in their order.
  public mutating func forgetLeft() { left = [] }

  /// The rows of the result that have a left row.
  public func rowsWithLeft() throws(Diagnostic) -> Bitmap {
    guard let left = self.left else { return Bitmap(repeating: true, count: count) }
    return try Bitmap.ofRows(left.count) { left[$0] != missingRow }
  }
}

/// Matches the rows of two tables on equal keys.
///
/// Rows come in the order of the left table, those of one left row in the order of the right. A null key matches
/// nothing; NaN matches NaN; whole numbers of different widths match by value, other types after conversion to their
/// common type.
///
/// - Complexity: O(left + right + matches) on all cores.
/// - Throws: the types of a pair of keys that have no common type.
public func join(
  left: [Column], count leftCount: Int, right: [Column], count rightCount: Int, kind: JoinKind
) throws(Diagnostic) -> JoinedRows {
  let keys = try JoinKeys(left: left, leftCount, right: right, rightCount)
  let index: KeyIndex
  let entries: [UInt32]
  if PartitionedKeys.suit(keys) {
    (index, entries) = try PartitionedKeys(keys).index()
  } else {
    index = try KeyIndex(keys)
    if kind == .left, index.repeatedRows == 0 { return try joinToUnique(keys, index) }
    entries = try Tables.entries(of: keys, in: index)
  }
  // Counted before anything is written: a key that repeats on both sides can ask for more rows than there is memory.
  let counts = try mapChunks(of: leftCount, grain: matchGrain) { (range) throws(Diagnostic) in
    var own = MatchCounts()
    for row in range {
      let matches = index.positions(ofEntry: entries[row]).count
      own.unmatched += matches == 0 ? 1 : 0
      own.repeated += matches > 1 ? 1 : 0
      own.rows += kind == .inner ? matches : max(1, matches)
      if matches > 1 || (matches == 0 && kind == .inner) { own.isOneToOne = false }
    }
    return own
  }
  // Looked at by full joins, and for what is said of rows that multiply.
  let isAsked = kind == .full || counts.contains { $0.repeated > 0 }
  let isMatched = isAsked ? try matchedEntries(entries, in: index) : (once: [], isTwice: false)
  let onlyRight = kind == .full ? try rightRows(without: isMatched.once, in: index, rightCount) : []
  let starts = counts.reduce(into: [0]) { $0.append(($0.last ?? 0) + $1.rows) }
  let matchCount = starts[counts.count]
  let rowCount = matchCount + onlyRight.count
  guard rowCount < Int(missingRow) else { throw .tooManyRows(rowCount) }
  try requireMemory(rows: rowCount, bytesPerRow: 2 * MemoryLayout<UInt32>.stride)
  let keepsLeft = onlyRight.isEmpty && counts.allSatisfy(\.isOneToOne)
  var leftRows: [UInt32] = []
  let rightRows = try fillArray(count: rowCount, of: UInt32.self) { (right) throws(Diagnostic) in
    leftRows = try fillArray(count: keepsLeft ? 0 : rowCount, of: UInt32.self) { (left) throws(Diagnostic) in
      try forEachIndex(of: counts.count) { (chunk) throws(Diagnostic) in
        let rows = chunk * matchGrain..<min(leftCount, (chunk + 1) * matchGrain)
        try writeMatches(
          of: rows, entries, index, keepsUnmatched: kind != .inner, from: starts[chunk], keepsLeft ? nil : left, right)
      }
      try forEachChunk(of: onlyRight.count, grain: rowGrain) { (range) throws(Diagnostic) in
        for position in range {
          left.store(missingRow, at: matchCount + position)
          right.store(onlyRight[position], at: matchCount + position)
        }
      }
    }
  }
  return JoinedRows(
    left: keepsLeft ? nil : leftRows, right: rightRows, unmatchedLeft: counts.reduce(0) { $0 + $1.unmatched },
    repeatedLeft: counts.reduce(0) { $0 + $1.repeated }, repeatedRight: index.repeatedRows,
    sharedRightMatches: isMatched.isTwice)
}

/// Left rows whose matches are counted and written together.
private let matchGrain = 1 << 15

private struct MatchCounts: Sendable {
  var rows = 0
  /// Every left row stands once.
  var isOneToOne = true
  var unmatched = 0
  var repeated = 0
}

/// The entry of every left row's key, `missingRow` where no right row has it.
private func entries(of keys: JoinKeys, in index: KeyIndex) throws(Diagnostic) -> [UInt32] {
  try buildArray(count: keys.leftCount, grain: rowGrain, of: UInt32.self) { (range, entries) throws(Diagnostic) in
    try keys.forEachLeftBlock(of: range) { (block, codes) in
      for offset in 0..<block.count {
        let entry = index.entry(of: codes[offset])
        entries[block.lowerBound - range.lowerBound + offset] = entry < 0 ? missingRow : UInt32(entry)
      }
    }
  }
}

/// Which entries some left row has, and whether several left rows have the same one.
private func matchedEntries(
  _ entries: [UInt32], in index: KeyIndex
) throws(Diagnostic) -> (once: [Bool], isTwice: Bool) {
  var once = [Bool](repeating: false, count: index.entryCount)
  var isTwice = false
  try forEachRange(of: entries.count) { range in
    for row in range where entries[row] != missingRow {
      let entry = Int(entries[row])
      if once[entry] { isTwice = true }
      once[entry] = true
    }
  }
  return (once, isTwice)
}

/// The right rows that no left row matched, ascending.
private func rightRows(without isMatched: [Bool], in index: KeyIndex, _ count: Int) throws(Diagnostic) -> [UInt32] {
  var words = [UInt64](repeating: 0, count: Bitmap.wordCount(count))
  try forEachRange(of: isMatched.count) { range in
    for entry in range where isMatched[entry] {
      for position in index.positions(ofEntry: UInt32(entry)) {
        let row = Int(index.rows[position])
        words[row >> 6] |= 1 << UInt64(row & 63)
      }
    }
  }
  return try selectedRows(~Bitmap(words: Buffer(words), count: count))
}

/// Writes the matches of some left rows; checks for cancellation after every few thousand.
private func writeMatches(
  of rows: Range<Int>, _ entries: [UInt32], _ index: KeyIndex, keepsUnmatched: Bool, from start: Int,
  _ left: DisjointRows<UInt32>?, _ right: DisjointRows<UInt32>
) throws(Diagnostic) {
  let cancellation = Cancellation.current
  var next = start
  var checked = start
  for row in rows {
    let found = index.positions(ofEntry: entries[row])
    if found.isEmpty {
      if !keepsUnmatched { continue }
      left?.store(UInt32(truncatingIfNeeded: row), at: next)
      right.store(missingRow, at: next)
      next += 1
      continue
    }
    for position in found {
      left?.store(UInt32(truncatingIfNeeded: row), at: next)
      right.store(index.rows[position], at: next)
      next += 1
    }
    if next - checked > 1 << 16 {
      try cancellation.check()
      checked = next
    }
  }
}

/// The left join with a table whose keys are unique: every left row once, with its match.
private func joinToUnique(_ keys: JoinKeys, _ index: KeyIndex) throws(Diagnostic) -> JoinedRows {
  let right = try buildArray(count: keys.leftCount, grain: rowGrain, of: UInt32.self) {
    (range, right) throws(Diagnostic) in
    let rows = index.rows.span
    try keys.forEachLeftBlock(of: range) { (block, codes) in
      for offset in 0..<block.count {
        let entry = index.entry(of: codes[offset])
        right[block.lowerBound - range.lowerBound + offset] = entry < 0 ? missingRow : rows[entry]
      }
    }
  }
  let unmatched = try mapChunks(of: right.count, grain: rowGrain) { (range) throws(Diagnostic) in
    let right = right.span
    var count = 0
    for row in range where right[row] == missingRow { count += 1 }
    return count
  }
  return JoinedRows(
    left: nil, right: right, unmatchedLeft: unmatched.reduce(0, +), repeatedLeft: 0, repeatedRight: 0,
    sharedRightMatches: false)
}

/// Arrays end to end, copied on all cores.
func joined<Element: BitwiseCopyable & Sendable>(_ pieces: [[Element]]) throws(Diagnostic) -> [Element] {
  if pieces.count == 1 { return pieces[0] }
  let starts = pieces.reduce(into: [0]) { starts, piece in starts.append((starts.last ?? 0) + piece.count) }
  return try fillArray(count: starts[pieces.count]) { (all) throws(Diagnostic) in
    try forEachIndex(of: pieces.count) { (piece) throws(Diagnostic) in
      let own = pieces[piece]
      try all.withRows(starts[piece]..<starts[piece + 1]) { (all) throws(Diagnostic) in
        for index in own.indices { all[index] = own[index] }
      }
    }
  }
}
