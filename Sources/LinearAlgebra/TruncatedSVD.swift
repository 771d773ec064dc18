public import Diagnostics
import Parallelism

/// The largest singular values of a sparse matrix X, with their right singular vectors, by Chebyshev-filtered subspace
/// iteration.
///
/// Each round multiplies a block of vectors by a polynomial of XᵀX that is large at the wanted eigenvalues and small
/// below them (the Chebyshev filter), orthonormalizes the block, and rotates it to the best eigenvectors that it spans
/// (the Rayleigh–Ritz procedure). Rounds end when the values have converged. Repeated values and matrices of low rank
/// are handled.
///
/// - Complexity: O(rounds · (16 · cells · k + (rows + columns) · k²)); ten rounds are usual.
/// - Randomness: all of it comes from `start`.
/// - Source: Zhou, Saad, Tiago, Chelikowsky, *Self-consistent-field calculations using Chebyshev-filtered subspace
///   iteration*, J. Comput. Phys. 219, 2006; random start as in Halko, Martinsson, Tropp, SIAM Review 53, 2011.
public struct TruncatedSVD: Sendable {
  /// The singular values, descending and not zero: fewer than requested if the rank is lower.
  public let values: [Double]
  /// The right singular vectors. Shape: columns of X × values, row-major.
  public let vectors: [Double]
  /// Whether the values have converged: the last round changed none by more than 10⁻¹³ of the largest eigenvalue.
  public let isSettled: Bool
  /// The number of rounds that were run; at most 200.
  public let rounds: Int

  private static let mostRounds = 200
  private static let degree = 8
  private static let tolerance = 1e-13

  /// The number of vectors in the block that is iterated in order to find `count`.
  public static func blockSize(for count: Int, of matrix: SparseMatrix) -> Int {
    min(count + max(16, count / 4), matrix.columnCount, matrix.rowCount)
  }

  /// - `start`: random numbers, at least `blockSize` for every column of X.
  /// - `onRound`: is called after every round, with the largest relative change of a value.
  public init(
    _ count: Int, of matrix: SparseMatrix, transpose: SparseMatrix, start: [Double],
    onRound: (_ round: Int, _ change: Double) -> Void
  ) throws(Diagnostic) {
    let width = Self.blockSize(for: count, of: matrix)
    var block = DoubleBlock(
      rowCount: matrix.columnCount, width: width, values: Array(start.prefix(matrix.columnCount * width)))
    var known: [Double] = []
    var (isSettled, round) = (false, 0)
    while !isSettled, round < Self.mostRounds {
      round += 1
      if known.isEmpty {
        block = try block.multiplied(by: matrix).multiplied(by: transpose)
      } else {
        block = try Self.filtered(block, matrix, transpose, known)
      }
      block.orthonormalize()
      let values = try block.rotateToRitzVectors(of: matrix)
      let wanted = min(count, values.count)
      let scale = max(values.first ?? 0, .leastNormalMagnitude)
      let change =
        known.count < wanted ? 1 : (0..<wanted).reduce(0.0) { max($0, abs(values[$1] - known[$1]) / scale) }
      isSettled = change <= Self.tolerance
      known = values
      onRound(round, change)
    }
    let scale = max(known.first ?? 0, 0)
    let kept = known.prefix(count).prefix { $0 > scale * 1e-14 && $0 > 0 }.count
    values = known.prefix(kept).map { $0.squareRoot() }
    vectors = block.columns(kept)
    self.isSettled = isSettled
    rounds = round
  }

  /// The decomposition with its `count` largest values, or all that it has.
  public func first(_ count: Int) -> TruncatedSVD {
    guard count < values.count else { return self }
    return TruncatedSVD(first: count, of: self)
  }

  private init(first count: Int, of whole: TruncatedSVD) {
    let width = whole.values.count
    values = Array(whole.values.prefix(count))
    vectors = stride(from: 0, to: whole.vectors.count, by: max(1, width)).flatMap { start in
      whole.vectors[start..<start + count]
    }
    isSettled = whole.isSettled
    rounds = whole.rounds
  }

  /// The block times a Chebyshev polynomial of XᵀX, which grows fast above the smallest eigenvalue of the block.
  private static func filtered(
    _ block: DoubleBlock, _ matrix: SparseMatrix, _ transpose: SparseMatrix, _ values: [Double]
  ) throws(Diagnostic) -> DoubleBlock {
    let (largest, least) = (values[0], values[values.count - 1])
    let half = least / 2
    guard half > 1e-14 * largest, largest > least * (1 + 1e-9) else {
      return try block.multiplied(by: matrix).multiplied(by: transpose).scaled(
        by: 1 / max(largest, .leastNormalMagnitude))
    }
    let first = half / (largest - half)
    var sigma = first
    var before = block
    var current = try block.multiplied(by: matrix).multiplied(by: transpose)
      .combined(first / half, with: block, -first)
    for _ in 2...degree {
      let next = 1 / (2 / first - sigma)
      let product = try current.multiplied(by: matrix).multiplied(by: transpose)
      let following = product.combined(2 * next / half, with: current, -2 * next).combined(
        1, with: before, -sigma * next)
      (before, current, sigma) = (current, following, next)
    }
    return current
  }
}

/// A dense matrix of few columns in double precision, row-major.
private struct DoubleBlock: Sendable {
  let rowCount: Int
  private(set) var width: Int
  private(set) var values: [Double]

