import Diagnostics
import Query
import Synchronization
import Tables
import Testing

/// An engine that runs plans on tables of its own, here.
private final class NearEngine: Engine {
  let name = "near"
  let summary = "an engine of the tests"
  let table: Table
  private let ran = Mutex(0)

  init(_ table: Table) { self.table = table }

  var runs: Int { ran.withLock { $0 } }

  func check(_ plan: Plan) throws(Diagnostic) {
    if case .sort = plan { throw Diagnostic("near does not sort") }
  }

  func run(_ plan: Plan) throws(Diagnostic) -> (table: Table, notes: [String]) {
    ran.withLock { $0 += 1 }
    return (try execute(local(plan)).table, ["near: ran"])
  }

  func steps(of plan: Plan) -> [String] { ["on near"] }

  /// The same plan over the table itself.
  private func local(_ plan: Plan) -> Plan {
    switch plan {
    case .remote: .table(table, name: "t")
    case .filter(let input, let condition): .filter(local(input), condition)
    case .aggregate(let input, let keys, let values): .aggregate(local(input), keys: keys, aggregates: values)
    case .slice(let input, let offset, let count): .slice(local(input), offset: offset, count: count)
    case .join(let left, let right, let join): .join(local(left), local(right), join)
    case .sort(let input, let keys): .sort(local(input), keys)
    default: plan
    }
  }
}

/// Plans that start from a table elsewhere.
@Suite struct EngineTests {
  private let engine = NearEngine(Table([("a", Column([1, 2, 3])), ("k", Column(["x", "y", "x"]))]))

  private struct Names: Catalog {
    let plans: [String: Plan]

    func plan(named name: String, at span: SourceSpan) throws(Diagnostic) -> Plan {
      guard let plan = plans[name] else { throw Diagnostic("no value `\(name)`", at: span) }
      return plan
    }

    func plan(_ pipeline: Pipeline) throws(Diagnostic) -> Plan { throw Diagnostic("no", at: pipeline.span) }
    func drawSeed(for call: VerbCall) -> Int { 7 }
  }

  private func plan(_ text: String) throws -> Plan {
    guard let statement = try parse(text).last, case .evaluation(_, let pipeline) = statement.body else {
      throw Diagnostic("no pipeline")
    }
    let remote = RemoteTable(
      name: "far", schema: engine.table.schema, engine: engine, content: 0)
    let names = Names(plans: ["far": .remote(remote), "here": .table(Table([("a", Column([2]))]), name: "here")])
    return try PlanningContext(catalog: names, environment: Environment(), verbs: relationalVerbs).plan(pipeline)
  }

  @Test func `the whole plan runs there, once, and its notes are kept`() throws {
    let (table, report) = try execute(plan("far | filter a > 1 | group_by k agg n = len()"))
    #expect(table.rowCount == 2)
    #expect(report.notes == ["near: ran"])
    #expect(engine.runs == 1)
  }

  @Test func `a table of ours takes part in it`() throws {
    let joined = try plan("far | semi_join here on a")
    #expect(joined.engine === engine)
    #expect(joined.localParts.count == 1)
    #expect(try execute(joined).table.rowCount == 1)
    #expect(try plan("here | head 1").engine == nil)
  }

  @Test func `planning fetches nothing but what verbs have to see`() throws {
    let planned = try plan("far | filter a > 1 | select a | head 1")
    #expect(engine.runs == 0)
    #expect(planned.schema.names == ["a"])
    #expect(try !finalizeTypes(of: planned))
    #expect(explain(planned) == ["on near"])
    #expect(engine.runs == 0)
    // `pivot` makes columns of values.
    #expect(try plan("far | pivot rows=a columns=k").schema.names == ["a", "x", "y"])
    #expect(engine.runs == 1)
  }
}
