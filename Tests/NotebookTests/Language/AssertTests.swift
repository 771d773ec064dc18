import Notebook
import Testing

@Suite struct AssertTests {
  private let test = TestSession()

  @Test(arguments: [
    "table a = [1, 2] | assert a > 0",
    "table a = [1, 2] | assert len() == 2 and max(a) == 2 \"two rows\"",
    "table m = [\"blend\", \"ease\"], r = [0.2, 0.1] | sort r desc | assert first(m) == \"blend\" \"the blend leads\"",
    "table a = [1, null] | assert a is null or a == 1 | head 1",
  ])
  func whatIsTruePassesTheTableOn(_ code: String) {
    test.run(code)
    #expect(test.diagnostics.isEmpty, "\(test.text)")
    #expect(test.text.contains("│") || test.text.contains("row"))
  }

  @Test(arguments: [
    ("table a = [1, 2, 3] | assert a < 2", "`a < 2`: not true of 2 of 3 rows", "row 1: a = 2"),
    ("table a = [1, 2] | assert a > 5 \"large\"", "large: not true of any row", "row 0: a = 1"),
    ("table a = [1, null] | assert a == 1", "`a == 1`: not true of 1 of 2 rows", "row 1: a = null"),
    ("table a = [1, 2] | filter a > 5 | assert a > 5", "`a > 5`: the table has no rows", ""),
    ("table a = [0, 1, 2, 3, 4] | assert a > 9 | head 0", "not true of any row", "and 2 more"),
  ])
  func whatIsNotIsAnErrorWithTheFirstRows(_ code: String, _ message: String, _ note: String) {
    let text = test.run(code)
    #expect(test.diagnostics.count == 1)
    #expect(text.contains(message) && text.contains(note), "\(text)")
  }

  @Test func aConditionIsNeeded() {
    for code in ["table a = [1] | assert", "table a = [1] | assert a", "table a = [1] | assert a == 1 2"] {
      test.run(code)
      #expect(test.diagnostics.count == 1, "\(code)")
    }
  }
}
