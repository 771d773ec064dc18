import LinearAlgebra
import Parallelism
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

  @Test(arguments: [0..<9, 0..<0, 3..<4, 2..<9]) func chosenColumnsBecomeRows(range: Range<Int>) throws {
    let matrix = madeUpMatrix(rows: 300, columns: 9, share: 0.3, seed: 2)
    let part = try matrix.transposedOnAllCores(range)
    #expect(part.rowCount == range.count && part.columnCount == 300)
    #expect(denseRows(of: part) == Array(denseRows(of: matrix.transposed())[range]))
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

/// W·Wᵀ by its largest cells, against all of it.
@Suite(.serialized) struct NearestRowsTests {
  @Test(arguments: [0.02, 0.2, 0.7], [0, 1, 4, 100]) func areTheLargestProducts(share: Double, count: Int) throws {
    let matrix = madeUpMatrix(rows: 83, columns: 31, share: share, seed: 8)
    let rows = denseRows(of: matrix)
    let nearest = try matrix.nearestRows(count, transpose: matrix.transposed())
    for row in 0..<83 {
      let products = (0..<83).compactMap { other -> (column: Int, score: Float)? in
        let shared = (0..<31).filter { rows[row][$0] != 0 && rows[other][$0] != 0 }
        return shared.isEmpty ? nil : (other, shared.reduce(Float(0)) { $0 + rows[row][$1] * rows[other][$1] })
      }
      let expected = products.sorted { ($1.score, $0.column) < ($0.score, $1.column) }.prefix(count)
      let found = nearest.columns(ofRow: row)
      #expect(found.count == expected.count)
      #expect(Array(found) == found.sorted())
      for (column, score) in expected {
        // Equal products may differ in their last bit here, and then change places.
        let value = try #require(nearest.value(row: row, column: Int32(column)) ?? expected.last?.score)
        #expect(abs(value - score) <= 1e-6 * length(rows[row]) * length(rows[column]))
      }
    }
  }

  /// Whole numbers, so that sums are exact and many are equal: the very columns, with sums below zero and of zero.
  @Test(arguments: [1, 20, 90, 500, 2000]) func equalProductsGoByColumn(count: Int) throws {
    let (rowCount, columnCount) = (1200, 40)
    var random = MadeUpNumbers(seed: 3)
    let rows = (0..<rowCount).map { row in
      (0..<columnCount).map { _ in
        random.next() < (row % 7 == 0 ? 0.4 : 0.05) ? Float((random.next() * 7).rounded() - 3) : nil
      }
    }
    var (offsets, columns, values) = ([0], [Int32](), [Float]())
    for row in rows {
      for (column, value) in row.enumerated() {
        guard let value else { continue }
        columns.append(Int32(column))
        values.append(value)
      }
      offsets.append(columns.count)
    }
    let matrix = SparseMatrix(
      rowCount: rowCount, columnCount: columnCount, offsets: offsets, columns: columns, values: values)
    let nearest = try matrix.nearestRows(count, transpose: matrix.transposed())
    for row in stride(from: 0, to: rowCount, by: 5) {
      let products = rows.indices.compactMap { other -> (column: Int, score: Float)? in
        let terms = zip(rows[row], rows[other]).compactMap { own, its in own.flatMap { own in its.map { own * $0 } } }
        return terms.isEmpty ? nil : (other, terms.reduce(0, +))
      }
      let expected = products.sorted { ($1.score, $0.column) < ($0.score, $1.column) }.prefix(count)
        .sorted { $0.column < $1.column }
      #expect(nearest.columns(ofRow: row).map { Int($0) } == expected.map(\.column))
      #expect(Array(nearest.values(ofRow: row)) == expected.map(\.score))
    }
  }

  /// Products of 0 and something below it are −0, however many there are.
  @Test func aSumOfNothingButMinusZeroIsReachedOnce() throws {
    let users = 5000
    let matrix = SparseMatrix(
      rowCount: 2, columnCount: users, offsets: [0, users, 2 * users],
      columns: (0..<2 * users).map { Int32($0 % users) }, values: (0..<2 * users).map { $0 < users ? 0 : -1 })
    let nearest = try matrix.nearestRows(2, transpose: matrix.transposed())
    #expect(nearest.columns == [0, 1, 0, 1])
    #expect(nearest.values == [0, 0, 0, Float(users)])
  }

  /// What a product's terms can add up to is what its rounding is measured by.
  private func length(_ row: [Float]) -> Float { row.reduce(0) { $0 + $1 * $1 }.squareRoot() }

  @Test func coresDoNotMatter() throws {
    let matrix = madeUpMatrix(rows: 300, columns: 40, share: 0.2, seed: 9)
    let transpose = matrix.transposed()
    let found = try [1, 2, 7].map { cores in
      try Cores.limited(to: cores) { try matrix.nearestRows(5, transpose: transpose) }
    }
    for other in found.dropFirst() {
      #expect(other.columns == found[0].columns)
      #expect(other.values.map(\.bitPattern) == found[0].values.map(\.bitPattern))
    }
  }
}
