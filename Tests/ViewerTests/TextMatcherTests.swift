import Tables
import Testing
import Viewer

@Suite struct TextMatcherTests {
  @Test func digitsAreFoundWhereTheyAreWritten() throws {
    let numbers = [0, 7, 10, 77, 100, 705, 7_007, 70_770, -77, -7, 1_000_000_007, Int.max, Int.min]
    let column = Column(numbers)
    for needle in ["0", "7", "07", "77", "00", "007", "700", "-7", "-", "1000000007", "9223372036854775807", "92", "x"]
    {
      let expected = numbers.indices.filter { String(numbers[$0]).contains(needle) }
      #expect(try TextMatcher(.part(needle)).rows(in: column) == expected, "\(needle)")
    }
    let sparse = Column([7, nil, 70, nil, 17] as [Int?])
    #expect(try TextMatcher(.part("7")).rows(in: sparse) == [0, 2, 4])
  }

  /// More rows than one core looks through at a time.
  @Test func theRowsOfAllPartsAreInOrder() throws {
    let count = 50_000
    let found = try TextMatcher(.part("99")).rows(in: Column(Array(0..<count)))
    #expect(found == (0..<count).filter { String($0).contains("99") })
    let texts = Column((0..<count).map { "строка \($0)" })
    #expect(try TextMatcher(.part("СТРОКА")).rows(in: texts).isEmpty)
    #expect(try TextMatcher(.part("строка 4999")).rows(in: texts) == [4_999] + Array(49_990...49_999))
  }
}
