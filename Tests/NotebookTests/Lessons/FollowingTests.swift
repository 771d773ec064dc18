import Diagnostics
import Display
import Foundation
import Testing

import Notebook

/// What terminals that follow a lesson are told, and what they make of it.
@Suite struct FollowingTests {
  private static let text = """
    ---
    title: Lesson
    duration: 1h 20m
    ---
    # One

    <!-- note: Say hello.
    Twice. -->

    ```lectern budget=5s
    a = 1
    ```

    ## Two

    <!-- note: Ask first. --> <!-- pause -->

    ```lectern
    b = $a + 1
    ```
    """

  private func lesson() throws -> Lesson {
    Lesson(try SessionDocument(parsing: FollowingTests.text, name: "lesson.md"))
  }

  private func report() throws -> LessonReport { try lesson().report(file: "/x/lesson.md", started: 1000) }

  @Test func aReportSaysWhatTheSpeakerNeeds() throws {
    var lesson = try lesson()
    var report = lesson.report(file: "/x/lesson.md", started: 1000)
    #expect(report.title == "Lesson")
    #expect(report.planned == 4800)
    #expect(report.phase == .prose)
    #expect(report.nextCell == 1)
    #expect(report.notes == ["Say hello.\nTwice."])
    #expect(report.budget == 5)
    #expect(report.heading == "One")
    #expect(report.codeAfter == "b = $a + 1")
    lesson.receive(.shown(lines: 1, of: 1))
    #expect(lesson.report(file: "", started: 0).phase == .waiting)
    #expect(lesson.report(file: "", started: 0, isRunning: true).phase == .running)
    lesson.receive(.cellEnded(.finished))
    report = lesson.report(file: "/x/lesson.md", started: 1000)
    #expect(report.nextCell == 2)
    #expect(report.finishedCount == 1)
    #expect(report.notes == ["Ask first."])
    #expect(report.heading == "Two")
    #expect(report.codeAfter == nil)
  }

  @Test(
    arguments: [
      ("80", 4800), ("80 min", 4800), ("1h 20m", 4800), ("90s", 90), ("1.5h", 5400), ("", nil), ("soon", nil),
      ("5 weeks", nil), ("-3", nil), ("1e9", nil),
    ] as [(String, Double?)])
  func durations(_ text: String, _ seconds: Double?) {
    #expect(LessonReport.seconds(text) == seconds)
  }

  @Test func messagesComeThroughHoweverTheyAreCut() throws {
    let messages: [LessonMessage] = [
      .report(try report()),
      .output([
        LessonLine(
          StyledLine([.init("a\n\"ü\"", .code), .init("link", .link(url: "https://x.y/z")), .init("s", .series(3))]))
      ]), .left,
    ]
    let bytes = Array(messages.map(\.line).joined().utf8)
    for size in [1, 7, 1000, 100_000] {
      var reader = LessonMessages()
      var found: [LessonMessage] = []
      for start in stride(from: 0, to: bytes.count, by: size) {
        found += reader.receive(bytes[start..<min(start + size, bytes.count)])
      }
      #expect(found == messages)
    }
    var reader = LessonMessages()
    #expect(reader.receive(Array("nonsense\n{}\n".utf8) + Array(LessonMessage.left.line.utf8)) == [.left])
    #expect(reader.receive([UInt8](repeating: 65, count: LessonMessage.longestLine + 1)).isEmpty)
    #expect(reader.receive(Array("\n".utf8) + Array(LessonMessage.left.line.utf8)) == [.left])
  }

