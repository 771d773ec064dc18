import Diagnostics
import Generators
import Tables
import Testing

/// The nearest rows beside a search through all of them.
@Suite struct NearestRowsTests {
  private func naive(
    _ left: (keys: [Column], at: Column), _ right: (keys: [Column], at: Column), _ direction: NearestDirection
  ) -> [UInt32] {
    (0..<left.at.count).map { row in
      guard let own = left.at[row].number, !left.keys.contains(where: { $0.isNull(row) }) else { return missingRow }
      var best: (row: UInt32, distance: Double, isBefore: Bool)?
      for other in 0..<right.at.count {
        guard let its = right.at[other].number, zip(left.keys, right.keys).allSatisfy({ $0[row] == $1[other] }),
          direction == .nearest || its == own || (direction == .backward) == (its < own)
        else { continue }
        let distance = abs(its - own)
        // Of equal distances the later key counts, of equal keys the later row.
        let isBetter =
          best.map { distance < $0.distance || distance == $0.distance && (its >= own || $0.isBefore) } ?? true
        if isBetter { best = (UInt32(other), distance, its < own) }
      }
      return best?.row ?? missingRow
    }
  }

  @Test(arguments: NearestDirection.allCases) func `nearest rows are those of a search`(
    _ direction: NearestDirection
  ) throws {
    for seed in 0..<12 {
      var dice = SplitMix(seed: UInt64(seed))
      let counts = [(0, 5), (5, 0), (1, 1), (60, 90), (200, 40), (90, 300)][seed % 6]
      func side(_ count: Int) -> (keys: [Column], at: Column) {
        let first = Column((0..<count).map { _ in dice.below(9) == 0 ? nil : Int64(dice.below(4)) * 1_000_000_007 })
        let second = Column((0..<count).map { _ in dice.below(2) == 0 ? "a" : "b" })
        let at = Column((0..<count).map { _ in dice.below(8) == 0 ? nil : Int32(dice.below(30)) - 15 })
        return (seed % 3 == 0 ? [] : seed % 3 == 1 ? [first] : [first, second], at)
      }
      let (left, right) = (side(counts.0), side(counts.1))
      let found = try nearestRows(
        equal: zip(left.keys, right.keys).map { ($0, $1) }, nearest: (left.at, right.at), direction, within: nil,
        leftCount: counts.0, rightCount: counts.1)
      #expect(found == naive(left, right, direction), "seed \(seed)")
    }
  }

  /// Rows enough for several chunks, one of which has left rows alone.
  @Test func `what was met in an earlier chunk counts`() throws {
    let count = 200_000
    let at = Column((0..<count).map { Int64($0 / 2) })
    let right = Column([0, 150_000, 20_000] as [Int64])
    let found = try nearestRows(
      equal: [], nearest: (at, right), .backward, within: nil, leftCount: count, rightCount: 3)
    #expect((0..<count).allSatisfy { found[$0] == ($0 / 2 < 20_000 ? 0 : 2) })
    let behind = try nearestRows(
      equal: [], nearest: (at, right), .forward, within: nil, leftCount: count, rightCount: 3)
    #expect((0..<count).allSatisfy { behind[$0] == ($0 == 0 || $0 == 1 ? 0 : $0 / 2 <= 20_000 ? 2 : 1) })
  }
}
