/// A block of text lines; `baseline` is the line that is aligned with the surrounding text.
struct FormulaBox: Equatable {
  /// All lines are as wide as the box.
  var lines: [String]
  var baseline: Int
  var width: Int

  private static let measure = DisplayWidth()

  init(_ text: String) {
    lines = [text]
    baseline = 0
    width = FormulaBox.measure.cells(of: text)
  }

  /// Pads all lines to the widest.
  init(_ lines: [String], baseline: Int, _ alignment: Alignment = .left) {
    let widest = lines.reduce(0) { max($0, FormulaBox.measure.cells(of: $1)) }
    self.lines = lines.map { FormulaBox.measure.padded($0, to: widest, alignment) }
    self.baseline = baseline
    width = widest
  }

  var isFlat: Bool { lines.count == 1 }
  var text: String { lines[baseline] }
  var isEmpty: Bool { width == 0 && isFlat }
  private var below: Int { lines.count - 1 - baseline }

  /// Joins boxes horizontally, aligned at their baselines.
  static func beside(_ boxes: [FormulaBox]) -> FormulaBox {
    let above = boxes.reduce(0) { max($0, $1.baseline) }
    let below = boxes.reduce(0) { max($0, $1.below) }
    var lines = [String](repeating: "", count: above + 1 + below)
    for box in boxes {
      for index in lines.indices {
        let own = index - (above - box.baseline)
        lines[index] += box.lines.indices.contains(own) ? box.lines[own] : String(repeating: " ", count: box.width)
      }
    }
    return FormulaBox(lines, baseline: above)
  }

  /// Stacks boxes vertically, aligned as given. The baseline is that of the box at `index`.
  static func stacked(_ boxes: [FormulaBox], baselineOf index: Int, _ alignment: Alignment = .center) -> FormulaBox {
    let before = boxes[..<index].reduce(0) { $0 + $1.lines.count }
    return FormulaBox(boxes.flatMap(\.lines), baseline: before + boxes[index].baseline, alignment)
  }

  /// Puts the box between delimiters of the same height.
  func fenced(_ left: String, _ right: String) -> FormulaBox {
    FormulaBox.beside([fence(left), self, fence(right)])
  }

  private func fence(_ delimiter: String) -> FormulaBox {
    if delimiter.isEmpty { return FormulaBox("") }
    if isFlat { return FormulaBox(delimiter) }
    let parts: [String: (top: String, middle: String, bottom: String)] = [
      "(": ("⎛", "⎜", "⎝"), ")": ("⎞", "⎟", "⎠"), "[": ("⎡", "⎢", "⎣"), "]": ("⎤", "⎥", "⎦"), "|": ("│", "│", "│"),
      "{": ("⎧", "⎪", "⎩"), "}": ("⎫", "⎪", "⎭"), "‖": ("‖", "‖", "‖"), "⟨": ("╱", "⟨", "╲"), "⟩": ("╲", "⟩", "╱"),
    ]
    guard let part = parts[delimiter] else {
      var lines = [String](repeating: " ", count: self.lines.count)
      lines[baseline] = delimiter
      return FormulaBox(lines, baseline: baseline)
    }
    var lines = [part.top] + Array(repeating: part.middle, count: self.lines.count - 2) + [part.bottom]
    if delimiter == "{" || delimiter == "}", lines.count > 2 { lines[lines.count / 2] = delimiter == "{" ? "⎨" : "⎬" }
    return FormulaBox(lines, baseline: baseline)
  }
}
