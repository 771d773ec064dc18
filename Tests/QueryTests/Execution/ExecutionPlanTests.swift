import Diagnostics
import Parallelism
import Query
import Tables
import TestSupport
import Testing

@Suite struct ExecutionPlanTests {
  static let orders = Table([
    ("user", Column((0..<100).map { $0 })), ("item", Column((0..<100).map { Optional($0 % 7) })),
    ("price", Column((0..<100).map { $0 % 10 == 0 ? nil : Double($0) })),
  ])
  static let items = Table([
    ("item", Column([0, 1, 2])), ("name", Column(["a", "b", "c"])), ("user", Column([1, 2, 3])),
  ])

  func counting() -> (source: CountingSource, session: Session) {
    let source = CountingSource(name: "orders", Self.orders, partLength: 25)
    var session = Session(["items": Self.items])
    session.sources["orders"] = source
    return (source, session)
  }

  @Test(arguments: [
    ("orders | select user", ["user *"]),
    ("orders | filter price > 5 | select user", ["price *", "user *"]),
    ("orders | filter user >= 80 | select item", ["item 3", "user 3"]),
    ("orders | filter user >= 80 and price > 1000 | select item", ["price 3", "user 3"]),
    ("orders | filter user < 0", []),
    ("orders | filter user in [3, 55] | select user", ["user 0", "user 2"]),
    ("orders | head 3 | select user", ["user 0"]),
    ("orders | tail 3 | select item", ["item 3"]),
    ("orders | slice 20, 10 | select user", ["user 0", "user 1"]),
    ("orders | agg len()", []),
    ("orders | group_by item", ["item *"]),
    ("orders | with x = price * 2 | sort x | select user", ["price *", "user *"]),
    ("orders | with x = user | filter x > 80 | select x", ["user 3"]),
    ("orders | sort user | filter user > 80 | select user", ["user 3"]),
    ("orders | join items on item | filter user > 80 | select name", ["item 3", "user 3"]),
    ("orders | group_by user agg n = len() | filter user > 80", ["user 3"]),
    ("orders | unique user | filter user > 80 | select user", ["user 3"]),
    ("orders | concat orders | filter user > 80 | select user", ["user 3"]),
    ("orders | with x = sum(user) | filter user > 80 | select x", ["user *"]),
    ("orders | head 50 | filter user > 80 | select user", ["user 0", "user 1"]),
    ("orders | group_by user agg n = len() | filter user > 80 and n > 0", ["user 3"]),
    ("orders | with x = sum(price) over user | filter user > 80 and x > 0 | select x", ["price 3", "user 3"]),
    ("orders | with x = rank() over (item order by user) | filter user > 80 | select x", ["item *", "user *"]),
    ("orders | unpivot item | filter user > 80 | select value", ["item 3", "user 3"]),
    ("orders | row_index | select user", ["user *"]),
    ("orders | concat orders | head 3 | select user", ["user 0", "user 0"]),
    ("orders | sample 3 seed=0 | select user", ["user *"]),
    ("orders | drop_nulls price | select price", ["price *"]),
    ("orders | with l = [1, 2] | explode l | select user", ["user *"]),
    ("orders | filter price > 1 or true | select user", ["user *"]),
    ("orders | filter user > 80 and (false or price > 1) | select user", ["price 3", "user 3"]),
  ])
  func readsOnlyWhatIsNeeded(_ code: String, _ reads: [String]) throws {
    let (source, session) = counting()
    _ = try session.run(code)
    #expect(source.reads == reads)
  }

  @Test func pushedPlansGiveWhatPlainOnesDo() throws {
    let (_, session) = counting()
    let whole = try session.run("orders | join items on item | sort price desc, user")
    let late = (0..<whole.rowCount).filter { whole.columns[0][$0].number.map { $0 > 50 } ?? false }.map(whole.row)
    let pushed = try session.run("orders | join items on item | sort price desc, user | filter user > 50")
    #expect((0..<pushed.rowCount).map(pushed.row) == late)
    #expect(pushed.schema.names == ["user", "item", "price", "name", "user_right"])
  }

  @Test func explains() throws {
    let (_, session) = counting()
    let plan = try session.plan(
      "orders | left_join (items | select item, name) on item | filter user > 80 | group_by name agg n = len(), p = mean(price) "
        + "| sort n desc | head 2")
    expectText(
      explain(plan).joined(separator: "\n"),
      equals: """
        read orders: item, price (3 of 3 columns)
          keep rows where user > 80
          skip 3 of 4 partitions by their statistics
          read user first, the other columns only for the remaining rows
        left join on item with
          read items: item, name (2 of 3 columns)
            already in memory
        group by name: n = len(), p = mean(price)
        sort by n desc, first 2 rows only
        """)
  }

  @Test func sortsOnceWhatIsSortedTwice() throws {
    let (_, session) = counting()
    let plan = try session.plan("orders | sort item desc | sort price, user | head 5")
    #expect(explain(plan).last == "sort by price, user, item desc, first 5 rows only")
  }

