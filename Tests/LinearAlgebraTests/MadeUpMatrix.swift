import LinearAlgebra

/// A small linear congruential generator: test data that is the same everywhere.
struct MadeUpNumbers {
  private var state: UInt64

  init(seed: UInt64) { state = seed &* 0x9e37_79b9_7f4a_7c15 | 1 }

  mutating func next() -> Double {
    state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
    return Double(state >> 11) * 0x1p-53
  }
}

/// A sparse matrix of about `share` of its cells, values 0.5…2.5; the last row is empty if there are several.
func madeUpMatrix(rows: Int, columns: Int, share: Double, seed: UInt64) -> SparseMatrix {
  var random = MadeUpNumbers(seed: seed)
  var offsets = [0]
  var stored: [Int32] = []
  var values: [Float] = []
  for row in 0..<rows {
    for column in 0..<columns where random.next() < share && (rows == 1 || row < rows - 1) {
      stored.append(Int32(column))
      values.append(Float(0.5 + 2 * random.next()))
    }
    offsets.append(stored.count)
  }
  return SparseMatrix(rowCount: rows, columnCount: columns, offsets: offsets, columns: stored, values: values)
}

func denseRows(of matrix: SparseMatrix) -> [[Float]] {
  (0..<matrix.rowCount).map { row in
    (0..<matrix.columnCount).map { matrix.value(row: row, column: Int32($0)) ?? 0 }
  }
}
