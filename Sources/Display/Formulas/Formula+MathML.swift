extension Formula {
  /// The formula as MathML, for HTML pages.
  public func mathML(isBlock: Bool) -> String {
    "<math\(isBlock ? " display=\"block\"" : "")>\(MathML().element(node))</math>"
  }
}

/// Converts the nodes of a formula to elements of MathML Core.
private struct MathML {
  func element(_ node: FormulaNode) -> String {
    switch node {
    case .symbol(let text, let kind): symbol(text, kind)
    case .row(let nodes): "<mrow>\(nodes.map(element).joined())</mrow>"
    case .script(let base, let below, let above): scripts("sub", "sup", base, below, above)
    case .limits(let base, let below, let above): scripts("under", "over", base, below, above)
    case .fraction(let numerator, let denominator): "<mfrac>\(element(numerator))\(element(denominator))</mfrac>"
    case .root(let radicand, nil): "<msqrt>\(element(radicand))</msqrt>"
    case .root(let radicand, let degree?): "<mroot>\(element(radicand))\(element(degree))</mroot>"
    case .accent("\u{338}", let node): "<mrow>\(element(node))<mo>\u{338}</mo></mrow>"
    case .accent(let mark, let node):
      "<mover accent=\"true\">\(element(node))<mo>\(MathML.standing[mark] ?? mark)</mo></mover>"
    case .fenced(let left, let body, let right): "<mrow>\(fence(left))\(element(body))\(fence(right))</mrow>"
    case .matrix(let rows, let style): matrix(rows, style)
    }
  }

  /// Stand-alone characters for combining marks.
  private static let standing = [
    "\u{302}": "^", "\u{303}": "~", "\u{304}": "¯", "\u{305}": "¯", "\u{307}": "˙", "\u{308}": "¨", "\u{30C}": "ˇ",
    "\u{20D7}": "→", "\u{332}": "_",
  ]

  private func symbol(_ text: String, _ kind: FormulaNode.Kind) -> String {
    switch kind {
    case .space: "<mspace width=\"\(text.count * 3 / 10).\(text.count * 3 % 10)em\"/>"
    case .ordinary where text.isEmpty: "<mrow></mrow>"
    case .ordinary where text.allSatisfy({ $0.isNumber || $0 == "." }): "<mn>\(markupEscaped(text))</mn>"
    case .ordinary where text.count == 1: "<mi>\(markupEscaped(text))</mi>"
    case .ordinary: "<mtext>\(markupEscaped(text))</mtext>"
    case .function: "<mi>\(markupEscaped(text))</mi><mspace width=\"0.17em\"/>"
    case .open, .close: "<mo stretchy=\"false\">\(markupEscaped(text))</mo>"
    case .large, .binary, .relation, .punctuation: "<mo>\(markupEscaped(text))</mo>"
    }
  }

  /// Adds scripts at the corners of a base (`sub`, `sup`), or below and above it (`under`, `over`).
  private func scripts(
    _ lower: String, _ upper: String, _ base: FormulaNode, _ below: FormulaNode?, _ above: FormulaNode?
  ) -> String {
    let inside = [base, below, above].compactMap { $0 }.map { "<mrow>\(element($0))</mrow>" }.joined()
    let name = "m" + (below == nil ? "" : lower) + (above == nil ? "" : upper)
    return below == nil && above == nil ? element(base) : "<\(name)>\(inside)</\(name)>"
  }

  private func fence(_ text: String) -> String {
    text.isEmpty ? "" : "<mo stretchy=\"true\">\(markupEscaped(text))</mo>"
  }

  private func matrix(_ rows: [[FormulaNode]], _ style: FormulaNode.MatrixStyle) -> String {
    let body = rows.map { row in
      let cells = row.enumerated().map { column, node in
        "<mtd style=\"text-align: \(alignment(column, style))\">\(element(node))</mtd>"
      }
      return "<mtr>\(cells.joined())</mtr>"
    }
    return "<mrow>\(fence(style.left))<mtable>\(body.joined())</mtable>\(fence(style.right))</mrow>"
  }

  private func alignment(_ column: Int, _ style: FormulaNode.MatrixStyle) -> String {
    switch style.columns {
    case .centered: "center"
    case .left: "left"
    case .aligned: column % 2 == 0 ? "right" : "left"
    }
  }
}
