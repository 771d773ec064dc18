public import Diagnostics
import Parallelism

/// The sum of every frame: for whole numbers exactly, from prefix sums; for floats and decimals by `Frames.summaries`.
func framedSums(_ column: Column, _ frames: Frames, _ type: DataType) throws(Diagnostic) -> Column {
  let (values, frames) = try frames.values(of: column)
  if type == .null { return .nulls(.null, count: frames.count) }
  if column.type.isFloat {
    let sums = try floatSums(values, frames)
    return type == .f32 ? Column(sums.map { Float($0) }) : Column(sums)
  }
  switch type {
  case .decimal(let precision, _):
    return Column(
      type, .i128(Buffer(try exactSums(values, frames, type) { fits($0, precision: precision) ? $0 : nil })))
  case .u64: return Column(try exactSums(values, frames, type) { UInt64(exactly: $0) })
  case .u32: return Column(try exactSums(values, frames, type) { UInt32(exactly: $0) })
  default: return Column(type, .i64(Buffer(try exactSums(values, frames, type) { Int64(exactly: $0) })))
  }
}

private func floatSums(_ values: Column, _ frames: Frames) throws(Diagnostic) -> [Double] {
  let numbers = try values.asDoubles()
  return try frames.summaries {
    FloatSum(sum: numbers[$0])
  } _: { (sum, _) throws(Diagnostic) in
    sum.sum
  }
}

private func exactSums<Element: ColumnElement>(
  _ values: Column, _ frames: Frames, _ type: DataType, _ narrowed: @Sendable (Int128) -> Element?
) throws(Diagnostic) -> [Element] {
  let sums = try ExactSums(values, frames)
  return try fillArray(count: frames.count) { (results) throws(Diagnostic) in
    try forEachChunk(of: frames.count, grain: rowGrain) { (range) throws(Diagnostic) in
      for frame in range {
        guard let sum = sums[frame], let own = narrowed(sum) else {
          throw .frameSumOverflow(type, row: Int(frames.owners[frame]))
        }
        results.store(own, at: frame)
      }
    }
  }
}

/// The exact sum of integers, decimals, bools or durations in every frame; nil if it does not fit 128 bits.
private struct ExactSums: Sendable {
  private enum Storage: Sendable {
    /// Prefix sums, if they cannot overflow 64 bits.
    case narrow([Int64])
    /// Prefix sums: the sum of all values before each row.
    case before([Int128])
    /// The sum of each frame, for decimals: their prefix sums could overflow 128 bits although no frame's sum does.
    case own([Int128?])
  }

  private let frames: Frames
  private let storage: Storage

  init(_ values: Column, _ frames: Frames) throws(Diagnostic) {
    self.frames = frames
    if let sums = try sumsBefore(values.values) {
      storage = .narrow(sums)
      return
    }
    let number = values.values.wholeNumbers ?? { _ in 0 }
    if case .i128 = values.values {
      let sums = try frames.summaries {
        DecimalSum(sum: number($0), isLost: false)
      } _: { (sum, _) throws(Diagnostic) in
        sum
      }
      storage = .own(sums.map { $0.isLost ? nil : $0.sum })
      return
    }
    var sum: Int128 = 0
    var before: [Int128] = [0]
    try requireAllocation(of: (values.count + 1) * MemoryLayout<Int128>.stride)
    before.reserveCapacity(values.count + 1)
    let cancellation = Cancellation.current
    for row in 0..<values.count {
      if row & 0xffff == 0 { try cancellation.check() }
      sum += number(row)
      before.append(sum)
    }
    storage = .before(before)
  }

  subscript(frame: Int) -> Int128? {
    switch storage {
    case .narrow(let sums):
      let range = frames.range(frame)
      return Int128(sums[range.upperBound] - sums[range.lowerBound])
    case .before(let sums):
      let range = frames.range(frame)
      return sums[range.upperBound] - sums[range.lowerBound]
    case .own(let sums): return sums[frame]
    }
  }

  /// The means, nil where they take more than 64 bits.
  func narrowMeans() throws(Diagnostic) -> Column? {
    guard case .narrow(let sums) = storage else { return nil }
    let frames = frames
    let means = try buildArray(count: frames.count, grain: rowGrain, of: Double.self) { (own, means) in
      let sums = sums.span
      for frame in own {
        let range = frames.range(frame)
        let length = range.isEmpty ? 1 : Double(range.count)
        means[frame - own.lowerBound] = Double(sums[range.upperBound] - sums[range.lowerBound]) / length
      }
    }
    return Column(
      .f64, .f64(Buffer(means)), validity: try Bitmap.ofRows(frames.count) { !frames.range($0).isEmpty }.unlessAllSet)
  }
}

