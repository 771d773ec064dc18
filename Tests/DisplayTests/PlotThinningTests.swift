import Display
import Generators
import Testing

/// Plots of more points than a picture has places.
@Suite struct PlotThinningTests {
  private static let count = 400_000

  /// Points without a visible pattern, some of which cannot be drawn.
  private static func points() -> (x: [Double], y: [Double]) {
    var generator = SplitMix(state: 5)
    var (x, y): ([Double], [Double]) = ([], [])
    for index in 0..<count {
      x.append(Double.random(in: 0...1000, using: &generator))
      y.append(index % 97 == 0 ? .nan : Double.random(in: -5...5, using: &generator))
    }
    // The outermost points come late.
    (x[count - 5], y[count - 5]) = (-100, 0)
    (x[count - 4], y[count - 4]) = (50, 99)
    return (x, y)
  }

  /// What is learned from all rows at once, and from pieces on several threads.
  private static func learned<Learned: PlotAccumulator>(
    _ empty: Learned, _ x: [Double], _ y: [Double]
  ) -> (whole: Learned, pieces: Learned) {
    var whole = empty
    whole.add(x, y, from: 0)
    var pieces = empty
    for start in stride(from: 0, to: x.count, by: 30_011) {
      let rows = start..<min(x.count, start + 30_011)
      var piece = empty
      piece.add(Array(x[rows]), Array(y[rows]), from: start)
      pieces.merge(piece)
    }
    return (whole, pieces)
  }

  @Test func pointsKeepTheFirstAtEachPlace() {
    let (x, y) = Self.points()
    let extent = Self.learned(PlotExtent(.scatter), x, y).pieces
    #expect(extent.count == y.count(where: \.isFinite))
    let places = Self.learned(PointPlaces(extent), x, y)
    let rows = places.pieces.rows
    #expect(rows == places.whole.rows)
    #expect(rows.count < PlotGrid.placeCount && Set(rows).isSuperset(of: [Self.count - 5, Self.count - 4]))
    // What is left out lies at the place of a point that is drawn.
    let right = x.reduce(0, max)
    let bottom = y.filter(\.isFinite).reduce(0, min)
    func place(_ row: Int) -> [Int] {
      [
        Int((x[row] + 100) / (right + 100) * Double(PlotGrid.width)),
        Int((y[row] - bottom) / (99 - bottom) * Double(PlotGrid.height)),
      ]
    }
    let drawn = Set(rows.map(place))
    let left = (0..<Self.count).filter { y[$0].isFinite && !drawn.contains(place($0)) }
    // The borders of places are rounded.
    #expect(left.count < 50)
  }

  @Test func linesKeepTheirEndsAndExtremes() {
    let (x, y) = Self.points()
    let extent = Self.learned(PlotExtent(.line), x, y).pieces
    let places = Self.learned(LinePlaces(extent), x, y)
    let rows = places.pieces.rows
    #expect(rows == places.whole.rows && rows.count <= 4 * PlotGrid.width)
    #expect(Set(rows).isSuperset(of: [Self.count - 5, Self.count - 4]))
    // A gap as wide as a place interrupts the line; one point that is missing does not.
    let broken = (0..<Self.count).map { (100_000..<200_000).contains($0) || $0 % 3 == 0 ? Double.nan : 1 }
    let across = (0..<Self.count).map { Double($0) }
    let gap = Self.learned(LinePlaces(Self.learned(PlotExtent(.line), across, broken).pieces), across, broken).pieces
    let kept = Plot(
      .line, series: [Plot.Series(x: gap.rows.map { across[$0] }, y: gap.rows.map { broken[$0] })])
    #expect(kept.svg().ranges(of: "<polyline").count == 2)
  }

  @Test func histogramsAreCountedInPieces() {
    let (x, y) = Self.points()
    let bins = Self.learned(HistogramBins(-100...1000, count: 30), x, y)
    #expect(bins.whole == bins.pieces && bins.whole.counts.reduce(0, +) == Self.count)
    let few = bins.whole.merged(to: 8)
    #expect(few.counts.count == 8 && few.counts.reduce(0, +) == Self.count)
    #expect(few.counts[0] == bins.whole.counts[0..<4].reduce(0, +))
    // Thirty bins in steps of four: the last two are empty and as wide as the others.
    #expect(few.low == -100 && abs(few.high - (1000 + 2 * 1100.0 / 30)) < 1e-9)
    #expect(bins.whole.merged(to: 30) == bins.whole)
    var plot = Plot(.histogram, series: [Plot.Series()])
    let (low, high) = (x.min() ?? 0, x.max() ?? 0)
    let own = Self.learned(HistogramBins(low...high, count: 30), x, y).whole
    plot.thinning = Plot.Thinning(all: Self.count + 3, drawable: Self.count, bins: own)
    let page = Page(width: 60)
    #expect(plot.styledText(page).plain.hasSuffix("3 values are not finite and not drawn"))
    let same = Plot(.histogram, series: [Plot.Series(x: x + [.nan, .nan, .infinity])])
    #expect(plot.styledText(page).plain == same.styledText(page).plain)
    plot.thinning = Plot.Thinning(all: 3, drawable: 0)
    #expect(plot.styledText(page).plain.contains("nothing to plot"))
  }

  @Test func theRuleIsSaidBelow() {
    var plot = Plot(.scatter, series: [Plot.Series(x: [1, 2], y: [3, 4])])
    plot.thinning = Plot.Thinning(all: 20, drawable: 20)
    let page = Page(width: 100)
    #expect(plot.styledText(page).plain.hasSuffix("2 of 20 points: the first at each of 720 × 420 places"))
    plot.kind = .line
    plot.thinning?.all = 21
    // It may take two lines.
    #expect(plot.styledText(page).plain.contains("1 value is not finite and not drawn; 2 of 20 points: the first,"))
  }
}
