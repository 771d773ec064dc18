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

  @Test(arguments: [0, 1, 9, 1000, 70_000]) func `members of a column are those of a set`(_ count: Int) throws {
    var dice = SplitMix(seed: UInt64(count))
    let numbers = (0..<count).map { $0 % 7 == 0 ? Int64($0) : Int64.random(in: .min ... .max, using: &dice) }
    let (index, set) = (HashedIndex(distinct: numbers), Set(numbers))
    let wide = (0..<3001).map { row in row % 2 == 0 && count > 0 ? numbers[row % count] : Int64(row - 1500) }
    let columns = [
      Column(wide), Column(wide.map { UInt64(bitPattern: $0) }), Column(wide.map { Int8(truncatingIfNeeded: $0) }),
      Column(wide.map { UInt16(truncatingIfNeeded: $0) }), Column(wide.map { Int32(truncatingIfNeeded: $0) }),
    ]
    for column in columns {
      let found = try #require(try index.members(of: column.values))
      for row in 0..<column.count {
        guard case .integer(let value) = column[row] else { continue }
        #expect(found[row] == (Int64(exactly: value).map { set.contains($0) } ?? false))
      }
    }
    #expect(try index.members(of: Column([1.5]).values) == nil)
  }
}
