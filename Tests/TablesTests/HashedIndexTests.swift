import Generators
import Tables
import Testing

@Suite struct HashedIndexTests {
  @Test(arguments: [false, true])
  func `places are those of first occurrence`(isNarrow: Bool) {
    var random = SplitMix(seed: 11)
    for count in [0, 1, 7, 8, 9, 500, 40_000] {
      // Many repeats, neighbours, and numbers whose lower halves are equal where the index is not narrow.
      let numbers = (0..<count).map { _ -> Int64 in
        let number = Int64.random(in: -300...300, using: &random) << Int64.random(in: 0...20, using: &random)
        return isNarrow ? number : number | Int64.random(in: 0...3, using: &random) << 33
      }
      var index = HashedIndex([], isNarrow: isNarrow)
      var expected: [Int64: Int32] = [:]
      for number in numbers {
        let place = expected[number] ?? Int32(expected.count)
        expected[number] = place
        #expect(index.placeInserting(number) == place)
      }
      #expect(index.count == expected.count)
      for (number, place) in expected { #expect(index.place(of: number) == place) }
      if !isNarrow { #expect(index.numbers == HashedIndex(distinct: numbers).numbers) }
    }
  }

  @Test func `the ends of 64 bits have places`() {
    let numbers: [Int64] = [0, -1, .min, .max, 1 << 32, -(1 << 32)]
    let index = HashedIndex(numbers)
    for (place, number) in numbers.enumerated() { #expect(index.place(of: number) == Int32(place)) }
    #expect(!index.contains(1))
    #expect(!HashedIndex([]).contains(0))
  }
}
