import Diagnostics
import Query
import Spark
import Tables
import TestSupport
import Testing

/// What becomes of plans and functions on Spark, without a server.
@Suite struct TranslationTests {
  private static let fields = [
    SparkField("id", .long), SparkField("k", .text), SparkField("x", .double), SparkField("d", .date),
    SparkField("ts", .momentWithZone), SparkField("xs", .list(.long)),
    SparkField("p", .decimal(precision: 10, scale: 2)),
  ]

  private struct RemoteCatalog: Catalog {
    let engine: SparkEngine

    func plan(named name: String, at span: SourceSpan) throws(Diagnostic) -> Plan {
      guard name == "t" else {
        return .table(Table([("id", Column([1, 2])), ("y", Column(["a", "b"]))]), name: name)
      }
      return .remote(
        try engine.table(.files(format: nil, ["/data/t"], options: [:]), TranslationTests.fields).table)
    }

    func plan(_ pipeline: Pipeline) throws(Diagnostic) -> Plan {
      throw Diagnostic("not a relational pipeline", at: pipeline.span)
    }

    func drawSeed(for call: VerbCall) -> Int { 7 }
  }

  private func translated(_ text: String) throws(Diagnostic) -> (relation: SparkRelation, notes: [String]) {
    let engine = SparkEngine(translatingFor: try SparkAddress("sc://localhost"), name: "spark")
    let parser = Parser(verbs: relationalVerbs.map(\.declaration), functionNames: functions.map(\.name))
    guard let statement = try parser.statements(in: Source(name: "test", text: text)).first,
      case .evaluation(_, let pipeline) = statement.body
    else { throw Diagnostic("no pipeline") }
    let context = PlanningContext(
      catalog: RemoteCatalog(engine: engine), environment: Environment(), verbs: relationalVerbs)
    return try engine.translation(of: context.plan(pipeline))
  }

