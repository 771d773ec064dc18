import Foundation
import Glibc
import Testing

/// The real program in a real terminal: few, and only what no headless test can see.
@Suite(.serialized, .enabled(if: TerminalSession.isAvailable, "skipped: no tmux, or no program beside the tests"))
struct PromptTests {
  @Test func aCellIsReadRunAndShown() throws {
    let session = try TerminalSession.atPrompt()
    session.run("table a = [1, 2], b = [\"да\", \"нет\"] |")
    try session.expect("   ...:")
    session.run("filter a == 2")
    try session.expect("нет")
    try session.expect("In [2]:")
  }

  @Test func aPastedBlockIsOneCell() throws {
    let session = try TerminalSession.atPrompt()
    session.paste("t = table a = [3, 1, 2]\nt | sort a\n  | head 1\n")
    try session.expect("head 1")
    session.press("Enter")
    try session.expect("In [2]:")
    #expect(!session.screen.contains("In [3]"))
  }

  @Test func ctrlCDropsTheLineAndCtrlDLeaves() throws {
    let session = try TerminalSession.atPrompt()
    session.type("нечто ненужное")
    try session.expect("ненужное")
    session.press("C-c")
    try session.expect("In [1]:", times: 2)
    session.press("C-d")
    try session.expectShell()
    // The terminal is as it was: what is typed is seen.
    session.run("echo seen $((6 * 7))")
    try session.expect("seen 42")
  }

  @Test func theHistoryOutlivesTheSession() throws {
    let first = try TerminalSession.atPrompt()
    first.paste("table a = [1, 2] |\n  head 1")
    try first.expect("head 1")
    first.press("Enter")
    try first.expect("In [2]:")
    first.press("C-d")
    try first.expectShell()

    let second = try TerminalSession.atPrompt(home: first.home)
    second.press("Up")
    try second.expect("   ...:   head 1")
  }

  @Test func tabCompletesVerbs() throws {
    let session = try TerminalSession.atPrompt()
    session.type("table a = [1] | value_c")
    session.press("Tab")
    try session.expect("| value_counts")
  }

  @Test func stoppingAndContinuingKeepsTheLine() throws {
    let session = try TerminalSession.atPrompt()
    session.type("half a line")
    try session.expect("half a line")
    session.press("C-z")
    try session.expect("Stopped")
    session.run("fg")
    try session.expect("half a line", times: 2)
    session.press("C-c")
    try session.expect("In [1]:", times: 3)
  }

  @Test func ctrlCEndsAFitAndKeepsWhatItHas() throws {
    let session = try TerminalSession.atPrompt()
    session.run("t = table user_id = [1, 1, 2], product_id = [5, 6, 5]")
    try session.expect("In [2]:")
    session.run("m = t | fit iALS factors=256 iterations=100000")
    try session.expect(" left")
    session.press("C-c")
    try session.expect("the model is as of iteration")
    try session.expect("In [3]:")
    session.run("m | recommend user=2 top=1")
    try session.expect("In [4]:")
    #expect(session.screen.contains("6"))
  }

  @Test func whatIsTypedAheadWaitsOutOfSight() throws {
    let session = try TerminalSession.atPrompt()
    session.run("t = table user_id = [1, 1, 2], product_id = [5, 6, 5]")
    try session.expect("In [2]:")
    session.run("m = t | fit iALS factors=256 iterations=100000")
    try session.expect(" left")
    session.run("t | head 1")
    session.press("C-z")
    try session.expect("Stopped")
    // A shell that keeps the modes it finds would find these.
    session.run("stty -a | grep -c ' echo '")
    try session.expect("\n1\n")
    session.run("fg")
    try session.expect(" left", times: 2)
    #expect(!session.screen.contains("head"))
    session.type("t | head 2")
    session.press("C-c")
    try session.expect("In [3]:")
    try session.expectGone("head 1")
  }

  @Test func aSavedSessionChecks() throws {
    let session = try TerminalSession.atPrompt()
    session.run("t = table a = [3, 1, 2], b = [\"x\", \"y\", \"z\"]")
    try session.expect("In [2]:")
    session.run("t | filter a == c")
    try session.expect("In [3]:")
    session.run("t | sample 2")
    try session.expect("In [4]:")
    session.run("t | sort a")
    try session.expect("In [5]:")
    session.run(":save \"lesson.md\"")
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
    let killed = try TerminalSession.atPrompt()
    killed.run("t = table a = [41, 42]")
    try killed.expect("In [2]:")
    killed.kill(SIGKILL)
    try killed.expect("Killed")

    let fresh = try TerminalSession(home: killed.home)
    try fresh.expect("lectern --resume brings it back")
    fresh.press("C-d")
    try fresh.expectShell()

    let resumed = try TerminalSession(["--resume"], home: killed.home)
    try resumed.expect("1 cell of the session run again")
    resumed.run("t | tail 1")
    try resumed.expect("42 │")
    resumed.press("C-d")
    try resumed.expectShell()

    // Its journal goes on where it was, and it was left in peace.
    let again = try TerminalSession(["--resume"], home: killed.home)
    try again.expect("2 cells of the session run again")
  }

  /// Several sessions that died: they are listed, the last first, and one is chosen by its number.
  @Test func anEarlierSessionIsChosenByItsNumber() throws {
    let home = Home()
    for name in ["first", "second"] {
      let session = try TerminalSession.atPrompt(home: home)
      session.run("\(name) = 1")
      try session.expect("In [2]:")
      session.kill(SIGKILL)
      try session.expect("Killed")
    }
    let fresh = try TerminalSession.atPrompt(home: home)
    #expect(fresh.screen.contains("2 earlier sessions ended in the middle"))
    fresh.press("C-d")
    try fresh.expectShell()

    let asked = try TerminalSession(["--resume"], home: home)
    try asked.expect("ended in the middle: second = 1")
    try asked.expect("ended in the middle: first = 1")
    asked.run("2")
    try asked.expect("1 cell of the session run again")
    asked.run(":vars")
    try asked.expect("In [3]:")
    #expect(asked.screen.contains("│ first ┆ a value (i64)"))
    asked.press("C-d")
    try asked.expectShell()

    // What was brought back was left in peace now; the other one still waits.
    let named = try TerminalSession(["--resume", "2"], home: home)
    try named.expect("second: 1 i64")
    let none = try TerminalSession(["--resume", "7"], home: home)
    try none.expect("no earlier session of that number")
  }

  /// A stranger's session asks before it touches what does not lie beside it.
  @Test func aStrangersCellAsks() throws {
    let home = Home()
    try home.write("a\n41\n42\n", to: "outside.csv")
    let lesson = home.folder.appending(path: "lesson")
    try FileManager.default.createDirectory(at: lesson, withIntermediateDirectories: true)
    try home.write("```lectern\nload \"../outside.csv\"\n```\n", to: "lesson/lesson.md")
    let session = try TerminalSession(["play", "lesson/lesson.md"], home: home)
    try session.expect("only beside itself")
    try session.expect("load \"../outside.csv\"")
    session.press("Enter")
    try session.expect("[y/N]")
    session.run("n")
    try session.expect("not allowed to read")
    // What failed waits to be tried again.
    session.press("Enter")
    try session.expect("[y/N]", times: 2)
    session.run("y")
    try session.expect("41 │")
  }
}
