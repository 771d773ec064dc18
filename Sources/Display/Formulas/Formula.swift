/// A formula in a subset of TeX, drawn in Unicode: Greek, scripts, fractions, sums, roots, accents, matrices.
///
/// Unknown commands are shown as written; parsing never fails.
public struct Formula: Sendable {
  let node: FormulaNode

  public init(_ tex: String) {
    var parser = FormulaParser(tex)
    node = parser.parse()
  }

  /// The formula on one line, for running text: `min_B ‖X − XB‖² + λ‖B‖²`.
  public var inline: String { FormulaLayout(isLinear: true).box(node).text }

  /// The formula on several lines, with fractions and limits as on paper.
  public var display: [String] {
    FormulaLayout(isLinear: false).box(node).lines.map { StyledLine($0).trimmed.plain }
  }
}
