/// The upper left part of a matrix, typeset as in a book: in brackets, decimal points aligned, with `…` where it
/// continues.
///
///     B = 10⁻⁴ · ⎡ 0      -0.798  … ⎤
///                ⎣ -0.811  0      … ⎦
public struct MatrixText: Sendable {
  public var name: String
  public var rows: [[Double]]
  /// Whether there are more columns or more rows than are shown.
  public var goesRight: Bool
  public var goesDown: Bool

  public init(_ name: String, _ rows: [[Double]], goesRight: Bool, goesDown: Bool) {
    self.name = name
    self.rows = rows
    self.goesRight = goesRight
    self.goesDown = goesDown
  }

  /// The text before the bracket: `B = 10⁻⁴ ·`.
  public var label: String {
    let exponent = NumberScale(rows).exponent
    return name + " =" + (exponent == 0 ? "" : " 10" + superscript(exponent) + " ·")
  }

  /// The lines; `labelWidth` aligns the brackets of several matrices.
  public func styledText(labelWidth: Int, indent: Int = 2) -> StyledText {
    let scale = NumberScale(rows)
    var cells = rows.map { $0.map(scale.text) + (goesRight ? ["…"] : []) }
    if goesDown { cells.append((rows.first ?? []).map { _ in "⋮" } + (goesRight ? ["⋱"] : [])) }
    let measure = DisplayWidth()
    let widths = (cells.first ?? []).indices.map { column in cells.map { measure.cells(of: $0[column]) }.max() ?? 0 }
    var lines: [StyledLine] = []
    for (index, row) in cells.enumerated() {
      let text = zip(row, widths).map { measure.padded($0, to: $1, .right) }.joined(separator: "  ")
      let (left, right) =
        cells.count == 1
        ? ("[", "]") : index == 0 ? ("⎡", "⎤") : index == cells.count - 1 ? ("⎣", "⎦") : ("⎢", "⎥")
      let before = index == (cells.count - 1) / 2 ? label : ""
      lines.append(
        StyledLine(
          String(repeating: " ", count: indent) + measure.padded(before, to: labelWidth, .right)
            + " \(left) \(text) \(right)"))
    }
    return StyledText(lines)
  }
}

/// The common scale of a matrix: a power of ten, and the number of decimals that shows four digits of the largest
/// number. Exactly zero is written `0`; a number that rounds to zero is not.
private struct NumberScale {
  var exponent = 0
  private var decimals = 0

  init(_ rows: [[Double]]) {
    let numbers = rows.joined().filter { $0.isFinite && $0 != 0 }
    guard let largest = numbers.max(by: { $0.magnitude < $1.magnitude }) else { return }
    let point = DecimalDigits(exactly: largest).point - 1
    if point < 6, numbers.allSatisfy({ $0 == $0.rounded() }) { return }
    if point < -2 || point > 4 {
      exponent = point
      decimals = 3
    } else {
      decimals = max(0, 3 - point)
    }
  }

  func text(_ value: Double) -> String {
    guard value.isFinite else { return value.isNaN ? "NaN" : value < 0 ? "-∞" : "∞" }
    if value == 0 { return "0" }
    var digits = DecimalDigits(exactly: value)
    digits.point -= exponent
    if digits.rounded(decimals: decimals).digits.isEmpty { digits.isNegative = false }
    return digits.fixed(decimals: decimals)
  }
}

/// Superscript digits: `⁻¹²`.
private func superscript(_ number: Int) -> String {
  let digits = Array("⁰¹²³⁴⁵⁶⁷⁸⁹")
  return String("\(number)".map { $0 == "-" ? "⁻" : digits[$0.wholeNumberValue ?? 0] })
}
