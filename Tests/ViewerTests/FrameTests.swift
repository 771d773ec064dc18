import Diagnostics
import Foundation
import Tables
import Terminal
import TestSupport
import Testing
import Viewer

/// Frames as text, in files of their own. `LECTERN_RECORD_FRAMES=1` writes them anew.
@Suite struct FrameTests {
  private func expectFrame(_ state: ViewerState, _ name: String) throws {
    let folder = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "Frames")
    let file = folder.appending(path: "\(name).txt")
    let found = state.frame.text + "\n"
    if ProcessInfo.processInfo.environment["LECTERN_RECORD_FRAMES"] == "1" {
      try found.write(to: file, atomically: true, encoding: .utf8)
    }
    expectText(found, equals: try String(contentsOf: file, encoding: .utf8))
  }

  @Test(arguments: [(24, 80), (12, 60), (50, 200), (5, 20)])
  func aTableFitsAnyScreen(rows: Int, columns: Int) throws {
    try expectFrame(viewer(rows: rows, columns: columns), "table-\(columns)x\(rows)")
  }

  @Test func theWindowFollowsTheCursor() throws {
    var state = viewer(rows: 12, columns: 60)
    state.type("G$")
    try expectFrame(state, "last-row-and-column")
  }

  @Test func frozenColumnsStayInSight() throws {
    var state = viewer(rows: 12, columns: 60)
    state.type("2!$")
    try expectFrame(state, "frozen")
  }

  @Test func theSortedColumnIsMarked() throws {
    var state = viewer(rows: 12, columns: 80)
    state.type("l]")
    try expectFrame(state, "sorting-runs")
    state.answer(orders())
    try expectFrame(state, "sorted")
  }

  @Test func aRecordIsATable() throws {
    var state = viewer(rows: 12, columns: 60)
    state.type("jjj\n")
    try expectFrame(state, "record")
  }

  @Test func thePaletteListsCommands() throws {
    var state = viewer(rows: 16, columns: 70)
    state.type(" sort")
    try expectFrame(state, "palette")
  }

  @Test func helpListsTheKeys() throws {
    var state = viewer(rows: 80, columns: 90)
    state.requests(pressing: .function(1))
    try expectFrame(state, "help")
  }

  @Test func thePipelineIsShown() throws {
    var state = viewer(rows: 10, columns: 60)
    state.type("l-,")
    state.answer(orders(3))
    state.type("D")
    try expectFrame(state, "pipeline")
  }

  @Test func errorsAreSaidOnTheLastLine() throws {
    var state = viewer(rows: 8, columns: 60)
    state.type("&price > 'x'\n")
    state.answer(Diagnostic("`>` of f64 and str"))
    try expectFrame(state, "error")
  }

  @Test func anEmptyTableHasAHeader() throws {
    try expectFrame(viewer(orders(0), rows: 6, columns: 60), "no-rows")
    try expectFrame(viewer(Table(Schema([]), [], rowCount: 0), rows: 4, columns: 40), "no-columns")
  }
}
