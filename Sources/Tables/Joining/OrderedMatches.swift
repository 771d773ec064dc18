public import Diagnostics
import Parallelism

// Joining by order. Rows match that are equal in some keys (or in none) and lie in order in others: the nearest row
// before (`nearestRows`), or all rows within bounds (`joinInOrder`). One side's rows are sorted by their equal keys, then
// by the ordered one; the other side's rows find their place in that by halving.

/// Which of the rows of the other table a row is matched with.
public enum NearestDirection: String, Sendable, Hashable, CaseIterable {
  /// The nearest earlier one.
  case backward
  /// The nearest later one.
  case forward
  /// The nearest of all; of two at the same distance the later one.
  case nearest
}

/// For every left row the right row whose key is nearest among those that are equal in other keys, else `missingRow`.
///
/// An equal key counts, and of equals the last row. Null matches nothing.
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

/// The codes of equal keys, of each side's rows; one code where there are no keys.
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

/// Two columns in the type in which their values stand side by side; an error where a value is none of it.
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

/// The places of both columns' values in one order; `missingRow` of null.
func sharedRanks(_ left: Column, _ right: Column) throws(Diagnostic) -> (left: [UInt32], right: [UInt32]) {
  let (a, b) = try sharedType(left, right)
  let all = try concat([a, b])
  let ranks = try denseRanks(try KeyEncoder([SortKey(all)], count: all.count))
  let known = try buildArray(count: all.count, grain: rowGrain, of: UInt32.self) { (range, known) throws(Diagnostic) in
    for row in range { known[row - range.lowerBound] = all.isNull(row) ? missingRow : ranks[row] }
  }
  return (Array(known[..<a.count]), Array(known[a.count...]))
}

/// Rows sorted by a code, then by a rank, then in the order of their table; rows that lack one are not there.
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

  /// How many rows stand before a place in the order: that of a code and a rank, or behind all of that rank.
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

  /// The last row of a code whose rank is not above one.
  func last(of code: UInt64, upTo rank: UInt32) -> UInt32? {
    let position = position(of: code, rank, behind: true) - 1
    return position >= 0 && codes[position] == code ? rows[position] : nil
  }

  /// The row of a code whose rank is the least that is not below one, the last of several.
  func first(of code: UInt64, from rank: UInt32) -> UInt32? {
    let position = position(of: code, rank, behind: false)
    guard position < codes.count, codes[position] == code else { return nil }
    return last(of: code, upTo: ranks[position])
  }
}

/// How far the values of two columns lie apart.
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
      // NaN and an infinity are at no distance from themselves.
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
  /// How far another lies away: at most 2¹²⁸ − 1.
  fileprivate func distance(_ other: Int128) -> UInt128 {
    self > other
      ? UInt128(bitPattern: self) &- UInt128(bitPattern: other)
      : UInt128(bitPattern: other) &- UInt128(bitPattern: self)
  }
}
