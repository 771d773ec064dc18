import Glibc
import Testing

/// The real program in a real terminal: few, and only what no headless test can see.
@Suite(.serialized, .enabled(if: TerminalSession.isAvailable, "skipped: no tmux, or no program beside the tests"))
struct PromptTests {
  @Test func aCellIsReadRunAndShown() throws {
    let session = try TerminalSession()
    try session.expect("In [1]:")
    session.type("table a = [1, 2], b = [\"да\", \"нет\"] |")
    session.press("Enter")
    try session.expect("   ...:")
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
    try session.expectShell()
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
    try first.expectShell()

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

  @Test func ctrlCEndsAFitAndKeepsWhatItHas() throws {
    let session = try TerminalSession()
    try session.expect("In [1]:")
    session.type("t = table user_id = [1, 1, 2], product_id = [5, 6, 5]")
    session.press("Enter")
    try session.expect("In [2]:")
    session.type("m = t | fit iALS factors=4 iterations=100000000")
    session.press("Enter")
    try session.expect("iteration")
    session.press("C-c")
    try session.expect("In [3]:")
    session.type("m | recommend user=2 top=1")
    session.press("Enter")
    try session.expect("In [4]:")
    #expect(session.screen.contains("6"))
  }

  @Test func aSavedSessionChecks() throws {
    let session = try TerminalSession()
    try session.expect("In [1]:")
    session.type("t = table a = [3, 1, 2], b = [\"x\", \"y\", \"z\"]")
    session.press("Enter")
    try session.expect("In [2]:")
    session.type("t | filter a == c")
    session.press("Enter")
    try session.expect("In [3]:")
    session.type("t | sample 2")
    session.press("Enter")
    try session.expect("In [4]:")
    session.type("t | sort a")
    session.press("Enter")
    try session.expect("In [5]:")
    session.type(":save \"lesson.md\"")
    session.press("Enter")
    try session.expect("In [6]:")
    session.press("C-d")
    try session.expectShell()
    let check = ChildProcess(TerminalSession.program, ["check", "lesson.md"], in: session.home.path)
    #expect(check.status == 0, "\(check.output)\(check.errors)")
    let lesson = try session.home.read("lesson.md")
    let changed = lesson.replacing("sort a", with: "sort a desc")
    #expect(changed != lesson)
    try session.home.write(changed, to: "changed.md")
    #expect(ChildProcess(TerminalSession.program, ["check", "changed.md"], in: session.home.path).status == 1)
  }

  @Test func aKilledSessionIsResumed() throws {
    let killed = try TerminalSession()
    try killed.expect("In [1]:")
    killed.type("t = table a = [41, 42]")
    killed.press("Enter")
    try killed.expect("In [2]:")
    killed.kill(SIGKILL)
    try killed.expect("Killed")

    let fresh = try TerminalSession(home: killed.home)
    try fresh.expect("lectern --resume brings it back")
    fresh.press("C-d")
    try fresh.expectShell()

    let resumed = try TerminalSession(["--resume"], home: killed.home)
    try resumed.expect("1 cell of the last session run again")
    resumed.type("t | tail 1")
    resumed.press("Enter")
    try resumed.expect("42 │")
    resumed.press("C-d")
    try resumed.expectShell()

    // Its journal goes on where it was, and it was left in peace.
    let again = try TerminalSession(["--resume"], home: killed.home)
    try again.expect("2 cells of the last session run again")
  }
}
