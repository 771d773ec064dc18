import Diagnostics
import Parallelism
import Query
import Tables
import TestSupport
import Testing

/// A pipeline for every way the engine has of computing.
private let pipelines = [
  "t | filter item % 7 == 3 and price > 0.2", "t | filter item in [3, 5, 8] or tag == \"б1\"",
  "t | with a = item * 2 + user, b = price / 3, m = month(day), u = upper(tag)",
  "t | with s = cast(user, str), i = try_cast(price, i64)",
  "t | group_by item | sort len desc", "t | group_by user, item | sort len desc", "t | group_by tag agg n = len()",
  "t | group_by user agg s = sum(item), m = mean(price), d = std(price), v = var(item), q = median(price)",
  "t | group_by user agg a = min(price), z = max(day), f = first(tag), l = last(item), c = count(item)",
  "t | group_by user agg u = unique(item), all = list(day), n = n_unique(tag), o = mode(item)",
  "t | agg n_unique(user), n_unique(item), mean(price), std(price), quantile(price, 0.3), median(item), sum(price)",
  "t | sort user, day", "t | sort price desc, tag", "t | sort tag desc, price", "t | sort day desc, user | head 10",
  "t | unique user, item", "t | unique user keep=last", "t | unique item, tag keep=none",
  "t | left_join few on item", "t | join few on item", "t | full_join few on item", "t | semi_join few on item",
  "t | anti_join few on item", "t | join (t | head 2000 | select user, tag) on user | head 300000",
  "(t | head 500) | cross_join (few | select label)",
  "t | with r = rank() over (user order by day), s = sum(item) over user, p = lag(item) over (tag order by day)",
  "t | concat t", "t | sample 5000 seed=3", "t | value_counts tag", "t | describe",
  "t | group_by user agg ids = list(item) | explode ids",
  "t | group_by user agg ids = list(item) | with n = list_len(ids), s = list_sort(ids), h = list_contains(ids, 3)",
]

/// One that has nothing to do for long: there is nothing to stop.
private let shortPipelines = ["t | row_index | tail 1000"]

/// Large enough for several chunks of every kernel, with nulls, NaN, repeated values and Cyrillic text.
private func exampleSession(rows count: Int) -> Session {
  var state: UInt64 = 1
  func next(_ bound: Int) -> Int {
    state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
    return Int(state >> 33) % bound
  }
  var (users, items): ([Int32], [Int?]) = ([], [])
  var (prices, tags, days): ([Double?], [String?], [Int32]) = ([], [], [])
  for _ in 0..<count {
    users.append(Int32(next(20_000)))
    items.append(next(50) == 0 ? nil : next(40) * next(40))
    prices.append(next(60) == 0 ? nil : next(70) == 0 ? .nan : Double(next(1000)) / 64 - 3)
    tags.append(next(90) == 0 ? nil : "б\(next(30))")
    days.append(Int32(19_800 + next(90)))
  }
  return Session([
    "t": Table([
      ("user", Column(users)), ("item", Column(items)), ("price", Column(prices)), ("tag", Column(tags)),
      ("day", Column(.date, .i32(Buffer(days)))),
    ]),
    "few": Table([
      ("item", Column((0..<900).map { $0 })), ("label", Column((0..<900).map { "товар \($0 % 50)" })),
    ]),
  ])
}

@Suite struct EveryOperatorTests {
  #if DEBUG
  private static let rowCount = 20_000
  #else
  private static let rowCount = 600_000
  #endif
  private static let session = exampleSession(rows: rowCount)

  @Test(arguments: pipelines + shortPipelines)
  func givesTheSameBitsOnOneCore(_ code: String) throws {
    let many = try Cores.limited(to: 4) { try Self.session.run(code) }
    #expect(try Cores.limited(to: 1) { try Self.session.run(code) }.equals(many))
  }

  /// Asked to stop at checks all over its run, every operator does nothing after that check but what other threads had
  /// begun, and leaves its input as it was. How long it is from one check to the next is measured by
  /// `benchmark --interruptions`.
  @Test(arguments: pipelines, [1, 4])
  func stopsAtTheNextCheck(_ code: String, cores: Int) throws {
    // What a table finds out once, as the order of its texts, is there from then on.
    let result = try Self.session.run(code)
    let whole = Cancellation(requestedAtCheck: .max)
    _ = try run(code, whole, cores: cores)
    #expect(whole.checkCount > 1, "it checks but once")
    for number in Set((0...5).map { max(1, whole.checkCount * $0 / 5) }).sorted() {
      let asked = Cancellation(requestedAtCheck: number)
      let error = #expect(throws: Diagnostic.self) { try self.run(code, asked, cores: cores) }
      #expect(error?.kind == .interruption, "at check \(number) of \(whole.checkCount)")
      #expect((number..<number + cores).contains(asked.checkCount), "at check \(number) of \(whole.checkCount)")
    }
    #expect(try Self.session.run("t | head 1").equals(exampleSession(rows: 1).run("t")))
    #expect(try Self.session.run(code).equals(result))
  }

  private func run(_ code: String, _ cancellation: Cancellation, cores: Int) throws -> Table {
    try Cancellation.$current.withValue(cancellation) {
      try Cores.limited(to: cores) { try Self.session.run(code) }
    }
  }
}
