/// The axes around a drawing in a terminal.
struct PlotFrame {
  let page: Page
  let height: Int
  let x: PlotAxis
  let y: PlotAxis
  let xLabel: String
  let yLabel: String
  private let rowLabels: [Int: String]
  private let margin: Int

  init(page: Page, height: Int, x: PlotAxis, y: PlotAxis, xLabel: String, yLabel: String) {
    self.page = page
    self.height = height
    self.x = x
    self.y = y
    self.xLabel = sanitised(xLabel)
    self.yLabel = sanitised(yLabel)
    var labels: [Int: String] = [:]
    for tick in y.ticks(max(2, height / 3)) {
      let row = height - 1 - Int((y.position(tick.value) * Double(height - 1)).rounded())
      if (0..<height).contains(row) { labels[row] = tick.label }
    }
    let widest = labels.values.reduce(0) { max($0, $1.utf8.count) }
    margin = min(widest, page.width / 3)
    rowLabels = labels
  }

  /// The number of cells for the drawing itself.
  var width: Int { max(1, page.width - margin - 2) }

  /// The rows of a drawing, with ticks at the left and at the bottom.
  func drawn(width: Int, _ row: (Int) -> StyledLine) -> StyledText {
    let measure = page.measure
    var text = StyledText()
    if !yLabel.isEmpty { text.append(StyledLine(yLabel, .dim)) }
    for index in 0..<height {
      let label = measure.cut(rowLabels[index] ?? "", to: margin, ellipsis: page.ellipsis)
      var line = StyledLine(measure.padded(label, to: margin, .right) + " ", .dim)
      line.append(page.isASCII ? "|" : rowLabels[index] == nil ? "│" : "┤", .dim)
      line.append(row(index))
      text.append(line)
    }
    text.append(PlotFrame.ruler(x, page: page, margin: margin + 1, width: width, label: xLabel))
    return text
  }

  /// A horizontal axis: its line with ticks, their labels, and the label of the axis.
  static func ruler(_ x: PlotAxis, page: Page, margin: Int, width: Int, label xLabel: String)
    -> StyledText
  {
    let measure = page.measure
    var text = StyledText()
    var ticks = StyledLine()
    ticks.append(spaces: margin)
    var rule = [String](repeating: page.isASCII ? "-" : "─", count: width)
    var labels = ""
    for tick in x.ticks(max(2, width / 12)) {
      let column = Int((x.position(tick.value) * Double(width - 1)).rounded())
      guard rule.indices.contains(column) else { continue }
      // Each label is centred under its tick, unless it would overlap the previous label.
      let start = min(
        max(0, column - tick.label.utf8.count / 2), max(0, width - tick.label.utf8.count))
      let used = labels.utf8.count
      if used > 0, start < used + 1 || start + tick.label.utf8.count > width { continue }
      rule[column] = page.isASCII ? "+" : "┬"
      labels += String(repeating: " ", count: start - used) + tick.label
    }
    ticks.append((page.isASCII ? "+" : "└") + rule.joined(), .dim)
    text.append(ticks)
    var names = StyledLine()
    names.append(spaces: margin + 1)
    names.append(labels, .dim)
    text.append(names)
    if !xLabel.isEmpty {
      var line = StyledLine()
      line.append(spaces: margin + 1 + max(0, (width - measure.cells(of: xLabel)) / 2))
      line.append(xLabel, .dim)
      text.append(line)
    }
    return text
  }
}
