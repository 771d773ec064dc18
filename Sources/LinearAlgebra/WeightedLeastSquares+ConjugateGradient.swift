import CNumerics

extension WeightedLeastSquares {
  /// Takes steps of conjugate gradients for a whole block of rows. The shared matrix takes one matrix product for all
  /// rows of the block; each row then adds the terms of its own gathered cells. A cell without extra weight costs
  /// nothing here.
  ///
  /// - Source: Takács, Pilászy, Tikk, *Applications of the Conjugate Gradient Method for Implicit Feedback
  ///   Collaborative Filtering*, RecSys 2011; steps and stopping rule as in the `implicit` library.
  func conjugateGradient(
    _ gathered: GatheredRows, shared: [Float], stride: Int, steps: Int, _ unknown: inout MutableSpan<Float>
  ) {
    let count = gathered.rows.count
    var residual = gathered.targets
    var residualSpan = residual.mutableSpan
    DenseMatrices.multiply(
      unknown.span, shared.span, rows: count, columns: stride, inner: stride, alpha: -1, adds: true, into: &residualSpan
    )
    var direction = residual
    var image = residual
    var squares = [Float](repeating: 0, count: count)
    let width = Int32(stride)

    unknown.withUnsafeMutableBufferPointer { x in
      residual.withUnsafeMutableBufferPointer { r in
        direction.withUnsafeMutableBufferPointer { p in
          gathered.forEachRow { place, rows in
            let at = place * stride
            guard let x = x.baseAddress.map({ $0 + at }), let r = r.baseAddress.map({ $0 + at }),
              let p = p.baseAddress.map({ $0 + at })
            else { return }
            let cellCount = gathered.cellCount(place)
            if cellCount == 0 {
              x.update(repeating: 0, count: stride)
              p.update(repeating: 0, count: stride)
              return
            }
            if ridgePerCell != 0 { dense_add_scaled(-ridgePerCell * Float(cellCount), x, r, width) }
            weighted_rows_product(rows, width, -1, x, r)
            p.update(from: r, count: stride)
            squares[place] = dense_dot(r, r, width)
          }
        }
      }
    }
    for _ in 0..<steps {
      var imageSpan = image.mutableSpan
      DenseMatrices.multiply(direction.span, shared.span, rows: count, columns: stride, inner: stride, into: &imageSpan)
      var unfinished = false
      unknown.withUnsafeMutableBufferPointer { x in
        residual.withUnsafeMutableBufferPointer { r in
          direction.withUnsafeMutableBufferPointer { p in
            image.withUnsafeMutableBufferPointer { ap in
              gathered.forEachRow { place, rows in
                let at = place * stride
                guard squares[place] > 0, let x = x.baseAddress.map({ $0 + at }),
                  let r = r.baseAddress.map({ $0 + at }), let p = p.baseAddress.map({ $0 + at }),
                  let ap = ap.baseAddress.map({ $0 + at })
                else { return }
                if ridgePerCell != 0 {
                  dense_add_scaled(ridgePerCell * Float(gathered.cellCount(place)), p, ap, width)
                }
                weighted_rows_product(rows, width, 1, p, ap)
                if conjugate_gradient_step(width, ap, x, r, p, &squares[place]) { unfinished = true }
              }
            }
          }
        }
      }
      if !unfinished { return }
    }
  }
}
