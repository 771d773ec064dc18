import Diagnostics

extension Plot {
  /// A value with a confidence interval.
  struct Interval {
    var name: String
    var value: Double
    private var half: Double

    init(name: String, value: Double, half: Double) {
      (self.name, self.value, self.half) = (name, value, abs(half))
    }

    var ends: ClosedRange<Double> {
      guard half.isFinite else { return value...value }
      return max(
        value - half, -.greatestFiniteMagnitude)...min(value + half, .greatestFiniteMagnitude)
    }

    /// The number of decimals that the interval leaves meaningful; nil without an interval.
    var decimals: Int? { half.isFinite ? SignificantDigits.decimals(ofHalf: half) : nil }

    /// The value and half its interval, such as `0.198 ± 0.008`.
    func text(decimals: Int?) -> String {
      guard let decimals else { return numberText(value) }
      let number = SignificantDigits.text(value, decimals: decimals)
      return half.isFinite ? number + " ± " + SignificantDigits.text(half, decimals: decimals) : number
    }
  }

  /// The numbers beside intervals, all with as many decimals as the narrowest one needs.
  func intervalTexts(_ rows: some Collection<Interval>) -> [String] {
    let decimals = rows.compactMap(\.decimals).max().map { min($0, 6) }
    return rows.map { $0.text(decimals: decimals) }
  }

  /// The finite values of the first series, with their intervals.
  var intervals: [Interval] {
    guard let series = series.first else { return [] }
    return series.y.indices.filter { series.y[$0].isFinite }.map { index in
      Interval(
        name: index < categories.count ? sanitised(categories[index]) : "\(index + 1)",
        value: series.y[index],
        half: index < series.halves.count ? series.halves[index] : .nan)
    }
  }
}

/// Draws values with their intervals, one per row, over a common axis.
struct IntervalRows {
  let plot: Plot
  let page: Page

  private var measure: DisplayWidth { page.measure }

  private static let mostRows = 40

  var styledText: StyledText {
    let rows = plot.intervals
    guard !rows.isEmpty else { return StyledText() }
    let shown = rows.prefix(Self.mostRows)
    let names = shown.map { measure.cut($0.name, to: page.width / 3, ellipsis: page.ellipsis) }
    let nameWidth = names.reduce(0) { max($0, measure.cells(of: $1)) }
    let numbers = plot.intervalTexts(shown)
    let numberWidth = numbers.reduce(0) { max($0, measure.cells(of: $1)) }
    let width = max(1, page.width - nameWidth - numberWidth - 2)
    let axis = PlotAxis(shown.flatMap { [$0.ends.lowerBound, $0.ends.upperBound] })
    var text = StyledText()
    if !plot.yLabel.isEmpty { text.append(StyledLine(sanitised(plot.yLabel), .dim)) }
    for (place, row) in shown.enumerated() {
      var line = StyledLine(measure.padded(names[place], to: nameWidth) + " ")
      line.append(whisker(row, axis, width), .series(0))
      line.append(" " + numbers[place], .number)
      text.append(line)
    }
    let hidden = rows.count - shown.count
    if hidden > 0 {
      text.append(StyledLine("\(page.ellipsis) \(counted(hidden, "more row"))", .dim))
    }
    text.append(
      PlotFrame.ruler(
        axis, page: page, margin: nameWidth, width: width, label: sanitised(plot.xLabel)))
    return text
  }

  /// An interval such as `├───●───┤`, at its position on the axis.
  private func whisker(_ row: Plot.Interval, _ axis: PlotAxis, _ width: Int) -> String {
    func cell(_ value: Double) -> Int { Int((axis.position(value) * Double(width - 1)).rounded()) }
    var cells = [String](repeating: " ", count: width)
    let (low, high) = (cell(row.ends.lowerBound), cell(row.ends.upperBound))
    for place in low...max(low, high) { cells[place] = page.isASCII ? "-" : "─" }
    cells[low] = page.isASCII ? "|" : "├"
    cells[high] = page.isASCII ? "|" : "┤"
    cells[cell(row.value)] = page.isASCII ? "o" : "●"
    return cells.joined()
  }
}
