public import Diagnostics
import Parallelism

// Joining. The keys of both sides are encoded by the values of the right side; a left value that does not occur there
// gets the code `noCode`. The right side is indexed by code (`KeyIndex`), and left rows are looked up in order. The
// result is two lists of row numbers, with `missingRow` where a side has no row. Semi and anti joins need a bitmap only
// (`MatchedRows`). Time is linear in rows and matches; memory is the index, 8 to 12 bytes per right row, and the
// result.

/// What happens to rows without a match.
public enum JoinKind: Sendable, Hashable {
  /// Only matched rows.
  case inner
  /// All left rows; a row without a match occurs once, with nulls on the right.
  case left
  /// As `left`, followed by the right rows without a match, with nulls on the left.
  case full
}

/// The result of a join: pairs of a left row and a right row.
public struct JoinedRows: Sendable {
  /// The left rows, `missingRow` if only the right table has a row. Nil if the result has every left row once, in table
  /// order.
  public private(set) var left: [UInt32]?
  /// The right rows, `missingRow` if only the left table has a row.
  public let right: [UInt32]
  /// The number of left rows without a match.
  public let unmatchedLeft: Int
  /// The number of left rows with more than one match.
  public let repeatedLeft: Int
  /// The number of right rows whose key occurs in an earlier right row. (`joinInOrder` gives 1 if some right row has
  /// several matches, else 0.)
  public let repeatedRight: Int

  /// Whether matches repeat on both sides, so that rows multiply.
  public var isManyToMany: Bool { repeatedLeft > 0 && count > 0 && sharedRightMatches }
  let sharedRightMatches: Bool
}

extension JoinedRows {
  public var count: Int { right.count }

  /// Frees the list of left rows when the caller has gathered the left columns.
  public mutating func forgetLeft() { left = [] }

  /// The rows of the result that have a left row.
  public func rowsWithLeft() throws(Diagnostic) -> Bitmap {
    guard let left = self.left else { return Bitmap(repeating: true, count: count) }
    return try Bitmap.ofRows(left.count) { left[$0] != missingRow }
  }
}

/// Matches the rows of two tables on equal keys.
///
/// The result is in the order of the left table; the matches of one left row are in the order of the right table. A
/// null key matches nothing, and NaN matches NaN. Numbers of different types match by value.
///
/// - Complexity: O(left + right + matches) on all cores.
/// - Throws: a diagnostic if the types of a pair of keys cannot be compared.
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
    if kind != .full, index.repeatedRows == 0 { return try joinToUnique(keys, index, keepsUnmatched: kind == .left) }
    entries = try Tables.entries(of: keys, in: index)
  }
  // Matches are counted before anything is written: if a key repeats on both sides, the result may not fit in memory.
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
  // Needed for full joins, and for the note about rows that multiply.
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

/// The number of left rows whose matches are counted and written together.
private let matchGrain = 1 << 15

private struct MatchCounts: Sendable {
  var rows = 0
  /// Whether every left row occurs exactly once.
  var isOneToOne = true
  var unmatched = 0
  var repeated = 0
}

/// The index entry of every left row's key; `missingRow` if no right row has that key.
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

/// The entries that at least one left row has, and whether several left rows have the same entry.
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

/// The right rows without a match, ascending.
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

/// Writes the matches of some left rows; checks for cancellation after about 65,000 written rows.
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

/// A join with a table whose keys are unique: every left row occurs once, or, without a match, possibly not at all.
private func joinToUnique(
  _ keys: JoinKeys, _ index: KeyIndex, keepsUnmatched: Bool
) throws(Diagnostic) -> JoinedRows {
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
  let chunkCount = (right.count + matchGrain - 1) / matchGrain
  let counts = try mapIndices(of: chunkCount) { (chunk) throws(Diagnostic) in
    let right = right.span
    var matched: UInt32 = 0
    for row in matchedChunk(chunk, of: right.count) { matched &+= right[row] == missingRow ? 0 : 1 }
    return Int(matched)
  }
  let starts = counts.reduce(into: [0]) { $0.append(($0.last ?? 0) + $1) }
  let matchCount = starts[chunkCount]
  let unmatched = right.count - matchCount
  if keepsUnmatched || unmatched == 0 {
    return JoinedRows(
      left: nil, right: right, unmatchedLeft: unmatched, repeatedLeft: 0, repeatedRight: 0, sharedRightMatches: false)
  }
  var matched: [UInt32] = []
  let left = try fillArray(count: matchCount, of: UInt32.self) { (left) throws(Diagnostic) in
    matched = try fillArray(count: matchCount, of: UInt32.self) { (matched) throws(Diagnostic) in
      try forEachIndex(of: chunkCount) { (chunk) throws(Diagnostic) in
        let rows = matchedChunk(chunk, of: right.count)
        let places = starts[chunk]..<starts[chunk + 1]
        try left.withRows(places) { (left) throws(Diagnostic) in
          try matched.withRows(places) { (matched) throws(Diagnostic) in
            keepMatched(right.span, rows, &left, &matched)
          }
        }
      }
    }
  }
  return JoinedRows(
    left: left, right: matched, unmatchedLeft: unmatched, repeatedLeft: 0, repeatedRight: 0, sharedRightMatches: false)
}

private func matchedChunk(_ chunk: Int, of count: Int) -> Range<Int> {
  chunk * matchGrain..<min(count, (chunk + 1) * matchGrain)
}

/// Writes the pairs of the left rows that have a right row.
private func keepMatched(
  _ right: Span<UInt32>, _ rows: Range<Int>, _ left: inout MutableSpan<UInt32>, _ matched: inout MutableSpan<UInt32>
) {
  var place = 0
  for row in rows {
    // Every row is written, and the next one over it if it has no match: a branch would often be predicted wrongly.
    guard place < left.count else { return }
    left[place] = UInt32(truncatingIfNeeded: row)
    matched[place] = right[row]
    place &+= right[row] == missingRow ? 0 : 1
  }
}

/// Concatenates arrays on all cores.
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
