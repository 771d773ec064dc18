import Diagnostics
import LinearAlgebra
import Testing

/// Every set of kernels against the order of additions that is written down, bit for bit.
@Suite(.serialized) struct KernelSetTests {
  private func numbers(_ count: Int, seed: UInt64) -> [Float] {
    var random = MadeUpNumbers(seed: seed)
    return (0..<count).map { _ in Float(random.next() - 0.5) }
  }

  /// An element of a product as `CNumerics/kernels/dense.h` states it.
  private func element(inner: Int, alpha: Float, start: Float, _ factors: (Int) -> (Float, Float)) -> Float {
    var element = start
    for block in stride(from: 0, to: inner, by: 256) {
      var sum: Float = 0
      for k in block..<min(inner, block + 256) {
        let (left, right) = factors(k)
        sum = sum.addingProduct(left, right)
      }
      element = element.addingProduct(alpha, sum)
    }
    return element
  }

  /// Calls `body` with every set that this CPU has, and leaves the one that was in use.
  private func withEverySet(_ body: (String) throws -> Void) throws {
    let before = KernelSets.current
    defer { try? KernelSets.use(before) }
    for name in KernelSets.available {
      try KernelSets.use(name)
      try body(name)
    }
  }

  @Test(
    arguments: [
      (1, 1, 1), (3, 5, 2), (14, 32, 255), (15, 33, 256), (6, 16, 257), (29, 17, 600), (130, 70, 40), (64, 128, 128),
    ] as [(Int, Int, Int)], [(false, false), (true, false), (false, true), (true, true)] as [(Bool, Bool)])
  func productsAreAddedInTheWrittenOrder(shape: (Int, Int, Int), transposes: (Bool, Bool)) throws {
    let (rows, columns, inner) = shape
    let (a, b) = (numbers(rows * inner, seed: 1), numbers(inner * columns, seed: 2))
    let start = numbers(rows * columns, seed: 3)
    for (adds, alpha) in [(false, Float(1)), (true, -1), (true, 0.3)] {
      let expected = (0..<rows * columns).map { place in
        let (i, j) = (place / columns, place % columns)
        return element(inner: inner, alpha: alpha, start: adds ? start[place] : 0) { k in
          (a[transposes.0 ? k * rows + i : i * inner + k], b[transposes.1 ? j * inner + k : k * columns + j])
        }
      }
      try withEverySet { name in
        var c = start
        var span = c.mutableSpan
        DenseMatrices.multiply(
          a.span, b.span, transposingFirst: transposes.0, transposingSecond: transposes.1, rows: rows,
          columns: columns, inner: inner, alpha: alpha, adds: adds, into: &span)
        #expect(c.map(\.bitPattern) == expected.map(\.bitPattern), "\(name), alpha \(alpha)")
      }
    }
  }

  @Test(arguments: [1, 31, 64, 65, 150], [false, true]) func aSymmetricProductWritesItsLowerTriangle(
    order: Int, isTransposed: Bool
  ) throws {
    let inner = 70
    let (a, start) = (numbers(order * inner, seed: 4), numbers(order * order, seed: 5))
    try withEverySet { name in
      var c = start
      var span = c.mutableSpan
      DenseMatrices.addProductWithItself(
        a.span, transposed: isTransposed, order: order, inner: inner, alpha: -1, into: &span)
      for i in 0..<order {
        for j in 0..<order {
          let place = i * order + j
          let expected =
            j > i
            ? start[place]
            : element(inner: inner, alpha: -1, start: start[place]) { k in
              isTransposed ? (a[k * order + i], a[k * order + j]) : (a[i * inner + k], a[j * inner + k])
            }
          #expect(c[place].bitPattern == expected.bitPattern, "\(name) at \(i), \(j)")
        }
      }
    }
  }

  /// A positive definite matrix: B·Bᵀ + order·I.
  private func positiveDefinite(_ order: Int) -> [Float] {
    let b = numbers(order * order, seed: UInt64(order))
    var a = [Float](repeating: 0, count: order * order)
    for i in 0..<order {
      for j in 0..<order {
        var sum: Float = i == j ? Float(order) : 0
        for k in 0..<order { sum += b[i * order + k] * b[j * order + k] }
        a[i * order + j] = sum
      }
    }
    return a
  }

