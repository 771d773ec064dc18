extension Plot {
  /// The plot as an SVG document.
  public func svg(width: Int = 720, height: Int = 420) -> String {
    SVGPlot(plot: self, width: max(160, width), height: max(120, height)).document
  }
}

/// A plot set as SVG. Many points are thinned to what the picture can show.
private struct SVGPlot {
  let plot: Plot
  let width: Int
  let height: Int

  private static let colors = ["#0072b2", "#e69f00", "#009e73", "#d55e00", "#cc79a7", "#56b4e9"]
  private static let mostBars = 200

  var document: String {
    var parts = [
      #"<svg xmlns="http://www.w3.org/2000/svg" width="\#(width)" height="\#(height)" "#
        + #"viewBox="0 0 \#(width) \#(height)" font-family="sans-serif" font-size="12">"#,
      #"<rect width="100%" height="100%" fill="white"/>"#,
    ]
    if !plot.title.isEmpty {
      parts.append(text(Double(width) / 2, 20, plot.title, anchor: "middle", style: #" font-weight="bold""#))
    }
    switch plot.kind {
    case .bar: parts += bars
    case .histogram: parts += histogram
    case .line, .scatter, .loglog: parts += points
    }
    if let omissions = plot.omissions { parts.append(text(8, Double(height) - 6, omissions, style: #" fill="gray""#)) }
    parts.append("</svg>")
    return parts.joined(separator: "\n") + "\n"
  }

  // MARK: The field

  private let left = 72.0
  private let top = 36.0
  private var right: Double { Double(width) - 16 }
  private var bottom: Double { Double(height) - 52 }

  private func across(_ share: Double) -> Double { left + share * (right - left) }
  private func up(_ share: Double) -> Double { bottom - share * (bottom - top) }

  private func frame(_ x: PlotAxis?, _ y: PlotAxis) -> [String] {
    var parts: [String] = []
    for tick in y.ticks(6) {
      let place = up(y.position(tick.value))
      parts.append(line(left, place, right, place, "#ddd"))
      parts.append(text(left - 6, place + 4, tick.label, anchor: "end"))
    }
    for tick in x?.ticks(8) ?? [] {
      let place = across(x?.position(tick.value) ?? 0)
      parts.append(line(place, bottom, place, bottom + 5, "#333"))
      parts.append(text(place, bottom + 18, tick.label, anchor: "middle"))
    }
    parts.append(line(left, bottom, right, bottom, "#333"))
    parts.append(line(left, top, left, bottom, "#333"))
    if !plot.xLabel.isEmpty {
      parts.append(text((left + right) / 2, bottom + 36, plot.xLabel, anchor: "middle"))
    }
    if !plot.yLabel.isEmpty { parts.append(text(8, top - 8, plot.yLabel)) }
    return parts
  }

  // MARK: Kinds

  private var bars: [String] {
    let groups = min(plot.series.map(\.y.count).max() ?? 0, SVGPlot.mostBars / max(1, plot.series.count))
    let values = plot.series.map { Array($0.y.prefix(groups)) }
    let y = PlotAxis(values.joined().filter(\.isFinite), includingZero: true)
    var parts = frame(nil, y)
    let breadth = (right - left) / Double(max(1, groups)) * 0.8
    let share = breadth / Double(max(1, values.count))
    for group in 0..<groups {
      let start = across((Double(group) + 0.1) / Double(groups))
      for (index, series) in values.enumerated() where group < series.count && series[group].isFinite {
        parts.append(
          bar(start + share * Double(index), share, from: y.position(0), to: y.position(series[group]), series: index))
      }
      if groups <= 24, group < plot.categories.count {
        parts.append(text(start + breadth / 2, bottom + 18, plot.categories[group], anchor: "middle"))
      }
    }
    return parts + legend
  }

  private var histogram: [String] {
    guard let (counts, range) = plot.histogramCounts else { return [] }
    let y = PlotAxis(counts.map { Double($0) }, includingZero: true)
    var parts = frame(PlotAxis([range.lowerBound, range.upperBound], of: plot.xQuantity), y)
    let breadth = (right - left) / Double(counts.count)
    for (index, count) in counts.enumerated() where count > 0 {
      let start = across(Double(index) / Double(counts.count))
      parts.append(bar(start, breadth * 0.96, from: 0, to: y.position(Double(count))))
    }
    return parts
  }

  private var points: [String] {
    let series = plot.series.map { plot.points(of: $0) }
    guard let (x, y) = plot.axes(around: series.joined()) else { return frame(PlotAxis([]), PlotAxis([])) }
    var parts = frame(x, y)
    for (index, points) in series.enumerated() {
      let color = SVGPlot.colors[index % SVGPlot.colors.count]
      let places = thinned(points.map { (x: across(x.position($0.x)), y: up(y.position($0.y))) })
      if plot.kind == .line, places.count > 1 {
        let path = places.map { "\(number($0.x)),\(number($0.y))" }.joined(separator: " ")
        parts.append(#"<polyline fill="none" stroke="\#(color)" stroke-width="1.5" points="\#(path)"/>"#)
      } else {
        parts += places.map {
          #"<circle cx="\#(number($0.x))" cy="\#(number($0.y))" r="2.5" fill="\#(color)" fill-opacity="0.7"/>"#
        }
      }
    }
    return parts + legend
  }

  /// The names of the series, where there are several.
  private var legend: [String] {
    guard plot.series.count > 1 else { return [] }
    return plot.series.enumerated().flatMap { index, series in
      let place = top + 14 * Double(index)
      let color = SVGPlot.colors[index % SVGPlot.colors.count]
      return [
        #"<rect x="\#(number(right - 120))" y="\#(number(place))" width="9" height="9" fill="\#(color)"/>"#,
        text(right - 106, place + 9, series.name),
      ]
    }
  }

  /// The places that make a difference: of a line's run within a pixel's breadth its ends, its highest and its lowest;
  /// of points one in half a pixel.
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

  private func bar(_ x: Double, _ breadth: Double, from start: Double, to end: Double, series: Int = 0) -> String {
    let (low, high) = (min(start, end), max(start, end))
    return #"<rect x="\#(number(x))" y="\#(number(up(high)))" width="\#(number(breadth))" "#
      + #"height="\#(number(up(low) - up(high)))" fill="\#(SVGPlot.colors[series % SVGPlot.colors.count])"/>"#
  }

  private func line(_ x: Double, _ y: Double, _ endX: Double, _ endY: Double, _ color: String) -> String {
    #"<line x1="\#(number(x))" y1="\#(number(y))" x2="\#(number(endX))" y2="\#(number(endY))" stroke="\#(color)"/>"#
  }

  private func text(_ x: Double, _ y: Double, _ words: String, anchor: String = "start", style: String = "") -> String {
    let escaped = markupEscaped(sanitised(words))
    return #"<text x="\#(number(x))" y="\#(number(y))" text-anchor="\#(anchor)"\#(style)>\#(escaped)</text>"#
  }

  /// A place in the picture to a tenth of a pixel.
  private func number(_ value: Double) -> String {
    let tenths = Int((min(1e6, max(-1e6, value)) * 10).rounded())
    let whole = "\(tenths / 10)"
    return tenths % 10 == 0 ? whole : (tenths < 0 && tenths > -10 ? "-0" : whole) + ".\(abs(tenths % 10))"
  }
}
