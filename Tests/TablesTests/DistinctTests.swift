import Diagnostics
import Generators
import Parallelism
import Tables
import Testing

/// Rows of keys whose range decides how they are found: by address, by bits, in words of 32 bits, of 64, beside rows.
@Suite struct DistinctTests {
  private let count = 300_000

  @Test(arguments: [70_000, 1 << 21, 1 << 22, 1 << 25, 1 << 40, 1 << 62])
  func `rows are first, last or alone as in a dictionary`(_ range: Int) throws {
    var dice = SplitMix(seed: UInt64(range))
    let values = (0..<count).map { row in row % 3 == 2 ? Int64(row / 6) : Int64(dice.below(range)) }
    let column = Column(values)
    var first: [Int64: UInt32] = [:]
    var last: [Int64: UInt32] = [:]
    var counts: [Int64: Int] = [:]
    for (row, value) in values.enumerated() {
      if first[value] == nil { first[value] = UInt32(row) }
      last[value] = UInt32(row)
      counts[value, default: 0] += 1
    }
    for cores in [1, 2] {
      try Cores.limited(to: cores) {
        #expect(try distinctRows([column], count: count) == first.values.sorted())
        #expect(try distinctRows([column], count: count, keep: .last) == last.values.sorted())
        let alone = counts.filter { $0.value == 1 }.compactMap { first[$0.key] }.sorted()
        #expect(try distinctRows([column], count: count, keep: .none) == alone)
        let (groups, slices) = try Grouping.withSlices(by: [column], count: count)
        #expect(groups.firstRows == first.values.sorted())
        #expect(groups.counts.enumerated().allSatisfy { Int($1) == counts[values[Int(groups.firstRows[$0])]] })
        let ordered = slices.rows ?? []
        let isInOrder = (0..<slices.count).allSatisfy { slice in
          let rows = ordered[slices.offsets[slice]..<slices.offsets[slice + 1]]
          return zip(rows, rows.dropFirst()).allSatisfy(<)
            && rows.allSatisfy { values[Int($0)] == values[Int(groups.firstRows[slice])] }
        }
        #expect(isInOrder && ordered.count == count)
      }
    }
  }

  @Test func `texts that stand twice in a dictionary are one key`() throws {
    let texts = TextDictionary(
      offsets: Buffer([0, 1, 2, 3, 3]), bytes: Buffer(Array("aba".utf8)), isUnique: false)
    let column = Column(
      .string, .text(TextValues(codes: Buffer([3, 2, 1, 0, 2, 3]), dictionary: texts)),
      validity: Bitmap([true, true, true, true, false, true]))
    let grouping = try Grouping(by: [column], count: 6)
    #expect(grouping.groupOfRow == [0, 1, 2, 1, 3, 0])
    #expect(try distinctRows([column], count: 6, keep: .last) == [2, 3, 4, 5])
  }

  @Test func `a list longer than any chunk is put in order beside short ones`() throws {
    var dice = SplitMix(seed: 3)
    let long = (0..<280_000).map { _ in Int64(dice.below(1000)) }
    // Two of them, so that one begins behind others and is put in order for itself.
    var values: [Int64] = [5, 3, 4]
    values += long
    values += [2, 1, 9, 8]
    values += long.reversed()
    values += long
    let child = Column(values)
    let starts = (short: 7 + long.count, last: 7 + 2 * long.count)
    let ends = [1, 3, 3, 3 + long.count, 5 + long.count, starts.short, starts.last, starts.last + long.count]
    let lists = Column(.list(.i64), .list(ListValues(offsets: Buffer(ends), child: child)))
    let sorted = try listSorted(lists)
    #expect(sorted[0] == .list([.integer(3), .integer(4)]) && sorted[1] == .list([]))
    #expect(sorted[3] == .list([.integer(1), .integer(2)]) && sorted[4] == .list([.integer(8), .integer(9)]))
    let found = try #require(sorted.values.lists)
    let elements = found.range(2).map { found.child[$0] }
    #expect(elements == long.sorted().map { .integer(Int128($0)) })
    let areOthersSorted = [5, 6].allSatisfy { list in found.range(list).map { found.child[$0] } == elements }
    #expect(areOthersSorted)
    let backwards = try #require(try listSorted(lists, descending: true).values.lists)
    #expect(backwards.range(2).map { backwards.child[$0] } == elements.reversed())
  }
}