  /// Factors, inverses and solutions, which are right, and the same bits whatever the kernels.
  @Test(arguments: [1, 2, 16, 31, 32, 33, 64, 100, 130]) func factorsAndSolutions(order: Int) throws {
    let a = positiveDefinite(order)
    let rows = 5
    let right = numbers(rows * order, seed: 8)
    var recorded: [[UInt32]] = []
    try withEverySet { name in
      var l = a
      for i in 0..<order { for j in i + 1..<max(order, i + 1) { l[i * order + j] = 0 } }
      var lSpan = l.mutableSpan
      #expect(DenseMatrices.factorCholesky(&lSpan, order: order) == nil)
      var inverse = l
      var inverseSpan = inverse.mutableSpan
      #expect(DenseMatrices.invertTriangle(&inverseSpan, order: order) == nil)
      var solved = right
      var solvedSpan = solved.mutableSpan
      DenseMatrices.solveFromRight(l.span, order: order, rows: rows, into: &solvedSpan)
      var (system, x) = (a, Array(right.prefix(order)))
      var systemSpan = system.mutableSpan
      var xSpan = x.mutableSpan
      #expect(DenseMatrices.solvePositive(&systemSpan, order: order, &xSpan) == nil)
      recorded.append((l + inverse + solved + x).map(\.bitPattern))

      func factor(_ i: Int, _ k: Int) -> Double { Double(l[i * order + k]) }
      for i in 0..<order {
        for j in 0...i {
          let product = (0...j).reduce(0.0) { $0 + factor(i, $1) * factor(j, $1) }
          #expect(abs(product - Double(a[i * order + j])) < 2e-6 * Double(order * order), "\(name): L·Lᵀ")
          let unit = (j...i).reduce(0.0) { $0 + factor(i, $1) * Double(inverse[$1 * order + j]) }
          #expect(abs(unit - (i == j ? 1 : 0)) < 1e-5, "\(name): L·L⁻¹")
        }
        let row = (0..<order).reduce(0.0) { $0 + Double(a[i * order + $1]) * Double(x[$1]) }
        #expect(abs(row - Double(right[i])) < 1e-4, "\(name): A·x")
        for r in 0..<rows {
          let product = (0...i).reduce(0.0) { $0 + Double(solved[r * order + $1]) * factor(i, $1) }
          #expect(abs(product - Double(right[r * order + i])) < 1e-4, "\(name): X·Lᵀ")
        }
      }
    }
    for other in recorded.dropFirst() { #expect(other == recorded[0]) }
  }

  @Test func pivotsThatAreNotPositiveAreNamed() throws {
    try withEverySet { _ in
      for bad in [0, 7, 31, 32, 40, 69] {
        var a = [Float](repeating: 0, count: 70 * 70)
        for i in 0..<70 { a[i * 70 + i] = i == bad ? -1 : 1 }
        var (factored, solved, inverted) = (a, a, a)
        inverted[bad * 70 + bad] = 0
        var factoredSpan = factored.mutableSpan
        #expect(DenseMatrices.factorCholesky(&factoredSpan, order: 70) == bad)
        var x = [Float](repeating: 1, count: 70)
        var xSpan = x.mutableSpan
        var solvedSpan = solved.mutableSpan
        #expect(DenseMatrices.solvePositive(&solvedSpan, order: 70, &xSpan) == bad)
        var invertedSpan = inverted.mutableSpan
        #expect(DenseMatrices.invertTriangle(&invertedSpan, order: 70) == bad)
      }
      var nan: [Float] = [.nan]
      var span = nan.mutableSpan
      #expect(DenseMatrices.factorCholesky(&span, order: 1) == 0)
    }
  }

  @Test func aSetThatIsNotThereIsRefused() throws {
    #expect(KernelSets.available.contains("generic") && KernelSets.available.contains(KernelSets.current))
    do {
      try KernelSets.use("mmx")
      Issue.record("there are no kernels for MMX")
    } catch {
      #expect(error.message.contains("`mmx`") && error.hint?.contains("generic") == true)
    }
  }
}
