import Display
import Foundation
import Generators
import Notebook
import Testing

/// What `:save` writes, what it leaves out and what it says of that.
@Suite struct SaveCommandTests {
  private final class Room {
    let session = Session()
    private let scratch: ScratchFolder
    private(set) var said = ""

    init() throws {
      scratch = try ScratchFolder()
      session.emit = { [weak self] piece in
        self?.said += (Presentation.recording(Settings()).styledText(piece)?.plain ?? "") + "\n"
      }
    }

    var folder: String { scratch.path }

    /// Saves and reads what was written.
    func save(_ words: String = "") throws -> String {
      said = ""
      session.host.confirm = { _ in true }
      session.run(":save \(folder)/s.md\(words)")
      return try String(contentsOfFile: folder + "/s.md", encoding: .utf8)
    }
  }

  @Test func whatFailedIsLeftOutUnlessAsked() throws {
    let room = try Room()
    for code in ["a = 1", "b = a +", "nothing_like_it", "$a + 1"] { room.session.run(code) }
    let saved = try room.save()
    #expect(saved.contains("a = 1") && saved.contains("$a + 1"))
    #expect(!saved.contains("nothing_like_it") && !saved.contains("expect=error"))
    #expect(room.said.contains("saved 2 cells to"))
    #expect(room.said.contains("left out: 2 cells that failed; `:save \(room.folder)/s.md all` keeps them"))
    let all = try room.save(" all")
    #expect(all.contains("nothing_like_it") && all.contains("expect=error"))
    #expect(room.said.contains("saved 4 cells") && !room.said.contains("left out"))
  }

  /// What stands before a mistake did what it says, and later cells rely on its names.
  @Test func statementsBeforeAMistakeAreKeptWhereTheyGaveNames() throws {
    let room = try Room()
    room.session.run("a = 41\n$a\noops")
    room.session.run("7\noops")
    room.session.run("$a + 1")
    let saved = try room.save()
    #expect(saved.contains("```lectern\na = 41\n$a\n```\n```output\na: 41 i64\n41\n```"), "\(saved)")
    #expect(!saved.contains("oops"))
    #expect(room.said.contains("left out: 2 cells that failed"))
    #expect(room.said.contains("for one of them, the statements before the error are saved"))
    let copy = Session()
    var report = ""
    copy.emit = { report += Presentation.recording(Settings()).styledText($0)?.plain ?? "" }
    copy.run(":open \(room.folder)/s.md\n:check")
    #expect(report.contains("2 cells, all as recorded"), "\(report)")
  }

  @Test func drawnSeedsBeforeAMistakeStandInTheirPlace() throws {
    let room = try Room()
    room.session.run("t = table a = [1, 2, 3]\ns = t | sample 2\nu = oops")
    let saved = try room.save()
    #expect(saved.contains(/s = t \| sample 2 seed=[0-9]+\n```/), "\(saved)")
  }

  @Test func whatALessonHasUndoneIsLeftOut() throws {
    let lesson = "```lectern\na = 1\n```\n\n```lectern\n$a + 1\n```\n\n```lectern expect=error\noops\n```\n"
    let room = try Room()
    try room.session.teach(
      SessionDocument(parsing: lesson, name: "lesson.md"), text: lesson, at: room.folder + "/missing.md")
    func show() { while case .show? = room.session.lesson?.next { room.session.lessonShown(lines: 1, of: 1) } }
    for line in ["a = 1", "x = 5", "1000 + 1", "y = 6", ":keep y", "$a + 1", "oops"] {
      show()
      room.session.runInLesson(line)
    }
    let saved = try room.save()
    // `x` was let go when the lesson went on, `y` was kept, and a sum names nothing.
    #expect(!saved.contains("x = 5") && saved.contains("y = 6") && saved.contains("1000 + 1"))
    #expect(saved.contains("```lectern expect=error\noops"))
    #expect(room.said.contains("left out: 1 cell that was undone"))
    room.session.runInLesson(":goto 2")
    let after = try room.save()
    #expect(after.contains("a = 1") && !after.contains("$a + 1") && !after.contains("oops"))
    #expect(room.said.contains("left out: 5 cells that were undone"), "\(room.said)")
  }

  @Test func aFileThatWasEditedSinceIsAskedFor() throws {
    let room = try Room()
    room.session.run("a = 1")
    _ = try room.save()
    var questions: [String] = []
    room.session.host.confirm = {
      questions.append($0); return false
    }
    #expect(room.session.run(":save \(room.folder)/s.md") == .finished)
    #expect(questions.isEmpty)
    try "mine".write(toFile: room.folder + "/s.md", atomically: true, encoding: .utf8)
    #expect(room.session.run(":save \(room.folder)/s.md") == .failed)
    #expect(questions.first?.contains("it was changed since this session wrote it") == true)
    #expect(try String(contentsOfFile: room.folder + "/s.md", encoding: .utf8) == "mine")
  }
}