  init(rowCount: Int, width: Int, values: [Double]) {
    precondition(values.count == rowCount * width)
    self.rowCount = rowCount
    self.width = width
    self.values = values
  }

  /// `matrix` times the block.
  func multiplied(by matrix: SparseMatrix) throws(Diagnostic) -> DoubleBlock {
    let width = self.width
    let products = try buildArray(count: matrix.rowCount * width, grain: 128 * width, of: Double.self) {
      (range, span) in
      span.withUnsafeMutableBufferPointer { products in
        products.initialize(repeating: 0)
        values.withUnsafeBufferPointer { values in
          let first = range.lowerBound / max(1, width)
          for row in first..<range.upperBound / max(1, width) {
            let target = (row - first) * width
            for cell in matrix.cells(ofRow: row) {
              let (source, factor) = (Int(matrix.columns[cell]) * width, Double(matrix.values[cell]))
              for column in 0..<width { products[target + column] += factor * values[source + column] }
            }
          }
        }
      }
    }
    return DoubleBlock(rowCount: matrix.rowCount, width: width, values: products)
  }

  func scaled(by factor: Double) -> DoubleBlock {
    DoubleBlock(rowCount: rowCount, width: width, values: values.map { $0 * factor })
  }

  /// a·self + b·other.
  func combined(_ a: Double, with other: DoubleBlock, _ b: Double) -> DoubleBlock {
    var sums = values
    sums.withUnsafeMutableBufferPointer { sums in
      other.values.withUnsafeBufferPointer { others in
        for place in sums.indices { sums[place] = a * sums[place] + b * others[place] }
      }
    }
    return DoubleBlock(rowCount: rowCount, width: width, values: sums)
  }

  /// The first `count` columns.
  func columns(_ count: Int) -> [Double] {
    (0..<rowCount).flatMap { values[$0 * width..<$0 * width + count] }
  }

  /// Makes the columns orthonormal (Gram–Schmidt, twice, because one pass leaves rounding errors). Drops columns that
  /// depend on the others.
  mutating func orthonormalize() {
    var columns: [[Double]] = []
    for column in 0..<width {
      var vector = (0..<rowCount).map { values[$0 * width + column] }
      let before = Self.length(vector)
      for _ in 0..<2 {
        for other in columns { Self.subtract(Self.product(vector, other), of: other, from: &vector) }
      }
      let length = Self.length(vector)
      guard length > 1e-10 * before, length > 1e-150 else { continue }
      for row in vector.indices { vector[row] /= length }
      columns.append(vector)
    }
    let count = columns.count
    width = count
    values = [Double](repeating: 0, count: rowCount * count)
    for (column, vector) in columns.enumerated() {
      for row in 0..<rowCount { values[row * count + column] = vector[row] }
    }
  }

  private static func length(_ vector: [Double]) -> Double { product(vector, vector).squareRoot() }

  private static func product(_ left: [Double], _ right: [Double]) -> Double {
    left.withUnsafeBufferPointer { left in
      right.withUnsafeBufferPointer { right in
        // Eight partial sums, added in a fixed order, so that the bits are always the same.
        var sums = SIMD8<Double>(repeating: 0)
        var place = 0
        while place + 8 <= left.count {
          for lane in 0..<8 { sums[lane] += left[place + lane] * right[place + lane] }
          place += 8
        }
        var sum = 0.0
        for lane in 0..<8 { sum += sums[lane] }
        while place < left.count {
          sum += left[place] * right[place]
          place += 1
        }
        return sum
      }
    }
  }

  private static func subtract(_ factor: Double, of other: [Double], from vector: inout [Double]) {
    vector.withUnsafeMutableBufferPointer { vector in
      other.withUnsafeBufferPointer { other in
        for place in vector.indices { vector[place] -= factor * other[place] }
      }
    }
  }

  /// Rotates the columns to the vectors in their span that are nearest to eigenvectors of XᵀX (Rayleigh–Ritz). Returns
  /// the eigenvalues, descending.
  mutating func rotateToRitzVectors(of matrix: SparseMatrix) throws(Diagnostic) -> [Double] {
    let width = self.width
    let images = try multiplied(by: matrix)
    let parts = try mapChunks(of: images.rowCount, grain: 1024) { (rows) -> [Double] in
      var sums = [Double](repeating: 0, count: width * width)
      sums.withUnsafeMutableBufferPointer { sums in
        images.values.withUnsafeBufferPointer { values in
          for row in rows {
            for left in 0..<width {
              let factor = values[row * width + left]
              if factor == 0 { continue }
              for right in 0..<width { sums[left * width + right] += factor * values[row * width + right] }
            }
          }
        }
      }
      return sums
    }
    var gram = [Double](repeating: 0, count: width * width)
    for part in parts { for place in gram.indices { gram[place] += part[place] } }
    let eigen = SymmetricEigenvalues(of: gram, order: width)
    let old = values
    values = try buildArray(count: rowCount * width, grain: 256 * max(1, width), of: Double.self) { (range, span) in
      span.withUnsafeMutableBufferPointer { rotated in
        rotated.initialize(repeating: 0)
        let first = range.lowerBound / max(1, width)
        for row in first..<range.upperBound / max(1, width) {
          for inner in 0..<width {
            let factor = old[row * width + inner]
            for column in 0..<width {
              rotated[(row - first) * width + column] += factor * eigen.vectors[inner * width + column]
            }
          }
        }
      }
    }
    return eigen.values
  }
}
