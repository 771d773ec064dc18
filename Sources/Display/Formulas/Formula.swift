/// A formula in a subset of TeX, drawn in Unicode: Greek, scripts, fractions, sums, roots, accents, matrices.
///
/// What is not known is shown as it was written; nothing is ever refused.
public struct Formula: Sendable {
  let node: FormulaNode

  public init(_ tex: String) {
    var parser = FormulaParser(tex)
    node = parser.parse()
  }

  /// On one line, as between words: `min_B ‖X − XB‖² + λ‖B‖²`.
  public var inline: String { FormulaLayout(isLinear: true).box(node).text }

  /// On as many lines as it takes, fractions and limits set as on paper.
  public var display: [String] {
    FormulaLayout(isLinear: false).box(node).lines.map { StyledLine($0).trimmed.plain }
  }
}
