public import Diagnostics
import Parallelism

/// A comparison `left sign right` of a left and a right column.
public struct OrderComparison: Sendable {
  public enum Sign: String, Sendable, Hashable {
    case less = "<"
    case lessOrEqual = "<="
    case greater = ">"
    case greaterOrEqual = ">="

    public var mirrored: Sign {
      switch self {
      case .less: .greater
      case .lessOrEqual: .greaterOrEqual
      case .greater: .less
      case .greaterOrEqual: .lessOrEqual
      }
    }
  }

  let left: Column
  let right: Column
  let sign: Sign
  /// The indices of the columns: several comparisons with the same column give its lower and upper bound.
  let leftIndex: Int
  let rightIndex: Int

  public init(_ left: Column, _ leftIndex: Int, _ sign: Sign, _ right: Column, _ rightIndex: Int) {
    self.left = left
    self.right = right
    self.sign = sign
    self.leftIndex = leftIndex
    self.rightIndex = rightIndex
  }
}

/// An inequality join: matches the rows of two tables whose `equal` keys are equal and whose comparisons are all true.
/// Null matches nothing.
///
/// The order of the result is that of `join`.
///
/// - Complexity: O((left + right) · log(left + right) + candidates), where the candidates are the pairs that satisfy
///   the equal keys and the comparisons with one column.
public func joinInOrder(
  equal: [(left: Column, right: Column)], _ comparisons: [OrderComparison], leftCount: Int, rightCount: Int,
  kind: JoinKind
) throws(Diagnostic) -> JoinedRows {
  let matches = try matchesInOrder(equal, comparisons, leftCount, rightCount)
  var (unmatched, repeated, rowCount) = (0, 0, 0)
  for row in 0..<leftCount {
    let count = matches.offsets[row + 1] - matches.offsets[row]
    unmatched += count == 0 ? 1 : 0
    repeated += count > 1 ? 1 : 0
    rowCount += kind == .inner ? count : max(1, count)
  }
  var isMatched = [Bool](repeating: false, count: rightCount)
  var isTwice = false
  for row in matches.rows {
    isTwice = isTwice || isMatched[Int(row)]
    isMatched[Int(row)] = true
  }
  let onlyRight = kind == .full ? isMatched.indices.filter { !isMatched[$0] }.map { UInt32($0) } : []
  rowCount += onlyRight.count
  guard rowCount < Int(missingRow) else { throw .tooManyRows(rowCount) }
  try requireMemory(rows: rowCount, bytesPerRow: 2 * MemoryLayout<UInt32>.stride)
  var (left, right): ([UInt32], [UInt32]) = ([], [])
  left.reserveCapacity(rowCount)
  right.reserveCapacity(rowCount)
  let cancellation = Cancellation.current
  for row in 0..<leftCount {
    if row & 0xfff == 0 { try cancellation.check() }
    let own = matches.rows[matches.offsets[row]..<matches.offsets[row + 1]]
    if own.isEmpty, kind != .inner {
      left.append(UInt32(row))
      right.append(missingRow)
    }
    for match in own {
      left.append(UInt32(row))
      right.append(match)
    }
  }
  left += [UInt32](repeating: missingRow, count: onlyRight.count)
  right += onlyRight
  return JoinedRows(
    left: left, right: right, unmatchedLeft: unmatched, repeatedLeft: repeated, repeatedRight: isTwice ? 1 : 0,
    sharedRightMatches: isTwice)
}

/// The left rows that have at least one match in an inequality join.
public func matchedRowsInOrder(
  equal: [(left: Column, right: Column)], _ comparisons: [OrderComparison], leftCount: Int, rightCount: Int
) throws(Diagnostic) -> Bitmap {
  let matches = try Candidates(equal, comparisons, leftCount, rightCount).matches(findingFirst: true)
  return try Bitmap.ofRows(leftCount) { matches.offsets[$0 + 1] > matches.offsets[$0] }
}

/// The matching right rows of every left row, ascending.
private struct Matches: Sendable {
  let offsets: [Int]
  let rows: [UInt32]

  /// The same matches seen from the other side: the left rows of every right row.
  func turned(count: Int) throws(Diagnostic) -> Matches {
    var starts = [Int](repeating: 0, count: count + 1)
    for row in rows { starts[Int(row) + 1] += 1 }
    for row in 0..<count { starts[row + 1] += starts[row] }
    try requireAllocation(of: rows.count * MemoryLayout<UInt32>.stride)
    var ends = starts
    var turned = [UInt32](repeating: 0, count: rows.count)
    let cancellation = Cancellation.current
    for row in 0..<offsets.count - 1 {
      if row & 0xfff == 0 { try cancellation.check() }
      for position in offsets[row]..<offsets[row + 1] {
        let other = Int(rows[position])
        turned[ends[other]] = UInt32(row)
        ends[other] += 1
      }
    }
    return Matches(offsets: starts, rows: turned)
  }
}

/// Finds all matches by binary search in one side, sorted by one column. It sorts the side where more comparisons use
/// the same column.
private func matchesInOrder(
  _ equal: [(left: Column, right: Column)], _ comparisons: [OrderComparison], _ leftCount: Int, _ rightCount: Int
) throws(Diagnostic) -> Matches {
  let own = mostFrequent(comparisons.map(\.rightIndex))
  let other = mostFrequent(comparisons.map(\.leftIndex))
  if own.count >= other.count {
    return try Candidates(equal, comparisons, leftCount, rightCount).matches(findingFirst: false)
  }
  let turned = comparisons.map {
    OrderComparison($0.right, $0.rightIndex, $0.sign.mirrored, $0.left, $0.leftIndex)
  }
  return try Candidates(equal.map { ($0.right, $0.left) }, turned, rightCount, leftCount).matches(findingFirst: false)
    .turned(count: leftCount)
}

