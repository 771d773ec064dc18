import Diagnostics

extension Plot {
  /// The plot as text: with braille and block characters, or in ASCII.
  ///
  /// - Parameter height: the number of lines of the drawing itself, without title, labels and legend.
  public func styledText(_ page: Page = Page(), height: Int = 16) -> StyledText {
    TextPlot(plot: self, page: page, height: max(3, height)).styledText
  }
}

/// Draws a plot with characters.
private struct TextPlot {
  let plot: Plot
  let page: Page
  let height: Int

  private var measure: DisplayWidth { page.measure }

  var styledText: StyledText {
    var text = StyledText()
    if !plot.title.isEmpty {
      text.append(StyledText(StyledLine(plot.title, .title).wrapped(to: page.width, measure)))
    }
    text.append(legend)
    let drawing =
      switch plot.kind {
      case .bar: bars
      case .histogram: histogram
      case .line, .scatter, .loglog: points
      case .intervals: IntervalRows(plot: plot, page: page).styledText
      }
    text.append(drawing.isEmpty ? StyledText("nothing to plot", .dim) : drawing)
    if let omissions = plot.omissions {
      text.append(StyledText(StyledLine(omissions, .dim).wrapped(to: page.width, measure)))
    }
    return StyledText(
      text.lines.map { $0.trimmed.cut(to: page.width, measure, ellipsis: page.ellipsis) })
  }

  /// What distinguishes the series without colours: the fill of a bar, or the marker of a line.
  private func mark(_ series: Int) -> String {
    guard plot.kind == .bar else { return PlotCanvas.mark(series, isASCII: page.isASCII) }
    if page.isASCII { return plot.series.count == 1 ? "#" : PlotCanvas.mark(series, isASCII: true) }
    let fillings = ["█", "▒", "░", "▓", "▚", "▤", "▥", "▧", "▨", "▦", "▩", "◫"]
    return fillings[series % fillings.count]
  }

  /// The legend, if there are several series.
  private var legend: StyledText {
    guard plot.series.count > 1, plot.kind != .histogram, plot.kind != .intervals else {
      return StyledText()
    }
    var lines = [StyledLine()]
    // A mark and its name stay in one line.
    for (index, series) in plot.series.enumerated() {
      var entry = StyledLine(mark(index), .series(index))
      entry.append(" " + series.name)
      let last = lines.count - 1
      if lines[last].isEmpty {
        lines[last] = entry
      } else if lines[last].width(measure) + 2 + entry.width(measure) <= page.width {
        lines[last].append("  ")
        lines[last].append(entry)
      } else {
        lines.append(entry)
      }
    }
    return StyledText(lines)
  }

  // MARK: Bars

  private static let mostBars = 40

  private var bars: StyledText {
    let count = plot.series.map(\.y.count).max() ?? 0
    let shown = min(count, TextPlot.mostBars / max(1, plot.series.count))
    if shown == 0 { return StyledText() }
    let names = (0..<shown).map { index in
      measure.cut(
        index < plot.categories.count ? sanitised(plot.categories[index]) : "\(index + 1)",
        to: page.width / 3,
        ellipsis: page.ellipsis)
    }
    let numbers = plot.series.map { $0.y.prefix(shown).map(number) }
    let nameWidth = names.reduce(0) { max($0, measure.cells(of: $1)) }
    let numberWidth = numbers.joined().reduce(0) { max($0, measure.cells(of: $1)) }
    let width = max(1, page.width - nameWidth - numberWidth - 2)
    let finite = plot.series.flatMap { $0.y.prefix(shown).filter(\.isFinite) }
    let axis = PlotAxis(finite, includingZero: true)
    let zero = finite.allSatisfy { $0 == 0 } ? 0 : axis.position(0) * Double(width)
    var text = StyledText()
    // A title says what is drawn; without one the name of the values does.
    if plot.title.isEmpty, plot.series.count == 1, !plot.yLabel.isEmpty {
      text.append(StyledLine(sanitised(plot.yLabel), .dim))
    }
    for row in 0..<shown {
      for (index, series) in plot.series.enumerated() where row < series.y.count {
        let value = series.y[row]
        var line = StyledLine(measure.padded(index == 0 ? names[row] : "", to: nameWidth) + " ")
        if value.isFinite, value != 0 {
          let end = axis.position(value) * Double(width)
          if value > 0 {
            line.append(spaces: Int(zero))
            line.append(blocks(end - Double(Int(zero)), series: index), .series(index))
          } else {
            line.append(spaces: Int(end))
            line.append(
              String(repeating: mark(index), count: max(1, Int(zero) - Int(end))), .series(index))
          }
        } else {
          line.append(spaces: Int(zero))
        }
        line.append(" " + numbers[index][row], .number)
        text.append(line)
      }
    }
    let hidden = count - shown
    if hidden > 0 {
      let what = plot.series.count == 1 ? "more bar" : "more group"
      text.append(StyledLine("\(page.ellipsis) \(counted(hidden, what))", .dim))
    }
    return text
  }

