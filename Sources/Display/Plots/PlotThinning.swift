/// What is learned from the points of a plot, piece by piece: the pieces are taken on several threads and merged in
/// the order of their rows.
package protocol PlotAccumulator: Sendable {
  /// Takes the points of successive rows.
  mutating func add(_ x: [Double], _ y: [Double], from row: Int)
  /// Takes what was learned from later rows.
  mutating func merge(_ later: Self)
}

/// Places for the points of a plot, where there are more points than can be seen or kept.
package protocol PlotPlaces: PlotAccumulator {
  /// Divides the range of the points into places.
  init(_ extent: PlotExtent)
  /// The rows whose points are drawn.
  var rows: [Int] { get }
}

/// The grid on which the points of a large plot are drawn. It is as fine as a picture has pixels.
package enum PlotGrid {
  package static let width = 720
  package static let height = 420
  /// Up to this many points are all kept.
  package static let placeCount = width * height
}

/// A number and the row that has it.
private struct Located {
  var value: Double
  /// -1 if there is none.
  var row = -1
}

/// The range of the points that can be drawn, with the rows that reach its ends.
package struct PlotExtent: PlotAccumulator {
  /// How many points can be drawn.
  package private(set) var count = 0
  fileprivate let isLogarithmic: Bool
  private var left = Located(value: .infinity)
  private var right = Located(value: -.infinity)
  private var bottom = Located(value: .infinity)
  private var top = Located(value: -.infinity)

  package init(_ kind: Plot.Kind) { isLogarithmic = kind == .loglog }

  package mutating func add(_ x: [Double], _ y: [Double], from row: Int) {
    for index in x.indices where Plot.canDraw(x[index], y[index], isLogarithmic: isLogarithmic) {
      count += 1
      if x[index] < left.value { left = Located(value: x[index], row: row + index) }
      if x[index] > right.value { right = Located(value: x[index], row: row + index) }
      if y[index] < bottom.value { bottom = Located(value: y[index], row: row + index) }
      if y[index] > top.value { top = Located(value: y[index], row: row + index) }
    }
  }

  package mutating func merge(_ later: PlotExtent) {
    count += later.count
    if later.left.value < left.value { left = later.left }
    if later.right.value > right.value { right = later.right }
    if later.bottom.value < bottom.value { bottom = later.bottom }
    if later.top.value > top.value { top = later.top }
  }

  /// The rows at the ends. They are always drawn, so that the axes are those of all points.
  fileprivate var rows: [Int] { [left, right, bottom, top].map(\.row).filter { $0 >= 0 } }
  /// The range of `x`; nil if no point can be drawn.
  package var across: ClosedRange<Double>? { count > 0 ? left.value...right.value : nil }
  fileprivate var upwards: ClosedRange<Double>? { count > 0 ? bottom.value...top.value : nil }
}

/// Finds the place of a number in a range that is divided evenly, as the axis will be.
private struct PlaceScale {
  private let axis: PlotAxis
  private let count: Int

  init(_ range: ClosedRange<Double>?, _ count: Int, isLogarithmic: Bool) {
    let ends = range.map { [$0.lowerBound, $0.upperBound] } ?? []
    axis = PlotAxis(ends, isLogarithmic: isLogarithmic)
    self.count = count
  }

  func place(of value: Double) -> Int { min(count - 1, Int(axis.position(value) * Double(count))) }
}

/// Of the points at one place of the grid, the first is drawn.
package struct PointPlaces: PlotPlaces {
  private let extent: PlotExtent
  private let x: PlaceScale
  private let y: PlaceScale
  private var firstRows = [Int](repeating: .max, count: PlotGrid.placeCount)

  package init(_ extent: PlotExtent) {
    self.extent = extent
    x = PlaceScale(extent.across, PlotGrid.width, isLogarithmic: extent.isLogarithmic)
    y = PlaceScale(extent.upwards, PlotGrid.height, isLogarithmic: extent.isLogarithmic)
  }

  package mutating func add(_ x: [Double], _ y: [Double], from row: Int) {
    for index in x.indices where Plot.canDraw(x[index], y[index], isLogarithmic: extent.isLogarithmic) {
      let place = self.y.place(of: y[index]) * PlotGrid.width + self.x.place(of: x[index])
      firstRows[place] = min(firstRows[place], row + index)
    }
  }

  package mutating func merge(_ later: PointPlaces) {
    for place in firstRows.indices { firstRows[place] = min(firstRows[place], later.firstRows[place]) }
  }

  package var rows: [Int] { Set(extent.rows + firstRows.filter { $0 < .max }).sorted() }
}

