import CNumerics

/// What the solvers need of the cells of a block of sparse rows: the sum Σ t(r)·y of each row, and the dense rows y
/// whose extra weight e(r) is not zero (`WeightedLeastSquares` defines t and e).
///
/// The dense rows are copied into one contiguous array, because solvers read them several times and they lie far apart
/// in the large matrix. A block whose copies would be too large refers to the rows of that matrix instead.
struct GatheredRows {
  let rows: Range<Int>
  /// Σ t(rᵢ)·yᵢ, row after row.
  let targets: [Float]
  /// e(rᵢ) of the dense rows, row after row.
  private let weights: [Float]
  /// Row k of the block has the weights from `offsets[k]` up to, but not including, `offsets[k + 1]`.
  private let offsets: [Int]
  private let isCopied: Bool
  private let copies: [Float]
  private let columns: [Int32]
  private let cellCounts: [Int]
  private let fixed: PaddedMatrix

  /// At most so many floats are copied: 4 MB.
  private static let mostCopied = 1 << 20

  init(_ rows: Range<Int>, of matrix: SparseMatrix, _ fixed: PaddedMatrix, _ weighting: cell_weighting) {
    let stride = fixed.stride
    let cellCount = matrix.offsets[rows.upperBound] - matrix.offsets[rows.lowerBound]
    let isCopied = cellCount * stride <= Self.mostCopied
    var targets = [Float](repeating: 0, count: rows.count * stride)
    var weights = [Float](repeating: 0, count: cellCount)
    var columns = [Int32](repeating: 0, count: cellCount)
    var offsets = [0]
    offsets.reserveCapacity(rows.count + 1)
    copies = [Float](unsafeUninitializedCapacity: isCopied ? max(1, cellCount * stride) : 1) { copies, copied in
      matrix.withCells { source in
        fixed.values.withUnsafeBufferPointer { dense in
          for row in rows {
            let (cells, found) = (matrix.cells(ofRow: row), offsets[row - rows.lowerBound])
            let kept = targets.withUnsafeMutableBufferPointer { targets in
              weights.withUnsafeMutableBufferPointer { weights in
                columns.withUnsafeMutableBufferPointer { columns -> Int32 in
                  guard let targets = targets.baseAddress, let weights = weights.baseAddress,
                    let columns = columns.baseAddress
                  else { return 0 }
                  return sparse_row_gather(
                    dense.baseAddress, Int32(stride), source.columns + cells.lowerBound,
                    source.values + cells.lowerBound, Int32(cells.count), matrix.cellCount - cells.lowerBound,
                    weighting, targets + (row - rows.lowerBound) * stride,
                    isCopied ? copies.baseAddress.map { $0 + found * stride } : nil, columns + found, weights + found)
                }
              }
            }
            offsets.append(found + Int(kept))
          }
        }
      }
      copied = isCopied ? offsets[rows.count] * stride : 0
    }
    self.rows = rows
    self.targets = targets
    self.weights = weights
    self.offsets = offsets
    self.columns = columns
    self.isCopied = isCopied
    self.fixed = fixed
    cellCounts = rows.map { matrix.cells(ofRow: $0).count }
  }

  /// The number of cells in a row of the block, those without extra weight included.
  func cellCount(_ place: Int) -> Int { cellCounts[place] }

  /// Calls `body` with the position of every row in the block and with its weighted dense rows.
  func forEachRow(_ body: (Int, weighted_rows) -> Void) {
    (isCopied ? copies : fixed.values).withUnsafeBufferPointer { dense in
      columns.withUnsafeBufferPointer { columns in
        weights.withUnsafeBufferPointer { weights in
          for place in 0..<rows.count {
            let found = offsets[place]
            let rows = weighted_rows(
              rows: isCopied ? dense.baseAddress.map { $0 + found * fixed.stride } : dense.baseAddress,
              columns: isCopied ? nil : columns.baseAddress.map { $0 + found },
              weights: weights.baseAddress.map { $0 + found }, count: Int32(offsets[place + 1] - found))
            body(place, rows)
          }
        }
      }
    }
  }

  /// Σ over the block's cells of e(r)·(y·x)² − 2·t(r)·(y·x), where x are the unknowns of the block.
  func loss(_ x: Span<Float>) -> Double {
    let stride = fixed.stride
    var loss = 0.0
    x.withUnsafeBufferPointer { x in
      targets.withUnsafeBufferPointer { targets in
        guard let x = x.baseAddress, let targets = targets.baseAddress else { return }
        forEachRow { place, rows in
          let at = place * stride
          loss += weighted_rows_quadratic_form(rows, Int32(stride), x + at)
          loss -= 2 * Double(dense_dot(targets + at, x + at, Int32(stride)))
        }
      }
    }
    return loss
  }

  /// Calls `body` with the dense rows of one row of the block, at most `most` at a time: unchanged, and multiplied by
  /// their weights.
  func forEachPiece(_ place: Int, most: Int, _ body: (_ plain: [Float], _ weighted: [Float]) -> Void) {
    let (stride, source) = (fixed.stride, isCopied ? copies : fixed.values)
    var start = offsets[place]
    while start < offsets[place + 1] {
      let piece = start..<min(start + most, offsets[place + 1])
      var plain: [Float] = []
      var weighted: [Float] = []
      for index in piece {
        let at = (isCopied ? index : Int(columns[index])) * stride
        plain.append(contentsOf: source[at..<at + stride])
        for element in source[at..<at + stride] { weighted.append(weights[index] * element) }
      }
      body(plain, weighted)
      start = piece.upperBound
    }
  }
}

extension SparseMatrix {
  /// Calls `body` with the columns and values of all cells.
  func withCells<Result>(
    _ body: ((columns: UnsafePointer<Int32>, values: UnsafePointer<Float>)) -> Result
  ) -> Result? {
    columns.withUnsafeBufferPointer { columns in
      values.withUnsafeBufferPointer { values in
        guard let columns = columns.baseAddress, let values = values.baseAddress else { return nil }
        return body((columns, values))
      }
    }
  }

  /// Divides all rows into consecutive blocks. A block ends when it has `rows` rows, or `cells` cells or more.
  func blocks(ofRows rows: Int, cells: Int) -> [Range<Int>] { Self.blocks(offsets, ofRows: rows, cells: cells) }

  private static func blocks(_ offsets: [Int], ofRows rows: Int, cells: Int) -> [Range<Int>] {
    let rowCount = offsets.count - 1
    var blocks: [Range<Int>] = []
    var start = 0
    for row in 0..<rowCount
    where row + 1 == rowCount || row + 1 - start == rows || offsets[row + 1] - offsets[start] >= cells {
      blocks.append(start..<row + 1)
      start = row + 1
    }
    return blocks
  }

  /// Divides all columns into consecutive parts of about `cells` cells; each part is made of whole `blocks` of the
  /// transpose.
  func partsOfColumns(cells: Int, inBlocksOf block: (rows: Int, cells: Int)) -> [Range<Int>] {
    let offsets = columnOffsets()
    var parts: [Range<Int>] = []
    var start = 0
    for columns in Self.blocks(offsets, ofRows: block.rows, cells: block.cells)
    where columns.upperBound == columnCount || offsets[columns.upperBound] - offsets[start] >= cells {
      parts.append(start..<columns.upperBound)
      start = columns.upperBound
    }
    return parts
  }
}
