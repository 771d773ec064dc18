import Diagnostics
import LinearAlgebra
import Parallelism
import RandomNumbers

/// Draws users, items they had and items they had not.
struct PairwiseSampler: Sendable {
  /// How often an item is drawn again that the user had.
  private static let tries = 8
  /// Samples that share a part of the generator's sequence.
  private static let samplesPerPart = 4096

  private let matrix: SparseMatrix
  /// The user of every cell.
  private let users: [Int32]
  private let negatives: BPR.Negatives
  private let random: PCG64

  init(_ model: BPR, _ matrix: SparseMatrix) {
    self.matrix = matrix
    negatives = model.negatives
    random = PCG64(seed: UInt64(model.seed))
    var users = [Int32](repeating: 0, count: matrix.cellCount)
    for user in 0..<matrix.rowCount { for cell in matrix.cells(ofRow: user) { users[cell] = Int32(user) } }
    self.users = users
  }

  /// Samples number `range` of an epoch, which begins with number 1; the range starts at a whole part.
  func samples(_ range: Range<Int>, epoch: Int) throws(Diagnostic) -> [PairwiseSample] {
    try buildArray(count: range.count, grain: Self.samplesPerPart) { (part, samples) in
      let number = UInt64((range.lowerBound + part.lowerBound) / Self.samplesPerPart)
      var random = random.advanced(by: UInt64(epoch) << 48 + number << 20)
      for place in samples.indices {
        let cell = random.index(below: users.count)
        samples[place] = PairwiseSample(
          user: users[cell], liked: matrix.columns[cell], disliked: negative(for: Int(users[cell]), &random))
      }
    }
  }

  /// An item that the user did not have, or −1.
  private func negative(for user: Int, _ random: inout PCG64) -> Int32 {
    for _ in 0..<Self.tries {
      let item =
        negatives == .uniform
        ? Int32(random.index(below: matrix.columnCount)) : matrix.columns[random.index(below: users.count)]
      if matrix.value(row: user, column: item) == nil { return item }
    }
    return -1
  }

  /// Samples for somebody new, as user 0: each item of his as often as `times` says.
  func samples(of basket: Basket, times: Int) -> [PairwiseSample] {
    var random = random.advanced(by: 1 << 40)
    let own = Set(basket.items)
    return (0..<times).flatMap { _ in
      basket.items.map { item in
        let other = Int32(random.index(below: matrix.columnCount))
        return PairwiseSample(user: 0, liked: item, disliked: own.contains(other) ? -1 : other)
      }
    }
  }
}