  /// The number beside a bar; a dash where there is none.
  private func number(_ value: Double) -> String {
    if value.isNaN { return page.isASCII ? "-" : "–" }
    if let whole = Int(exactly: value), whole.magnitude < 1_000_000_000_000_000 {
      return grouped(whole)
    }
    return numberText(value)
  }

  /// A bar of a given length in cells, to an eighth of a cell.
  private func blocks(_ length: Double, series: Int) -> String {
    let eighths = max(1, Int((length * 8).rounded()))
    if page.isASCII || mark(series) != "█" {
      return String(repeating: mark(series), count: max(1, Int(length.rounded())))
    }
    let parts = ["", "▏", "▎", "▍", "▌", "▋", "▊", "▉"]
    return String(repeating: "█", count: eighths / 8) + parts[eighths % 8]
  }

  // MARK: Histogram

  private var histogram: StyledText {
    // A bin is at least one cell wide.
    guard let bins = plot.histogram(most: max(1, page.width - 12)) else { return StyledText() }
    let counts = bins.counts
    let countAxis = PlotAxis(counts.map { Double($0) }, includingZero: true)
    let frame = PlotFrame(
      page: page, height: height,
      x: PlotAxis([bins.low, bins.high], of: plot.xQuantity),
      y: countAxis, xLabel: plot.xLabel, yLabel: plot.yLabel)
    let cells = max(1, frame.width / counts.count)
    let levels = page.isASCII ? [" ", "#"] : [" ", "▁", "▂", "▃", "▄", "▅", "▆", "▇", "█"]
    return frame.drawn(width: cells * counts.count) { row in
      let floor = Double(height - 1 - row)
      let line = counts.map { count -> String in
        let filled = countAxis.position(Double(count)) * Double(height) - floor
        var level = Int((min(1, max(0, filled)) * Double(levels.count - 1)).rounded())
        // Every nonzero count is visible.
        if row == height - 1, count > 0 { level = max(1, level) }
        return String(repeating: levels[level], count: cells)
      }
      return StyledLine(line.joined(), .series(0))
    }
  }

  // MARK: Lines and points

  private var points: StyledText {
    let series = plot.series.map { plot.points(of: $0) }
    guard let (x, y) = plot.axes(around: series.joined()) else { return StyledText() }
    let frame = PlotFrame(
      page: page, height: height, x: x, y: y, xLabel: plot.xLabel, yLabel: plot.yLabel)
    var canvas = PlotCanvas(width: frame.width, height: height, isASCII: page.isASCII)
    for (index, series) in plot.series.enumerated() {
      let runs = plot.runs(of: series).map { $0.map { (x: x.position($0.x), y: y.position($0.y)) } }
      for run in runs {
        for (place, previous) in zip(run, [nil] + run.map(Optional.some)) {
          if plot.kind == .line, let previous {
            canvas.drawLine(from: previous, to: place, series: index)
          } else {
            canvas.drawPoint(place.x, place.y, series: index)
          }
        }
      }
    }
    if plot.series.count > 1 { drawMarks(on: &canvas, x, y) }
    return frame.drawn(width: frame.width) { canvas.line($0) }
  }

  /// Draws markers on each line at intervals, in different columns for different lines; of points, every one is a
  /// marker.
  private func drawMarks(on canvas: inout PlotCanvas, _ x: PlotAxis, _ y: PlotAxis) {
    let gap = plot.kind == .line ? max(8, canvas.width / 6) : 1
    for (index, series) in plot.series.enumerated() {
      let points = plot.points(of: series)
      let isSparse = points.count <= canvas.width / 6
      var next = isSparse || plot.kind != .line ? 0 : gap * index / plot.series.count
      for point in points {
        let place = x.position(point.x)
        guard isSparse || plot.kind != .line || canvas.column(place) >= next else { continue }
        canvas.drawMark(place, y.position(point.y), series: index)
        next = canvas.column(place) + gap
      }
    }
  }
}
