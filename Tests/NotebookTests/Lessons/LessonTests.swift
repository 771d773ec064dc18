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

  /// The waiting cell stands in the line, and a command is typed behind it.
  @Test func aCommandBehindTheCellIsACommand() throws {
    var lesson = try lesson()
    #expect(show(&lesson) == .cell(1, code: "a = 1"))
    #expect(lesson.receive(.line("a = 1:run")) == .command(":run"))
    #expect(lesson.receive(.line("a = 1 :goto 3")) == .command(":goto 3"))
    // The prompt asks for it, as `on` would otherwise continue the line.
    #expect(lesson.commandBehindCell("a = 1:set projector on") == ":set projector on")
    #expect(lesson.commandBehindCell("a = 1 | join b on") == nil)
    #expect(lesson.receive(.line("a = 1; b = 2")) == .experiment(1, 1, code: "a = 1; b = 2"))
    #expect(show(&lesson) == .cell(1, code: "a = 1"))
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
    // A result stays in sight beside the beginning of what is said of it, or until Enter.
    let many = Array(repeating: "x", count: 30)
    #expect(pageEnd(of: many, from: 0, height: 28, taken: 12) == 16)
    #expect(pageEnd(of: many, from: 0, height: 28, taken: 25) == 0)
    #expect(pageEnd(of: ["x", "y"], from: 0, height: 28, taken: 25) == 2)
    #expect(pageEnd(of: many, from: 0, height: 4, taken: 1) == 3)
  }

  @Test func aHeadingStaysWithItsText() {
    let text = "one\n\ntwo\n\n## Three\n\nfour\n\nfive\n\nsix\n\n### Seven\n\neight"
    let page = Markdown(text).styledText()
    let lines = page.lines.map(\.plain)
    #expect(lines[4...6] == ["Three", "─────", ""])
    #expect(lines[13...] == ["Seven", "", "eight"])
    let headings = headingLines(of: page)
    #expect(headings == [4, 5, 13])
    for height in 5...7 { #expect(pageEnd(of: lines, from: 0, height: height, headings: headings) == 4) }
    #expect(pageEnd(of: lines, from: 4, height: 11, headings: headings) == 13)
    // Where the page has room for the heading alone, it waits below a result, or stands by itself.
    #expect(pageEnd(of: lines, from: 4, height: 4, taken: 1, headings: headings) == 4)
    #expect(pageEnd(of: lines, from: 4, height: 3, headings: headings) == 7)
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

  @Test func aCellOverItsBudgetOffersWhatIsRecorded() throws {
    let text = "```lectern budget=2s\na = 1\n```\n```output\nrecorded\n```\n\n```lectern\nb = 2\n```\n"
    var lesson = try lesson(text)
    #expect(lesson.budget == 2)
    lesson.receive(.cellEnded(.interrupted, seconds: 1.5))
    #expect(show(&lesson) == .cell(1, code: "a = 1"))
    lesson.receive(.cellEnded(.interrupted, seconds: 2.5))
    #expect(show(&lesson) == .overBudget(1, seconds: 2))
    var declined = lesson
    declined.receive(.interrupted)
    #expect(show(&declined) == .cell(1, code: "a = 1"))
    #expect(lesson.receive(.line("x = 1")) == .experiment(1, 1, code: "x = 1"))
    #expect(lesson.receive(.line("")) == .command(":skip"))
    #expect(lesson.skip() == 1...1)
    #expect(show(&lesson) == .cell(2, code: "b = 2"))
    #expect(lesson.finished.isEmpty)
    // A fit that ended late has ended well.
    var late = try self.lesson(text)
    late.receive(.cellEnded(.finished, seconds: 9))
    #expect(show(&late) == .cell(2, code: "b = 2"))
  }

  /// Of a fit that is stopped the model stays, and the lesson goes on.
  @Test func aCellThatEndedLateOffersItToo() throws {
    let text = "```lectern budget=0.000001s\na = 1\n```\n```output\nas recorded\n```\n\n```lectern\nb = 2\n```\n"
    let (session, said) = try session(text)
    type(["a = 1"], in: session)
    #expect(said().contains("cell 1 took longer than its") && session.lesson?.waitingCell == 2)
    type([":recorded", "b = 2"], in: session)
    let shown = said()
    #expect(shown.contains("as recorded") && !shown.contains("took longer"), "\(shown)")
  }

  @Test func budgetsAreReadAndWritten() throws {
    for (written, seconds) in [("5s", 5.0), ("500ms", 0.5), ("2min", 120), ("1.5s", 1.5)] {
      let document = try SessionDocument(parsing: "```lectern budget=\(written)\n1\n```\n", name: "x.md")
      #expect(document.cells[0].options.budget == seconds)
      let copy = SessionDocument.Cell(code: "1\n", options: document.cells[0].options, recorded: nil)
      let read = try SessionDocument(
        parsing: SessionDocument(frontMatter: FrontMatter(), parts: [.cell(copy)]).text, name: "x.md")
      #expect(read.cells[0].options.budget == seconds)
    }
    for wrong in ["5", "s", "-1s", "0s", "nans", "infs", "5h"] {
      #expect(throws: (any Error).self) {
        try SessionDocument(parsing: "```lectern budget=\(wrong)\n1\n```\n", name: "x.md")
      }
    }
  }

  @Test func keysDoWhatCommandsDo() throws {
    var lesson = try lesson()
    #expect(show(&lesson) == .cell(1, code: "a = 1"))
    #expect(lesson.receive(.key(.next, line: "a = 1")) == .run(1))
    #expect(lesson.receive(.key(.next, line: "half a li")) == .nothing)
    #expect(lesson.isDraft("half a li") && !lesson.isDraft("a = 1\n") && !lesson.isDraft(" "))
    #expect(lesson.receive(.key(.back, line: "")) == .command(":back"))
    #expect(lesson.receive(.key(.map, line: "x")) == .command(":cells"))
    #expect(lesson.receive(.key(.answer, line: "")) == .command(":answer"))
    let name: (Lesson.Key) -> String = { "\($0)" }
    #expect(lesson.status(keys: name) == ["cell 1 of 3", "next next", "map cells"])
    lesson.receive(.cellEnded(.finished))
    _ = show(&lesson)
    lesson.receive(.key(.next, line: ""))
    lesson.receive(.cellEnded(.finished))
    #expect(show(&lesson) == .answer(title: "Why?"))
    #expect(lesson.status(keys: name) == ["cell 3 of 3", "answer answer", "next next", "back back", "map cells"])
    lesson.receive(.key(.next, line: ""))
    lesson.receive(.cellEnded(.finished))
    #expect(lesson.status(keys: name).first == "all 3 cells")
  }

  // MARK: - In a session

  @Test func aKeyKeepsWhatWasBegun() throws {
    let (session, said) = try session()
    while case .show? = session.lesson?.next { session.lessonShown(lines: 1, of: 1) }
    #expect(session.lessonKey(.next, line: "c = ") == "c = ")
    #expect(session.lessonKey(.map, line: "c = ") == "c = ")
    #expect(said().contains("a = 1"))
    #expect(session.lessonKey(.next, line: "a = 1") == nil)
    #expect(session.lesson?.finished == [1])
    #expect(session.lessonKey(.back, line: "c = ") == nil)
    #expect(session.lesson?.nextCell == 1)
  }

  @Test func whatIsNoLongerOfTheStateIsMarked() throws {
    let (session, said) = try session("```lectern\na = 1\n```\n\n```lectern\nb = 2\n```\n\n```lectern\nc = 3\n```\n")
    type(["a = 1", "b = 2"], in: session)
    #expect(session.lesson?.outdatedCells == nil)
    type([":cells"], in: session)
    #expect(!said().contains("↺"))
    type([":goto 1"], in: session)
    #expect(said().contains("the output of cells 1 to 2 is outdated"))
    type([":cells", ":history"], in: session)
    let shown = said()
    #expect(shown.contains("1 ← ↺") && shown.contains("2 ↺") && shown.contains("(outdated)"))
    type(["a = 1"], in: session)
    #expect(session.lesson?.outdatedCells == "the output of cell 2 is outdated")
  }

  @Test func skippingShowsTheRecordingAndRunsNothing() throws {
    let text = "```lectern\na = 1\n```\n```output\nas recorded\n```\n\n```lectern\na = 2\n```\n"
    let (session, said) = try session(text)
    type([":skip"], in: session)
    let shown = said()
    #expect(shown.contains("as recorded") && shown.contains("cell 1 did not run"))
    #expect(session.value(named: "a") == nil && session.lesson?.waitingCell == 2)
    type([":recorded", ":goto 1"], in: session)
    #expect(said().contains("as recorded"))
    #expect(session.lesson?.nextCell == 1)
    type([":skip", "", ":skip"], in: session)
    #expect(said().contains("no cell of a lesson waits here"))
  }

  /// What checks a cell's result is hidden behind it, and has nothing to check where the cell did not run.
  @Test func skippingPassesTheHiddenCellsBehind() throws {
    let text = "```lectern\na = 1\n```\n\n```lectern hide\nassert $a == 1\n```\n\n```lectern\nb = 2\n```\n"
    let (session, said) = try session(text)
    type([":skip"], in: session)
    #expect(session.lesson?.waitingCell == 3 && !said().contains("error"))
    type(["b = 2", ":goto 3"], in: session)
    #expect(session.value(named: "a") == nil && session.value(named: "b") == nil)
  }

  /// It stands at the prompt then, and whoever teaches needs a way on.
  @Test func aHiddenCellThatFailsSaysHowToContinue() throws {
    let text = "```lectern\na = 1\n```\n\n```lectern hide\nx = $missing\n```\n\n```lectern\nb = 2\n```\n"
    let (session, said) = try session(text)
    type(["", ":skip"], in: session)
    let shown = said()
    #expect(shown.contains("cell 2 is hidden and failed; `:skip` continues without it"), "\(shown)")
    #expect(shown.contains("cell 2 did not run; nothing is recorded for it"), "\(shown)")
    #expect(session.lesson?.waitingCell == 3)
  }

  @Test func goingForwardAgainRestoresNames() throws {
    let (session, said) = try session()
    type(["", "", "", ":goto 1"], in: session)
    #expect(session.value(named: "a") == nil && session.value(named: "b") == nil)
    type([":goto 3"], in: session)
    #expect(session.value(named: "a") != nil && session.value(named: "b") != nil)
    #expect(said().contains("cell 3 waits; variables and results are as before it runs"))
  }

  @Test func cellsThatAreJumpedOverAreNamed() throws {
    let (session, said) = try session()
    type([":goto 3"], in: session)
    #expect(said().contains("cells 1 to 2 have not run, and what they define is missing"))
    type([":goto 1", "", ":goto 3"], in: session)
    #expect(said().contains("cell 2 has not run, and what it defines is missing"))
    #expect(session.value(named: "a") != nil)
  }

  /// A hidden cell would run at once, without the results that it checks.
  @Test func goingToAHiddenCellWaitsAtWhatItChecks() throws {
    let text = "```lectern\na = 1\n```\n\n```lectern\nb = 2\n```\n\n```lectern hide\nc = $b\n```\n"
    let (session, said) = try session(text)
    type([":goto 3"], in: session)
    #expect(session.lesson?.waitingCell == 2)
    let shown = said()
    #expect(shown.contains("cell 3 is hidden and checks cell 2") && !shown.contains("error"), "\(shown)")
    type(["", ":goto 3"], in: session)
    #expect(session.lesson?.waitingCell == 3 && !said().contains("hidden"))
  }

  @Test(arguments: [("Жрудз", ":help"), (" Жпщещ 4", ":goto"), (":рудз", ":help"), ("Жащщ", nil)])
  func commandsInAnotherLayoutGetAHint(_ typed: String, _ meant: String?) throws {
    let (session, said) = try session()
    session.run(typed)
    let shown = said()
    #expect(shown.contains("error"))
    #expect(shown.contains("did you mean `\(meant ?? "")`?") == (meant != nil), "\(shown)")
  }

  @Test(arguments: ["goto 3", "  save lesson.md"]) func commandsWithoutAColonGetAHint(_ typed: String) throws {
    let (session, said) = try session()
    session.run(typed)
    #expect(typed.contains("save") != said().contains("hint: `:goto 3`"))
  }

  @Test func dimLinesBreakBetweenWordsOnAScreenOnly() {
    let text = "names and results are as before it ran"
    let style = Settings().tableStyle(width: 20)
    let screen = Presentation(tables: style, wrapsNotes: true).styledText(.note(text))?.plain
    #expect(screen == "names and results\nare as before it ran")
    #expect(Presentation(tables: style).styledText(.note(text))?.plain == text)
  }

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
