import Foundation
import Testing

/// What happens in front of a class: each scenario of the lesson that `LessonTests` tries without a terminal, in one.
@Suite(.serialized, .enabled(if: TerminalSession.isAvailable, "skipped: no tmux, or no program beside the tests"))
struct LessonScenarioTests {
  private static let lesson = """
    # Buyers

    Everybody's first order.

    ```lectern
    t = table user=[1, 1, 2, 3], item=[10, 20, 20, 30]
    ```

    How many each.

    ```lectern
    n = t | group_by user
    n
    ```

    ```lectern hide
    n | assert len() == 3 "three buyers"
    ```

    The last part.

    ```lectern
    n | sort len desc | head 1
    ```

    """

  /// Starts the lesson, whose first cell waits.
  private func play(
    _ text: String = lesson, rows: Int = 30, columns: Int = 100, home: Home = Home()
  ) throws -> TerminalSession {
    try home.write(text, to: "lesson.md")
    let session = try TerminalSession(["play", "lesson.md"], rows: rows, columns: columns, home: home)
    try session.expect("In [1]: t = table user=[1, 1, 2, 3], item=[10, 20, 20, 30]")
    return session
  }

  private func leave(_ session: TerminalSession) throws {
    session.press("C-c", "C-d")
    try session.expectShell()
  }

  @Test func improvisingLeavesTheLessonAlone() throws {
    let session = try play()
    session.press("Enter")
    try session.expect("In [2]: n = t | group_by user")
    session.press("C-c")
    try session.expect("In [2+1]:")
    session.run("t = t | head 1")
    try session.expect("t: 1 row")
    try session.expect("In [2+2]:")
    session.run("t | shape")
    try session.expect("In [2+3]:")
    // The lesson's cell sees the table of the lesson: three buyers, as its hidden check demands.
    session.press("Enter")
    try session.expect("In [2]: n = t | group_by user", times: 2)
    session.press("Enter")
    try session.expect("In [4]: n | sort len desc | head 1")
    #expect(!session.screen.contains("error"))
    try leave(session)
  }

  @Test func whatIsKeptIsTheLessons() throws {
    let session = try play()
    session.press("Enter")
    try session.expect("In [2]:")
    session.press("C-c")
    session.run("t = t | head 1")
    try session.expect("In [2+2]:")
    session.run(":keep t")
    session.press("Enter")
    try session.expect("In [2]: n = t | group_by user", times: 2)
    session.press("Enter")
    // The hidden check fails where everybody can see it, and waits.
    try session.expect("three buyers")
    try session.expect("In [3]: n | assert")
    session.press("C-e", "C-u", "C-d")
    try session.expectShell()
  }

  @Test func aMistakeLeavesTheCellWaiting() throws {
    let session = try play()
    session.press("C-c")
    session.run("nobody | head 3")
    try session.expect("nothing is called `nobody`")
    try session.expect("In [1+2]:")
    session.press("Enter", "Enter")
    try session.expect("In [2]: n = t | group_by user")
    try leave(session)
  }

  @Test func anInterruptLeavesTheCellWaiting() throws {
    // Of a search that has tried nothing, nothing is kept; a fit that is stopped keeps what it has, and the lesson goes on.
    let search = "t | tune iALS user=user item=item factors=[1000] iterations=100000 seed=1 on=t"
    let long = Self.lesson.replacing("n = t | group_by user\nn", with: search)
    let session = try play(long)
    session.press("Enter")
    try session.expect("In [2]: t | tune iALS")
    session.press("Enter")
    // What is typed while it runs is not shown, and the next prompt takes it: so nothing but the cell's line tells.
    try session.expect("%")
    session.press("C-c")
    try session.expect("interrupted")
    try session.expect("In [2]: t | tune iALS", times: 2)
    session.press("C-c")
    try session.expect("In [2+1]:")
    session.run("t | shape")
    try session.expect("In [2+2]:")
    try leave(session)
  }

  @Test func goingBackRestoresNames() throws {
    let session = try play()
    session.press("Enter")
    try session.expect("In [2]: n = t | group_by user")
    session.press("Enter")
    try session.expect("In [4]: n | sort len desc | head 1")
    session.press("F7")
    try session.expect("cell 2 waits; variables and results are as before it runs")
    session.press("C-c")
    session.run("n")
    try session.expect("nothing is called `n`")
    session.run(":cells")
    try session.expect("↺")
    // Forward again: what the cells in between gave is there.
    session.run(":goto 4")
    try session.expect("cell 4 waits")
    session.press("C-c")
    session.run("n | shape")
    try session.expect("In [4+2]:")
    session.press("Enter", "Enter")
    try session.expect("that was the last cell")
    #expect(session.screen.contains("shape: (1, 2)"))
    try leave(session)
  }

  @Test func aCellThatIsCorrectedInTheFileComesNext() throws {
    let home = Home()
    let session = try play(home: home)
    session.press("Enter")
    try session.expect("In [2]: n = t | group_by user")
    try home.write(Self.lesson.replacing("n = t | group_by user\n", with: "n = t | group_by item\n"), to: "lesson.md")
    session.press("Enter")
    try session.expect("lesson.md was changed, and is read again")
    try session.expect("In [2]: n = t | group_by item")
    session.press("Enter")
    try session.expect("In [4]: n | sort len desc | head 1")
    #expect(session.screen.contains("│   20 ┆   2 │"))
    try leave(session)
  }

  @Test func aSkippedCellTakesItsHiddenCheckAlong() throws {
    let recorded = Self.lesson.replacing(
      "n\n```\n\n```lectern hide", with: "n\n```\n\n```output\nas recorded\n```\n\n```lectern hide")
    let session = try play(recorded)
    session.press("Enter")
    try session.expect("In [2]:")
    session.press("C-c")
    session.run(":skip")
    try session.expect("as recorded")
    try session.expect("cell 2 did not run")
    try session.expect("In [4]: n | sort len desc | head 1")
    try leave(session)
  }

  /// Prose comes a page at a time, also where the terminal becomes narrow in the middle.
  @Test func proseFitsANarrowTerminal() throws {
    let words = (1...40).map { "Paragraph \($0) says one thing." }.joined(separator: "\n\n")
    let home = Home()
    try home.write("# Buyers\n\n" + words + "\n\n```lectern\n1 + 1\n```\n", to: "lesson.md")
    let session = try TerminalSession(["play", "lesson.md"], rows: 24, columns: 60, home: home)
    try session.expect("Enter goes on")
    #expect(session.screen.contains("Paragraph 1 says") && !session.screen.contains("Paragraph 20 says"))
    session.resize(rows: 12, columns: 40)
    session.press("Enter")
    try session.expect("Enter goes on")
    for _ in 0..<12 where !session.screen.contains("In [1]: 1 + 1") {
      session.press("Enter")
      try session.expect("F6 cells")
    }
    try session.expect("In [1]: 1 + 1")
    #expect(session.screen.split(separator: "\n").allSatisfy { $0.count <= 40 })
    try leave(session)
  }
}
