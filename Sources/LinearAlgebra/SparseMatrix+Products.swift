import CNumerics

extension SparseMatrix {
  /// Calls `body` with the product of every row and 16 dense columns. Element k of column l is `lanes[16·k + l]`.
  public func forEachRowTimesLanes(_ lanes: Span<Float>, _ body: (_ row: Int, _ sums: SIMD16<Float>) -> Void) {
    precondition(lanes.count >= 16 * columnCount)
    columns.withUnsafeBufferPointer { columns in
      values.withUnsafeBufferPointer { values in
        lanes.withUnsafeBufferPointer { lanes in
          guard let columns = columns.baseAddress, let values = values.baseAddress else { return }
          for row in 0..<rowCount {
            var sums = SIMD16<Float>(repeating: 0)
            let cells = cells(ofRow: row)
            withUnsafeMutableBytes(of: &sums) { bytes in
              sparse_row_times_lanes(
                lanes.baseAddress, columns + cells.lowerBound, values + cells.lowerBound, Int32(cells.count),
                bytes.bindMemory(to: Float.self).baseAddress)
            }
            body(row, sums)
          }
        }
      }
    }
  }
}