  @Test func computesOnceWhatStandsTwice() throws {
    let (source, session) = counting()
    let code =
      "orders | filter price > 5 | with cheap = price / 2 | join (orders | filter price > 5 | group_by item agg n = len()) "
      + "on item | select user, n"
    let result = try session.run(code)
    #expect(source.reads == ["item *", "price *", "user *"])
    let (_, separate) = counting()
    let counts = try separate.run("orders | filter price > 5 | group_by item agg n = len()")
    let rows = try separate.run("orders | filter price > 5 | select user, item")
    let sizes = Dictionary(
      uniqueKeysWithValues: (0..<counts.rowCount).map { (counts.columns[0][$0], counts.columns[1][$0]) })
    let expected = (0..<rows.rowCount).map { [rows.columns[0][$0], sizes[rows.columns[1][$0]] ?? .null] }
    #expect((0..<result.rowCount).map(result.row) == expected)
    expectText(
      explain(try session.plan(code)).joined(separator: "\n"),
      equals: """
        compute once as subplan 1
          read orders: user, item (3 of 3 columns)
            keep rows where price > 5
            read price first, the other columns only for the remaining rows
        read subplan 1: user, item (2 of 3 columns)
        inner join on item with
          read subplan 1: item (1 of 3 columns)
          group by item: n = len()
        """)
  }

  /// Parts are the same only where every number in them is: other rows, another start, another direction, other columns.
  @Test(arguments: [
    ("sort price desc | slice 0, 3", "sort price desc | slice 3, 3"),
    ("sort price desc | head 3", "sort price | head 3"),
    ("sort price desc | head 3", "sort price desc | head 4"),
    ("filter price > 5 | head 3", "filter price > 6 | head 3"), ("unique item keep=first", "unique item keep=last"),
    ("group_by item agg n = min(user)", "group_by item agg n = max(user)"),
    ("with user = user * 2 | unique user", "with user = user * 3 | unique user"),
    ("filter price > 5 | join items on item", "filter price > 5 | left_join items on item"),
  ])
  func computesApartWhatIsNotTheSame(_ first: String, _ second: String) throws {
    let (_, session) = counting()
    let names = try session.run("orders | \(first)").schema.names.first { $0 != "item" } ?? "item"
    let parts = try [first, second].map { try session.run("orders | \($0) | select x = \(names)") }
    let both = try session.run(
      "orders | \(first) | select x = \(names) | concat (orders | \(second) | select x = \(names))")
    #expect((0..<both.rowCount).map(both.row) == parts.flatMap { part in (0..<part.rowCount).map(part.row) })
  }

  /// A condition goes no further down than what it would change.
  @Test func filtersStayAboveWhatLooksAtAllRows() throws {
    let table = Table([("k", Column([1, 1, 2, 2, 3])), ("x", Column([10, 0, 6, 6, 1]))])
    let session = Session(["t": table])
    func rows(_ code: String) throws -> [[Value]] {
      let result = try session.run(code)
      return (0..<result.rowCount).map(result.row)
    }
    // Means of the keys: 5, 6 and 1; of the rows that are left they would be 10, 6 and 1.
    #expect(try rows("t | sort mean(x) over k desc | filter x > 0") == [[2, 6], [2, 6], [1, 10], [3, 1]])
    #expect(try rows("t | sort x - mean(x) | filter x > 5 | select x") == [[6], [6], [10]])
    // The second table's rows are among those that a slice takes.
    let slices = try rows("t | select x | concat (t | select x = k) | slice 4, 3")
    #expect(slices == [[1], [1], [1]])
    #expect(try rows("t | select x | concat (t | select x = k) | slice 3, 5") == [[6], [1], [1], [1], [2]])
  }

  @Test func sharesPartsWithinSharedParts() throws {
    let (source, session) = counting()
    let grouped = "(orders | filter price > 5 | group_by item agg n = len())"
    _ = try session.run(
      "orders | filter price > 5 | join \(grouped) on item | join \(grouped) on item | select n, n_right")
    #expect(source.reads == ["item *", "price *"])
  }

  @Test func reportsWhatItDid() throws {
    let (_, session) = counting()
    let report = try execute(session.plan("orders | filter user > 80 and price > 90 | sort user")).report
    #expect(report.notes == ["filter dropped 1 row whose condition is null"])
    var expected = SourceRead(
      source: "orders", columns: ["user", "item", "price"], partitionsRead: 1, partitionsSkipped: 3, rows: 25,
      wasInMemory: false)
    (expected.pagesRead, expected.pageCount) = (3, 12)
    #expect(report.reads == [expected])
    #expect(report.stages.map(\.rows) == [9, 9])
  }

