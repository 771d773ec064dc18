import Diagnostics
import Display
import Foundation
import Notebook
import Testing

@Suite struct JournalTests {
  private let folder = FileManager.default.temporaryDirectory.appending(path: "lectern-journals-\(UUID().uuidString)")
    .path

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
    defer { try? FileManager.default.removeItem(atPath: folder) }
    var dying: Session? = session()
    dying?.run("t = table a = [3, 1, 2, 5, 4]\nnothing")
    dying?.run("s = t | sample 3")
    dying?.run(":note Проза")
    dying?.run("t | filter a == b")
    dying?.run(":set rows 7")
    let drawn = rows(of: "s", in: dying)
    dying = nil

    let entry = try #require(try journals.newest())
    #expect(entry.wasCutOff)
    #expect(entry.document.cells.count == 5)
    #expect(entry.document.cells[1].code.contains("seed="))
    let again = Session()
    let resumption = try again.resume(entry.document)
    #expect(resumption.isComplete)
    #expect(resumption.unfinished == nil)
    #expect(again.nextCell == 6)
    #expect(again.settings.rows == 7)
    #expect(rows(of: "t", in: again) == ["3", "1", "2", "5", "4"])
    #expect(rows(of: "s", in: again) == drawn)
  }

  @Test func aCellStandsInTheJournalBeforeItsResultIsShown() throws {
    defer { try? FileManager.default.removeItem(atPath: folder) }
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
    defer { try? FileManager.default.removeItem(atPath: folder) }
    var session: Session? = session()
    session?.run("a = 1")
    session?.run(":quit")
    session?.endJournal()
    #expect(try journals.newest() == nil, "a session that lives holds its journal")
    session = nil
    let entry = try #require(try journals.newest())
    #expect(!entry.wasCutOff)
    let again = Session()
    _ = try again.resume(entry.document)
    #expect(!again.isOver)
  }

  @Test func aTornJournalCountsAsFarAsItGoes() throws {
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(atPath: folder) }
    try "```lectern\na = 1\n```\n```output\na: 1 i64\n```\n\n```lectern\nb = ".write(
      toFile: folder + "/2026-01-01.md", atomically: true, encoding: .utf8)
    let entry = try #require(try journals.newest())
    #expect(entry.document.cells.map(\.code) == ["a = 1\n"])
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
