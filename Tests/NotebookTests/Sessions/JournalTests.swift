import Diagnostics
import Display
import Foundation
import Generators
import Notebook
import Testing

@Suite struct JournalTests {
  private let scratch: ScratchFolder

  init() throws { scratch = try ScratchFolder() }

  private var folder: String { scratch.path }

  private var journals: Journals { Journals(in: folder) }

  /// A session that keeps a journal.
  private func session(startingWith document: SessionDocument? = nil) -> Session {
    let session = Session()
    session.journal = Journal(
      in: folder,
      startingWith: document ?? SessionDocument(frontMatter: Journal.frontMatter(of: session), parts: []))
    return session
  }

  @Test func aSessionThatDiesIsBroughtBack() throws {
    var dying: Session? = session()
    dying?.run("t = table a = [3, 1, 2, 5, 4]\nnothing")
    dying?.run("s = t | sample 3")
    dying?.run(":note Проза")
    dying?.run("t | filter a == b")
    dying?.run(":set rows 7")
    let drawn = rows(of: "s", in: dying)
    dying = nil

    let entry = try #require(journals.newest())
    #expect(entry.wasCutOff)
    let document = try entry.document
    #expect(document.cells.count == 5)
    #expect(document.cells[1].code.contains("seed="))
    let again = Session()
    let resumption = try again.resume(try entry.document)
    #expect(resumption.isComplete)
    #expect(resumption.unfinished == nil)
    #expect(again.nextCell == 6)
    #expect(again.settings.rows == 7)
    #expect(rows(of: "t", in: again) == ["3", "1", "2", "5", "4"])
    #expect(rows(of: "s", in: again) == drawn)
  }

  @Test func aCellStandsInTheJournalBeforeItsResultIsShown() throws {
    let session = session()
    var seen: [String] = []
    session.emit = { _ in
      seen.append((try? String(contentsOfFile: session.journal?.path ?? "", encoding: .utf8)) ?? "")
    }
    session.run("table a = [1, 2, 3] | sample 2")
    let text = try #require(seen.first)
    #expect(text.contains("sample 2 seed="))
    #expect(!text.contains("```output"))
  }

  @Test func theCellThatWasRunningIsNotRunAgain() throws {
    let text = """
      ---
      title: x
      ---

      ```lectern
      a = 1
      ```
      ```output
      a: 1 i64
      ```

      ```lectern skip
      b = 2
      ```
      ```output
      interrupted
      ```

      ```lectern
      crash = 3
      ```

      """
    let session = Session()
    let resumption = try session.resume(SessionDocument(parsing: text, name: "journal"))
    #expect(session.names == ["a"])
    #expect(session.nextCell == 3)
    #expect(resumption.unfinished == "crash = 3")
    #expect(resumption.document.cells.map(\.code) == ["a = 1\n", "b = 2\n"])
  }

  @Test func aSessionThatWasLeftIsNoneThatDied() throws {
    var session: Session? = session()
    session?.run("a = 1")
    session?.run(":quit")
    session?.endJournal()
    #expect(journals.newest() == nil, "a session that lives holds its journal")
    session = nil
    let entry = try #require(journals.newest())
    #expect(!entry.wasCutOff)
    let again = Session()
    _ = try again.resume(try entry.document)
    #expect(!again.isOver)
  }

  @Test func aTornJournalCountsAsFarAsItGoes() throws {
    try "```lectern\na = 1\n```\n```output\na: 1 i64\n```\n\n```lectern\nb = ".write(
      toFile: folder + "/2026-01-01.md", atomically: true, encoding: .utf8)
    let entry = try #require(journals.newest())
    #expect(try entry.document.cells.map(\.code) == ["a = 1\n"])
  }

