/// Lays out a formula: on one line (`isLinear`), or with fractions, limits and matrices as on paper.
struct FormulaLayout {
  let isLinear: Bool
  /// Whether operators have no space around them, as in scripts.
  var isTight = false

  func box(_ node: FormulaNode) -> FormulaBox {
    switch node {
    case .symbol(let text, _): FormulaBox(text)
    case .row(let nodes): row(nodes)
    case .script(let base, let below, let above): script(base, below, above)
    case .limits(let base, let below, let above): limits(base, below, above)
    case .fraction(let numerator, let denominator): fraction(numerator, denominator)
    case .root(let radicand, let degree): root(radicand, degree)
    case .accent(let mark, let node): accent(mark, node)
    case .fenced(let left, let body, let right): box(body).fenced(left, right)
    case .matrix(let rows, let style): matrix(rows, style)
    }
  }

  private var tight: FormulaLayout { FormulaLayout(isLinear: true, isTight: true) }

  private func row(_ nodes: [FormulaNode]) -> FormulaBox {
    var boxes: [FormulaBox] = []
    var previous: FormulaNode.Kind?
    for (index, node) in nodes.enumerated() {
      let box = self.box(node)
      if box.isEmpty { continue }
      var kind = node.isFenced ? .open : node.kind
      // A sign without a left operand is not a binary operator.
      if kind == .binary,
        previous.map({ [.binary, .relation, .open, .punctuation, .function, .large].contains($0) }) ?? true
      {
        kind = .ordinary
      }
      if kind == .binary, index == nodes.count - 1 { kind = .ordinary }
      let isSpaced = boxes.last.map { $0.isFlat && $0.text.hasSuffix(" ") } ?? true
      if let previous, !isSpaced, wantsSpace(previous, kind) { boxes.append(FormulaBox(" ")) }
      boxes.append(box)
      previous = node.isFenced ? .close : kind
    }
    return boxes.isEmpty ? FormulaBox("") : FormulaBox.beside(boxes)
  }

  private func wantsSpace(_ left: FormulaNode.Kind, _ right: FormulaNode.Kind) -> Bool {
    if left == .space || right == .space || left == .open && right != .relation { return false }
    switch (left, right) {
    case (.relation, _), (_, .relation), (.binary, _), (_, .binary): return !isTight
    case (.punctuation, _): return !isTight
    case (.function, .open), (.function, .close), (.function, .punctuation), (.large, .close), (.large, .punctuation):
      return false
    case (.function, _), (.large, _): return true
    case (_, .function), (_, .large): return left == .ordinary || left == .close
    default: return false
    }
  }

  private func script(_ base: FormulaNode, _ below: FormulaNode?, _ above: FormulaNode?) -> FormulaBox {
    let base = box(base)
    let lower = below.map { tight.box($0).text }
    let upper = above.map { tight.box($0).text }
    let lowered = lower.map { FormulaSymbols.lowered($0) } ?? ""
    let raised = upper.map { FormulaSymbols.raised($0) } ?? ""
    if isLinear || !base.isFlat {
      let below = lowered ?? "_" + grouped(lower ?? "")
      let above = raised ?? "^" + grouped(upper ?? "")
      guard !isLinear else { return FormulaBox(base.text + below + above) }
      // On a tall base, scripts are at its corners.
      let column = cornerScripts(lower ?? "", upper ?? "", height: base.lines.count)
      return FormulaBox.beside([base, FormulaBox(column, baseline: base.baseline)])
    }
    // Scripts without Unicode script characters get lines of their own, above or below.
    if let lowered, let raised { return FormulaBox.beside([base, FormulaBox(lowered + raised)]) }
    let onLine = lowered ?? raised ?? ""
    var lines = [onLine]
    var baseline = 0
    if raised == nil, let upper {
      lines.insert(upper, at: 0)
      baseline = 1
    }
    if lowered == nil, let lower { lines.append(lower) }
    return FormulaBox.beside([base, FormulaBox(lines, baseline: baseline)])
  }

  private func cornerScripts(_ lower: String, _ upper: String, height: Int) -> [String] {
    var lines = [String](repeating: "", count: height)
    lines[0] = FormulaSymbols.raised(upper) ?? upper
    lines[height - 1] = FormulaSymbols.lowered(lower) ?? lower
    return lines
  }

  /// The text of a script after `_` or `^`: in parentheses if it is more than one name.
  private func grouped(_ text: String) -> String {
    text.count > 1 && !text.allSatisfy { $0.isLetter || $0.isNumber } ? "(" + text + ")" : text
  }

