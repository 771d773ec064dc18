import Display
import Notebook
import Testing

/// An empty line stands between what two statements of a cell print, and nowhere else.
@Suite struct OutputSpacingTests {
  private func groups(_ code: String) -> [Int] {
    let test = TestSession()
    return test.run(code).split(separator: "\n\n", omittingEmptySubsequences: false).map {
      $0.split(separator: "\n", omittingEmptySubsequences: false).count
    }
  }

  @Test(arguments: [
    ("train | head 1 | select user_id", 1),
    ("train | head 1 | select user_id\ntest | head 1 | select user_id", 2),
    ("a = 1\nb = 2\n$a + $b", 1),
    ("a = train | head 1\na | select user_id\nb = 2\n[1, 2]\n[3]", 5),
    ("train | head 1;\ntrain | head 1 | select user_id", 1),
    ("train | filter user_id == null | head 1 | select user_id", 1),
  ]) func statementsStandApart(_ code: String, _ count: Int) {
    let found = groups(code)
    #expect(found.count == count)
    #expect(!found.contains(0))
  }

  /// A recording made before there was an empty line still agrees.
  @Test func recordingsWithoutItAgree() {
    let test = TestSession()
    let said = test.run("train | head 1\ntest | head 1")
    #expect(said.contains("\n\n"))
    let older = said.replacing("\n\n", with: "\n")
    #expect(RecordingComparison().differences(recorded: older, found: said).isEmpty)
  }

  @Test func aPageDrawsARuleBetween() throws {
    let html = try #require(ExportFormat.all.first { $0.name == "html" })
    func page(_ code: String) throws -> String {
      let text = "```lectern\n\(code)\n```\n```output\n\(TestSession().run(code))\n```\n"
      return try html.text(SessionDocument(parsing: text, name: "x.md"), ExportContext(title: "x"))
    }
    #expect(try page("train | head 1\ntest | head 1\n[1, 2]").ranges(of: "<hr class=\"next\">").count == 2)
    #expect(try page("n = 1\ntrain | head 1").contains("<pre class=\"output\">n: 1 i64</pre>\n<hr class=\"next\">"))
    #expect(try !page("train | head 1").contains("<hr class"))
  }
}
