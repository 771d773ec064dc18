/// A random permutation of `0..<count` that is computed position by position, without a table in memory.
///
/// Multiplication by an odd number, addition, and XOR of the upper bits into the lower ones are invertible on words of
/// w bits. Four rounds of them permute `0..<2^w`, the smallest such range that contains `0..<count`. A result outside
/// of `0..<count` is permuted again until it is inside (cycle walking), which keeps the map one to one.
///
/// - Complexity: O(1) expected time per position: fewer than two walks of four rounds.
struct Shuffle: Sendable {
  let count: Int
  private let mask: UInt64
  private let fold: UInt64
  private let factors: InlineArray<4, UInt64>
  private let offsets: InlineArray<4, UInt64>

  init(count: Int, _ bits: KeyedBits) {
    self.count = count
    let width = UInt64(Int.bitWidth - max(1, count - 1).leadingZeroBitCount)
    mask = (1 << width) - 1
    fold = (width + 1) / 2
    factors = InlineArray { bits.bits(UInt64($0)) | 1 }
    offsets = InlineArray { bits.bits(UInt64(4 + $0)) }
  }

  /// The image of `position` under the permutation.
  subscript(position: Int) -> Int {
    var word = UInt64(position)
    repeat {
      for round in 0..<4 {
        word = (word &* factors[round] &+ offsets[round]) & mask
        word ^= word >> fold
      }
    } while word >= UInt64(count)
    return Int(word)
  }
}
