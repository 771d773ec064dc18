public import Diagnostics
import Parallelism

// Joins by order. Rows match if their equal keys (if any) are equal and an ordered key is nearest (`nearestRows`, an
// as-of join) or within bounds (`joinInOrder`). For the nearest, the rows of both sides are sorted by the equal keys and
// then by the ordered key; for bounds, those of one side, in which the other side's rows are looked up by binary search.

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
/// - Complexity: that of sorting the rows of both; on all cores but for looking behind.
public func nearestRows(
  equal: [(left: Column, right: Column)], nearest: (left: Column, right: Column), _ direction: NearestDirection,
  within: KeyDistance?, leftCount: Int, rightCount: Int
) throws(Diagnostic) -> [UInt32] {
  let ordered = try sharedType(nearest.left, nearest.right)
  let distances =
    direction == .nearest || within != nil ? try KeyDistances(left: nearest.left, right: nearest.right) : nil
  let order = try RowsSideBySide(equal: equal, ordered: ordered, leftCount, rightCount)
  let (before, isSame) = try order.rowsBefore()
  if direction == .backward, within == nil { return before }
  let behind = direction == .backward ? before : try order.rowsBehind()
  return try buildArray(count: leftCount, grain: rowGrain, of: UInt32.self) { (range, found) throws(Diagnostic) in
    for row in range {
      // What is at the row is neither before nor behind it.
      let (earlier, later) = (before[row], isSame[row] != 0 ? before[row] : behind[row])
      var match = direction == .backward ? earlier : later
      if direction == .nearest, earlier != missingRow {
        let isNearer = later == missingRow || distances.map { $0.isNearer(earlier, than: later, to: row) } == true
        match = isNearer ? earlier : later
      }
      if match != missingRow, let within, let distances, !distances.isWithin(within, row, match) { match = missingRow }
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
  guard let type = DataType.ofOrder(left.type, right.type) else { throw .differentTypes(left.type, right.type) }
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
      // A distance that is not a number, to a NaN, is never the shorter one.
      return own[left] == others[Int(one)] && own[left] != others[Int(other)] || a < b || !a.isNaN && b.isNaN
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
