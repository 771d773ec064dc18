import Diagnostics
import Generators
import Tables
import Testing

@Suite struct SortTests {
  @Test(arguments: SampleColumns.types) func `every type sorts stably, nulls last`(_ type: DataType) throws {
    for (count, nulls) in [(0, true), (1, true), (500, false), (6000, true)] {
      let column = try SampleColumns.column(type, count: count, nulls: nulls, seed: count + 1)
      for descending in [false, true] {
        let order = try argsort([SortKey(column, descending: descending)], count: count)
        #expect(Set(order).count == count)
        for (a, b) in zip(order, order.dropFirst()) {
          let isInOrder = naivePrecedes(column[Int(a)], column[Int(b)], descending: descending)
          #expect(isInOrder || (column[Int(a)] == column[Int(b)] && a < b))
        }
      }
    }
  }

  @Test func `several keys, wide and narrow, count in their order`() throws {
    for seed in 0..<12 {
      var dice = SplitMix(seed: UInt64(seed + 100))
      let count = [0, 3, 700, 9000][seed % 4]
      let types = (0..<3).map { _ in SampleColumns.types[dice.below(SampleColumns.types.count)] } + [.f64, .i64]
      let keys = try types.enumerated().map { index, type in
        SortKey(try SampleColumns.column(type, count: count, seed: seed * 31 + index), descending: dice.below(2) == 0)
      }
      let order = try argsort(keys, count: count)
      for (a, b) in zip(order, order.dropFirst()) {
        var isInOrder = a < b
        for key in keys {
          let (x, y) = (key.column[Int(a)], key.column[Int(b)])
          if x == y { continue }
          isInOrder = naivePrecedes(x, y, descending: key.isDescending)
          break
        }
        #expect(isInOrder)
      }
      #expect(try topRows(keys, count: count, limit: 20) == Array(order.prefix(20)))
      #expect(try argsort(keys, count: count, copiesKeys: true) == order)
    }
  }

  @Test func `many rows with one value, few or all`() throws {
    let count = 300_000
    var dice = SplitMix(seed: 1)
    let keys = [
      Column([Int64](repeating: 7, count: count)),
      Column((0..<count).map { Int64($0 == 5 ? .min : $0 == 6 ? .max : 1) }),
      Column((0..<count).map { _ in Int64(bitPattern: dice.next()) }),
      Column((0..<count).map { _ in Double(bitPattern: dice.next()) }),
    ]
    for key in keys {
      let order = try argsort([SortKey(key)], count: count)
      #expect(
        zip(order, order.dropFirst()).allSatisfy { a, b in
          naivePrecedes(key[Int(a)], key[Int(b)]) || (key[Int(a)] == key[Int(b)] && a < b)
        })
      #expect(try topRows([SortKey(key)], count: count, limit: 100) == Array(order.prefix(100)))
      #expect(try argsort([SortKey(key)], count: count, copiesKeys: true) == order)
    }
  }

  /// Codes are sorted with their rows: of keys that fit a word, with a value that most rows have, and of those that do not.
  @Test func `many rows by copies of their codes`() throws {
    let count = 1_300_000
    var dice = SplitMix(seed: 3)
    let users = Column((0..<count).map { _ in Int32(dice.below(3) == 0 ? 17 : dice.below(1_000_000)) })
    let days = Column((0..<count).map { _ in Int32(dice.below(90)) })
    let wide = Column((0..<count).map { _ in Int64(bitPattern: dice.next()) })
    for keys in [[SortKey(users), SortKey(days, descending: true)], [SortKey(days), SortKey(wide)], [SortKey(users)]] {
      #expect(try argsort(keys, count: count, copiesKeys: true) == argsort(keys, count: count))
    }
  }

  @Test func `many different texts, with common beginnings and with bytes of zero`() throws {
    var dice = SplitMix(seed: 3)
    let beginnings = ["", "a", "щука-щука-", "a\0", "\0", "same beginning "]
    let texts = (0..<30_000).map { _ in
      beginnings[dice.below(6)] + (dice.below(3) == 0 ? "" : String(dice.below(5000), radix: 7))
    }
    let column = Column(texts)
    for descending in [false, true] {
      let order = try argsort([SortKey(column, descending: descending)], count: texts.count)
      let expected = texts.indices.sorted { a, b in
        let (x, y) = (Array(texts[a].utf8), Array(texts[b].utf8))
        if x == y { return a < b }
        return x.lexicographicallyPrecedes(y) != descending
      }
      #expect(order.map { Int($0) } == expected)
    }
  }
}
