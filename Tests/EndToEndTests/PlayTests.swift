import Foundation
import Glibc
import Testing

/// A lesson as a lecturer gives it.
@Suite(.serialized, .enabled(if: TerminalSession.isAvailable, "skipped: no tmux, or no program beside the tests"))
struct PlayTests {
  @Test func proseIsShownAndEnterRunsEachCell() throws {
    let home = Home()
    try home.write(Self.lesson, to: "lesson.md")
    let session = try TerminalSession(["play", "lesson.md"], home: home)
    try session.expect("Урок")
    try session.expect("In [1]: t = table a = [30, 10, 20]")
    #expect(!session.screen.contains("The second part"))
    // A question in between does not use the cell up.
    session.press("C-a", "C-k")
    session.run(":vars")
    try session.expect("memory")
    session.press("Enter")
    try session.expect("The second part")
    try session.expect("In [2]: t | sort a")
    try session.expect("| head 1")
    session.press("Enter")
    try session.expect("that was the last cell")
    try session.expect("In [3+1]:")
    session.press("C-d")
    try session.expectShell()
  }

  @Test func keysAndTheStatusLine() throws {
    let home = Home()
    try home.write(Self.lesson, to: "lesson.md")
    let session = try TerminalSession(["play", "lesson.md"], home: home)
    try session.expect("cell 1 of 2 · F8 next · F6 cells")
    session.type(" head")
    session.press("F8", "F6")
    // What was begun stands at the prompt again, below the list of cells.
    try session.expect("In [1]: t = table a = [30, 10, 20] head", times: 3)
    session.press("C-u", "Enter", "PageDown")
    try session.expect("In [2]: t | sort a")
    session.press("F7")
    try session.expect("cell 1 waits")
    // The prompt has to be there before it is left.
    try session.expect("has run · F8 next · F6 cells")
    session.press("C-c")
    session.run(":set projector on")
    try session.expect(" cell 1 of 2   beside the lesson   F8 next   F6 cells")
    session.press("C-d")
    try session.expectShell()
    #expect(!session.screen.contains("F8 next"))
  }

  @Test func whatIsTypedAfterAnInterruptIsKept() throws {
    let session = try TerminalSession.atPrompt()
    session.press("a", "b", "C-c", "1", "2", "C-c", "7", "+", "7", "Enter")
    try session.expect("14")
    #expect(session.screen.contains("In [1]: ab^C") && session.screen.contains("In [1]: 12^C"))
    session.press("C-d")
    try session.expectShell()
  }

  @Test func aKilledLessonComesBack() throws {
    let home = Home()
    try home.write(Self.lesson, to: "lesson.md")
    let killed = try TerminalSession(["play", "lesson.md"], home: home)
    try killed.expect("In [1]: t = table")
    killed.press("Enter")
    try killed.expect("In [2]: t | sort a")
    killed.press("C-c")
    killed.run("x = 41 + 1")
    try killed.expect("In [2+2]:")
    killed.kill(SIGKILL)
    try killed.expect("Killed")

    let journal = try home.read(".local/state/lectern/journals/000001.md")
    let file = home.folder.resolvingSymlinksInPath().appending(path: "lesson.md").path
    #expect(journal.contains("lesson: \(file)\n"))
    #expect(journal.firstMatch(of: /version: [0-9a-f]+\n/) != nil)

    let resumed = try TerminalSession(["--resume"], home: home)
    try resumed.expect("2 cells of the session run again")
    // The prose before the cell is shown again: nobody knows how much of it was read.
    #expect(resumed.screen.contains("In [2+1]: x = 41 + 1"))
    try resumed.expect("In [2]: t | sort a")
    resumed.press("C-c")
    try resumed.expect("In [2+2]:")
    resumed.run("$x")
    try resumed.expect("42")
    resumed.press("Enter", "Enter")
    try resumed.expect("that was the last cell")
    resumed.press("C-d")
    try resumed.expectShell()

    try home.write(Self.lesson.replacingOccurrences(of: "head 1", with: "head 2"), to: "lesson.md")
    let killedAgain = try TerminalSession(["play", "lesson.md"], home: home)
    try killedAgain.expect("In [1]: t = table")
    killedAgain.press("Enter")
    try killedAgain.expect("In [2]: t | sort a")
    killedAgain.kill(SIGKILL)
    try killedAgain.expect("Killed")
    try home.write(Self.lesson, to: "lesson.md")
    let changed = try TerminalSession(["--resume", "1"], home: home)
    try changed.expect("lesson.md was changed since")
    try changed.expect("In [2]: t | sort a")
    changed.press("C-c", "C-d")
    try changed.expectShell()
  }

  private static let lesson = """
    # Урок

    Первая часть: таблица.

    ```lectern
    t = table a = [30, 10, 20]
    ```

    The second part: its first row.

    ```lectern
    t | sort a
      | head 1
    ```
    """
}
