import LinearAlgebra
import Testing

@Suite struct SparseMatrixTests {
  @Test(arguments: [UInt64(1), 2, 3, 4]) func transposingTurnsCellsAround(seed: UInt64) {
    let matrix = madeUpMatrix(rows: 13, columns: 9, share: 0.3, seed: seed)
    let transposed = matrix.transposed()
    for row in 0..<13 {
      for column in 0..<9 {
        #expect(
          matrix.value(row: row, column: Int32(column)) == transposed.value(row: column, column: Int32(row)))
      }
    }
    #expect(transposed.transposed().columns == matrix.columns)
  }

  @Test func chosenRowsKeepTheirOrder() {
    let matrix = madeUpMatrix(rows: 6, columns: 9, share: 0.5, seed: 1)
    let chosen = matrix.selectingRows([4, 0, 4])
    #expect(chosen.rowCount == 3)
    #expect(denseRows(of: chosen) == [4, 0, 4].map { denseRows(of: matrix)[$0] })
  }

  @Test func rowsTimesLanesIsAProduct() {
    let matrix = madeUpMatrix(rows: 20, columns: 11, share: 0.4, seed: 5)
    var random = MadeUpNumbers(seed: 6)
    let lanes = (0..<16 * 11).map { _ in Float(random.next()) }
    let dense = denseRows(of: matrix)
    matrix.forEachRowTimesLanes(lanes.span) { row, sums in
      for lane in 0..<16 {
        let expected = (0..<11).reduce(Float(0)) { $0 + dense[row][$1] * lanes[16 * $1 + lane] }
        #expect(abs(sums[lane] - expected) < 1e-5)
      }
    }
  }
}

@Suite struct TopSelectionTests {
  @Test(arguments: [0, 1, 3, 10, 100, 1000]) func isThePrefixOfASort(capacity: Int) {
    for seed in 0..<40 {
      var random = MadeUpNumbers(seed: UInt64(seed))
      let scores = (0..<317).map { _ -> Float in
        let drawn = random.next()
        return drawn < 0.05 ? .nan : drawn < 0.1 ? -.infinity : Float((drawn * 20).rounded())
      }
      let expected = scores.indices.filter { scores[$0] > -.infinity }
        .sorted { (scores[$1], $0) < (scores[$0], $1) }.prefix(capacity)
      var selection = TopSelection(capacity: capacity)
      let span = scores.span
      selection.offer(span.extracting(0..<100))
      selection.offer(span.extracting(100...), from: 100)
      #expect(selection.take().map { Int($0.index) } == Array(expected))
      for index in scores.indices.reversed() { selection.offer(Int32(index), scores[index]) }
      #expect(selection.take().map { Int($0.index) } == Array(expected))
    }
  }
}
