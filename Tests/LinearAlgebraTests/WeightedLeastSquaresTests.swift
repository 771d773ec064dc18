import Diagnostics
import LinearAlgebra
import Parallelism
import Testing

@Suite(.serialized) struct WeightedLeastSquaresTests {
  private let matrix = madeUpMatrix(rows: 150, columns: 80, share: 0.1, seed: 9)
  private let problem = WeightedLeastSquares(target: (2, 1), extra: (2, 0), ridge: 0.5, ridgePerCell: 0.1)

  private func factors(_ rows: Int, _ columns: Int, seed: UInt64) throws -> PaddedMatrix {
    try PaddedMatrix(rowCount: rows, columnCount: columns) { range, write in
      for row in range {
        var random = MadeUpNumbers(seed: seed &+ UInt64(row))
        for column in 0..<columns { write(row, column, Float(random.next() - 0.5)) }
      }
    }
  }

  /// (s·YᵀY + Σ e·yyᵀ + (λ + μn)I)·x − Σ t·y, which is zero at the solution.
  private func residual(_ x: PaddedMatrix, _ y: PaddedMatrix, row: Int) -> Double {
    let (f, cells) = (y.columnCount, matrix.cells(ofRow: row))
    var residual = (0..<f).map {
      (Double(problem.ridge) + Double(problem.ridgePerCell) * Double(cells.count)) * Double(x[row, $0])
    }
    func add(_ item: Int, weight: Double, target: Double) {
      let product = (0..<f).reduce(0.0) { $0 + Double(x[row, $1]) * Double(y[item, $1]) }
      for k in 0..<f { residual[k] += (weight * product - target) * Double(y[item, k]) }
    }
    for item in 0..<y.rowCount { add(item, weight: 1, target: 0) }
    for cell in cells {
      let value = Double(matrix.values[cell])
      add(Int(matrix.columns[cell]), weight: 2 * value, target: 2 * value + 1)
    }
    return residual.map(abs).max() ?? 0
  }

  private func cellLoss(_ x: PaddedMatrix, _ y: PaddedMatrix) -> Double {
    (0..<matrix.rowCount).reduce(0.0) { sum, row in
      matrix.cells(ofRow: row).reduce(sum) { sum, cell in
        let score = Double(x.product(row: row, with: y, row: Int(matrix.columns[cell])))
        let value = Double(matrix.values[cell])
        return sum + 2 * value * score * score - 2 * (2 * value + 1) * score
      }
    }
  }

  /// A row of more cells than are copied, and than are summed up together.
  @Test func aLongRowIsSolvedWithoutACopy() throws {
    let y = try factors(80_000, 16, seed: 4)
    let long = SparseMatrix(
      rowCount: 1, columnCount: 80_000, offsets: [0, 80_000], columns: (0..<80_000).map { Int32($0) },
      values: (0..<80_000).map { Float(1 + $0 % 3) })
    var exact = PaddedMatrix(rowCount: 1, columnCount: 16)
    var found = exact
    let gram = try y.gram()
    let exactLoss = try problem.solve(&exact, rowsOf: long, y, gram: gram, by: .cholesky)
    let foundLoss = try problem.solve(&found, rowsOf: long, y, gram: gram, by: .conjugateGradient(steps: 30))
    for column in 0..<16 { #expect(abs(exact[0, column] - found[0, column]) < 1e-4) }
    #expect(abs(exactLoss - foundLoss) < 1e-4 * abs(exactLoss))
  }

  @Test(arguments: [1, 100, 1 << 20]) func columnsAreTheRowsOfTheTransposeInParts(cells: Int) throws {
    let x = try factors(150, 20, seed: 4)
    let start = try factors(80, 20, seed: 5)
    let gram = try x.gram()
    for solver in [WeightedLeastSquares.Solver.cholesky, .conjugateGradient(steps: 3), .blocks(size: 8)] {
      var (whole, parts) = (start, start)
      let wholeLoss = try problem.solve(&whole, rowsOf: matrix.transposed(), x, gram: gram, by: solver)
      let partsLoss = try problem.solve(&parts, columnsOf: matrix, x, gram: gram, by: solver, cellsAtATime: cells)
      #expect(whole.values == parts.values)
      #expect(wholeLoss == partsLoss)
    }
  }

  @Test(arguments: [3, 16, 20, 48, 128]) func bothSolversSolveTheNormalEquations(f: Int) throws {
    let y = try factors(80, f, seed: 4)
    let gram = try y.gram()
    for solver in [WeightedLeastSquares.Solver.cholesky, .conjugateGradient(steps: 60)] {
      var x = try factors(150, f, seed: 5)
      let loss = try problem.solve(&x, rowsOf: matrix, y, gram: gram, by: solver)
      #expect(abs(loss - cellLoss(x, y)) < 1e-4 * abs(cellLoss(x, y)))
      for row in stride(from: 0, to: 149, by: 7) { #expect(residual(x, y, row: row) < 2e-3) }
      #expect(x[149].allSatisfy { $0 == 0 }, "an empty row is zero")
    }
  }

  @Test func oneCoreAndManyGiveTheSameBits() throws {
    let y = try factors(80, 20, seed: 4)
    let gram = try y.gram()
    let results = try [1, 4].map { cores in
      try Cores.limited(to: cores) {
        var x = try factors(150, 20, seed: 5)
        _ = try problem.solve(&x, rowsOf: matrix, y, gram: gram, by: .conjugateGradient(steps: 3))
        return x.values + (try x.gram())
      }
    }
    #expect(results[0] == results[1])
  }

  @Test func aSingularSystemIsRefused() throws {
    let y = PaddedMatrix(rowCount: 80, columnCount: 4)
    let free = WeightedLeastSquares(target: (1, 0), extra: (1, 0), ridge: 0)
    var x = PaddedMatrix(rowCount: 150, columnCount: 4)
    let error = #expect(throws: Diagnostic.self) {
      try free.solve(&x, rowsOf: matrix, y, gram: y.gram(), by: .cholesky)
    }
    #expect(error?.isNotPositiveDefinite == true)
  }

  @Test func gramAndNormAreThoseOfTheRows() throws {
    let y = try factors(9000, 5, seed: 8)
    let gram = try y.gram()
    let expected = (0..<9000).reduce(0.0) { $0 + Double(y[$1, 1]) * Double(y[$1, 3]) }
    #expect(abs(Double(gram[y.stride + 3]) - expected) < 1e-3)
    let norm = (0..<5).reduce(0.0) { $0 + Double(gram[$1 * y.stride + $1]) }
    #expect(abs(try y.squaredNorm() - norm) < 1e-2)
  }
}