  private func limits(_ base: FormulaNode, _ below: FormulaNode?, _ above: FormulaNode?) -> FormulaBox {
    if isLinear { return script(base, below, above) }
    var boxes = [box(base)]
    var baseline = 0
    if let above {
      boxes.insert(tight.box(above), at: 0)
      baseline = 1
    }
    if let below { boxes.append(tight.box(below)) }
    return FormulaBox.stacked(boxes, baselineOf: baseline)
  }

  private func fraction(_ numerator: FormulaNode, _ denominator: FormulaNode) -> FormulaBox {
    let top = box(numerator)
    let bottom = box(denominator)
    if isLinear {
      return FormulaBox(
        parenthesised(numerator, top.text, keeping: false) + "/"
          + parenthesised(denominator, bottom.text, keeping: true))
    }
    let bar = FormulaBox(String(repeating: "─", count: max(top.width, bottom.width, 1)))
    return FormulaBox.stacked([top, bar, bottom], baselineOf: 1)
  }

  /// Puts an operand into parentheses if its neighbours have higher precedence.
  private func parenthesised(_ node: FormulaNode, _ text: String, keeping isDenominator: Bool) -> String {
    guard case .row(let nodes) = node, nodes.count > 1 else {
      if case .fraction = node { return "(" + text + ")" }
      return text
    }
    let isProduct = !nodes.contains { [.binary, .relation, .punctuation].contains($0.kind) }
    let bars = text.filter { $0 == "|" || $0 == "‖" }.count
    if bars == 2, let first = text.first, first == text.last, first == "|" || first == "‖" { return text }
    return isProduct && !isDenominator ? text : "(" + text + ")"
  }

  private func root(_ radicand: FormulaNode, _ degree: FormulaNode?) -> FormulaBox {
    let body = box(radicand)
    var sign = "√"
    if let degree {
      let text = tight.box(degree).text
      sign = text == "3" ? "∛" : text == "4" ? "∜" : (FormulaSymbols.raised(text) ?? text) + "√"
    }
    let isSimple = body.isFlat && body.text.count == 1
    return FormulaBox.beside([FormulaBox(sign), isSimple ? body : body.fenced("(", ")")])
  }

  private func accent(_ mark: String, _ node: FormulaNode) -> FormulaBox {
    let body = box(node)
    guard body.isFlat else { return body }
    // An accent over one letter is a combining mark. Over several letters, fonts can draw only a line.
    let isLine = mark == "\u{305}" || mark == "\u{332}" || mark == "\u{338}"
    if body.text.count == 1 || isLine { return FormulaBox(body.text.map { String($0) + mark }.joined()) }
    if body.text.allSatisfy({ FormulaSymbols.isScript($0) }) { return body }
    let first = String(body.text.prefix(1)) + mark
    let rest = String(body.text.dropFirst())
    return rest.allSatisfy({ FormulaSymbols.isScript($0) })
      ? FormulaBox(first + rest) : FormulaBox("(" + body.text + ")" + mark)
  }

  private func matrix(_ rows: [[FormulaNode]], _ style: FormulaNode.MatrixStyle) -> FormulaBox {
    if isLinear {
      let isAligned = style.columns == .aligned
      let text = rows.map { $0.map { box($0).text }.filter { !$0.isEmpty }.joined(separator: isAligned ? " " : "  ") }
        .joined(separator: "; ")
      return FormulaBox(style.left + text + style.right)
    }
    let cells = rows.map { row in row.map { self.box($0) } }
    let columns = cells.reduce(0) { max($0, $1.count) }
    let widths = (0..<columns).map { column in
      cells.reduce(0) { max($0, column < $1.count ? $1[column].width : 0) }
    }
    let lines = cells.map { row -> FormulaBox in
      var parts: [FormulaBox] = []
      for column in 0..<columns {
        if column > 0 { parts.append(FormulaBox(style.columns == .aligned ? " " : "  ")) }
        let cell = column < row.count ? row[column] : FormulaBox("")
        parts.append(padded(cell, widths[column], style.columns, column))
      }
      return FormulaBox.beside(parts)
    }
    var stack = FormulaBox.stacked(lines, baselineOf: 0, .left)
    stack.baseline = (stack.lines.count - 1) / 2
    return stack.fenced(style.left, style.right)
  }

  private func padded(_ box: FormulaBox, _ width: Int, _ columns: FormulaNode.MatrixStyle.Columns, _ column: Int)
    -> FormulaBox
  {
    let free = width - box.width
    let before =
      switch columns {
      case .centered: free / 2
      case .left: 0
      case .aligned: column % 2 == 0 ? free : 0
      }
    let (left, right) = (String(repeating: " ", count: before), String(repeating: " ", count: free - before))
    return FormulaBox.beside([FormulaBox(left), box, FormulaBox(right)])
  }
}