/// The sum of all whole numbers before each, and of all; nil where it could leave 64 bits, and of other storages.
private func sumsBefore(_ values: ColumnValues) throws(Diagnostic) -> [Int64]? {
  try values.run(SumsBefore()) ?? nil
}

private struct SumsBefore: WholeNumberKernel {
  func whole<Number: ColumnElement & FixedWidthInteger>(_ buffer: Buffer<Number>) throws(Diagnostic) -> [Int64]? {
    try sumsBefore(buffer)
  }
}

private func sumsBefore<Element: FixedWidthInteger & ColumnElement>(
  _ buffer: Buffer<Element>
) throws(Diagnostic) -> [Int64]? {
  let count = buffer.count
  let parts = try mapChunks(of: count, grain: rowGrain) { (rows) throws(Diagnostic) in
    let values = buffer.span
    var (sum, greatest): (Int64, UInt64) = (0, 0)
    for row in rows {
      sum &+= Int64(truncatingIfNeeded: values[row])
      greatest = max(greatest, UInt64(values[row].magnitude))
    }
    return (sum: sum, greatest: greatest)
  }
  let most = UInt64(Int64.max) / UInt64(max(1, count))
  guard parts.allSatisfy({ $0.greatest <= most }) else { return nil }
  var starts: [Int64] = [0]
  for part in parts { starts.append(starts[starts.count - 1] + part.sum) }
  let before = starts
  return try fillArray(count: count + 1) { (sums) throws(Diagnostic) in
    sums.store(before[parts.count], at: count)
    try forEachChunk(of: count, grain: rowGrain) { (rows) throws(Diagnostic) in
      let values = buffer.span
      var sum = before[rows.lowerBound / rowGrain]
      for row in rows {
        sums.store(sum, at: row)
        sum &+= Int64(truncatingIfNeeded: values[row])
      }
    }
  }
}

/// The mean of every frame; null if it has no value.
func framedMeans(_ column: Column, _ frames: Frames, _ type: DataType) throws(Diagnostic) -> Column {
  let (values, frames) = try frames.values(of: column)
  if column.type == .null { return .nulls(type, count: frames.count) }
  if column.type.isTemporal {
    let ticks = Column(.i64, .i64(try values.ticks(as: type)))
    let sums = try ExactSums(ticks, frames)
    let means = (0..<frames.count).map { frame -> Int64? in
      let length = Int128(frames.range(frame).count)
      // The mean fits because it lies between the least and the greatest value.
      return length == 0 ? nil : sums[frame].map { Int64(floorDivided(2 * $0 + length, 2 * length)) }
    }
    return Column(type, .i64(Buffer(means.map { $0 ?? 0 })), validity: Bitmap(validOf: means))
  }
  if column.type.isFloat {
    let sums = try floatSums(values, frames)
    let means = sums.indices.map { frame -> Double? in
      let length = frames.range(frame).count
      return length == 0 ? nil : sums[frame] / Double(length)
    }
    return Column(floats: means, as: type)
  }
  let sums = try ExactSums(values, frames)
  if type == .f64, let means = try sums.narrowMeans() { return means }
  let scale = values.type.decimalFactor
  var means: [Double?] = []
  means.reserveCapacity(frames.count)
  for frame in 0..<frames.count {
    let length = frames.range(frame).count
    guard let sum = sums[frame] else {
      throw .frameSumOverflow(.decimal(precision: 38, scale: 0), row: Int(frames.owners[frame]))
    }
    means.append(length == 0 ? nil : Double(sum) / Double(length) / scale)
  }
  return Column(floats: means, as: type)
}

/// The moments of the values of every frame, ignoring nulls.
private func frameMoments(of column: Column, in frames: Frames) throws(Diagnostic) -> [FrameMoments] {
  let (values, frames) = try frames.values(of: column)
  let numbers = try values.asDoubles()
  return try frames.summaries {
    FrameMoments(numbers[$0])
  } _: { (moments, _) throws(Diagnostic) in
    moments
  }
}

/// The variance or standard deviation of every frame, ignoring nulls; null for a frame with at most `ddof` values.
func framedDeviations(
  _ column: Column, _ frames: Frames, _ type: DataType, ddof: Int, isVariance: Bool
) throws(Diagnostic) -> Column {
  let moments = try frameMoments(of: column, in: frames)
  return Column(
    floats: moments.map { own -> Double? in
      let freedom = Int(own.count) - ddof
      guard own.count > 0, freedom > 0 else { return nil }
      let variance = own.second / Double(freedom)
      return isVariance ? variance : variance.squareRoot()
    }, as: type)
}

