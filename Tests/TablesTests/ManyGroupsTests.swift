import Diagnostics
import Tables
import Testing

/// Algorithms that run only where rows, keys or groups are many, beside the plain ones.
@Suite struct ManyGroupsTests {
  /// Two keys that are too wide to be addresses, and repeat.
  private func keys(_ rows: Int, step: Int, below bound: Int) -> [Column] {
    let numbers = (0..<rows).map { $0 * step % bound }
    return [
      Column(numbers.enumerated().map { $0.offset % 1001 == 17 ? nil : Optional($0.element % 30_011 * 1_000_003) }),
      Column(numbers.map { Optional($0 % 7 * 1_000_000_007) }),
    ]
  }

  @Test func `many right keys match as few do`() throws {
    let left = keys(3000, step: 104_729, below: 95_003)
    let right = keys(150_000, step: 7919, below: 90_001)
    func key(_ columns: [Column], _ row: Int) -> [Value]? {
      columns.contains { $0.isNull(row) } ? nil : columns.map { $0[row] }
    }
    var rowsOfKey: [[Value]: [UInt32]] = [:]
    for row in 0..<150_000 { if let key = key(right, row) { rowsOfKey[key, default: []].append(UInt32(row)) } }
    let matches = (0..<3000).map { key(left, $0).flatMap { rowsOfKey[$0] } ?? [] }
    #expect(matches.contains { $0.isEmpty } && matches.contains { $0.count > 1 })

    let matched = try matchedRows(left: left, count: 3000, right: right, count: 150_000)
    #expect((0..<3000).allSatisfy { matched[$0] == !matches[$0].isEmpty })
    for kind in [JoinKind.inner, .left, .full] {
      let found = try join(left: left, count: 3000, right: right, count: 150_000, kind: kind)
      var pairs = matches.enumerated().flatMap { left, rows in
        rows.isEmpty && kind != .inner ? [[UInt32(left), missingRow]] : rows.map { [UInt32(left), $0] }
      }
      if kind == .full {
        let all = Set(matches.joined())
        pairs += (0..<UInt32(150_000)).filter { !all.contains($0) }.map { [missingRow, $0] }
      }
      let leftRows = found.left ?? Array(0..<UInt32(found.count))
      #expect(zip(leftRows, found.right).map { [$0, $1] } == pairs)
      #expect(found.repeatedLeft == matches.count { $0.count > 1 })
    }
  }

  @Test func `unique right keys keep the left rows in their places`() throws {
    let right = [Column((0..<140_000).map { Optional($0 * 1_000_003) }), Column((0..<140_000).map { Optional(-$0) })]
    let left = [Column([5 * 1_000_003, 7, 139_999 * 1_000_003]), Column([-5, -7, -139_999])]
    let found = try join(left: left, count: 3, right: right, count: 140_000, kind: .left)
    #expect(found.left == nil && found.right == [5, missingRow, 139_999] && found.unmatchedLeft == 1)
  }

  @Test(arguments: [0, 0.25, 0.5, 0.9, 1]) func `quantiles of slices are those of sorted values`(
    _ fraction: Double
  ) throws {
    var lengths = [0, 1, 2, 3, 31, 32, 33, 40, 500, 1025, 3000, 0]
    lengths += Array(repeating: 7, count: 50)
    let offsets = lengths.reduce(into: [0]) { $0.append(($0.last ?? 0) + $1) }
    let count = offsets[lengths.count]
    var state: UInt64 = 1
    let bits = (0..<count).map { _ in
      state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      return state >> 20
    }
    let floats = bits.map { word -> Double? in
      switch word % 40 {
      case 0: .nan
      case 1: -.infinity
      case 2: .infinity
      case 3: nil
      case 4...12: Double(word % 3)
      default: Double(word) / 1e6 - 4e6
      }
    }
    let wide = bits.map { $0 % 5 == 0 ? UInt64.max : $0 % 5 == 1 ? 0 : $0 << 20 }
    let narrow = bits.map { Int32(truncatingIfNeeded: $0 % 11) - 5 }
    for column in [Column(floats), Column(wide), Column(narrow)] {
      let slices = GroupSlices(rows: nil, offsets: Buffer(offsets))
      let found = try aggregate(.quantile(fraction), of: column, over: slices)
      for slice in lengths.indices {
        let values = (offsets[slice]..<offsets[slice + 1]).compactMap { column[$0].number }
          .sorted { $0 < $1 || ($1.isNaN && !$0.isNaN) }
        let expected = try aggregate(.quantile(fraction), of: Column(values.map { Optional($0) }))
        #expect(found[slice] == expected[0], "\(column.type), slice \(slice)")
      }
    }
  }

  @Test(arguments: [40_000, 7]) func `windows without an order give every row what its group has`(
    _ groups: Int
  ) throws {
    let count = 40_000
    let keys = (0..<count).map { ($0 &* 7919) % groups }
    let key = Column(keys.map { Optional($0 * 1_000_003) })
    let values = Column((0..<count).map { $0 % 10 == 3 ? nil : Optional($0) })
    let window = try GroupWindow(partition: [key], count: count)
    var (sums, counts) = ([Int](repeating: 0, count: groups), [Int](repeating: 0, count: groups))
    for row in 0..<count {
      sums[keys[row]] += row % 10 == 3 ? 0 : row
      counts[keys[row]] += 1
    }
    let found = try window.spread(aggregate(.sum, of: values, over: window.slices()))
    let lengths = try GroupWindow.lengths(partition: [key], count: count)
    #expect((0..<count).allSatisfy { found[$0] == .integer(Int128(sums[keys[$0]])) })
    #expect((0..<count).allSatisfy { lengths[$0] == .integer(Int128(counts[keys[$0]])) })
    // Of fewer than two values there is no variance: nulls are spread too.
    let variance = try window.spread(aggregate(.variance(ddof: 1), of: values, over: window.slices()))
    #expect(variance.isNull(3) == (groups == count))
  }
}
