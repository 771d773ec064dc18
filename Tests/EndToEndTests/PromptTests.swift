import Foundation
import Testing

/// The real program in a real terminal: few, and only what no headless test can see.
@Suite(.serialized, .enabled(if: TerminalSession.isAvailable, "skipped: no tmux, or no program beside the tests"))
struct PromptTests {
  @Test func aCellIsReadRunAndShown() throws {
    let session = try TerminalSession()
    try session.expect("In [1]:")
    session.type("table a = [1, 2], b = [\"да\", \"нет\"] |")
    session.press("Enter")
    try session.expect("   ...: ")
    session.type("filter a == 2")
    session.press("Enter")
    try session.expect("нет")
    try session.expect("In [2]:")
  }

  @Test func aPastedBlockIsOneCell() throws {
    let session = try TerminalSession()
    try session.expect("In [1]:")
    session.paste("t = table a = [3, 1, 2]\nt | sort a\n  | head 1\n")
    try session.expect("head 1")
    session.press("Enter")
    try session.expect("In [2]:")
    #expect(!session.screen.contains("In [3]"))
  }

  @Test func ctrlCDropsTheLineAndCtrlDLeaves() throws {
    let session = try TerminalSession()
    try session.expect("In [1]:")
    session.type("нечто ненужное")
    try session.expect("ненужное")
    session.press("C-c")
    try session.expect("In [1]:", times: 2)
    session.press("C-d")
    try session.expect("$", times: 2)
    // The terminal is as it was: what is typed is seen.
    session.type("echo seen $((6 * 7))")
    session.press("Enter")
    try session.expect("seen 42")
  }

  @Test func theHistoryOutlivesTheSession() throws {
    let first = try TerminalSession()
    try first.expect("In [1]:")
    first.paste("table a = [1, 2] |\n  head 1")
    try first.expect("head 1")
    first.press("Enter")
    try first.expect("In [2]:")
    first.press("C-d")
    try first.expect("$", times: 2)

    let second = try TerminalSession(home: first.home)
    try second.expect("In [1]:")
    second.press("Up")
    try second.expect("   ...:   head 1")
  }

  @Test func tabCompletesVerbs() throws {
    let session = try TerminalSession()
    try session.expect("In [1]:")
    session.type("table a = [1] | value_c")
    session.press("Tab")
    try session.expect("| value_counts")
  }

  @Test func stoppingAndContinuingKeepsTheLine() throws {
    let session = try TerminalSession()
    try session.expect("In [1]:")
    session.type("half a line")
    try session.expect("half a line")
    session.press("C-z")
    try session.expect("Stopped")
    session.type("fg")
    session.press("Enter")
    try session.expect("half a line", times: 2)
    session.press("C-c")
    try session.expect("In [1]:", times: 3)
  }

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

  @Test func aScriptOnAPipeHasNoPrompt() {
    let result = TerminalSession.run(
      TerminalSession.program, [], input: "t = table a = [1]\nt | schema\n", in: FileManager.default.temporaryDirectory)
    #expect(result.status == 0)
    #expect(!result.output.contains("In ["))
    #expect(!result.output.contains("\u{1B}"))
    #expect(result.output.contains("i64"))
  }
}
