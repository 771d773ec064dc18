import Notebook
import Testing

/// What happens in front of a class, told to the lesson alone: what it wants to be done, and where it stands afterwards.
/// `LessonScenarioTests` plays the same in a terminal.
@Suite struct PlayScenarioTests {
  enum Event: Sendable {
    case input(Lesson.Input)
    /// `:goto N`, or `:back` where N is the cell before.
    case goes(to: Int)
    /// A cell of the journal runs again, as the session is resumed.
    case resumes(Int)
    /// The file was changed.
    case file(String)
  }

  struct Scenario: Sendable, CustomTestStringConvertible {
    let testDescription: String
    var text = PlayScenarioTests.text
    /// What happens, what is to be done about it, and where the lesson stands then.
    let rows: [(event: Event, action: String, place: String)]
  }

  static let text = """
    ```lectern
    a = 1
    ```

    ```lectern
    b = $a + 1
    ```

    ```lectern budget=2s
    $b
    ```
    """

  private static let corrected = text.replacing("$a + 1", with: "$a + 2")
  private static let finished = Event.input(.cellEnded(.finished))

  static let scenarios: [Scenario] = [
    Scenario(
      testDescription: "improvising",
      rows: [
        (.input(.line("c = 5")), "experiment 1+1", "cell 1: a = 1"),
        (.input(.experimentEnded), "nothing", "experiment 1+2"),
        (.input(.line("$c + 1")), "experiment 1+2", "experiment 1+2"),
        (.input(.experimentEnded), "nothing", "experiment 1+3"),
        (.input(.line("?filter")), "command ?filter", "experiment 1+3"),
        (.input(.line("")), "nothing", "cell 1: a = 1"),
        (.input(.line("a = 1")), "run 1", "cell 1: a = 1"),
        (finished, "nothing", "cell 2: b = $a + 1"),
        (.input(.line("c = 6")), "experiment 2+1", "cell 2: b = $a + 1"),
      ]),
    Scenario(
      testDescription: "failing",
      rows: [
        (.input(.line("a = 1")), "run 1", "cell 1: a = 1"),
        (.input(.cellEnded(.failed)), "nothing", "cell 1: a = 1"),
        (.input(.line("nobody | head 3")), "experiment 1+1", "cell 1: a = 1"),
        (.input(.experimentEnded), "nothing", "experiment 1+2"),
        (.input(.line("")), "nothing", "cell 1: a = 1"),
        (finished, "nothing", "cell 2: b = $a + 1"),
      ]),
    Scenario(
      testDescription: "interrupting",
      rows: [
        (.input(.interrupted), "nothing", "experiment 1+1"),
        (.input(.line("")), "nothing", "cell 1: a = 1"),
        (.input(.cellEnded(.interrupted, seconds: 60)), "nothing", "cell 1: a = 1"),
        (finished, "nothing", "cell 2: b = $a + 1"),
        (finished, "nothing", "cell 3: $b"),
        (.input(.cellEnded(.interrupted, seconds: 1)), "nothing", "cell 3: $b"),
        (.input(.cellEnded(.interrupted, seconds: 3)), "nothing", "over budget 3"),
        (.input(.interrupted), "nothing", "cell 3: $b"),
        (.input(.cellEnded(.interrupted, seconds: 3)), "nothing", "over budget 3"),
        (.input(.line("")), "command :skip", "over budget 3"),
      ]),
    Scenario(
      testDescription: "going back",
      rows: [
        (finished, "nothing", "cell 2: b = $a + 1"),
        (finished, "nothing", "cell 3: $b"),
        (.input(.key(.back, line: "half a li")), "command :back", "cell 3: $b"),
        (.goes(to: 2), "nothing", "cell 2: b = $a + 1"),
        (.input(.line("b = $a + 1")), "run 2", "cell 2: b = $a + 1"),
        (finished, "nothing", "cell 3: $b"),
      ]),
    Scenario(
      testDescription: "going to a cell",
      rows: [
        (.goes(to: 3), "nothing", "cell 3: $b"), (.goes(to: 9), "nothing", "cell 3: $b"),
        (.input(.line("$b")), "run 3", "cell 3: $b"), (finished, "nothing", "end"),
        (.input(.line("1 + 1")), "experiment 4+1", "end"), (.goes(to: 1), "nothing", "cell 1: a = 1"),
      ]),
    Scenario(
      testDescription: "resuming",
      rows: [
        (.resumes(1), "nothing", "cell 2: b = $a + 1"),
        (.input(.experimentEnded), "nothing", "experiment 2+2"),
        (.resumes(2), "nothing", "cell 3: $b"),
      ]),
    Scenario(
      testDescription: "editing the file",
      rows: [
        (finished, "nothing", "cell 2: b = $a + 1"),
        (.file(corrected), "nothing", "cell 2: b = $a + 2"),
        (.input(.line("b = $a + 2")), "run 2", "cell 2: b = $a + 2"),
        (.file("```lectern\nz = 0\n```\n\n" + corrected), "nothing", "cell 3: b = $a + 2"),
      ]),
    // The terminal becomes narrow in the middle, so that the prose has more lines.
    Scenario(
      testDescription: "prose on a narrow terminal", text: "One.\n\nTwo.\n\n" + text,
      rows: [
        (.input(.shown(lines: 2, of: 4)), "nothing", "more"),
        (.input(.line("")), "nothing", "prose from line 2"),
        (.input(.shown(lines: 5, of: 9)), "nothing", "more"),
        (.input(.key(.next, line: "")), "nothing", "prose from line 5"),
        (.input(.shown(lines: 9, of: 9)), "nothing", "cell 1: a = 1"),
      ]),
  ]

  @Test(arguments: scenarios) func theLessonStandsWhereItShould(_ scenario: Scenario) throws {
    var lesson = Lesson(try SessionDocument(parsing: scenario.text, name: "lesson.md"))
    for (index, row) in scenario.rows.enumerated() {
      #expect(description(of: try take(row.event, in: &lesson)) == row.action, "row \(index)")
      #expect(description(of: lesson.next) == row.place, "row \(index)")
    }
  }

  private func take(_ event: Event, in lesson: inout Lesson) throws -> Lesson.Action {
    switch event {
    case .input(let input): return lesson.receive(input)
    case .goes(let number): _ = lesson.go(to: number)
    case .resumes(let number):
      lesson.wait(for: number)
      lesson.receive(.cellEnded(.finished))
    case .file(let text): _ = lesson.replace(with: try SessionDocument(parsing: text, name: "lesson.md"))
    }
    return .nothing
  }

  private func description(of action: Lesson.Action) -> String {
    switch action {
    case .nothing: "nothing"
    case .run(let number): "run \(number)"
    case .experiment(let cell, let experiment, _): "experiment \(cell)+\(experiment)"
    case .command(let line): "command \(line)"
    }
  }

  private func description(of next: Lesson.Next) -> String {
    switch next {
    case .show(_, let line): "prose from line \(line)"
    case .runHidden(let number): "hidden \(number)"
    case .ask(.more): "more"
    case .ask(.answer(let title)): "answer \(title)"
    case .ask(.cell(let number, let code)): "cell \(number): \(code)"
    case .ask(.overBudget(let number, _)): "over budget \(number)"
    case .ask(.experiment(let cell, let experiment)): "experiment \(cell)+\(experiment)"
    case .ask(.end): "end"
    }
  }
}
