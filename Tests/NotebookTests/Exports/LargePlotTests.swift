import Diagnostics
import Display
import Notebook
import Testing

/// Plots of tables with more rows than a picture has places.
@Suite struct LargePlotTests {
  /// 409 600 rows: every number with every other.
  private func session() -> TestSession {
    let test = TestSession()
    let numbers = (0..<640).map(String.init).joined(separator: ", ")
    test.run(
      """
      some = table a = [\(numbers)] | with k = 1
      many = some | join (some | rename b = a) on k | with day = cast(a, date), x = if a == 7 then null else a * 1.5
      """)
    #expect(test.diagnostics.isEmpty, "\(test.text)")
    return test
  }

  @Test func pointsAreThinnedByARuleThatIsSaid() {
    let test = session()
    for code in ["many | plot scatter x=a y=b", "many | plot scatter x=day y=b", "many | plot loglog x=a y=b"] {
      let said = onOneLine(test.run(code))
      #expect(test.diagnostics.isEmpty && said.contains("points: the first at each of 720 × 420 places"), "\(said)")
    }
    let line = onOneLine(test.run("many | plot line x=a y=[b, x]"))
    #expect(line.contains("640 values are not finite and not drawn"), "\(line)")
    #expect(line.contains("the first, last, lowest and highest at each of 720 places"), "\(line)")
  }

  /// Notes below a plot are broken at the edge of the page.
  private func onOneLine(_ said: String) -> String { said.split(whereSeparator: \.isWhitespace).joined(separator: " ") }

  @Test func histogramsAreCountedWhole() {
    let test = session()
    let said = test.run("many | plot hist x=b bins=10")
    #expect(test.diagnostics.isEmpty && !said.contains("places"), "\(said)")
    // Every bin has a tenth of the rows, as in a plot of fewer rows with the same shape.
    let few = test.run("some | rename b = a | plot hist x=b bins=10")
    #expect(said.split(separator: "\n").first?.contains("█") == few.split(separator: "\n").first?.contains("█"))
    let missing = test.run("many | plot hist x=x")
    #expect(missing.contains("640 values are not finite and not drawn"), "\(missing)")
  }

  @Test func aBarForEachRowIsTooMuch() {
    let test = session()
    test.run("many | plot bar x=a y=b")
    #expect(test.diagnostics.first?.message == "\(counted(409_600, "row")) are too many for a bar each")
    test.run("many | group_by a | plot bar x=a y=len")
    #expect(test.diagnostics.isEmpty)
  }
}
