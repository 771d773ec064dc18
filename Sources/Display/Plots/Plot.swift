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
    let points = zip(series.x, series.y).filter { x, y in
      x.isFinite && y.isFinite && (kind != .loglog || x > 0 && y > 0)
    }
    guard kind == .line, zip(points, points.dropFirst()).contains(where: { $0.0 > $1.0 }) else {
      return points
    }
    return Plot.fromLeftToRight(points)
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

  /// A note on the values that are not drawn; nil if all are.
  var omissions: String? {
    let values: (drawn: Int, all: Int) =
      switch kind {
      case .bar, .intervals:
        series.reduce((0, 0)) { ($0.0 + $1.y.filter(\.isFinite).count, $0.1 + $1.y.count) }
      case .histogram: (series.first?.x.filter(\.isFinite).count ?? 0, series.first?.x.count ?? 0)
      default:
        series.reduce((0, 0)) { ($0.0 + points(of: $1).count, $0.1 + min($1.x.count, $1.y.count)) }
      }
    let missing = values.all - values.drawn
    if missing == 0 { return nil }
    let why = kind == .loglog ? "not finite or not above zero" : "not finite"
    return "\(counted(missing, "value")) \(missing == 1 ? "is" : "are") \(why) and not drawn"
  }

  /// The counts of a histogram and the range that they cover; nil if no value is finite.
  var histogramCounts: (counts: [Int], range: ClosedRange<Double>)? {
    let values = series.first?.x.filter(\.isFinite) ?? []
    guard var low = values.min(), var high = values.max() else { return nil }
    if low == high {
      low -= 0.5
      high += 0.5
      if low == high { (low, high) = (low.nextDown, high.nextUp) }
    }
    var counts = [Int](repeating: 0, count: bins)
    let width = high / Double(bins) - low / Double(bins)
    for value in values {
      let bin = width > 0 ? (value / 2 - low / 2) / (width / 2) : 0
      counts[min(bins - 1, max(0, bin.isFinite ? Int(min(bin, Double(bins))) : 0))] += 1
    }
    return (counts, low...high)
  }
}