  /// What stands here is refused with its name; everything else has an entry.
  @Test func `every function has an entry, or is refused`() {
    let missing = functions.filter { !SparkFunctions.has($0) && !["cast", "try_cast"].contains($0.name) }.map(\.name)
    #expect(
      missing == [
        "hash", "extract_all", "parse_date", "parse_datetime", "try_parse_date", "try_parse_datetime", "to_zone",
        "with_zone", "list_zip", "first", "last", "mode",
      ], "a function needs an entry in Sources/Spark/Translation/SparkFunctions*.swift, or its name here")
  }

  @Test(arguments: [
    ("t | with h = hash(id)", "it has no `hash`", "hash(id)"),
    ("t | agg mode(k)", "it has no `mode`", "mode(k)"),
    ("t | with n = row_number()", "in no order", "row_number()"),
    ("t | filter matches(k, \"\\\\w\")", "other characters", "matches(k, \"\\\\w\")"),
    ("t | with n = cast(x, str)", "a cast from f64 to str", "cast(x, str)"),
    ("t | agg first(k)", "it has no `first`", "first(k)"),
    ("t | with a = truncate(d, \"2d\")", "pieces of `2d`", "truncate(d, \"2d\")"),
    ("t | filter id == x", "i64 and f64 are not compared exactly", "id == x"),
  ])
  func `what cannot run there is refused at its place`(text: String, reason: String, place: String) {
    do throws(Diagnostic) {
      _ = try translated(text)
      Issue.record("\(text) was not refused")
    } catch {
      #expect(error.message.hasPrefix("spark cannot run this"))
      #expect(error.message.contains(reason), "\(error.message)")
      #expect(error.span?.text == place)
      #expect(error.hint != nil)
    }
  }

  @Test(arguments: ["t | sample 3 seed=0", "t | describe", "t | unique k", "t | row_index"])
  func `verbs that see rows are refused with a way out`(text: String) {
    do throws(Diagnostic) {
      _ = try translated(text)
      Issue.record("\(text) was not refused")
    } catch { #expect(error.hint != nil) }
  }

  @Test func `differences are said`() throws {
    #expect(try translated("t | group_by k").notes == ["spark: groups are in the order of their keys"])
    #expect(try translated("t | head 3").notes.first?.contains("no particular order") == true)
    #expect(try translated("t | sort k | head 3").notes.first?.contains("ordered by their other columns") == true)
    #expect(try translated("t | filter id > 3").notes.isEmpty)
    #expect(
      try translated("t | group_by k agg ids = unique(id) | sort k").notes == [
        "spark: `unique` gives its elements in ascending order"
      ])
  }

  /// Some servers take -0.0 and 0.0 for two values in `collect_set`.
  @Test(arguments: ["unique", "n_unique"])
  func `distinct floats are those that differ here`(name: String) throws {
    let (floats, _) = try translated("t | agg v = \(name)(x)")
    let value = SparkExpression.call("+", [.column("c3"), .literal(.double(0))])
    #expect("\(floats)".contains("\(SparkExpression.call("collect_set", [value]))"))
    let (wholes, _) = try translated("t | agg v = \(name)(id)")
    #expect("\(wholes)".contains("\(SparkExpression.call("collect_set", [.column("c1")]))"))
  }

  @Test func `distinct keys need no order if nothing else is read`() throws {
    for text in ["t | unique k | select k", "t | unique k, id keep=last | select id, kk = upper(k)"] {
      let (relation, notes) = try translated(text)
      #expect("\(relation)".contains("distinct"))
      #expect(notes == ["spark: groups are in the order of their keys"])
    }
    for text in ["t | unique k | select id", "t | unique k keep=last | with n = x"] {
      #expect(throws: Diagnostic.self) { try translated(text) }
    }
    // Sorted rows stay in their order.
    #expect("\(try translated("t | sort id | unique k | select k").relation)".contains("row_number"))
  }

  @Test func `the same plan is the same relation`() throws {
    let text = "t | filter id // 2 > 1 | group_by k agg n = len(), m = mean(x) | sort n desc | head 3"
    #expect(try translated(text).relation == translated(text).relation)
  }

  @Test func `a filter is a filter over names that are ours`() throws {
    let (relation, _) = try translated("t | filter k == \"a\" | select id")
    guard
      case .project(
        .project(.filter(.project(.files(let format, let paths, _), let columns), let condition), _), let last) =
        relation
    else {
      Issue.record("\(relation)")
      return
    }
    #expect(format == "parquet")
    #expect(paths == ["/data/t"])
    #expect(columns.first == .alias(.column("id"), "c1"))
    // A moment with a zone is one in UTC.
    #expect(columns[4] == .alias(.cast(.column("ts"), .moment), "c5"))
    #expect(condition == .call("==", [.column("c2"), .literal(.text("a"))]))
    #expect(last == [.column("c1")])
  }

  /// Sail leaves out sort keys and rows of a join where it takes the keys of groups for unique after `explode` too.
  @Test func `columns beside an exploded list are values of their own`() throws {
    let (relation, _) = try translated("t | explode xs | sort k, xs")
    guard case .project(.sort(.project(_, let columns), let keys), _) = relation else {
      Issue.record("\(relation)")
      return
    }
    #expect(columns[1] == .alias(.call("coalesce", [.column("c2"), .literal(.null(.text))]), "c9"))
    #expect(columns[5] == .alias(.call("explode", [.column("c6")]), "c13"))
    #expect(keys.prefix(2) == [SparkSortKey(.column("c9")), SparkSortKey(.column("c13"))])
  }

  @Test func `a join keeps the order of a sorted table`() throws {
    for verb in ["join", "left_join"] {
      let (relation, notes) = try translated("t | sort id, k | select k | head 3 | \(verb) u on k == y")
      guard case .project(.sort(.join, let keys), let columns) = relation else {
        Issue.record("\(relation)")
        continue
      }
      // `id` is hidden; the column of the right table decides at last.
      #expect(keys.prefix(2) == [SparkSortKey(.column("c1")), SparkSortKey(.column("c2"))])
      #expect(keys.count == 7 && columns.count == 2)
      #expect(notes.last?.contains("several matches") == true)
    }
    let (relation, notes) = try translated("t | sort id, k, x, d, ts, p | semi_join u on id | row_index")
    #expect("\(relation)".contains("row_number"))
    #expect(!notes.contains { $0.contains("matches") })
    #expect(throws: Diagnostic.self) { try translated("t | sort id | full_join u on id | row_index") }
  }

  @Test func `tables of ours are sent along`() throws {
    let (relation, _) = try translated("t | join u on id")
    #expect("\(relation)".contains("local"))
  }
}
