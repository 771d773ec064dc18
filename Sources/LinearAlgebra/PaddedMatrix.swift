import CNumerics
public import Diagnostics
public import Parallelism

/// A dense matrix of few columns, such as the factors of users or items. Zeros pad its rows to whole vector registers.
///
/// - Shape: row r is `values[r·stride ..< r·stride + columnCount]`; the stride is a multiple of 16.
public struct PaddedMatrix: Sendable {
  public let rowCount: Int
  public let columnCount: Int
  /// The distance between the starts of two rows in `values`.
  public let stride: Int
  public internal(set) var values: [Float]

  /// All zeros.
  public init(rowCount: Int, columnCount: Int) {
    self.rowCount = rowCount
    self.columnCount = columnCount
    stride = Self.stride(for: columnCount)
    values = [Float](repeating: 0, count: rowCount * stride)
  }

  /// - Precondition: `values` are padded rows as above.
  init(rowCount: Int, columnCount: Int, padded values: [Float]) {
    self.rowCount = rowCount
    self.columnCount = columnCount
    stride = Self.stride(for: columnCount)
    precondition(values.count == rowCount * stride)
    self.values = values
  }

  /// Fills the rows in parallel. `body` gets a range of rows, all zeros, and a function that sets one element of them.
  public init(
    rowCount: Int, columnCount: Int,
    fillingRows body: @Sendable (Range<Int>, (_ row: Int, _ column: Int, _ value: Float) -> Void) -> Void
  ) throws(Diagnostic) {
    self.rowCount = rowCount
    self.columnCount = columnCount
    let stride = Self.stride(for: columnCount)
    self.stride = stride
    values = try buildArray(count: rowCount * stride, grain: 1024 * stride) { (range, span) in
      for place in span.indices { span[place] = 0 }
      let first = range.lowerBound / stride
      span.withUnsafeMutableBufferPointer { buffer in
        body(first..<first + buffer.count / stride) { row, column, value in
          buffer[(row - first) * stride + column] = value
        }
      }
    }
  }

  /// The matrix with these padded `values`; nil if their number is not rowCount × stride.
  public init?(rowCount: Int, columnCount: Int, values: [Float]) {
    let stride = Self.stride(for: columnCount)
    guard values.count == rowCount * stride else { return nil }
    self.rowCount = rowCount
    self.columnCount = columnCount
    self.stride = stride
    self.values = values
  }

  /// Writes the values to a file, or reads them back.
  public mutating func move(_ transfer: inout ArrayTransfer) throws(Diagnostic) { try transfer.move(&values) }

  static func stride(for columnCount: Int) -> Int { max(16, (columnCount + 15) / 16 * 16) }

  public subscript(row: Int, column: Int) -> Float { values[row * stride + column] }

  /// A row without its padding.
  public subscript(row: Int) -> ArraySlice<Float> { values[row * stride..<row * stride + columnCount] }

  /// Aᵀ·A. Blocks of rows are summed in their order, so the bits do not depend on the number of cores.
  ///
  /// - Shape: stride × stride, row-major.
  /// - Complexity: O(rows·columns²).
  public func gram() throws(Diagnostic) -> [Float] {
    let size = stride
    let parts = try mapChunks(of: rowCount, grain: 4096) { (range) -> [Float] in
      var part = [Float](repeating: 0, count: size * size)
      var span = part.mutableSpan
      let rows = values.span.extracting(range.lowerBound * size..<range.upperBound * size)
      DenseMatrices.multiply(
        rows, rows, transposingFirst: true, rows: size, columns: size, inner: range.count, into: &span)
      return part
    }
    var sums = [Double](repeating: 0, count: size * size)
    for part in parts { for place in 0..<size * size { sums[place] += Double(part[place]) } }
    return sums.map { Float($0) }
  }

  /// The sum of the squares of all elements. Blocks are summed in their order, so the bits do not depend on the cores.
  public func squaredNorm() throws(Diagnostic) -> Double {
    try mapChunks(of: values.count, grain: 1 << 16) { (range) -> Double in
      let part = values.span.extracting(range)
      return Double(part.withUnsafeBufferPointer { dense_dot($0.baseAddress, $0.baseAddress, Int32($0.count)) })
    }.reduce(0, +)
  }

  /// The dot product of a row with a row of another matrix, which has the same number of columns.
  public func product(row: Int, with other: PaddedMatrix, row otherRow: Int) -> Float {
    let (left, right) = (values.span, other.values.span)
    return left.extracting(row * stride..<(row + 1) * stride).withUnsafeBufferPointer { a in
      right.extracting(otherRow * stride..<(otherRow + 1) * stride).withUnsafeBufferPointer { b in
        dense_dot(a.baseAddress, b.baseAddress, Int32(stride))
      }
    }
  }

  /// Writes the dot products of chosen rows with a range of rows of `other`.
  ///
  /// - Shape: `products` is rows × range, row-major.
  public func writeProducts(
    ofRows rows: ArraySlice<Int32>, with other: PaddedMatrix, _ range: Range<Int>,
    into products: inout MutableSpan<Float>
  ) {
    var chosen: [Float] = []
    chosen.reserveCapacity(rows.count * stride)
    for row in rows { chosen.append(contentsOf: values[Int(row) * stride..<(Int(row) + 1) * stride]) }
    DenseMatrices.multiply(
      chosen.span, other.values.span.extracting(range.lowerBound * stride..<range.upperBound * stride),
      transposingSecond: true, rows: rows.count, columns: range.count, inner: stride, into: &products)
  }
}
