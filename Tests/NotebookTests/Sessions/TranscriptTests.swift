import Notebook
import Testing

/// What is copied from a terminal runs as what was typed there.
@Suite struct TranscriptTests {
  @Test(
    arguments: [
      ("In [1]: x = 6 * 7", "x"), ("In [12]: y = 1\ny: 1 i64\nIn [13]: x = $y + 41\nx: 42 i64\n", "x"),
      ("In [1]: x = 6 *\n   ...: 7\n", "x"), ("\n  In [4+1]: x = 42\n", "x"),
      ("In [1]: table a = [1, 2]\n   ...:   | head 1\nshape: (1, 1)\n│ 1 │\n\nIn [2]: x = 42", "x"), ("x = 42", "x"),
      ("In [1]: x = 40\r\nIn [2]: x = $x + 2\r\n", "x"),
    ])
  func runAsTheirCode(_ text: String, _ name: String) {
    let test = TestSession()
    test.run(text)
    #expect(test.diagnostics.isEmpty)
    test.run("x")
    #expect(test.text.contains("42"), "\(test.text)")
  }

  @Test(arguments: ["In [1]", "In: 7", "In [x]: 7"])
  func otherTextsAreMistakes(_ text: String) {
    let test = TestSession()
    test.run(text)
    #expect(test.diagnostics.count == 1)
  }

  @Test func textsThatLookLikePromptsStay() {
    let test = TestSession()
    #expect(test.run("table a = [\"In [1]: 7\"]").contains("In [1]: 7"))
  }
}
