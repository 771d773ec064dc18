public import Diagnostics
import Parallelism

// Joins by order. Rows match if their equal keys (if any) are equal and an ordered key is nearest (`nearestRows`, an
// as-of join) or within bounds (`joinInOrder`). The rows of one side are sorted by the equal keys and then by the
// ordered key; the rows of the other side are looked up by binary search.

/// Which row of the other table a row is matched with.
public enum NearestDirection: String, Sendable, Hashable, CaseIterable {
  /// The nearest row at or before the key.
  case backward
  /// The nearest row at or after the key.
  case forward
  /// The nearest row in both directions; of two at the same distance, the later one.
  case nearest
}

/// For every left row, the right row with the nearest key among those whose equal keys match (as-of join); `missingRow`
/// if there is none.
///
/// A row with the same key is the nearest; of several such rows, the last one is taken. Null matches nothing.
///
/// - Complexity: O((left + right) · log right) on all cores.
public func nearestRows(
  equal: [(left: Column, right: Column)], nearest: (left: Column, right: Column), _ direction: NearestDirection,
  within: KeyDistance?, leftCount: Int, rightCount: Int
) throws(Diagnostic) -> [UInt32] {
  let sides = try EqualCodes(equal, leftCount, rightCount)
  let (leftRanks, rightRanks) = try sharedRanks(nearest.left, nearest.right)
  let order = try RowsInOrder(codes: sides.right, ranks: rightRanks)
  let distances =
    direction == .nearest || within != nil ? try KeyDistances(left: nearest.left, right: nearest.right) : nil
  return try buildArray(count: leftCount, grain: rowGrain, of: UInt32.self) { (range, found) throws(Diagnostic) in
    for row in range {
      let (code, rank) = (sides.left[row], leftRanks[row])
      var match = missingRow
      if code != JoinKeys.noCode, rank != missingRow {
        let before = direction == .forward ? nil : order.last(of: code, upTo: rank)
        let after = direction == .backward ? nil : order.first(of: code, from: rank)
        switch (before, after) {
        case (let before?, let after?):
          match = distances.map { $0.isNearer(before, than: after, to: row) } == true ? before : after
        case (let one?, nil), (nil, let one?): match = one
        case (nil, nil): break
        }
        if match != missingRow, let within, let distances, !distances.isWithin(within, row, match) {
          match = missingRow
        }
      }
      found[row - range.lowerBound] = match
    }
  }
}

/// The codes of the equal keys for the rows of each side; the code is 0 in all rows if there are no equal keys.
struct EqualCodes: Sendable {
  let left: [UInt64]
  let right: [UInt64]

  init(_ pairs: [(left: Column, right: Column)], _ leftCount: Int, _ rightCount: Int) throws(Diagnostic) {
    guard !pairs.isEmpty else {
      left = try repeatedArray(0, count: leftCount)
      right = try repeatedArray(0, count: rightCount)
      return
    }
    let keys = try JoinKeys(left: pairs.map(\.left), leftCount, right: pairs.map(\.right), rightCount)
    left = try buildArray(count: leftCount, grain: rowGrain) { (range, codes) throws(Diagnostic) in
      try keys.forEachLeftBlock(of: range) { (block, own) in
        for index in 0..<block.count { codes[block.lowerBound - range.lowerBound + index] = own[index] }
      }
    }
    right = try buildArray(count: rightCount, grain: rowGrain) { (range, codes) throws(Diagnostic) in
      try keys.forEachRightBlock(of: range) { (block, own) in
        for index in 0..<block.count { codes[block.lowerBound - range.lowerBound + index] = own[index] }
      }
    }
  }
}

/// Converts two columns to their common type.
///
/// - Throws: a diagnostic if a value cannot be converted exactly.
private func sharedType(_ left: Column, _ right: Column) throws(Diagnostic) -> (left: Column, right: Column) {
  if left.type == right.type { return (left, right) }
  guard let type = DataType.common(left.type, right.type) else { throw .differentTypes(left.type, right.type) }
  func converted(_ column: Column) throws(Diagnostic) -> Column {
    let result = try cast(column, to: type, .exact)
    guard let loss = firstLoss(from: column, to: result) else { return result }
    throw .lossyCast(loss.value, to: type, row: loss.row)
  }
  return (try converted(left), try converted(right))
}

