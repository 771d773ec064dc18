import Display
import Foundation
import Generators
import Notebook
import Parallelism
import Testing

/// Every command with every argument that somebody might give it, run for real: none traps, hangs or breaks what prints.
@Suite struct CommandGridTests {
  /// The commands, as completion knows them.
  static let commands = Session().completions(in: ":", at: 1).candidates.map(\.text)

  static let arguments: [String] =
    [
      "", "-9223372036854775808", "9223372036854775807", "9223372036854775808", "-9223372036854775809", "-1", "0", "1",
      "2", "1e308", "nan", "1-9223372036854775807", "9223372036854775806-9223372036854775807", "1-99999", "3-1", "1-",
      "-", "--", ",", ",,1,,", "1,2,1-2", "\"", "'", "\"\"", "''", "``", "`", "missing", "/", "/dev/null", "/dev/full",
      ".",
      "..", "~", "~/", "/proc/self/mem", "missing/missing.md", "\u{0}", "\u{1B}[31m", "\u{202E}gnp", "\u{FEFF}", "*",
      "[", "{",
      "$x", "| head 1", "t | sample 3", "t | sample 3;", "t | sort", ":time t", ":quit", "s = t | sample 2", "(", "on",
      "off",
      "t", "m", "c", "vars", "help", "_", "__", "_0", "_1", "_-1", "_9223372036854775807", "_99999999999999999999",
      "t,m c",
    ] + [
      String(repeating: "a", count: 5_000), String(repeating: "1,", count: 5_000), String(repeating: "(", count: 5_000),
    ]
    + Settings.all.filter { !["threads", "memory"].contains($0.name) }.flatMap { setting in
      ["", "0", "1", "-1", "2", "100000", "9223372036854775807", "on", "off", "polars", "\u{1B}", "{id}{id}", "x y"].map
      {
        "\(setting.name) \($0)"
      }
    }

  private static let lesson = """
    # A lesson

    ```lectern
    t = table a = [1, 2, 3], b = ["x", null, "\u{1B}[2J"]
    ```

    ```lectern
    t | head 1
    ```
    """

  private static func inFolder(_ body: (String) throws -> Void) throws {
    let folder = try ScratchFolder()
    try folder.write("lesson.md", lesson)
    try withExtendedLifetime(folder) { try body(folder.path) }
  }

  @Test(arguments: commands) func aCommandTakesWhateverItIsGiven(_ command: String) throws {
    try Self.inFolder { folder in
      for argument in Self.arguments {
        let session = Session()
        // Files that an argument names are made and looked for nowhere else.
        session.confine(to: .beside(folder + "/lesson.md"))
        session.dataFolder = folder
        var text = ""
        session.emit = { [unowned session] piece in
          for presentation in [session.presentation, .recording(session.settings)] {
            text += presentation.styledText(piece)?.plain ?? ""
          }
        }
        session.run(
          "c = 7\nt = table a = [1, 2, 3], b = [\"x\", null, \"y\"]\nm = t | select user_id = a, product_id = a")
        session.run("m = m | fit TopPopular")
        try session.adopt(SessionDocument(parsing: Self.lesson, name: "lesson.md"), at: folder + "/lesson.md")
        session.run("\(command) \(argument)")
        // Whatever it has changed, the next cells print; another argument behind it changes nothing of that.
        if !session.isOver {
          session.run("table a = [1.5, null], b = [\"x\", \"y\"]\ntable a = [1] | plot bar\nnothing")
        }
        #expect(
          !text.unicodeScalars.contains { $0.value < 0x20 && $0 != "\n" || $0 == "\u{202E}" }, "\(command) \(argument)")
      }
    }
  }

  @Test func thereAreCommands() {
    #expect(Self.commands.count >= 20)
    #expect([":goto", ":check", ":time", ":rerun"].allSatisfy(Self.commands.contains))
  }

  /// Sessions that ask for themselves, for each other, or to be checked in the middle of being checked.
  @Test(arguments: [
    ":check", ":next", ":run", ":goto 1\n:run", ":back\n:next", ":open \"loop.md\"\n:run", ":open \"loop.md\"\n:next",
    ":rerun 1", ":rerun 1-9", ":open \"loop.md\"\n:check", ":time :check", ":time :time :next",
    "t = table a = [1]\n:goto 1\n:next\n:next",
  ])
  func aSessionThatAsksForItselfEnds(_ code: String) throws {
    try Self.inFolder { folder in
      let path = folder + "/loop.md"
      let code = code.replacing("loop.md", with: path)
      let text = "```lectern\nx = 1\n```\n\n```lectern\n\(code)\n```\n\n```lectern\n\(code)\n```\n"
      try text.write(toFile: path, atomically: true, encoding: .utf8)
      let document = try SessionDocument(parsing: text, name: "loop.md")
      // As a file, as its own recording, and by hand.
      for body: (Session, SessionRunner) throws -> Void in [
        { _ = try $1.run(in: $0) }, { _ = $1.check(settings: $0.settings) }, { _ = try $1.record(in: $0) },
        { session, _ in
          try session.adopt(document, at: path)
          for _ in 0..<4 { session.run(code) }
          session.run(":run")
          session.run(":rerun 1-5")
          session.run(":rerun 1-9")
        },
      ] {
        let session = Session()
        try body(session, SessionRunner(document: document, path: path))
        #expect(session.nextCell < 200)
      }
    }
  }

  @Test func whatACommandRunsRunsNothingElse() {
    let session = Session()
    var said = ""
    session.emit = { piece in said = Presentation.recording(Settings()).styledText(piece)?.plain ?? "" }
    #expect(session.run("x = 5") == .finished)
    #expect(session.run(":rerun 1") == .finished)
    #expect(said == "x: 5 i64" && session.nextCell == 4)
    #expect(session.run(":rerun 2") == .failed)
    #expect(said.contains("might never end") && session.nextCell == 6)
    #expect(session.run(":rerun 1,3") == .finished)
    #expect(session.nextCell == 9)
    // A hidden cell of a lesson, which nobody starts.
    #expect(session.runUnseen(":rerun 1") == .failed && session.runUnseen("y = 1") == .finished)
    #expect(session.run(":time :vars") == .failed)
    #expect(said.contains("takes a statement"))
  }

  /// Neither at the ends of Int64 nor one beside the last cell is a cell.
  @Test(arguments: ["-9223372036854775808", "9223372036854775807", "-1", "0", "3", "99999999999999999999", "x", ""])
  func thereIsNoCellOfThatNumber(_ number: String) throws {
    let test = TestSession()
    try test.session.adopt(SessionDocument(parsing: Self.lesson, name: "lesson.md"), at: "lesson.md")
    test.run(":goto \(number)")
    #expect(test.diagnostics.count == 1)
    #expect(test.run(":goto 2") == "`:next` runs cell 2")
    #expect(test.run(":next").contains("head 1"))
  }
}