  /// What a filter says of nulls counts the rows it was given, whatever moved or was passed over.
  @Test(arguments: [
    ("t | filter a > 50", 3, ["a 2", "b 2"]), ("t | filter a > 50 and b > 0", 3, ["a *", "a *", "b *", "b *"]),
    ("t | group_by a | filter a > 50", 1, ["a *", "a *"]), ("t | unique a | filter a > 50", 1, ["a *", "a *", "b *"]),
    ("t | semi_join few on b | filter a > 50", 1, ["a *", "a *", "b *"]),
  ])
  func countsNullsAsWritten(_ code: String, _ nulls: Int, _ reads: [String]) throws {
    let table = Table([("a", Column([1, nil, 2, nil, 100, nil] as [Int?])), ("b", Column([1, 2, 3, 4, 5, 6]))])
    let source = CountingSource(name: "t", table, partLength: 2)
    var session = Session(["few": Table([("b", Column([2, 5]))])])
    session.sources["t"] = source
    let (_, report) = try execute(session.plan(code))
    #expect(report.notes == ["filter dropped \(nulls) \(nulls == 1 ? "row" : "rows") whose condition is null"])
    #expect(source.reads == reads)
  }

  @Test func saysThatRowsMultiply() throws {
    let session = Session([
      "a": Table([("k", Column([1, 1, 2, nil] as [Int?]))]),
      "b": Table([("k", Column([1, 1, nil] as [Int?])), ("v", Column([10, 20, 30]))]),
    ])
    #expect(
      try session.notes("a | join b on k") == [
        "join: keys repeat on both sides: 4 rows became 4 (2 with several matches)"
      ])
    let full = try session.run("a | full_join b on k")
    #expect(
      (0..<full.rowCount).map(full.row) == [[1, 10], [1, 20], [1, 10], [1, 20], [2, nil], [nil, nil], [nil, 30]])
    #expect(try session.run("a | semi_join b on k").rowCount == 2)
    #expect(try session.run("a | anti_join b on k").rowCount == 2)
    #expect(try session.run("a | cross_join b").rowCount == 12)
  }

  @Test(
    arguments: [
      ("slice 2, 3", [2, 3, 4]), ("slice -3, 2", [7, 8]), ("slice -30, 22", [0, 1]), ("slice 8, 10", [8, 9]),
      ("slice 20, 1", []), ("head 0", []), ("tail 2", [8, 9]), ("head -8", [0, 1]),
    ] as [(String, [Value])])
  func slices(_ verb: String, _ expected: [Value]) throws {
    let session = Session(["t": Table([("a", Column((0..<10).map { $0 }))])])
    let result = try session.run("t | \(verb)")
    #expect((0..<result.rowCount).map { result.columns[0][$0] } == expected)
  }

  @Test func choosesColumnsOfEveryStep() throws {
    let (_, session) = counting()
    for verb in ["sample 5 seed=0", "sort price", "unique user", "filter price > sum(user) - 9999", "row_index"] {
      #expect(try session.run("orders | \(verb) | select item").schema.names == ["item"], "\(verb)")
      #expect(try session.run("orders | \(verb) | select price, user").schema.names == ["price", "user"], "\(verb)")
    }
  }

  @Test func topRowsAreWhatSortingGives() throws {
    let numbers = (0..<5000).map { ($0 * 7919) % 100 }
    let session = Session(["t": Table([("a", Column(numbers)), ("b", Column((0..<5000).map { $0 }))])])
    let sorted = try session.run("t | sort a desc | slice 0")
    let top = try session.run("t | sort a desc | select b | head 30")
    #expect((0..<30).allSatisfy { sorted.columns[1][$0] == top.columns[0][$0] })
  }

  @Test func groupsComputeAroundAggregates() throws {
    let session = Session(["t": Table([("k", Column(["x", "y", "x"])), ("v", Column([1, 2, 5]))])])
    let result = try session.run("t | group_by k agg share = sum(v) / len(), n = len() + 1, top = max(v) // 2")
    #expect((0..<2).map(result.row) == [["x", 3.0, 3, 2], ["y", 2.0, 2, 1]])
    #expect(try session.run("t | filter v < 0 | agg n = len(), s = sum(v)").row(0) == [0, 0])
    #expect(try session.run("t | filter v < 0 | group_by k").rowCount == 0)
  }

  @Test func stopsWhenAsked() throws {
    let session = Session(["t": Table([("a", Column((0..<200_000).map { $0 }))])])
    let cancellation = Cancellation()
    cancellation.request()
    Cancellation.$current.withValue(cancellation) {
      #expect(session.mistake("t | filter a % 2 == 0") == .interrupted)
    }
  }

  @Test func sameOnOneCoreAndMany() throws {
    let count = 300_000
    let session = Session([
      "t": Table([
        ("a", Column((0..<count).map { ($0 * 7919) % 1000 })), ("f", Column((0..<count).map { 1 / Double($0 + 1) })),
      ])
    ])
    let code = "t | filter a % 3 == 0 | with g = a // 10, x = f * 3.1 | group_by g agg s = sum(x), m = mean(f) | sort s"
    let many = try session.run(code)
    #expect(try Cores.limited(to: 1) { try session.run(code) }.equals(many))
  }
}
