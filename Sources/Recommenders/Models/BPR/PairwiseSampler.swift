import Diagnostics
import LinearAlgebra
import Parallelism
import RandomNumbers

/// Draws samples of a user, an item that the user had and one that the user did not have.
struct PairwiseSampler: Sendable {
  /// How many items are drawn at most in order to find one that the user did not have.
  private static let tries = 8
  /// The number of samples that share a part of the generator's sequence.
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

  /// The samples with the numbers `range` of an epoch. Epochs are numbered from 1.
  ///
  /// - Precondition: the range starts at a multiple of 4,096.
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

  /// Samples for a new user, who has index 0: `times` for each item of the basket.
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