/// The dense ranks of the values of both columns together; `missingRow` for null.
func sharedRanks(_ left: Column, _ right: Column) throws(Diagnostic) -> (left: [UInt32], right: [UInt32]) {
  let (a, b) = try sharedType(left, right)
  let all = try concat([a, b])
  let ranks = try denseRanks(try KeyEncoder([SortKey(all)], count: all.count))
  let known = try buildArray(count: all.count, grain: rowGrain, of: UInt32.self) { (range, known) throws(Diagnostic) in
    for row in range { known[row - range.lowerBound] = all.isNull(row) ? missingRow : ranks[row] }
  }
  return (Array(known[..<a.count]), Array(known[a.count...]))
}

/// Rows sorted by code, then by rank, then in table order. Rows without a code or rank are left out.
struct RowsInOrder: Sendable {
  let rows: [UInt32]
  let codes: [UInt64]
  let ranks: [UInt32]

  init(codes: [UInt64], ranks: [UInt32]) throws(Diagnostic) {
    let known = try selectedRows(
      Bitmap.ofRows(codes.count) { codes[$0] != JoinKeys.noCode && ranks[$0] != missingRow })
    let ownCodes = known.map { codes[Int($0)] }
    let ownRanks = known.map { ranks[Int($0)] }
    let keys = [SortKey(Column(.u64, .u64(Buffer(ownCodes)))), SortKey(Column(.u32, .u32(Buffer(ownRanks))))]
    let order = try sortedRows(try KeyEncoder(keys, count: known.count))
    rows = order.map { known[Int($0)] }
    self.codes = order.map { ownCodes[Int($0)] }
    self.ranks = order.map { ownRanks[Int($0)] }
  }

  /// The number of rows that sort before a code and rank; with `behind`, including the rows of that code and rank.
  func position(of code: UInt64, _ rank: UInt32, behind: Bool) -> Int {
    let (codes, ranks) = (codes.span, ranks.span)
    var (low, high) = (0, codes.count)
    while low < high {
      let middle = (low + high) / 2
      let own = codes[middle]
      let isBefore = own < code || own == code && (behind ? ranks[middle] <= rank : ranks[middle] < rank)
      if isBefore { low = middle + 1 } else { high = middle }
    }
    return low
  }

  /// The last row with that code whose rank is at most `rank`.
  func last(of code: UInt64, upTo rank: UInt32) -> UInt32? {
    let position = position(of: code, rank, behind: true) - 1
    return position >= 0 && codes[position] == code ? rows[position] : nil
  }

  /// The row with that code and the least rank that is at least `rank`; the last one of several.
  func first(of code: UInt64, from rank: UInt32) -> UInt32? {
    let position = position(of: code, rank, behind: false)
    guard position < codes.count, codes[position] == code else { return nil }
    return last(of: code, upTo: ranks[position])
  }
}

/// Distances between the values of two columns.
private struct KeyDistances: Sendable {
  private enum Numbers: Sendable {
    case whole(@Sendable (Int) -> Int128, @Sendable (Int) -> Int128)
    case floats(Buffer<Double>, Buffer<Double>)
  }

  private let numbers: Numbers

  init(left: Column, right: Column) throws(Diagnostic) {
    let (a, b) = try sharedType(left, right)
    if !a.type.isFloat, let own = a.values.wholeNumbers, let other = b.values.wholeNumbers {
      numbers = .whole(own, other)
    } else {
      numbers = .floats(try a.asDoubles(), try b.asDoubles())
    }
  }

  /// Whether one right row is nearer to a left row than another is.
  func isNearer(_ one: UInt32, than other: UInt32, to left: Int) -> Bool {
    switch numbers {
    case .whole(let own, let others):
      return own(left).distance(others(Int(one))) < own(left).distance(others(Int(other)))
    case .floats(let own, let others):
      let (a, b) = ((own[left] - others[Int(one)]).magnitude, (own[left] - others[Int(other)]).magnitude)
      // Equal infinities have distance 0, although their difference is NaN.
      return own[left] == others[Int(one)] && own[left] != others[Int(other)] || a < b
    }
  }

  func isWithin(_ distance: KeyDistance, _ left: Int, _ right: UInt32) -> Bool {
    switch numbers {
    case .whole(let own, let others): return own(left).distance(others(Int(right))) <= distance.asWhole.magnitude
    case .floats(let own, let others):
      let (a, b) = (own[left], others[Int(right)])
      return a == b || a.isNaN && b.isNaN || (a - b).magnitude <= distance.asFloat
    }
  }
}

extension Int128 {
  /// The absolute difference, which is at most 2¹²⁸ − 1.
  fileprivate func distance(_ other: Int128) -> UInt128 {
    self > other
      ? UInt128(bitPattern: self) &- UInt128(bitPattern: other)
      : UInt128(bitPattern: other) &- UInt128(bitPattern: self)
  }
}
