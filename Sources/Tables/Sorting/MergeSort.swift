import Diagnostics
import Parallelism

/// Sorts the positions `0..<count` by comparisons: for texts and lists. Not stable.
///
/// Ranges of 4096 positions are sorted on all cores; then neighbouring ranges are merged, and their length doubles each
/// round.
///
/// - Complexity: O(n log n) comparisons; 8 bytes per position. Checks for cancellation every few thousand of them.
func mergeSortedPositions(
  count: Int, _ precedes: @Sendable (Int, Int) -> Bool
) throws(Diagnostic) -> [UInt32] {
  let grain = 1 << 12
  var order = try buildArray(count: count, grain: grain, of: UInt32.self) { (range, positions) in
    let sorted = range.sorted(by: precedes)
    for index in sorted.indices { positions[index] = UInt32(truncatingIfNeeded: sorted[index]) }
  }
  var length = grain
  while length < count {
    let runs = order
    let own = length
    order = try fillArray(count: count) { (merged) throws(Diagnostic) in
      try forEachIndex(of: (count + 2 * own - 1) / (2 * own)) { (pair) throws(Diagnostic) in
        let start = pair * 2 * own
        let (middle, end) = (min(count, start + own), min(count, start + 2 * own))
        try merge(runs, start..<middle, middle..<end, into: merged, precedes)
      }
    }
    length *= 2
  }
  return order
}

/// Merges two neighbouring sorted ranges into the same positions of another array.
private func merge(
  _ runs: [UInt32], _ left: Range<Int>, _ right: Range<Int>, into merged: DisjointRows<UInt32>,
  _ precedes: @Sendable (Int, Int) -> Bool
) throws(Diagnostic) {
  let cancellation = Cancellation.current
  var (next, other) = (left.lowerBound, right.lowerBound)
  for place in left.lowerBound..<right.upperBound {
    if place & 4095 == 0 { try cancellation.check() }
    let takesLeft =
      other == right.upperBound || (next < left.upperBound && !precedes(Int(runs[other]), Int(runs[next])))
    merged.store(runs[takesLeft ? next : other], at: place)
    if takesLeft { next += 1 } else { other += 1 }
  }
}
