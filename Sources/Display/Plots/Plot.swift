import Diagnostics

/// The data and labels of a plot, to be drawn in a terminal or as SVG.
public struct Plot: Sendable, Hashable {
  /// The kind of a plot.
  public enum Kind: String, Sendable, Hashable, CaseIterable {
    /// For each category, one bar for the `y` of each series.
    case bar
    /// For each series, a line through its points, from left to right.
    case line
    /// The number of the first series' `x` in each of `bins` ranges.
    case histogram = "hist"
    case scatter
    /// Points on logarithmic axes.
    case loglog
    /// For each category, the `y` of the first series as a point with its interval.
    case intervals
  }

  /// The meaning of the numbers on an axis.
  public enum Quantity: Sendable, Hashable {
    case number
    /// Days since 1970-01-01.
    case date
    /// Seconds since 1970-01-01T00:00.
    case moment
    /// Seconds since midnight.
    case timeOfDay
  }

  /// A series of points. Histograms use only `x`; bars and intervals use only `y`.
  public struct Series: Sendable, Hashable {
    public var name: String
    public var x: [Double]
    public var y: [Double]
    /// Half the width of the interval around each `y`; NaN if there is none.
    public var halves: [Double]

    public init(name: String = "", x: [Double] = [], y: [Double] = [], halves: [Double] = []) {
      self.name = name
      self.x = x
      self.y = y
      self.halves = halves
    }
  }

  public var kind: Kind
  public var title: String
  public var xLabel: String
  public var yLabel: String
  public var xQuantity: Quantity
  public var yQuantity: Quantity
  /// The names of the bars.
  public var categories: [String]
  public var series: [Series]
  public var bins: Int
  /// What is known of values that are too many to keep; nil if all are in `series`.
  package var thinning: Thinning?

  /// How many values there were before only some were kept, or before they were counted.
  package struct Thinning: Sendable, Hashable {
    package var all: Int
    /// How many of them can be drawn.
    package var drawable: Int
    /// The bins of a histogram, whose values are not kept.
    package var bins: HistogramBins?

    package init(all: Int, drawable: Int, bins: HistogramBins? = nil) {
      self.all = all
      self.drawable = drawable
      self.bins = bins
    }
  }

  public init(
    _ kind: Kind, title: String = "", xLabel: String = "", yLabel: String = "",
    xQuantity: Quantity = .number,
    yQuantity: Quantity = .number, categories: [String] = [], series: [Series], bins: Int = 30
  ) {
    self.kind = kind
    self.title = title
    self.xLabel = xLabel
    self.yLabel = yLabel
    self.xQuantity = xQuantity
    self.yQuantity = yQuantity
    self.categories = categories
    self.series = series
    self.bins = min(max(1, bins), 1000)
  }
}

extension Plot {
  /// The points that can be drawn: finite, and positive on logarithmic axes. Points of a line are sorted from left to
  /// right.
  func points(of series: Series) -> [(x: Double, y: Double)] {
    let points = zip(series.x, series.y).filter { Plot.canDraw($0, $1, isLogarithmic: kind == .loglog) }
    guard kind == .line, zip(points, points.dropFirst()).contains(where: { $0.0 > $1.0 }) else {
      return points
    }
    return Plot.fromLeftToRight(points)
  }

  /// Whether a point has a place: it is finite, and positive on logarithmic axes.
  static func canDraw(_ x: Double, _ y: Double, isLogarithmic: Bool) -> Bool {
    x.isFinite && y.isFinite && (!isLogarithmic || x > 0 && y > 0)
  }

  /// Sorts stably: points with the same `x` keep their order, which `sorted` does not guarantee.
  private static func fromLeftToRight(_ points: [(x: Double, y: Double)]) -> [(
    x: Double, y: Double
  )] {
    points.enumerated().sorted { ($0.element.0, $0.offset) < ($1.element.0, $1.offset) }.map(
      \.element)
  }

  /// The points of a line in segments: missing values interrupt the line.
  func runs(of series: Series) -> [[(x: Double, y: Double)]] {
    guard kind == .line, zip(series.x, series.y).contains(where: { $0.isFinite && !$1.isFinite })
    else {
      return [points(of: series)]
    }
    let places = Plot.fromLeftToRight(zip(series.x, series.y).filter { $0.0.isFinite })
    return places.split { !$0.y.isFinite }.map { Array($0) }
  }

  /// The axes that cover all points; nil if there are none.
  func axes(around points: some Sequence<(x: Double, y: Double)>) -> (x: PlotAxis, y: PlotAxis)? {
    var x: [Double] = []
    var y: [Double] = []
    for point in points {
      x.append(point.x)
      y.append(point.y)
    }
    if x.isEmpty { return nil }
    let isLogarithmic = kind == .loglog
    return (
      PlotAxis(x, of: xQuantity, isLogarithmic: isLogarithmic),
      PlotAxis(y, of: yQuantity, isLogarithmic: isLogarithmic)
    )
  }

  /// Notes on the values that are not drawn; nil if all are.
  var omissions: String? {
    let notes = [noteOnMissingValues, noteOnThinning].compactMap { $0 }
    return notes.isEmpty ? nil : notes.joined(separator: "; ")
  }

  private var noteOnMissingValues: String? {
    let values = thinning.map { (drawn: $0.drawable, all: $0.all) } ?? countedValues
    let missing = values.all - values.drawn
    if missing == 0 { return nil }
    let why = kind == .loglog ? "not finite or not above zero" : "not finite"
    return "\(counted(missing, "value")) \(missing == 1 ? "is" : "are") \(why) and not drawn"
  }

  private var countedValues: (drawn: Int, all: Int) {
    switch kind {
    case .bar, .intervals: series.reduce((0, 0)) { ($0.0 + $1.y.filter(\.isFinite).count, $0.1 + $1.y.count) }
    case .histogram: (series.first?.x.filter(\.isFinite).count ?? 0, series.first?.x.count ?? 0)
    case .line, .scatter, .loglog:
      series.reduce((0, 0)) { ($0.0 + points(of: $1).count, $0.1 + min($1.x.count, $1.y.count)) }
    }
  }

  /// By which rule points were chosen, if there are too many to keep.
  private var noteOnThinning: String? {
    guard let thinning, kind != .histogram else { return nil }
    let kept = series.reduce(0) { $0 + points(of: $1).count }
    let rule =
      kind == .line
      ? "the first, last, lowest and highest at each of \(PlotGrid.width) places"
      : "the first at each of \(PlotGrid.width) × \(PlotGrid.height) places"
    return "\(grouped(kept)) of \(counted(thinning.drawable, "point")): \(rule)"
  }

  /// The counts of a histogram; nil if no value is finite.
  ///
  /// - Parameter most: how many bins there is room for.
  func histogram(most: Int = .max) -> HistogramBins? {
    if let thinning { return thinning.bins?.merged(to: most) }
    let values = series.first?.x.filter(\.isFinite) ?? []
    guard let low = values.min(), let high = values.max() else { return nil }
    var counted = HistogramBins(low...high, count: min(bins, most))
    counted.add(values)
    return counted
  }
}