  /// What wrote files is left out where a session is brought back: they may have been edited since.
  @Test func filesThatWereWrittenThenStayAsTheyAreNow() throws {
    let out = folder + "-out"
    try FileManager.default.createDirectory(atPath: out, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(atPath: out) }
    let stages = [
      "save \"\(out)/t.csv\" overwrite=true", "save \"\(out)/t.md\" overwrite=true",
      "plot bar x=a y=b save=\"\(out)/f.svg\" overwrite=true", "save \"\(out)/m.lectern\" overwrite=true",
    ]
    var dying: Session? = session()
    dying?.run("t = table a = [3, 1], b = [5, 6], user_id = [1, 2], product_id = [7, 7]\nm = t | fit TopPopular")
    dying?.run("t | \(stages[0])")
    dying?.run("t | \(stages[1])\nt | \(stages[2])\nm | \(stages[3])\nx = 5")
    dying?.run(":save \(out)/session.md")
    dying = nil
    let files = try FileManager.default.contentsOfDirectory(atPath: out).sorted()
    #expect(files == ["f.svg", "m.lectern", "session.md", "t.csv", "t.md"])
    for file in files { try "edited".write(toFile: "\(out)/\(file)", atomically: true, encoding: .utf8) }

    let again = Session()
    let resumption = try again.resume(try #require(journals.newest()).document)
    #expect(resumption.isComplete)
    #expect(resumption.leftOut == stages)
    #expect(again.names == ["t", "m", "x"])
    for file in files { #expect(try String(contentsOfFile: "\(out)/\(file)", encoding: .utf8) == "edited") }
    // The record says what happened then; cells that run from now on write again.
    #expect(again.run(":save \(out)/again.md") == .finished)
    #expect(try String(contentsOfFile: out + "/again.md", encoding: .utf8).contains("wrote 2 rows"))
    #expect(again.run("t | \(stages[0])") == .finished)
    #expect(try String(contentsOfFile: out + "/t.csv", encoding: .utf8).hasPrefix("a,b"))
  }

  /// Journals come in the order in which their sessions began, whatever the clock says, and whatever older versions
  /// named theirs.
  @Test func theOrderIsThatOfTheSessions() throws {
    for name in ["2099-01-01T00.00.00-1", "2001-01-01T00.00.00-1", "zzz", "99999999999999999999", "-5"] {
      try "```lectern\nold = 1\n```\n".write(toFile: "\(folder)/\(name).md", atomically: true, encoding: .utf8)
    }
    for number in 1...12 {
      let session = session()
      session.run("n = \(number)")
      let path = try #require(session.journal?.path)
      // As if the clock went backwards.
      try FileManager.default.setAttributes(
        [.modificationDate: Date(timeIntervalSince1970: Double(1_000_000 - number * 1_000))], ofItemAtPath: path)
    }
    let codes = try journals.entries().map { try $0.document.cells.first?.code ?? "" }
    #expect(codes.prefix(12) == (1...12).reversed().map { "n = \($0)\n" }[...])
    #expect(codes.count == 17)
    let summary = try #require(journals.entries().first).summary
    #expect(summary.contains("1 cell, ended in the middle: n = 12"))
  }

  /// A session that crashed can be brought back whatever came after it.
  @Test func aCrashedSessionOutlivesThoseThatWereLeft() throws {
    var crashed: Session? = session()
    crashed?.run("crashed = 1")
    crashed = nil
    for number in 0..<25 {
      let session = session()
      session.run("n = \(number)")
      session.endJournal()
    }
    journals.prune()
    let entries = journals.entries()
    #expect(entries.count == 21)
    let last = try #require(entries.last)
    #expect(last.wasCutOff && entries.dropLast().allSatisfy { !$0.wasCutOff })
    #expect(try last.document.cells.map(\.code) == ["crashed = 1\n"])
    // One that is being written, and one that is held by who looks at it, are nobody else's.
    withExtendedLifetime(entries) { #expect(journals.entries().isEmpty) }
  }

  /// Two sessions that begin at once have two journals.
  @Test func sessionsSideBySideHaveJournalsOfTheirOwn() throws {
    let sessions = (0..<8).map { _ in session() }
    for session in sessions { session.run("a = 1") }
    for session in sessions { session.run("b = 1") }
    #expect(Set(sessions.compactMap { $0.journal?.path }).count == 8)
  }

  /// What a stranger's session may not do, it may not do when it is brought back.
  @Test func aStrangersSessionStaysOne() throws {
    try FileManager.default.createDirectory(atPath: folder + "/session", withIntermediateDirectories: true)
    let secret = "s = load \"\(folder)/secret.csv\""
    try "a\n1\n".write(toFile: folder + "/secret.csv", atomically: true, encoding: .utf8)
    let file = folder + "/session/evil.md"
    try "```lectern\n\(secret)\n```\n".write(toFile: file, atomically: true, encoding: .utf8)
    // The whole session, and cells of a file that was opened in one of the person's own.
    for isWhole in [true, false] {
      var dying: Session? = Session()
      if isWhole { dying?.confine(to: .beside(file)) }
      dying?.trusted = TrustedFolders(in: nil)
      if let dying {
        dying.journal = Journal(
          in: folder, startingWith: SessionDocument(frontMatter: Journal.frontMatter(of: dying), parts: []))
        dying.run(isWhole ? secret : ":open \(file)")
        if !isWhole { dying.run(":next") }
      }
      dying = nil
      let document = try #require(journals.newest()).document
      let again = Session()
      again.trusted = TrustedFolders(in: nil)
      _ = try again.resume(document)
      #expect(again.names.isEmpty)
      #expect(again.run(secret) == (isWhole ? .failed : .finished))
    }
  }

  /// A seed that `:time` draws stands behind its verb, and a statement that is planned twice draws one.
  @Test func seedsStandWhereTheyWereDrawn() throws {
    // Whole numbers as far as the sniffer looks, and then one that is none.
    let numbers = (0..<200_000).map { "\($0)" } + ["0.5"]
    try ("a\n" + numbers.joined(separator: "\n") + "\n").write(
      toFile: folder + "/late.csv", atomically: true, encoding: .utf8)
    let load = "load \"\(folder)/late.csv\""
    for (code, expected) in [
      (":time s = t | sample 3", ":time s = t | sample 3 seed=SEED"),
      (":time s = t | sample 3;", ":time s = t | sample 3 seed=SEED;"),
      (":time t | sample 2 | sort a # «а»", ":time t | sample 2 seed=SEED | sort a # «а»"),
      ("x = \"да\"\n:time t | sample 2", "x = \"да\"\n:time t | sample 2 seed=SEED"),
      ("s = \(load) | filter a > 5 | sample 3", "s = \(load) | filter a > 5 | sample 3 seed=SEED"),
      ("\(load) | join (\(load) | sample 3) on a", "\(load) | join (\(load) | sample 3 seed=SEED) on a"),
    ] {
      let session = session()
      var drawn: [String] = []
      session.emit = { piece in
        if case .note(let text) = piece, text.hasPrefix("drew seed=") { drawn.append(String(text.dropFirst(10))) }
      }
      session.run("t = table a = [1, 2, 3, 4, 5]")
      #expect(session.run(code) == .finished, "\(code)")
      #expect(drawn.count == 1, "\(code)")
      let path = try #require(session.journal?.path)
      let text = try String(contentsOfFile: path, encoding: .utf8)
      #expect(text.contains(expected.replacing("SEED", with: drawn.first ?? "") + "\n"), "\(code)")
    }
  }

  /// Each seed stands behind the verb that drew it, however many a cell draws.
  @Test func severalSeedsOfACell() throws {
    let session = session()
    var drawn: [String] = []
    session.emit = { piece in
      if case .note(let text) = piece, text.hasPrefix("drew seed=") { drawn.append(String(text.dropFirst(10))) }
    }
    session.run("t = table a = [1, 2, 3, 4, 5]")
    #expect(session.run("x = t | sample 3\ny = t | sample 2 | sort a; z = t | sample fraction=0.4 by=a") == .finished)
    try #require(drawn.count == 3)
    let text = try String(contentsOfFile: try #require(session.journal?.path), encoding: .utf8)
    let expected =
      "x = t | sample 3 seed=\(drawn[0])\ny = t | sample 2 seed=\(drawn[1]) | sort a; "
      + "z = t | sample fraction=0.4 by=a seed=\(drawn[2])\n"
    #expect(text.contains("```lectern\n\(expected)```"))
  }

  /// A command that assigns is kept when a session is saved; others are not.
  @Test func whatTimeAssignsIsSaved() throws {
    let session = session()
    session.run("t = table a = [1, 2, 3]")
    session.run(":vars")
    session.run(":time s = t | sample 2")
    session.run("s | head 1")
    let saved = scratch.file("timed.md")
    session.run(":save \(saved)")
    let document = try SessionDocument(parsing: String(contentsOfFile: saved, encoding: .utf8), name: "timed.md")
    #expect(document.cells.count == 3)
    let replayed = Session()
    #expect(try SessionRunner(document: document, path: saved).run(in: replayed).isSuccess)
    #expect(rows(of: "s", in: replayed) == rows(of: "s", in: session))
  }

  /// Seeds that defined verbs draw have no place in the cell's code: its fence holds them, in the order of the draws.
  @Test func seedsOfDefinedVerbsComeBack() throws {
    var dying: Session? = session()
    dying?.run("t = table a = [1, 2, 3, 4, 5, 6, 7, 8, 9]")
    dying?.run("define some = sample 3\ndefine parts = some | sample 2")
    dying?.run("x = t | some; y = t | sample 4; z = t | parts")
    let drawn = ["x", "y", "z"].map { rows(of: $0, in: dying) }
    let saved = scratch.file("saved.md")
    dying?.run(":save \(saved)")
    dying = nil

    let entry = try #require(journals.newest())
    let resumed = Session()
    #expect(try resumed.resume(entry.document).isComplete)
    #expect(["x", "y", "z"].map { rows(of: $0, in: resumed) } == drawn)

    let document = try SessionDocument(parsing: String(contentsOfFile: saved, encoding: .utf8), name: "saved.md")
    let cell = try #require(document.cells.first { $0.code.hasPrefix("x = t") })
    #expect(cell.options.seeds.count == 3)
    #expect(cell.code.contains("sample 4 seed="))
    let replayed = Session()
    let report = try SessionRunner(document: document, path: saved).record(in: replayed)
    #expect(["x", "y", "z"].map { rows(of: $0, in: replayed) } == drawn)
    #expect(report.outputs.map { $0.map { $0 + "\n" } } == document.cells.map(\.recorded))
  }

  @Test func aFolderThatCannotBeWrittenIsSaidOnce() throws {
    let session = Session()
    session.journal = Journal(
      in: "/dev/null/journals", startingWith: SessionDocument(frontMatter: FrontMatter(), parts: []))
    var warnings = 0
    session.emit = { if case .diagnostic = $0 { warnings += 1 } }
    #expect(session.run("a = 1") == .finished)
    #expect(session.run("b = 2") == .finished)
    #expect(warnings == 1)
  }

  /// The values of a name's only column, as they are written.
  private func rows(of name: String, in session: Session?) -> [String] {
    guard let session else { return [] }
    var text = ""
    let listener = session.emit
    session.emit = { piece in
      text += Presentation.recording(session.settings).styledText(piece)?.plain ?? ""
    }
    defer { session.emit = listener }
    session.journal = nil
    session.run("\(name) | values a")
    return text.filter { $0.isNumber || $0 == "," }.split(separator: ",").map(String.init)
  }
}
