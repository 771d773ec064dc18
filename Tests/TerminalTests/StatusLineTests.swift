import Terminal
import Testing

@Suite struct StatusLineTests {
  @Test func leavesOutWhatDoesNotFit() {
    let status = StatusLine(["cell 4 of 54", "F8 next", "F7 back"])
    #expect(status.rows(columns: 80, usesColor: false).map(\.text) == ["cell 4 of 54 · F8 next · F7 back"])
    #expect(status.rows(columns: 26, usesColor: false).map(\.text) == ["cell 4 of 54 · F8 next"])
    #expect(status.rows(columns: 8, usesColor: false).map(\.width) == [6])
    #expect(StatusLine([]).rows(columns: 20, usesColor: true).map(\.width) == [0])
  }

  @Test func isABarForAProjector() {
    let rows = StatusLine(["a", "b"], isEnlarged: true).rows(columns: 12, usesColor: false)
    #expect(rows.map(\.text) == ["", " a   b      "])
    #expect(rows.map(\.width) == [0, 12])
    #expect(StatusLine(["a"], isEnlarged: true).rows(columns: 12, usesColor: true)[1].text.contains("[1;7m"))
  }
}
