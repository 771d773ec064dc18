import Diagnostics
import LinearAlgebra
import Parallelism
import Testing

@Suite(.serialized) struct TiledSymmetricMatrixTests {
  /// A·Aᵀ + I for a made-up sparse A.
  private func matrix(_ order: Int, seed: UInt64 = 1) throws -> TiledSymmetricMatrix {
    let sparse = madeUpMatrix(rows: order, columns: order + 7, share: 0.08, seed: seed)
    return try TiledSymmetricMatrix(
      rowProductsOf: sparse, transpose: sparse.transposed(), addingToDiagonal: [Float](repeating: 1, count: order))
  }

  @Test(arguments: [1, 5, 64, 65, 200]) func rowProductsAreThoseOfTheDenseMatrix(order: Int) throws {
    let sparse = madeUpMatrix(rows: order, columns: 40, share: 0.2, seed: 3)
    let tiled = try TiledSymmetricMatrix(
      rowProductsOf: sparse, transpose: sparse.transposed(), addingToDiagonal: [Float](repeating: 2, count: order))
    let dense = denseRows(of: sparse)
    for i in 0..<order {
      for j in 0...i {
        let expected = zip(dense[i], dense[j]).reduce(i == j ? 2 : 0) { $0 + $1.0 * $1.1 }
        #expect(abs(tiled.lower(j, i) - expected) < 1e-4)
      }
    }
  }

  @Test(arguments: [1, 5, 64, 65, 200]) func elementsOfEitherSideGiveTheSameMatrix(order: Int) throws {
    let expected = try matrix(order)
    var (rows, columns, values) = ([Int32](), [Int32](), [Double]())
    for row in 0..<order {
      for column in 0...row where expected.lower(row, column) != 0 {
        let isSwapped = (row + column) % 2 == 1
        rows.append(Int32(isSwapped ? column : row))
        columns.append(Int32(isSwapped ? row : column))
        values.append(Double(expected.lower(row, column)))
      }
    }
    let found = try TiledSymmetricMatrix(order: order, rows: rows, columns: columns, values: values)
    #expect(found.elements == expected.elements)
  }

  @Test(arguments: [1, 3, 64, 130, 300, 1100]) func inverseTimesMatrixIsIdentity(order: Int) throws {
    let original = try matrix(order)
    var inverse = original
    try inverse.invert(title: "test")
    var worst: Float = 0
    for i in stride(from: 0, to: order, by: max(1, order / 40)) {
      for j in stride(from: 0, to: order, by: max(1, order / 40)) {
        var sum: Double = 0
        for k in 0..<order { sum += Double(original.lower(i, k)) * Double(inverse[k, j]) }
        worst = max(worst, abs(Float(sum) - (i == j ? 1 : 0)))
        #expect(inverse[i, j] == inverse[j, i])
      }
    }
    #expect(worst < 1e-3)
  }

  @Test func oneCoreAndManyGiveTheSameBits() throws {
    var one = try matrix(700)
    var many = one
    try Cores.limited(to: 1) { try one.invert(title: "test") }
    try Cores.limited(to: 4) { try many.invert(title: "test") }
    for i in 0..<700 { for j in 0..<700 { #expect(one[i, j].bitPattern == many[i, j].bitPattern) } }
  }

  /// Of one tile, of many, and of many large ones.
  @Test(
    arguments: [(50, 0x8ab89c6034bc37f1), (700, 0xd70d15d7ba6d6d47), (1100, 0xba1a238df0f21f56)] as [(Int, UInt64)])
  func everyCPUGivesTheSameBits(order: Int, recorded: UInt64) throws {
    let before = KernelSets.current
    defer { try? KernelSets.use(before) }
    let original = try matrix(order)
    for set in KernelSets.available {
      try KernelSets.use(set)
      var inverse = original
      try inverse.invert(title: "test")
      let checksum = inverse.elements.reduce(0xcbf2_9ce4_8422_2325 as UInt64) {
        ($0 ^ UInt64($1.bitPattern)) &* 0x0100_0000_01b3
      }
      #expect(checksum == recorded, "\(set), order \(order): 0x\(String(checksum, radix: 16))")
    }
  }

  @Test func anIndefiniteMatrixIsRefused() throws {
    let sparse = madeUpMatrix(rows: 90, columns: 10, share: 0.3, seed: 2)
    var singular = try TiledSymmetricMatrix(
      rowProductsOf: sparse, transpose: sparse.transposed(), addingToDiagonal: [Float](repeating: -1, count: 90))
    do throws(Diagnostic) {
      try singular.invert(title: "test")
      Issue.record("inverted an indefinite matrix")
    } catch {
      #expect(error.isNotPositiveDefinite)
    }
  }

  @Test func anInversionCanBeCancelled() throws {
    var inverse = try matrix(300)
    let cancellation = Cancellation()
    let progress = Progress { _ in cancellation.request() }
    let error = #expect(throws: Diagnostic.self) {
      try Progress.$current.withValue(progress) {
        try Cancellation.$current.withValue(cancellation) { try inverse.invert(title: "test") }
      }
    }
    #expect(error == .interrupted)
  }

  @Test func rowsAreReadWholeAndSideBySide() throws {
    var inverse = try matrix(150)
    try inverse.invert(title: "test")
    var sums = [Float](repeating: 0, count: 150)
    var lanes = [Float](repeating: 0, count: 16 * 150)
    var sumSpan = sums.mutableSpan
    inverse.addRow(77, scaledBy: 2, to: &sumSpan)
    var laneSpan = lanes.mutableSpan
    inverse.writeLanes([3, 149], into: &laneSpan)
    for k in 0..<150 {
      #expect(sums[k] == 2 * inverse[77, k])
      #expect(lanes[16 * k] == inverse[3, k] && lanes[16 * k + 1] == inverse[149, k])
    }
  }
}
