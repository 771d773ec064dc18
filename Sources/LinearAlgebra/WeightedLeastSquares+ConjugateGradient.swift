import CNumerics

extension WeightedLeastSquares {
  /// Conjugate gradients for a block of rows at once: what they share is one matrix product for the whole block, what
  /// is a row's own goes through its cells. A cell without extra weight costs nothing after the first residual.
  ///
  /// - Source: Takács, Pilászy, Tikk, *Applications of the Conjugate Gradient Method for Implicit Feedback
  ///   Collaborative Filtering*, RecSys 2011; steps and stopping rule as in the `implicit` library.
  func conjugateGradient(
    _ rows: Range<Int>, _ matrix: SparseMatrix, _ fixed: PaddedMatrix, shared: [Float], steps: Int,
    _ unknown: inout MutableSpan<Float>
  ) {
    let stride = fixed.stride
    var residual = [Float](repeating: 0, count: rows.count * stride)
    var residualSpan = residual.mutableSpan
    BLAS.multiply(
      unknown.span, shared.span, rows: rows.count, columns: stride, inner: stride, alpha: -1, into: &residualSpan)
    var direction = residual
    var image = residual
    var squares = [Float](repeating: 0, count: rows.count)
    let block = RowBlock(rows: rows, matrix: matrix, fixed: fixed, weighting: weighting)

    unknown.withUnsafeMutableBufferPointer { x in
      residual.withUnsafeMutableBufferPointer { r in
        direction.withUnsafeMutableBufferPointer { p in
          block.forEachRow { place, row in
            let at = place * stride
            guard let x = x.baseAddress.map({ $0 + at }), let r = r.baseAddress.map({ $0 + at }),
              let p = p.baseAddress.map({ $0 + at })
            else { return }
            if row.count == 0 {
              x.update(repeating: 0, count: stride)
              p.update(repeating: 0, count: stride)
              return
            }
            if ridgePerCell != 0 { dense_add_scaled(-ridgePerCell * Float(row.count), x, r, Int32(stride)) }
            sparse_row_residual(
              row.dense, Int32(stride), row.columns, row.values, Int32(row.count), weighting, x, r)
            p.update(from: r, count: stride)
            squares[place] = dense_dot(r, r, Int32(stride))
          }
        }
      }
    }
    for _ in 0..<steps {
      var imageSpan = image.mutableSpan
      BLAS.multiply(
        direction.span, shared.span, rows: rows.count, columns: stride, inner: stride, into: &imageSpan)
      var unfinished = false
      unknown.withUnsafeMutableBufferPointer { x in
        residual.withUnsafeMutableBufferPointer { r in
          direction.withUnsafeMutableBufferPointer { p in
            image.withUnsafeMutableBufferPointer { ap in
              block.forEachRow { place, row in
                let at = place * stride
                guard squares[place] > 0, let x = x.baseAddress.map({ $0 + at }),
                  let r = r.baseAddress.map({ $0 + at }), let p = p.baseAddress.map({ $0 + at }),
                  let ap = ap.baseAddress.map({ $0 + at })
                else { return }
                if ridgePerCell != 0 { dense_add_scaled(ridgePerCell * Float(row.count), p, ap, Int32(stride)) }
                sparse_row_product(
                  row.dense, Int32(stride), row.columns, row.values, Int32(row.count), weighting, p, ap)
                if conjugate_gradient_step(Int32(stride), ap, x, r, p, &squares[place]) { unfinished = true }
              }
            }
          }
        }
      }
      if !unfinished { return }
    }
  }
}

/// Consecutive rows of a sparse matrix and the dense rows they point to, as the C kernels want them.
struct RowBlock {
  struct Row {
    let dense: UnsafePointer<Float>
    let columns: UnsafePointer<Int32>
    let values: UnsafePointer<Float>
    let count: Int
  }

  let rows: Range<Int>
  let matrix: SparseMatrix
  let fixed: PaddedMatrix
  let weighting: cell_weighting

  /// Calls `body` with every row's place in the block and its cells.
  func forEachRow(_ body: (Int, Row) -> Void) {
    matrix.columns.withUnsafeBufferPointer { columns in
      matrix.values.withUnsafeBufferPointer { values in
        fixed.values.withUnsafeBufferPointer { dense in
          guard let columns = columns.baseAddress, let values = values.baseAddress, let dense = dense.baseAddress
          else { return }
          for row in rows {
            let cells = matrix.cells(ofRow: row)
            body(
              row - rows.lowerBound,
              Row(
                dense: dense, columns: columns + cells.lowerBound, values: values + cells.lowerBound,
                count: cells.count))
          }
        }
      }
    }
  }
}
