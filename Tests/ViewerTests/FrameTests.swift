import Diagnostics
import Tables
import Terminal
import Testing
import Viewer

/// Frames as text, as `SheetKindFrameTests` has them.
@Suite struct FrameTests {
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

  @Test func thePaletteListsCommands() throws {
    var state = viewer(rows: 16, columns: 70)
    state.type(" sort")
    try expectFrame(state, "palette")
  }

  /// What is searched for stands beside the next search; the monkey found that it stood there as it was.
  @Test func whatIsSearchedForIsShownAndNotExecuted() {
    var state = viewer(Table([("name", Column(["\u{1B}[31m", "x"] as [String?]))]))
    state.requests(pressing: .character("*"))
    state.requests(pressing: .character("/"))
    let text = state.frame.text
    #expect(text.contains("\\u{1b}[31m`"))
    #expect(!text.contains("\u{1B}"))
  }

  @Test func helpListsTheKeys() throws {
    var state = viewer(rows: 110, columns: 150)
    state.requests(pressing: .function(1))
    try expectFrame(state, "help")
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