/// Of the points of a line at one place from left to right, the first, last, lowest and highest are drawn: the line
/// through them covers what the whole line covers.
package struct LinePlaces: PlotPlaces {
  private struct Place {
    var first = Located(value: .infinity)
    var last = Located(value: -.infinity)
    var lowest = Located(value: .infinity)
    var highest = Located(value: -.infinity)
    /// A row whose `y` is missing. It interrupts the line if the place has no point.
    var gap = -1

    mutating func add(_ x: Double, _ y: Double, row: Int) {
      if x < first.value { first = Located(value: x, row: row) }
      // The last of several rows with the same `x`, since the line goes through them in this order.
      if x >= last.value { last = Located(value: x, row: row) }
      if y < lowest.value { lowest = Located(value: y, row: row) }
      if y > highest.value { highest = Located(value: y, row: row) }
    }

    mutating func merge(_ later: Place) {
      if later.first.value < first.value { first = later.first }
      if later.last.row >= 0, later.last.value >= last.value { last = later.last }
      if later.lowest.value < lowest.value { lowest = later.lowest }
      if later.highest.value > highest.value { highest = later.highest }
      if gap < 0 { gap = later.gap }
    }

    var rows: [Int] {
      first.row >= 0 ? [first.row, last.row, lowest.row, highest.row] : [gap].filter { $0 >= 0 }
    }
  }

  private let x: PlaceScale
  private var places = [Place](repeating: Place(), count: PlotGrid.width)

  package init(_ extent: PlotExtent) {
    x = PlaceScale(extent.across, PlotGrid.width, isLogarithmic: false)
  }

  package mutating func add(_ x: [Double], _ y: [Double], from row: Int) {
    for index in x.indices where x[index].isFinite {
      let place = self.x.place(of: x[index])
      if y[index].isFinite {
        places[place].add(x[index], y[index], row: row + index)
      } else if places[place].gap < 0 {
        places[place].gap = row + index
      }
    }
  }

  package mutating func merge(_ later: LinePlaces) {
    for index in places.indices { places[index].merge(later.places[index]) }
  }

  package var rows: [Int] { Set(places.flatMap(\.rows)).sorted() }
}

/// The counts of a histogram.
package struct HistogramBins: PlotAccumulator, Hashable {
  package private(set) var counts: [Int]
  package private(set) var low: Double
  package private(set) var high: Double

  /// Makes bins of equal width. A single value gets some space around it.
  package init(_ range: ClosedRange<Double>, count: Int) {
    (low, high) = (range.lowerBound, range.upperBound)
    if low == high {
      low -= 0.5
      high += 0.5
      if low == high { (low, high) = (low.nextDown, high.nextUp) }
    }
    counts = [Int](repeating: 0, count: count)
  }

  package mutating func add(_ x: [Double], _ y: [Double] = [], from row: Int = 0) {
    let width = width
    for value in x where value.isFinite { counts[bin(of: value, width)] += 1 }
  }

  /// Adds values that occur several times each.
  package mutating func add(_ x: [Double], times: [Int]) {
    let width = width
    for (value, count) in zip(x, times) where value.isFinite { counts[bin(of: value, width)] += count }
  }

  private var width: Double { high / Double(counts.count) - low / Double(counts.count) }

  private func bin(of value: Double, _ width: Double) -> Int {
    // Halved first, so that the range of the largest numbers does not overflow.
    let bin = width > 0 ? (value / 2 - low / 2) / (width / 2) : 0
    return min(counts.count - 1, max(0, bin.isFinite ? Int(min(bin, Double(counts.count))) : 0))
  }

  package mutating func merge(_ later: HistogramBins) {
    for bin in counts.indices { counts[bin] += later.counts[bin] }
  }

  /// At most this many bins: neighbours are put together.
  package func merged(to most: Int) -> HistogramBins {
    if counts.count <= most { return self }
    let step = (counts.count + most - 1) / most
    let width = high / Double(counts.count) - low / Double(counts.count)
    var result = self
    result.counts = stride(from: 0, to: counts.count, by: step).map { start in
      counts[start..<min(counts.count, start + step)].reduce(0, +)
    }
    // The last bin is as wide as the others.
    result.high = low + width * Double(step * result.counts.count)
    return result
  }
}
