import Diagnostics
import Display
import Parallelism
import Tables

/// The rows that a plot of two columns draws. More points than a picture has places are thinned, and the values of a
/// histogram are counted, so that a plot of any table takes little memory. All loops run on all cores, report their
/// progress and can be stopped.
struct PlottedRows {
  let kind: Plot.Kind
  let x: Column
  let y: Column

  /// Whether there are too many points to keep all of them.
  var areTooMany: Bool { x.count > PlotGrid.placeCount }

  /// The points as a series. Some are left out if there are too many of them.
  func series(named name: String) throws(Diagnostic) -> (series: Plot.Series, thinning: Plot.Thinning?) {
    guard areTooMany else { return (Plot.Series(name: name, x: try x.plotted, y: try y.plotted), nil) }
    let extent = try learned(PlotExtent(kind))
    let rows =
      kind == .line ? try learned(LinePlaces(extent)).rows : try learned(PointPlaces(extent)).rows
    let kept = rows.map { UInt32($0) }
    let series = Plot.Series(name: name, x: try gather(x, rows: kept).plotted, y: try gather(y, rows: kept).plotted)
    return (series, Plot.Thinning(all: x.count, drawable: extent.count))
  }

  /// The values of a histogram, as their counts if there are too many.
  func values(named name: String, bins: Int) throws(Diagnostic) -> (series: Plot.Series, thinning: Plot.Thinning?) {
    guard areTooMany else { return (Plot.Series(name: name, x: try x.plotted), nil) }
    let extent = try learned(PlotExtent(kind))
    let counted = try extent.across.map { (range) throws(Diagnostic) in
      try learned(HistogramBins(range, count: bins))
    }
    return (Plot.Series(name: name), Plot.Thinning(all: x.count, drawable: extent.count, bins: counted))
  }

  /// The values of a histogram, of which each occurs several times.
  static func values(
    _ values: Column, times: [Int], named name: String, bins: Int
  ) throws(Diagnostic) -> (series: Plot.Series, thinning: Plot.Thinning?) {
    let numbers = try values.plotted
    var extent = PlotExtent(.histogram)
    extent.add(numbers, numbers, from: 0)
    let counted = extent.across.map { range in
      var counted = HistogramBins(range, count: bins)
      counted.add(numbers, times: times)
      return counted
    }
    let drawable = zip(numbers, times).reduce(0) { $0 + ($1.0.isFinite ? $1.1 : 0) }
    return (
      Plot.Series(name: name), Plot.Thinning(all: times.reduce(0, +), drawable: drawable, bins: counted)
    )
  }

  /// Rows are read in small blocks, since their numbers are converted to floats.
  private static let block = 1 << 14
  /// There are few pieces, since each has places of its own.
  private static let pieceCount = 32

  private func learned<Learned: PlotAccumulator>(_ empty: Learned) throws(Diagnostic) -> Learned {
    let grain = max(Self.block, (x.count + Self.pieceCount - 1) / Self.pieceCount)
    let pieces = try mapChunks(of: x.count, grain: grain) { (rows) throws(Diagnostic) in
      var piece = empty
      for start in stride(from: rows.lowerBound, to: rows.upperBound, by: Self.block) {
        let block = start..<min(rows.upperBound, start + Self.block)
        piece.add(try x[block].plotted, try y[block].plotted, from: start)
      }
      return piece
    }
    return pieces.reduce(into: empty) { $0.merge($1) }
  }
}

extension Plot.Thinning {
  /// What is known of several series together; nil if all of their points are kept.
  static func sum(_ parts: [Plot.Thinning?]) -> Plot.Thinning? {
    let known = parts.compactMap { $0 }
    if known.isEmpty { return nil }
    return Plot.Thinning(
      all: known.reduce(0) { $0 + $1.all }, drawable: known.reduce(0) { $0 + $1.drawable })
  }
}

extension Column {
  /// The numbers to draw; NaN for null. Their meaning is the `quantity` of the type.
  var plotted: [Double] {
    get throws(Diagnostic) {
      guard type.isTemporal else { return numbers }
      let local = try localTimes()
      let ticks = Column(type == .date ? .i32 : .i64, local.values, validity: local.validity)
      let scale = type.ticksPerSecond.map { Double($0) } ?? 1
      return ticks.numbers.map { $0 / scale }
    }
  }

  private var numbers: [Double] {
    switch values {
    case .i8(let buffer): floats(buffer) { Double($0) }
    case .i16(let buffer): floats(buffer) { Double($0) }
    case .i32(let buffer): floats(buffer) { Double($0) }
    case .i64(let buffer): floats(buffer) { Double($0) }
    case .u8(let buffer): floats(buffer) { Double($0) }
    case .u16(let buffer): floats(buffer) { Double($0) }
    case .u32(let buffer): floats(buffer) { Double($0) }
    case .u64(let buffer): floats(buffer) { Double($0) }
    case .f32(let buffer): floats(buffer) { Double($0) }
    case .f64(let buffer): floats(buffer) { $0 }
    case .null, .bool, .i128, .text, .list, .structure: (0..<count).map { self[$0].number ?? .nan }
    }
  }

  private func floats<Element: ColumnElement>(_ buffer: Buffer<Element>, _ float: (Element) -> Double) -> [Double] {
    let values = buffer.span
    var floats = [Double](repeating: .nan, count: count)
    if nullCount == 0 {
      for row in 0..<count { floats[row] = float(values[row]) }
    } else {
      for row in 0..<count where !isNull(row) { floats[row] = float(values[row]) }
    }
    return floats
  }
}

extension DataType {
  /// The number of ticks of a temporal type in one second; nil for dates and for other types.
  fileprivate var ticksPerSecond: Int64? {
    switch self {
    case .datetime(let unit), .zoned(let unit, _), .duration(let unit): unit.ticksPerSecond
    case .time: TimeUnit.nanoseconds.ticksPerSecond
    default: nil
    }
  }
}
