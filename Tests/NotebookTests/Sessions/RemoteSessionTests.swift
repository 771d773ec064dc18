import Diagnostics
import Display
import Foundation
import Generators
import Notebook
import Query
import Tables
import Testing

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

  @Test func `a histogram fetches values and their counts`() {
    let rows = 0..<409_600
    let table = Table([
      ("a", Column(rows.map { row -> Int? in row % 7 == 0 ? nil : row % 640 })), ("b", Column(rows.map { $0 * 3 })),
    ])
    let many = NearEngine(table)
    test.session.set("many", to: many.value)
    test.session.set("here", to: .table(.table(table, name: "here")))
    let near = test.run("many | plot hist x=a bins=10")
    #expect(near.contains("near: rows are counted there, and 641 values came here"))
    let here = test.run("here | plot hist x=a bins=10")
    #expect(test.diagnostics.isEmpty && near.hasPrefix(here), "\(near)\n\(here)")
    // Values that are all distinct are no less than the rows.
    #expect(!test.run("many | plot hist x=b").contains("are counted there"))
    let before = many.runs
    test.run("many | plot bar x=a y=b")
    #expect(test.diagnostics.first?.message.contains("too many for a bar each") ?? false)
    #expect(many.runs == before + 1)
    let huge = NearEngine(table, claiming: 1_000_000_000_000_000)
    test.session.set("huge", to: huge.value)
    test.run("huge | plot line x=a y=b")
    #expect(test.diagnostics.first?.message.contains("are available") ?? false)
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