  @Test func theSpeakerSeesNotesCellAndTime() throws {
    var view = SpeakerView(file: "/x/lesson.md")
    #expect(view.screen(rows: 24, columns: 80, now: 0, clock: "10:00").plain.contains("no terminal plays it yet"))
    view.connect()
    view.receive(.report(try report()))
    for (rows, columns) in [(24, 80), (30, 100), (5, 20), (1, 1)] {
      let screen = view.screen(rows: rows, columns: columns, now: 1000 + 600, clock: "10:00")
      #expect(screen.lines.count == rows)
      #expect(screen.width() <= columns)
    }
    let screen = view.screen(rows: 24, columns: 80, now: 1000 + 600, clock: "10:00")
    let lines = screen.plain
    for expected in [
      "Lesson · cell 1 of 2 · prose", "elapsed 10 min · left 1 h 10 min of 1 h 20 min", "Say hello.", "Twice.",
      "In [1]:  at most 5", "a = 1", "then: b = $a + 1",
    ] { #expect(lines.contains(expected), "\(expected)") }
    #expect(screen.lines[0].plain.hasSuffix("10:00"))
    #expect(view.screen(rows: 24, columns: 80, now: 1000 + 6000, clock: "").plain.contains("over by 20 min"))
    view.disconnect()
    #expect(view.screen(rows: 24, columns: 80, now: 0, clock: "").plain.contains("the lesson's terminal has gone"))
    view.connect()
    view.receive(.left)
    view.disconnect()
    #expect(view.screen(rows: 24, columns: 80, now: 0, clock: "").plain.contains("the lesson was left"))
    view.press(.leave, height: 24)
    #expect(view.isOver)
  }

  @Test func longNotesScroll() throws {
    var report = try report()
    report.notes = [(1...50).map { "line \($0)" }.joined(separator: "\n")]
    var view = SpeakerView(file: "lesson.md")
    view.connect()
    view.receive(.report(report))
    func shows(_ text: String) -> Bool {
      view.screen(rows: 24, columns: 80, now: 0, clock: "").plain.split(separator: "\n").contains { $0 == text }
    }
    #expect(shows("line 1") && !shows("line 40"))
    for _ in 0..<10 { view.press(.pageDown, height: 24) }
    #expect(!shows("line 1") && shows("line 50"))
    for _ in 0..<10 { view.press(.pageUp, height: 24) }
    #expect(shows("line 1"))
  }

  @Test func theAudienceSeesWhatWasShown() throws {
    var view = AudienceView()
    #expect(view.receive(.report(try report()), columns: 80).plain.contains("following Lesson, cell 1 of 2"))
    #expect(view.receive(.report(try report()), columns: 80).isEmpty)
    let line = LessonLine(StyledLine("one two three four"))
    #expect(view.receive(.output([line]), columns: 80).plain == "one two three four")
    #expect(view.receive(.output([line]), columns: nil).plain == "one two three four")
    let narrow = view.receive(.output([line]), columns: 10)
    #expect(narrow.plain.contains("wider than these 10 columns"))
    #expect(narrow.plain.hasSuffix("one two\nthree four"))
    #expect(!view.receive(.output([line]), columns: 10).plain.contains("wider"))
    #expect(view.receive(.left, columns: 80).plain == "the lesson was left" && view.wasLeft)
  }

  @Test func aLessonIsChosen() throws {
    func report(_ file: String) throws -> LessonReport {
      var report = try self.report()
      report.file = file
      return report
    }
    #expect(throws: Diagnostic.self) { try LessonSockets.choose(from: [], file: nil) }
    #expect(try LessonSockets.choose(from: [], file: "/a.md") == nil)
    let one = try LessonSockets.choose(from: [report("/a.md")], file: nil)
    #expect(one?.index == 0 && one?.remark == nil)
    let two = try LessonSockets.choose(from: [report("/b.md"), report("/a.md"), report("/a.md")], file: "/a.md")
    #expect(two?.index == 1 && two?.remark?.contains("2 terminals") == true)
    #expect(throws: Diagnostic.self) { try LessonSockets.choose(from: [report("/b.md"), report("/a.md")], file: nil) }
  }

  @Test func theFolderIsThePersonsOwn() throws {
    let runtime = LessonSockets(environment: { ["XDG_RUNTIME_DIR": "/run/user/7", "TMPDIR": "/t"][$0] }, user: 7)
    #expect(runtime.folder == "/run/user/7/lectern")
    #expect(
      LessonSockets(environment: { ["XDG_RUNTIME_DIR": "x", "TMPDIR": "/t"][$0] }, user: 7).folder == "/t/lectern-7")
    #expect(LessonSockets(environment: { _ in nil }, user: 7).folder == "/tmp/lectern-7")
  }

  @Test func aLessonIsFoundAndADeadOneIsRemoved() throws {
    let folder = FileManager.default.temporaryDirectory.appending(path: "l\(UUID().uuidString.prefix(8))").path
    defer { try? FileManager.default.removeItem(atPath: folder) }
    let sockets = LessonSockets(folder: folder)
    #expect(try sockets.lessons().lessons.isEmpty)
    let broadcast = try LessonBroadcast(in: sockets)
    let path = sockets.path(of: getpid())
    var status = stat()
    #expect(stat(path, &status) == 0 && status.st_mode & 0o777 == 0o600)
    #expect(stat(folder, &status) == 0 && status.st_mode & 0o777 == 0o700)
    let line = LessonLine(StyledLine("shown", .title))
    broadcast.send(.report(try report()))
    broadcast.send(.output([line]))
    // One who comes later is told what was shown before.
    let found = try sockets.lessons().lessons
    #expect(found.first?.report == (try report()))
    guard let lesson = found.first else { return }
    broadcast.send(.output([line, line]))
    broadcast.close()
    var messages = lesson.messages
    while lesson.connection.isOpen { messages += lesson.connection.receive(within: 1000) }
    #expect(messages == [.report(try report()), .output([line]), .output([line, line]), .left])
    #expect(!FileManager.default.fileExists(atPath: path))

    // A socket that nobody listens at any more.
    let descriptor = socket(AF_UNIX, streamSocket, 0)
    if let address = socketAddress(path) { _ = withSocketAddress(address) { bind(descriptor, $0, $1) } }
    closeDescriptor(descriptor)
    #expect(FileManager.default.fileExists(atPath: path))
    #expect(try sockets.lessons().removedCount == 1)
    #expect(!FileManager.default.fileExists(atPath: path))

    // A folder that others may enter is none of ours.
    #expect(chmod(folder, 0o755) == 0)
    #expect(throws: Diagnostic.self) { try LessonBroadcast(in: sockets) }
    #expect(throws: Diagnostic.self) { try sockets.lessons() }
  }
}
