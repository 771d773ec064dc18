import Foundation
import Notebook
import Query
import TestSupport
import Testing

/// Every example of every declaration runs as it stands, and the manual that shows them is the one in `docs`.
@Suite struct ExampleTests {
  @Test(arguments: Session.examples)
  func runs(_ example: Example) throws {
    let folder = FileManager.default.temporaryDirectory.appending(path: "lectern-example-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    let lesson = folder.appending(path: "lesson.md").path
    try "```lectern\n1 + 1\n```\n```output\n2\n```\n\n```lectern\n2 + 2\n```\n```output\n4\n```\n".write(
      toFile: lesson, atomically: true, encoding: .utf8)

    // Two cells were run and a session is open, as some commands want it.
    let test = TestSession()
    test.session.host.edit = { $0 }
    for line in ["train = train | concat train", "test | head 1", ":open \(lesson)", ":next"] { test.run(line) }
    #expect(test.diagnostics.isEmpty)
    let code = example.code.replacing("save \"", with: "save \"\(folder.path)/")
      .replacing("lesson.md", with: folder.path + (example.code.contains("save") ? "/other.md" : "/lesson.md"))
    let said = test.run(code)
    #expect(test.diagnostics.isEmpty, "\(example.code)\n\(said)")
  }

  @Test func examplesAreMany() {
    #expect(Session.examples.count > 200)
  }

  @Test func theManualIsCurrent() throws {
    let file = SeminarTests.root.appending(path: "docs/REFERENCE.md")
    // `make reference` writes it.
    expectText(referenceManual(), equals: try String(contentsOf: file, encoding: .utf8))
  }
}
