import Diagnostics
import Generators
import Parallelism
import Tables
import Testing

@Suite struct JoinTests {
  private func naive(_ left: [Column], _ right: [Column], _ kind: JoinKind) -> [[UInt32]] {
    var pairs: [[UInt32]] = []
    let (leftCount, rightCount) = (left[0].count, right[0].count)
    var matched: Set<Int> = []
    for a in 0..<leftCount {
      var isMatched = false
      for b in 0..<rightCount {
        let isEqual = zip(left, right).allSatisfy { $0[a] == $1[b] && !$0.isNull(a) }
        if !isEqual { continue }
        pairs.append([UInt32(a), UInt32(b)])
        matched.insert(b)
        isMatched = true
      }
      if !isMatched, kind != .inner { pairs.append([UInt32(a), missingRow]) }
    }
    if kind == .full { for b in 0..<rightCount where !matched.contains(b) { pairs.append([missingRow, UInt32(b)]) } }
    return pairs
  }

  @Test(arguments: SampleColumns.types) func `joins match as two nested loops do`(_ type: DataType) throws {
    for (leftCount, rightCount) in [(0, 5), (60, 0), (60, 9), (90, 70)] {
      let left = try SampleColumns.column(type, count: leftCount, seed: 1)
      let right = try SampleColumns.column(type, count: rightCount, seed: 2)
      for kind in [JoinKind.inner, .left, .full] {
        let found = try join(left: [left], count: leftCount, right: [right], count: rightCount, kind: kind)
        #expect(
          zip(found.left ?? Array(0..<UInt32(found.count)), found.right).map { [$0, $1] }
            == naive([left], [right], kind))
      }
      let matched = try matchedRows(left: [left], count: leftCount, right: [right], count: rightCount)
      let expected = Set(naive([left], [right], .inner).map { $0[0] })
      #expect((0..<leftCount).map { matched[$0] } == (0..<leftCount).map { expected.contains(UInt32($0)) })
    }
  }

  @Test func `several keys of several types`() throws {
    for seed in 0..<8 {
      var dice = SplitMix(seed: UInt64(seed + 9))
      let types = (0..<2 + seed % 2).map { _ in SampleColumns.types[dice.below(12)] }
      let left = try types.enumerated().map { try SampleColumns.column($1, count: 80, seed: seed * 5 + $0) }
      let right = try types.enumerated().map { try SampleColumns.column($1, count: 60, seed: seed * 5 + $0 + 100) }
      let found = try join(left: left, count: 80, right: right, count: 60, kind: .full)
      #expect(
        zip(found.left ?? Array(0..<UInt32(found.count)), found.right).map { [$0, $1] } == naive(left, right, .full))
    }
  }

  @Test func `more rows than there can be are refused before any is made`() throws {
    let same = Column([Int](repeating: 1, count: 100_000))
    #expect(throws: Diagnostic.self) {
      try join(left: [same], count: same.count, right: [same], count: same.count, kind: .inner)
    }
    #expect(throws: Diagnostic.self) { try requireMemory(rows: 4_000_000_000, bytesPerRow: 100_000) }
    try requireMemory(rows: 1_000_000, bytesPerRow: 16)
    let fields = [Field("a", .i64), Field("b", .decimal(precision: 38, scale: 0))]
    let diagnostic = #expect(throws: Diagnostic.self) { try requireMemory(toRead: fields, rows: 4_000_000_000_000) }
    #expect(diagnostic?.message.hasPrefix("2 columns of 4_000_000_000_000 rows would take 96_000_000 MB") == true)
    try requireMemory(toRead: fields, rows: 1_000_000)
  }

  @Test func `whole numbers of different widths match by value`() throws {
    let left = Column([Int8(-1), 5, 100, 7])
    let right = Column([Int64(100), -1, .max, 5])
    #expect(try join(left: [left], count: 4, right: [right], count: 4, kind: .inner).right == [1, 3, 0])
    let unsigned = Column([UInt64.max, 5, 1 << 63])
    #expect(
      try join(left: [unsigned], count: 3, right: [left], count: 4, kind: .left).right == [missingRow, 1, missingRow])
    #expect(
      try join(left: [Column([5.0, 7.5])], count: 2, right: [left], count: 4, kind: .left).right == [1, missingRow])
    #expect(throws: Diagnostic.differentTypes(.string, .i8)) {
      try join(left: [Column(["5"])], count: 1, right: [left], count: 4, kind: .inner)
    }
  }

  @Test func `single keys of whole numbers are looked up as they are`() throws {
    // Words of 64 rows without any match, with some, and a last one that is not full.
    let numbers = (0..<300).map { $0 < 64 ? Int64($0) : [Int64.min, -3, 70, 133, 134, .max][$0 % 6] }
    let small = (0..<300).map { Int8(truncatingIfNeeded: $0 * 7) }
    let valid = Bitmap((0..<300).map { $0 % 5 != 0 })
    let left: [Column] = [
      Column(numbers), Column(.i64, .i64(Buffer(numbers)), validity: valid), Column(small),
      Column(numbers.map { UInt64(bitPattern: $0) }), Column(numbers.map { UInt32(truncatingIfNeeded: $0) }),
    ]
    let right: [Column] = [
      Column([Int64(70), 134, -3]), Column([Int64.max]), Column([Int64.min]), Column([Int64(-3), 1000]),
      Column([Int8(-128), 127, 5]), Column([Int32]()), Column([UInt64.max, 1 << 63]), Column([UInt64(70), 133, 198]),
    ]
    for own in left {
      for other in right {
        let matched = try matchedRows(left: [own], count: own.count, right: [other], count: other.count)
        let expected = (0..<own.count).map { row in
          !own.isNull(row) && (0..<other.count).contains { own[row] == other[$0] }
        }
        #expect((0..<own.count).map { matched[$0] } == expected)
      }
    }
  }

  @Test func `keys that repeat on both sides are reported`() throws {
    let once = Column([1, 2, 3])
    let twice = Column([1, 1, 2])
    let manyToOne = try join(left: [twice], count: 3, right: [once], count: 3, kind: .inner)
    #expect(!manyToOne.isManyToMany && manyToOne.repeatedRight == 0)
    let oneToMany = try join(left: [once], count: 3, right: [twice], count: 3, kind: .left)
    #expect(!oneToMany.isManyToMany && oneToMany.repeatedRight == 1 && oneToMany.unmatchedLeft == 1)
    let manyToMany = try join(left: [twice], count: 3, right: [twice], count: 3, kind: .inner)
    #expect(manyToMany.isManyToMany && manyToMany.count == 5)
  }

  /// Rows that multiply are written for a long time: a flag is heard after every few ten thousand of them.
  @Test func `a join of many rows hears a cancellation while it writes them`() throws {
    let one = Column([Int](repeating: 1, count: 2000))
    func checks(right: Column) throws -> Int {
      let flag = Cancellation(requestedAtCheck: .max)
      try Cores.limited(to: 1) {
        try Cancellation.$current.withValue(flag) {
          _ = try join(left: [one], count: one.count, right: [right], count: right.count, kind: .inner)
        }
      }
      return flag.checkCount
    }
    let few = try checks(right: Column((0..<2000).map { $0 + 1 }))
    let many = try checks(right: one)
    #expect(many - few >= (2000 * 2000) >> 17)
  }

  @Test func `large sides, dense and hashed`() throws {
    let leftCount = 100_000
    for factor in [1, 1_000_000_007] {
      var dice = SplitMix(seed: UInt64(factor))
      let left = Column((0..<leftCount).map { _ in Int64(dice.below(20_000)) * Int64(factor) })
      let right = Column((0..<10_000).map { Int64($0 * 2) * Int64(factor) })
      let found = try join(left: [left], count: leftCount, right: [right], count: 10_000, kind: .left)
      #expect(found.left == nil, "every left row once, in its place")
      for row in stride(from: 0, to: leftCount, by: 97) {
        let match = found.right[row]
        guard case .integer(let key) = left[row] else { continue }
        let isThere = key / Int128(factor) % 2 == 0
        #expect(isThere ? right[Int(match)] == left[row] : match == missingRow)
      }
    }
  }
}
