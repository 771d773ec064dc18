import RandomNumbers
import Testing

/// Values printed by numpy 1.26.
@Suite struct RandomStateTests {
  @Test func randomSample() {
    var random = RandomState(seed: 0)
    #expect(random.randomSample(count: 3) == [0.5488135039273248, 0.7151893663724195, 0.6027633760716439])
  }

  @Test func permutation() {
    var random = RandomState(seed: 0)
    #expect(random.permutation(10) == [2, 8, 4, 9, 1, 6, 7, 3, 0, 5])
  }

  @Test(arguments: [(0, 0), (1, 1), (3, 5), (200, 0), (200, 1), (200, 3), (4096, 63), (70_000, 1000), (100, 100)])
  func theBeginningOfAPermutationNeedsNotAllOfIt(_ count: Int, _ size: Int) {
    var whole = RandomState(seed: 7)
    var some = RandomState(seed: 7)
    let expected = whole.permutation(count, of: UInt32.self) {}.prefix(size)
    #expect(some.permutation(count, prefix: size) {} == Array(expected))
    #expect(whole.randomSample() == some.randomSample(), "as many draws are used up")
  }

  @Test func choiceWithoutWeightsIsThePrefixOfAPermutation() {
    var random = RandomState(seed: 0)
    #expect(random.choice(10, size: 4, replacing: false) == [2, 8, 4, 9])
  }

  @Test func legacyNormal() {
    var random = RandomState(seed: 0)
    let drawn = (0..<4).map { _ in random.normal(0, 0.1) }
    #expect(drawn == [0.1764052345967664, 0.040015720836722335, 0.09787379841057392, 0.2240893199201458])
  }

  @Test func integers() {
    var random = RandomState(seed: 0)
    #expect((0..<12).map { _ in random.integer(in: 0..<3) } == [0, 1, 0, 1, 1, 2, 0, 2, 0, 0, 0, 2])
  }

  @Test func uniformStaysInItsInterval() {
    var random = RandomState(seed: 1)
    let drawn = random.uniform(-2, 3)
    #expect(drawn == -2 + 5 * 0.417022004702574)
  }

  @Test(arguments: [
    (UInt32(0), [9028, 11765, 9916, 8963, 6969, 10625, 7198, 14670, 15853, 6307]),
    (UInt32(8_063_800), [4108, 10631, 10574, 10452, 12191, 1115, 7686, 13207, 3275, 7969]),
  ])
  func choiceOfEquallyLikely(seed: UInt32, expected: [Int]) {
    var random = RandomState(seed: seed)
    #expect(random.choice(DiscreteDistribution(uniform: 16451), size: 10, replacing: false) == expected)
  }

  @Test func choiceByWeightTakesSeveralRounds() {
    var random = RandomState(seed: 0)
    let squares = DiscreteDistribution(counts: (1...20).map { $0 * $0 })
    #expect(
      random.choice(squares, size: 15, replacing: false)
        == [16, 17, 14, 15, 19, 18, 7, 5, 3, 13, 12, 10, 11, 6, 9])
  }

  @Test func choiceNeverGivesTheImpossible() {
    var random = RandomState(seed: 3)
    let drawn = random.choice(DiscreteDistribution(counts: [0, 3, 0, 1, 0]), size: 5, replacing: false)
    #expect(drawn.sorted() == [1, 3])
    #expect(random.choice(DiscreteDistribution(counts: []), size: 2, replacing: true).isEmpty)
  }
}

@Suite struct PCG64Tests {
  @Test func floats() {
    var random = PCG64(seed: 42)
    let expected: [Float] = [0.08925092, 0.7739560, 0.6545715, 0.4388784, 0.4330152, 0.8585979]
    for value in expected { #expect(abs(random.nextFloat() - value) < 1e-7) }
  }

  @Test func doubles() {
    var random = PCG64(seed: 42)
    #expect((0..<3).map { _ in random.nextDouble() } == [0.7739560485559633, 0.4388784397520523, 0.8585979199113825])
  }

  @Test(arguments: [0, 1, 2, 63, 1_000_003]) func advancingIsDrawing(count: Int) {
    var drawn = PCG64(seed: 7)
    for _ in 0..<count { _ = drawn.next64() }
    var jumped = PCG64(seed: 7).advanced(by: UInt64(count))
    #expect(drawn.next64() == jumped.next64())
  }
}