private func mostFrequent(_ indices: [Int]) -> (index: Int, count: Int) {
  let counted = indices.map { index in (index: index, count: indices.count { $0 == index }) }
  return counted.max { $0.count < $1.count } ?? (0, 0)
}

/// The sorted right rows, and for each left row the range of them that may match.
private struct Candidates: Sendable {
  private struct Bound: Sendable {
    let sign: OrderComparison.Sign
    let left: [UInt32]
    let right: [UInt32]
  }

  private let sides: EqualCodes
  private let order: RowsInOrder
  /// The comparisons with the column by which the right rows are sorted; their right ranks are in that order.
  private var bounds: [Bound] = []
  private var others: [Bound] = []

  init(
    _ equal: [(left: Column, right: Column)], _ comparisons: [OrderComparison], _ leftCount: Int, _ rightCount: Int
  ) throws(Diagnostic) {
    sides = try EqualCodes(equal, leftCount, rightCount)
    let sorted = mostFrequent(comparisons.map(\.rightIndex)).index
    var all: [(bound: Bound, isSorted: Bool)] = []
    for comparison in comparisons {
      let (left, right) = try sharedRanks(comparison.left, comparison.right)
      all.append((Bound(sign: comparison.sign, left: left, right: right), comparison.rightIndex == sorted))
    }
    let ranks = all.first { $0.isSorted }?.bound.right ?? [UInt32](repeating: 0, count: rightCount)
    order = try RowsInOrder(codes: sides.right, ranks: ranks)
    for own in all {
      if own.isSorted {
        let inOrder = order.rows.map { own.bound.right[Int($0)] }
        bounds.append(Bound(sign: own.bound.sign, left: own.bound.left, right: inOrder))
      } else {
        others.append(own.bound)
      }
    }
  }

  func matches(findingFirst: Bool) throws(Diagnostic) -> Matches {
    let count = sides.left.count
    if !findingFirst, others.isEmpty { try requireRoom() }
    let chunks = try mapChunks(of: count, grain: 1 << 12) { (range) throws(Diagnostic) in
      var counts: [Int] = []
      var rows: [UInt32] = []
      let cancellation = Cancellation.current
      for row in range {
        try cancellation.check()
        let before = rows.count
        for position in candidates(of: row) {
          let right = order.rows[position]
          guard others.allSatisfy({ holds($0, row, Int(right)) }) else { continue }
          rows.append(right)
          if findingFirst { break }
        }
        if rows.count - before > 1 { rows[before...].sort() }
        counts.append(rows.count - before)
        if rows.count > 1 << 20 { try requireAllocation(of: rows.count * MemoryLayout<UInt32>.stride) }
      }
      return (counts, rows)
    }
    var offsets = [0]
    offsets.reserveCapacity(count + 1)
    for chunk in chunks { for own in chunk.0 { offsets.append((offsets.last ?? 0) + own) } }
    try requireAllocation(of: (offsets.last ?? 0) * MemoryLayout<UInt32>.stride)
    return Matches(offsets: offsets, rows: chunks.flatMap(\.1))
  }

  /// Throws where all candidates match and are more than a table or the memory can hold, before they are looked at.
  private func requireRoom() throws(Diagnostic) {
    let counts = try mapChunks(of: sides.left.count, grain: 1 << 14) { (range) throws(Diagnostic) in
      try Cancellation.current.check()
      return range.reduce(0) { $0 + candidates(of: $1).count }
    }
    let total = counts.reduce(0, +)
    guard total < Int(missingRow) else { throw .tooManyRows(total) }
    // The matches, and both sides' rows of the result.
    try requireMemory(rows: total, bytesPerRow: 3 * MemoryLayout<UInt32>.stride)
  }

  private func candidates(of row: Int) -> Range<Int> {
    let code = sides.left[row]
    guard code != JoinKeys.noCode else { return 0..<0 }
    var low = order.position(of: code, 0, behind: false)
    var high = order.position(of: code, .max, behind: true)
    for bound in bounds {
      let rank = bound.left[row]
      if rank == missingRow { return 0..<0 }
      // For `left < right`, the matching right rows begin after the position of the left value.
      switch bound.sign {
      case .less: low = max(low, place(of: rank, behind: true, bound.right, low..<max(low, high)))
      case .lessOrEqual: low = max(low, place(of: rank, behind: false, bound.right, low..<max(low, high)))
      case .greater: high = min(high, place(of: rank, behind: false, bound.right, low..<max(low, high)))
      case .greaterOrEqual: high = min(high, place(of: rank, behind: true, bound.right, low..<max(low, high)))
      }
    }
    return low..<max(low, high)
  }

  private func place(of rank: UInt32, behind: Bool, _ ranks: [UInt32], _ range: Range<Int>) -> Int {
    var (low, high) = (range.lowerBound, range.upperBound)
    while low < high {
      let middle = (low + high) / 2
      if behind ? ranks[middle] <= rank : ranks[middle] < rank { low = middle + 1 } else { high = middle }
    }
    return low
  }

  private func holds(_ bound: Bound, _ left: Int, _ right: Int) -> Bool {
    let (a, b) = (bound.left[left], bound.right[right])
    if a == missingRow || b == missingRow { return false }
    return switch bound.sign {
    case .less: a < b
    case .lessOrEqual: a <= b
    case .greater: a > b
    case .greaterOrEqual: a >= b
    }
  }
}
