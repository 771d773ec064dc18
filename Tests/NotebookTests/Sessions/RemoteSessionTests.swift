import Diagnostics
import Foundation
import Generators
import Notebook
import Query
import Synchronization
import Tables
import Testing

/// An engine that runs plans on a table of its own, here, and counts them.
private final class NearEngine: Engine {
  let name = "near"
  let summary = "an engine of the tests"
  private let table: Table
  /// The number of rows that it claims to have; nil for those of the table.
  private let claimed: Int?
  private let ran = Mutex(0)

  init(_ table: Table, claiming claimed: Int? = nil) { (self.table, self.claimed) = (table, claimed) }

  var runs: Int { ran.withLock { $0 } }
  var value: NotebookValue {
    .table(.remote(RemoteTable(name: "shop/orders", schema: table.schema, engine: self, content: 0)))
  }

  func check(_ plan: Plan) throws(Diagnostic) {}

  func run(_ plan: Plan) throws(Diagnostic) -> (table: Table, notes: [String]) {
    ran.withLock { $0 += 1 }
    if let claimed, case .aggregate(.remote, let keys, _) = plan, keys.isEmpty {
      return (Table([("rows", Column([claimed]))]), [])
    }
    return (try execute(local(plan)).table, [])
  }

  func steps(of plan: Plan) -> [String] { ["on near"] }

  /// The same plan over the table itself.
  private func local(_ plan: Plan) -> Plan {
    switch plan {
    case .remote: .table(table, name: "orders")
    case .filter(let input, let condition): .filter(local(input), condition)
    case .project(let input, let columns): .project(local(input), columns)
    case .aggregate(let input, let keys, let values): .aggregate(local(input), keys: keys, aggregates: values)
    case .slice(let input, let offset, let count): .slice(local(input), offset: offset, count: count)
    case .sort(let input, let keys): .sort(local(input), keys)
    default: plan
    }
  }
}

/// A session with a table of an engine, which is called `far`.
@Suite struct RemoteSessionTests {
  private let test = TestSession()
  private let engine = NearEngine(Table([("a", Column([1, 2, 3])), ("k", Column(["x", "y", "x"]))]))

  init() { test.session.set("far", to: engine.value) }

  @Test func `the time of a statement is taken after its rows have come`() {
    var runs: [Int] = []
    test.session.onStatement = { [engine] _ in runs.append(engine.runs) }
    test.run("far | filter a > 1")
    #expect(runs == [1])
    // What is only named is not computed.
    test.run("few = far | filter a > 2")
    #expect(runs == [1, 1])
  }

  @Test func `a remote table is counted before the viewer opens it`() {
    var opened: [Int] = []
    test.session.host.view = { viewed throws(Diagnostic) in
      opened.append(viewed.table.source.rowCount)
      return .closed
    }
    test.run("far | sort a desc | view")
    #expect(opened == [3])
    #expect(engine.runs == 2)
    let huge = NearEngine(Table([("a", Column([1]))]), claiming: 1_000_000_000_000_000)
    test.session.set("huge", to: huge.value)
    test.run("huge | view")
    #expect(test.diagnostics.first?.message.contains("are available") ?? false)
    #expect(opened == [3])
    #expect(huge.runs == 1)
  }

  @Test func `:files names the remote tables, each once`() throws {
    let folder = try ScratchFolder()
    test.session.dataFolder = folder.path
    test.run("few = far | filter a > 2")
    let text = test.run(":files")
    #expect(text.contains("shop/orders") && text.contains("near"))
    #expect(text.components(separatedBy: "shop/orders").count == 2)
    #expect(engine.runs == 0)
    #expect(!test.run(":files .").contains("shop/orders"))
  }
}
