import Diagnostics
import Foundation
import Parallelism
import Query
import Synchronization
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
  "t | row_index | tail 1000",
]

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

@Suite(.serialized) struct EveryOperatorTests {
  #if DEBUG
  private static let rowCount = 20_000
  #else
  private static let rowCount = 600_000
  #endif
  private static let session = exampleSession(rows: rowCount)

  @Test(arguments: pipelines)
  func givesTheSameBitsOnOneCore(_ code: String) throws {
    let many = try Self.session.run(code)
    Cores.count = 1
    defer { Cores.count = 0 }
    #expect(try Self.session.run(code).equals(many))
  }

  /// Asked to stop at moments all over its run, every operator stops within 100 ms and leaves its input as it was.
  @Test(arguments: pipelines)
  func stopsSoonWhereverItIs(_ code: String) throws {
    let clock = ContinuousClock()
    let total = try clock.measure { _ = try Self.session.run(code) }
    for moment in 1...4 {
      // On a busy machine others may take the core away: one try of several counts.
      let isSoon = try (0..<5).contains { _ in
        try latency(of: code, stoppedAfter: total * moment / 5).map { $0 < .milliseconds(100) } ?? true
      }
      #expect(isSoon, "asked after \(moment) fifths")
    }
    #expect(try Self.session.run("t | head 1").equals(exampleSession(rows: 1).run("t")))
  }

  /// How long the pipeline went on after it was asked to stop; nil where it was done before.
  private func latency(of code: String, stoppedAfter delay: Duration) throws -> Duration? {
    let cancellation = Cancellation()
    let asked = Mutex<ContinuousClock.Instant?>(nil)
    let watcher = Thread {
      Thread.sleep(forTimeInterval: delay / .seconds(1))
      asked.withLock { $0 = .now }
      cancellation.request()
    }
    watcher.start()
    do {
      _ = try Cancellation.$current.withValue(cancellation) { try Self.session.run(code) }
      return nil
    } catch let error as Diagnostic where error.kind == .interruption {
      return asked.withLock { $0.map { ContinuousClock.now - $0 } }
    }
  }
}
