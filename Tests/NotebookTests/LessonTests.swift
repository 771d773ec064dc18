import Display
import Notebook
import Testing

/// The lesson as a state machine: what is typed, and where it stands afterwards.
@Suite struct LessonTests {
  private static let text = """
    # One

    ```lectern
    a = 1
    ```

    Before the pause.

    <!-- pause -->

    ```lectern
    b = $a + 1
    ```

    <details><summary>Why?</summary>
    Because.
    </details>

    ```lectern
    b
    ```
    """

  private func lesson(_ text: String = LessonTests.text) throws -> Lesson {
    Lesson(try SessionDocument(parsing: text, name: "lesson.md"))
  }

  /// Shows all prose up to the next prompt.
  private func show(_ lesson: inout Lesson) -> Lesson.Prompt? {
    while true {
      switch lesson.next {
      case .show: lesson.receive(.shown(lines: 3, of: 3))
      case .runHidden: return nil
      case .ask(let prompt): return prompt
      }
    }
  }

  @Test func aCellWaitsUntilItHasRunWell() throws {
    var lesson = try lesson()
    #expect(show(&lesson) == .cell(1, code: "a = 1"))
    #expect(lesson.receive(.line("c = 5")) == .experiment(1, 1, code: "c = 5"))
    lesson.receive(.experimentEnded)
    #expect(show(&lesson) == .experiment(1, 2))
    #expect(lesson.receive(.line("")) == .nothing)
    #expect(show(&lesson) == .cell(1, code: "a = 1"))
    #expect(lesson.receive(.line(":vars")) == .command(":vars"))
    #expect(show(&lesson) == .cell(1, code: "a = 1"))
    for outcome in [CellOutcome.failed, .interrupted] {
      #expect(lesson.receive(.line("a = 1")) == .run(1))
      lesson.receive(.cellEnded(outcome))
      #expect(show(&lesson) == .cell(1, code: "a = 1"))
    }
    lesson.receive(.interrupted)
    #expect(show(&lesson) == .experiment(1, 1))
    lesson.receive(.line(""))
    lesson.receive(.cellEnded(.finished))
    #expect(show(&lesson) == .more)
    lesson.receive(.line(""))
    #expect(show(&lesson) == .cell(2, code: "b = $a + 1"))
    lesson.receive(.cellEnded(.finished))
    #expect(show(&lesson) == .answer(title: "Why?"))
    var opened = lesson
    opened.receive(.openAnswer)
    #expect(opened.next == .show("\nBecause.\n\n", fromLine: 0))
    lesson.receive(.line(""))
    #expect(show(&lesson) == .cell(3, code: "b"))
    lesson.receive(.cellEnded(.finished))
    #expect(show(&lesson) == .end)
    #expect(lesson.finished == [1, 2, 3])
    #expect(lesson.previousCell == 3)
  }

  @Test func proseComesAPageAtATime() throws {
    var lesson = try lesson()
    lesson.receive(.shown(lines: 10, of: 25))
    #expect(lesson.next == .ask(.more))
    lesson.receive(.line(""))
    guard case .show(_, fromLine: 10) = lesson.next else {
      Issue.record("the rest of the prose is not shown")
      return
    }
    #expect(pageEnd(of: Array(repeating: "x", count: 30), from: 0, height: 10) == 10)
    #expect(
      pageEnd(of: Array(repeating: "x", count: 8) + [""] + Array(repeating: "x", count: 8), from: 0, height: 10) == 9)
    #expect(pageEnd(of: ["x"], from: 0, height: 10) == 1)
    #expect(pageEnd(of: ["x", "y"], from: 7, height: 0) == 2)
  }

  @Test func aChangedFileIsWhatComesNext() throws {
    var lesson = try lesson()
    _ = show(&lesson)
    lesson.receive(.cellEnded(.finished))
    _ = show(&lesson)
    lesson.receive(.line(""))
    let corrected = try SessionDocument(
      parsing: Self.text.replacing("b = $a + 1", with: "b = $a + 2"), name: "lesson.md")
    #expect(lesson.replace(with: corrected) == nil)
    #expect(show(&lesson) == .cell(2, code: "b = $a + 2"))
    let rewritten = try SessionDocument(parsing: Self.text.replacing("a = 1", with: "a = 7"), name: "lesson.md")
    #expect(lesson.replace(with: rewritten) == 1)
    #expect(show(&lesson) == .cell(2, code: "b = $a + 1"))
    let longer = try SessionDocument(
      parsing: "```lectern\nz = 0\n```\n\n" + Self.text.replacing("a = 1", with: "a = 7"), name: "lesson.md")
    _ = lesson.replace(with: longer)
    #expect(show(&lesson) == .cell(3, code: "b = $a + 1"))
  }

  // MARK: - In a session

  private func session(_ text: String = LessonTests.text) throws -> (Session, () -> String) {
    let session = Session()
    var said = ""
    session.emit = { said += (Presentation.recording(Settings()).styledText($0)?.plain ?? "") + "\n" }
    try session.teach(try SessionDocument(parsing: text, name: "lesson.md"), text: text, at: "missing/lesson.md")
    return (
      session,
      {
        defer { said = "" }; return said
      }
    )
  }

  /// Types lines; an empty one runs what stands at the prompt.
  private func type(_ lines: [String], in session: Session) {
    for line in lines {
      var text = line
      while true {
        switch session.lesson?.next {
        case .show?: session.lessonShown(lines: 1, of: 1)
        case .runHidden(let number)?: session.runHiddenLessonCell(number)
        case .ask(.cell(_, let code))? where line.isEmpty:
          text = code
          fallthrough
        default:
          session.runInLesson(text)
          text = "\u{0}"
        }
        if text == "\u{0}" { break }
      }
    }
  }

  @Test func theLessonDoesNotSeeExperiments() throws {
    let (session, said) = try session()
    type(["", "a = 100", "c = $a", ""], in: session)
    #expect(session.lesson?.waitingCell == 2)
    #expect(session.value(named: "c") != nil)
    type([""], in: session)
    #expect(session.value(named: "c") == nil)
    _ = said()
    type(["b"], in: session)
    #expect(said().contains("2"))
    type([":goto 2"], in: session)
    #expect(session.value(named: "b") == nil)
    #expect(session.value(named: "a") != nil)
    #expect(said().contains("cell 2 waits"))
    type(["d = 4", ":keep d", "", ""], in: session)
    #expect(session.value(named: "d") != nil)
  }

  @Test func commandsMoveTheLesson() throws {
    let (session, said) = try session()
    type(["x = ", ":next"], in: session)
    #expect(session.lesson?.lastCell == 1)
    #expect(said().contains("In [1]"))
    type([":run"], in: session)
    #expect(session.lesson?.finished == [1, 2, 3])
    #expect(session.value(named: "_3") != nil)
    type([":back"], in: session)
    #expect(session.lesson?.nextCell == 3)
    #expect(session.value(named: "_3") == nil)
    _ = said()
    type([":goto 9", ":goto x", ":cells"], in: session)
    #expect(said().contains("there is no cell `9`"))
  }

  @Test func hiddenCellsAreSilentAndSkippedOnesShown() throws {
    let text = "```lectern hide\nh = 1\nh\n```\n\n```lectern skip\nh = 2\n```\n\n```lectern\nh\n```\n"
    let (session, said) = try session(text)
    type([""], in: session)
    #expect(said().contains("1"))
    #expect(session.lesson?.finished == [1, 3])
  }
}
