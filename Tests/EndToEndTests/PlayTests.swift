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
