import Diagnostics
import Experiments
import Generators
import Tables
import Testing

@Suite struct VocabularyTests {
  @Test func idsAscendWhateverTheirType() throws {
    let columns = [
      Column([Int32(7), -3, 7, 12]), Column([Int64(7), -3, 7, 12]), Column([7.0, -3, 7, 12]),
      Column([Int8(7), -3, 7, 12]),
    ]
    for column in columns {
      let (vocabulary, indices) = try Vocabulary.encoding(column, role: "user")
      #expect(indices == [1, 0, 1, 2])
      let expected: [Value] = [.integer(-3), .integer(7), .integer(12)]
      #expect((0..<vocabulary.count).map { vocabulary.ids[$0] } == expected)
    }
  }

  @Test func farNumbersAndTheExtremes() throws {
    let numbers: [Int64] = [.max, .min, 0, 1 << 40, -(1 << 40), 0, .max]
    let (vocabulary, indices) = try Vocabulary.encoding(Column(numbers), role: "item")
    #expect(indices == [4, 0, 2, 3, 1, 2, 4])
    #expect(try vocabulary.index(of: .integer(1 << 40)) == 3)
    #expect(try vocabulary.index(of: .integer(Int128(Int64.max) + 1)) == nil)
  }

  @Test func textAscendsByBytes() throws {
    let (vocabulary, indices) = try Vocabulary.encoding(Column(["б", "Z", nil, "a", "б"]), role: "item")
    #expect(indices == [2, 0, -1, 1, 2])
    #expect(try vocabulary.index(of: .text("a")) == 1)
    #expect(try vocabulary.indices(of: Column(["a", "нет", nil])) == [1, -1, -1])
  }

  @Test func denseAndHashedAgree() throws {
    var random = SplitMix(state: 1)
    let near = (0..<5000).map { _ in Int64.random(in: -400...900, using: &random) }
    let (_, dense) = try Vocabulary.encoding(Column(near), role: "user")
    for distance in [100_003, 1_000_003_000_000] as [Int64] {
      let (vocabulary, hashed) = try Vocabulary.encoding(Column(near.map { $0 * distance }), role: "user")
      #expect(dense == hashed)
      // What shares its lower half with an id is not that id.
      #expect(try vocabulary.index(of: .integer(Int128(near[0] * distance + 1 << 32))) == nil)
    }
    let distinct = Set(near).sorted()
    #expect(dense == near.map { number in Int32(distinct.firstIndex(of: number) ?? -1) })
  }

  @Test func nullsAndNaNAreNobody() throws {
    let (vocabulary, indices) = try Vocabulary.encoding(Column([3.0, nil, Double.nan, 1]), role: "user")
    #expect(indices == [1, -1, -1, 0])
    #expect(vocabulary.count == 2)
  }

  @Test func otherTypesOfTheSameNumberMeet() throws {
    let (vocabulary, _) = try Vocabulary.encoding(Column([Int32(5), 10]), role: "user")
    #expect(try vocabulary.indices(of: Column([10.0, 5, 6])) == [1, 0, -1])
    #expect(try vocabulary.indices(of: Column([UInt64(10), .max])) == [1, -1])
  }

  @Test func whatCannotBeAnID() throws {
    #expect(throws: Diagnostic.self) { try Vocabulary.encoding(Column([1.5]), role: "user") }
    #expect(throws: Diagnostic.self) { try Vocabulary.encoding(Column([true]), role: "user") }
    #expect(throws: Diagnostic.self) { try Vocabulary.encoding(Column([UInt64.max]), role: "user") }
    let (numbers, _) = try Vocabulary.encoding(Column([Int32(5)]), role: "user")
    #expect(throws: Diagnostic.self) { try numbers.indices(of: Column(["5"])) }
    #expect(throws: Diagnostic.self) { try numbers.index(of: .text("5")) }
  }

  @Test func anUnknownIDSaysWhatThereIs() throws {
    let (vocabulary, _) = try Vocabulary.encoding(Column([Int32(100), 4_200, 700]), role: "user")
    #expect(
      throws: Diagnostic(
        "user 4115173 is not in the table the model was fitted to", notes: ["3 users there, ids from 100 to 4200"])
    ) { try vocabulary.requireIndex(of: .integer(4_115_173)) }
  }
}
