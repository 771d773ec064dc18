import LinearAlgebra

extension PaddedMatrix {
  /// The rows with the largest cosine to a row, without the row itself.
  func nearest(to row: Int32, top: Int) -> [ScoredItem] {
    let norms = (0..<rowCount).map { product(row: $0, with: self, row: $0).squareRoot() }
    var selection = TopSelection(capacity: min(top, rowCount - 1))
    for other in 0..<rowCount where other != Int(row) {
      let product = product(row: Int(row), with: self, row: other)
      selection.offer(Int32(other), product / max(norms[Int(row)] * norms[other], .leastNormalMagnitude))
    }
    return selection.ranked()
  }
}
