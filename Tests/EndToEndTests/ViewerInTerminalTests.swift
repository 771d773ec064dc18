import Testing

/// The viewer in a real terminal: it opens, follows the size, and gives the terminal back.
@Suite(.serialized, .enabled(if: TerminalSession.isAvailable, "skipped: no tmux, or no program beside the tests"))
struct ViewerInTerminalTests {
  @Test func theViewerOpensAndGivesTheTerminalBack() throws {
    let session = try TerminalSession()
    try session.expect("In [1]:")
    session.type("t = table a = [30, 10, 20]")
    session.press("Enter")
    try session.expect("In [2]:")
    session.type("t | view")
    session.press("Enter")
    try session.expect("1 of 3 rows")
    session.press("[")
    try session.expect("a ↑")
    session.resize(rows: 10, columns: 50)
    try session.expect("1 of 3 rows, column 1/1")
    session.press("D")
    try session.expect("Enter takes it")
    session.press("Enter")
    try session.expect("In [3]: t | sort a")
  }
}