/// The skewness or excess kurtosis of every frame, defined as for slices.
public func shapes(
  _ shape: DistributionShape, of column: Column, over frames: Frames
) throws(Diagnostic) -> Column {
  let moments = try frameMoments(of: column, in: frames)
  return Column(
    moments.map { own -> Double? in
      if own.count == 0 { return nil }
      let (second, third, fourth) = (own.second / own.count, own.third / own.count, own.fourth / own.count)
      return switch shape {
      case .skewness: third / (second * second.squareRoot())
      case .kurtosis: fourth / (second * second) - 3
      }
    })
}

/// Pearson's correlation in every frame, defined as for slices.
public func correlations(_ x: Column, _ y: Column, over frames: Frames) throws(Diagnostic) -> Column {
  for column in [x, y] where !(column.type.isNumeric || column.type == .bool || column.type == .null) {
    throw .cannotAggregate("corr", column.type)
  }
  if x.type == .null || y.type == .null { return .nulls(.f64, count: frames.count) }
  let (_, withX) = try frames.values(of: x)
  let (right, both) = try withX.values(of: y)
  let (xs, ys) = (try both.arranged(x).asDoubles(), try right.asDoubles())
  let pairs = try both.summaries {
    FramePairs(xs[$0], ys[$0])
  } _: { (pairs, _) throws(Diagnostic) in
    pairs
  }
  return Column(
    pairs.map { own -> Double? in
      guard own.count >= 2 else { return nil }
      let r = own.product / (own.square.x * own.square.y).squareRoot()
      return r.isNaN ? r : min(1, max(-1, r))
    })
}

private struct FloatSum: FrameSummary {
  let sum: Double
  static let nothing = FloatSum(sum: 0)
  func followed(by later: FloatSum) -> FloatSum { FloatSum(sum: sum + later.sum) }
}

private struct DecimalSum: FrameSummary {
  let sum: Int128
  let isLost: Bool
  static let nothing = DecimalSum(sum: 0, isLost: false)

  func followed(by later: DecimalSum) -> DecimalSum {
    let (total, overflow) = sum.addingReportingOverflow(later.sum)
    return DecimalSum(sum: total, isLost: overflow || isLost || later.isLost)
  }
}

/// The count, the mean, and the sums Σ(x − mean)ᵏ for k = 2, 3, 4.
///
/// - Source: Pébay, *Formulas for Robust, One-Pass Parallel Computation of Covariances and Arbitrary-Order Statistical
///   Moments*, Sandia, 2008, equations 2.1 and 3.1.
private struct FrameMoments: FrameSummary {
  var count = 0.0
  var mean = 0.0
  var second = 0.0
  var third = 0.0
  var fourth = 0.0

  static let nothing = FrameMoments()

  private init() {}

  init(_ value: Double) {
    count = 1
    mean = value
    // 0 for a finite value, else NaN.
    second = value - value
    (third, fourth) = (second, second)
  }

  func followed(by later: FrameMoments) -> FrameMoments {
    if count == 0 { return later }
    if later.count == 0 { return self }
    var all = FrameMoments()
    let (a, b) = (count, later.count)
    all.count = a + b
    let step = later.mean - mean
    let part = step / all.count
    all.mean = mean + part * b
    let square = step * part * a * b
    all.second = second + later.second + square
    all.third =
      third + later.third + square * part * (a - b) + 3 * part * (a * later.second - b * second)
    let squares = 6 * part * part * (a * a * later.second + b * b * second)
    all.fourth =
      fourth + later.fourth + square * part * part * (a * a - a * b + b * b) + squares
      + 4 * part * (a * later.third - b * third)
    return all
  }
}

/// The means x̄ and ȳ of two columns, and the sums Σ(x − x̄)², Σ(y − ȳ)² and Σ(x − x̄)(y − ȳ).
private struct FramePairs: FrameSummary {
  var count = 0.0
  var mean = SIMD2<Double>.zero
  var square = SIMD2<Double>.zero
  var product = 0.0

  static let nothing = FramePairs()

  private init() {}

  init(_ x: Double, _ y: Double) {
    count = 1
    mean = SIMD2(x, y)
    square = mean - mean
    product = square.x + square.y
  }

  func followed(by later: FramePairs) -> FramePairs {
    if count == 0 { return later }
    if later.count == 0 { return self }
    var all = FramePairs()
    all.count = count + later.count
    let step = later.mean - mean
    all.mean = mean + step * (later.count / all.count)
    let weight = count * later.count / all.count
    all.square = square + later.square + step * step * weight
    all.product = product + later.product + step.x * step.y * weight
    return all
  }
}
