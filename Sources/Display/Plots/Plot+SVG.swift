extension Plot {
  /// The plot as an SVG document.
  public func svg(width: Int = 720, height: Int = 420) -> String {
    SVGPlot(plot: self, width: max(160, width), height: max(120, height)).document
  }
}

extension Plot {
  /// The number of groups of bars that are drawn, at most 200 bars in all.
  fileprivate var barGroups: Int {
    min(series.map(\.y.count).max() ?? 0, 200 / max(1, series.count))
  }
}

/// Draws a plot as SVG. Many points are reduced to those that are visible in the picture.
private struct SVGPlot {
  let plot: Plot
  let width: Int
  let height: Int

  private static let mostRows = 60
  /// More names than this leave no room for what they name.
  private static let mostNames = 24

  var document: String {
    var parts = [
      #"<svg xmlns="http://www.w3.org/2000/svg" width="\#(width)" height="\#(height)" "#
        + #"viewBox="0 0 \#(width) \#(height)" font-family="sans-serif" font-size="12">"#,
      #"<rect width="100%" height="100%" fill="white"/>"#,
    ]
    if !plot.title.isEmpty {
      let title = SVGText.cut(plot.title, to: Double(width) - 16, bold: true)
      parts.append(
        text(Double(width) / 2, 20, title, anchor: "middle", style: #" font-weight="bold""#))
    }
    switch plot.kind {
    case .bar: parts += bars
    case .histogram: parts += histogram
    case .line, .scatter, .loglog: parts += points
    case .intervals: parts += intervals
    }
    if let omissions = plot.omissions {
      let note = SVGText.cut(omissions, to: Double(width) - 16)
      parts.append(text(8, Double(height) - 6, note, style: #" fill="gray""#))
    }
    parts.append("</svg>")
    return parts.joined(separator: "\n") + "\n"
  }

  // MARK: The field

  /// The margins for the labels: to the left the names of values or rows, below those of bars.
  private var left = 72.0
  private var right: Double
  private var bottom: Double
  private var top = 36.0

  init(plot: Plot, width: Int, height: Int) {
    (self.plot, self.width, self.height) = (plot, width, height)
    right = Double(width) - 24
    bottom = Double(height) - (plot.omissions == nil ? 52 : 66)
    let names = plot.kind == .bar ? slantedNames : []
    if !names.isEmpty {
      // A label that is rotated by 35 degrees extends downwards by its length times the sine.
      bottom -= (names.map(SVGText.width).max() ?? 0) * 0.58
      left = max(
        left,
        (names.map(SVGText.width).first ?? 0) * 0.82 - (right - left) / Double(2 * plot.barGroups)
          + 8)
    }
    top += 18 * Double(legendRows.count)
    guard let axis = valueAxis else { return }
    left = max(
      left, min(Double(width) / 3, (axis.ticks(6).map { SVGText.width($0.label) }.max() ?? 0) + 14))
  }

  /// The vertical axis.
  private var valueAxis: PlotAxis? {
    switch plot.kind {
    case .bar:
      PlotAxis(
        plot.series.flatMap { $0.y.prefix(plot.barGroups).filter(\.isFinite) }, includingZero: true)
    case .histogram:
      plot.histogram().map { PlotAxis($0.counts.map { Double($0) }, includingZero: true) }
    case .line, .scatter, .loglog:
      plot.axes(around: plot.series.map { plot.points(of: $0) }.joined())?.y
    case .intervals: nil
    }
  }

  private func across(_ share: Double) -> Double { left + share * (right - left) }
  private func up(_ share: Double) -> Double { bottom - share * (bottom - top) }

  private func frame(_ x: PlotAxis?, _ y: PlotAxis?) -> [String] {
    var parts: [String] = []
    for tick in y?.ticks(6) ?? [] {
      guard let y else { break }
      let place = up(y.position(tick.value))
      parts.append(line(left, place, right, place, "#ddd"))
      parts.append(text(left - 6, place + 4, tick.label, anchor: "end"))
    }
    for tick in x?.ticks(8) ?? [] {
      let place = across(x?.position(tick.value) ?? 0)
      parts.append(line(place, bottom, place, bottom + 5, "#333"))
      let isAtEdge = place + SVGText.width(tick.label) / 2 > Double(width) - 2
      parts.append(
        text(
          isAtEdge ? Double(width) - 2 : place, bottom + 18, tick.label,
          anchor: isAtEdge ? "end" : "middle"))
    }
    parts.append(line(left, bottom, right, bottom, "#333"))
    parts.append(line(left, top, left, bottom, "#333"))
    if !plot.xLabel.isEmpty {
      let place = Double(height) - (plot.omissions == nil ? 16 : 26)
      parts.append(
        text(
          (left + right) / 2, place, SVGText.cut(plot.xLabel, to: right - left), anchor: "middle"))
    }
    if !plot.yLabel.isEmpty {
      parts.append(text(8, top - 8, SVGText.cut(plot.yLabel, to: Double(width) / 3)))
    }
    return parts
  }

  // MARK: Kinds

  private var bars: [String] {
    let groups = plot.barGroups
    let values = plot.series.map { Array($0.y.prefix(groups)) }
    let y = PlotAxis(values.joined().filter(\.isFinite), includingZero: true)
    var parts = fillings + frame(nil, y)
    let slanted = slantedNames
    // If there are very many bars, only some are labelled, so that labels do not overlap.
    let step = max(1, Int((Double(groups) * 15 / (right - left)).rounded(.up)))
    let breadth = (right - left) / Double(max(1, groups)) * 0.8
    let share = breadth / Double(max(1, values.count))
    for group in 0..<groups {
      let start = across((Double(group) + 0.1) / Double(groups))
      for (index, series) in values.enumerated()
      where group < series.count && series[group].isFinite {
        parts.append(
          bar(
            start + share * Double(index), share, from: y.position(0),
            to: y.position(series[group]), series: index))
      }
      guard group < plot.categories.count, group % step == 0 else { continue }
      let middle = start + breadth / 2
      if slanted.isEmpty {
        parts.append(text(middle, bottom + 18, plot.categories[group], anchor: "middle"))
      } else {
        let turn = #" transform="rotate(-35 \#(number(middle)) \#(number(bottom + 14)))""#
        parts.append(text(middle, bottom + 14, slanted[group], anchor: "end", style: turn))
      }
    }
    return parts + legend
  }

  /// The labels of bars that are too long to fit side by side, shortened for the picture.
  private var slantedNames: [String] {
    let names = plot.categories.prefix(plot.barGroups)
    let room = (Double(width) - 96) / Double(max(1, plot.barGroups)) - 6
    if names.allSatisfy({ SVGText.width($0) <= room }) { return [] }
    return names.map { SVGText.cut($0, to: Double(height) / 3) }
  }

  private var intervals: [String] {
    let rows = plot.intervals.prefix(SVGPlot.mostRows)
    guard !rows.isEmpty else { return frame(PlotAxis([]), nil) }
    var own = self
    own.left = min(Double(width) / 3, (rows.map { SVGText.width($0.name) }.max() ?? 0) + 14)
    own.right = Double(width) - (plot.intervalTexts(rows).map(SVGText.width).max() ?? 0) - 14
    let axis = PlotAxis(rows.flatMap { [$0.ends.lowerBound, $0.ends.upperBound] })
    return own.frame(axis, nil) + own.rows(Array(rows), axis)
  }

  private func rows(_ rows: [Plot.Interval], _ axis: PlotAxis) -> [String] {
    let color = SVGMark.colors[0]
    let numbers = plot.intervalTexts(rows)
    return rows.enumerated().flatMap { index, row in
      let y = top + (Double(index) + 0.5) / Double(rows.count) * (bottom - top)
      let (low, high) = (
        across(axis.position(row.ends.lowerBound)), across(axis.position(row.ends.upperBound))
      )
      return [
        text(left - 6, y + 4, SVGText.cut(row.name, to: left - 12), anchor: "end"),
        line(low, y, high, y, color), line(low, y - 5, low, y + 5, color),
        line(high, y - 5, high, y + 5, color),
        #"<circle cx="\#(number(across(axis.position(row.value))))" cy="\#(number(y))" r="4" fill="\#(color)"/>"#,
        text(Double(width) - 8, y + 4, numbers[index], anchor: "end"),
      ]
    }
  }

  private var histogram: [String] {
    guard let bins = plot.histogram() else { return [] }
    let counts = bins.counts
    let y = PlotAxis(counts.map { Double($0) }, includingZero: true)
    var parts = frame(PlotAxis([bins.low, bins.high], of: plot.xQuantity), y)
    let breadth = (right - left) / Double(counts.count)
    for (index, count) in counts.enumerated() where count > 0 {
      let start = across(Double(index) / Double(counts.count))
      parts.append(bar(start, breadth * 0.96, from: 0, to: y.position(Double(count))))
    }
    return parts
  }

  private var points: [String] {
    let series = plot.series.map { plot.points(of: $0) }
    guard let (x, y) = plot.axes(around: series.joined()) else {
      return frame(PlotAxis([]), PlotAxis([]))
    }
    var parts = frame(x, y)
    for (index, series) in plot.series.enumerated() {
      let mark = SVGMark(index)
      for run in plot.runs(of: series) {
        let places = thinned(run.map { (x: across(x.position($0.x)), y: up(y.position($0.y))) })
        if plot.kind == .line, places.count > 1 {
          let path = places.map { "\(number($0.x)),\(number($0.y))" }.joined(separator: " ")
          parts.append(
            #"<polyline fill="none" stroke="\#(mark.color)" stroke-width="1.5"\#(mark.dashes) points="\#(path)"/>"#
          )
        }
        if places.count == 1 || plot.kind != .line || hasMarks {
          parts += places.map { mark.shape(number($0.x), number($0.y)) }
        }
      }
    }
    return parts + legend
  }

  /// Whether lines have a mark at every point: where there are several lines, of few points.
  private var hasMarks: Bool { plot.series.count > 1 && plot.series.allSatisfy { $0.y.count <= 40 } }

  /// The hatching patterns of bars, which distinguish several series without colours.
  private var fillings: [String] {
    guard plot.series.count > 1 else { return [] }
    return ["<defs>"]
      + (1..<min(plot.series.count, 200)).map { SVGMark($0).hatching } + ["</defs>"]
  }

  /// The names of the series, where there are several, in rows above the field.
  private var legendRows: [[(series: Int, x: Double, name: String)]] {
    guard plot.series.count > 1 else { return [] }
    let (start, end) = (72.0, Double(width) - 24)
    var rows: [[(series: Int, x: Double, name: String)]] = [[]]
    var x = start
    for (index, series) in plot.series.prefix(SVGPlot.mostNames).enumerated() {
      let name = SVGText.cut(series.name, to: (end - start) / 2 - 54)
      let breadth = 36 + SVGText.width(name) + 18
      if x + breadth > end + 18, x > start {
        rows.append([])
        x = start
      }
      rows[rows.count - 1].append((index, x, name))
      x += breadth
    }
    return rows
  }

  private var legend: [String] {
    legendRows.enumerated().flatMap { row, entries in
      let y = 34 + 18 * Double(row)
      return entries.flatMap { [sample($0.x, y - 4, SVGMark($0.series)), text($0.x + 36, y, $0.name)] }
    }
  }

  /// The sample of a series in the legend.
  private func sample(_ x: Double, _ y: Double, _ mark: SVGMark) -> String {
    switch plot.kind {
    case .bar:
      #"<rect x="\#(number(x + 10))" y="\#(number(y - 5))" width="14" height="10" fill="\#(mark.filling)"/>"#
    case .line:
      #"<line x1="\#(number(x))" y1="\#(number(y))" x2="\#(number(x + 30))" y2="\#(number(y))" "#
        + #"stroke="\#(mark.color)" stroke-width="1.5"\#(mark.dashes)/>"#
        + (hasMarks ? mark.shape(number(x + 15), number(y)) : "")
    default: mark.shape(number(x + 16), number(y))
    }
  }

  /// Removes points that would not be visible: of a line within one pixel column, only the first, last, lowest and
  /// highest points are kept; of other points, one in each half pixel.
  private func thinned(_ places: [(x: Double, y: Double)]) -> [(x: Double, y: Double)] {
    if plot.kind != .line {
      var seen: Set<SIMD2<Int>> = []
      return places.filter { seen.insert(SIMD2(Int($0.x * 2), Int($0.y * 2))).inserted }
    }
    var result: [(x: Double, y: Double)] = []
    var start = 0
    while start < places.count {
      var end = start
      var (low, high) = (start, start)
      while end < places.count, Int(places[end].x) == Int(places[start].x) {
        if places[end].y < places[low].y { low = end }
        if places[end].y > places[high].y { high = end }
        end += 1
      }
      for index in Set([start, low, high, end - 1]).sorted() { result.append(places[index]) }
      start = end
    }
    return result
  }

  // MARK: Elements

  private func bar(
    _ x: Double, _ breadth: Double, from start: Double, to end: Double, series: Int = 0
  ) -> String {
    let (low, high) = (min(start, end), max(start, end))
    return #"<rect x="\#(number(x))" y="\#(number(up(high)))" width="\#(number(breadth))" "#
      + #"height="\#(number(up(low) - up(high)))" fill="\#(SVGMark(series).filling)"/>"#
  }

  private func line(_ x: Double, _ y: Double, _ endX: Double, _ endY: Double, _ color: String)
    -> String
  {
    #"<line x1="\#(number(x))" y1="\#(number(y))" x2="\#(number(endX))" y2="\#(number(endY))" stroke="\#(color)"/>"#
  }

  private func text(
    _ x: Double, _ y: Double, _ words: String, anchor: String = "start", style: String = ""
  ) -> String {
    let escaped = markupEscaped(sanitised(words))
    return
      #"<text x="\#(number(x))" y="\#(number(y))" text-anchor="\#(anchor)"\#(style)>\#(escaped)</text>"#
  }

  /// A coordinate, rounded to a tenth of a pixel.
  private func number(_ value: Double) -> String {
    let tenths = Int((min(1e6, max(-1e6, value)) * 10).rounded())
    let whole = "\(tenths / 10)"
    return tenths % 10 == 0
      ? whole : (tenths < 0 && tenths > -10 ? "-0" : whole) + ".\(abs(tenths % 10))"
  }
}
