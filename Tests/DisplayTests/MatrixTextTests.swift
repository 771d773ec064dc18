import Display
import Testing

@Suite struct MatrixTextTests {
  private func text(_ matrix: MatrixText) -> String { matrix.styledText(labelWidth: 0).plain }

  @Test func decimalPointsStandBelowEachOther() {
    let matrix = MatrixText("A", [[4.431, -0.03942], [0, 12.5]], goesRight: true, goesDown: true)
    #expect(
      matrix.styledText(labelWidth: 3).plain == """
              ⎡ 4.43  -0.04  … ⎤
          A = ⎢    0  12.50  … ⎥
              ⎣    ⋮      ⋮  ⋱ ⎦
        """)
  }

  @Test func whatIsSmallSharesAPowerOfTen() {
    let matrix = MatrixText("B", [[0, -0.000_07983, 1.158e-9]], goesRight: false, goesDown: false)
    #expect(matrix.label == "B = 10⁻⁵ ·")
    #expect(text(matrix) == "  B = 10⁻⁵ · [ 0  -7.983  0.000 ]")
  }

  /// What rounds to zero has no sign.
  @Test func nothingIsNotNegative() {
    #expect(text(MatrixText("B", [[1, -0.0001]], goesRight: false, goesDown: false)) == "  B = [ 1.000  0.000 ]")
  }

  @Test func wholeNumbersHaveNoDecimals() {
    #expect(text(MatrixText("c", [[452, 0, -3]], goesRight: false, goesDown: false)) == "  c = [ 452  0  -3 ]")
    let odd = MatrixText("x", [[.nan, .infinity, 0.5]], goesRight: false, goesDown: false)
    #expect(text(odd) == "  x = [ NaN  ∞  0.5000 ]")
  }
}
