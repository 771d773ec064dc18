import Diagnostics
import Parallelism
import Synchronization

/// The exact sums of whole numbers: in 64 bits if all sums fit, else in 128 bits.
private func integerSums<Element: FixedWidthInteger & ColumnElement>(
  _ buffer: Buffer<Element>, _ slices: GroupSlices
) throws(Diagnostic) -> SliceSums {
  let isWide = Atomic<Bool>(false)
  let sums = try slices.mapPieces(empty: Int64(0)) { (piece) throws(Diagnostic) in
    guard let sum = Int64(exactly: exactSum(buffer[piece.positions].span)) else {
      isWide.store(true, ordering: .relaxed)
      return 0
    }
    return sum
  } merging: { a, b in
    let (sum, overflow) = a.addingReportingOverflow(b)
    if overflow { isWide.store(true, ordering: .relaxed) }
    return sum
  }
  if !isWide.load(ordering: .relaxed) { return .narrow(sums) }
  return .exact(
    try slices.mapPieces(empty: Int128(0)) { (piece) throws(Diagnostic) in
      exactSum(buffer[piece.positions].span)
    } merging: {
      $0 + $1
    })
}

/// Sums the 32-bit halves of 64-bit numbers separately: this vectorises and cannot overflow for a piece of rows.
@inline(__always)
private func exactSum<Element: FixedWidthInteger & ColumnElement>(_ values: Span<Element>) -> Int128 {
  if Element.bitWidth <= 32 {
    var sum: Int64 = 0
    for index in values.indices { sum &+= Int64(truncatingIfNeeded: values[index]) }
    return Int128(sum)
  }
  var high: Int64 = 0
  var low: Int64 = 0
  for index in values.indices {
    let bits = UInt64(truncatingIfNeeded: values[index])
    high &+= Element.isSigned ? Int64(bitPattern: bits) >> 32 : Int64(bits >> 32)
    low &+= Int64(bits & 0xffff_ffff)
  }
  return Int128(high) << 32 + Int128(low)
}

/// Sums `count` terms in eight lanes, which do not wait for one another. The order of the additions depends only on the
/// count.
@inline(__always)
func sumInLanes(_ count: Int, _ term: (Int) -> Double) -> Double {
  var lanes = SIMD8<Double>.zero
  var index = 0
  while index + 8 <= count {
    for lane in 0..<8 { lanes[lane] += term(index + lane) }
    index += 8
  }
  var sum = lanes.sum()
  while index < count {
    sum += term(index)
    index += 1
  }
  return sum
}

private func floatSums<Element: BinaryFloatingPoint & ColumnElement>(
  _ buffer: Buffer<Element>, _ slices: GroupSlices
) throws(Diagnostic) -> [Double] {
  try slices.mapPieces(empty: 0) { (piece) throws(Diagnostic) in
    let values = buffer[piece.positions].span
    return sumInLanes(values.count) { Double(values[$0]) }
  } merging: {
    $0 + $1
  }
}

/// The sums of slices without nulls, exact or as floats.
private enum SliceSums {
  case narrow([Int64])
  case exact([Int128])
  case floating([Double])

  init(_ values: ColumnValues, _ slices: GroupSlices, _ firstRow: (Int) -> Int) throws(Diagnostic) {
    switch values {
    case .bool(let bits):
      let ranks = try BitmapRanks(bits)
      let offsets = slices.offsets
      self = .exact((0..<slices.count).map { Int128(ranks[offsets[$0 + 1]] - ranks[offsets[$0]]) })
    case .i128(let buffer):
      let offsets = slices.offsets
      var sums: [Int128] = []
      for slice in 0..<slices.count {
        var sum: Int128 = 0
        for position in offsets[slice]..<offsets[slice + 1] {
          let (next, overflow) = sum.addingReportingOverflow(buffer[position])
          if overflow { throw .sumOverflow(.decimal(precision: 38, scale: 0), firstRow: firstRow(slice)) }
          sum = next
        }
        sums.append(sum)
      }
      self = .exact(sums)
    default:
      self = try values.run(SliceSumKernel(slices: slices)) ?? .exact([Int128](repeating: 0, count: slices.count))
    }
  }

  var numbers: [Double] {
    switch self {
    case .narrow(let sums): sums.map { Double($0) }
    case .exact(let sums):
      sums.map { sum in
        // Converting 128 bits is slow and rarely needed.
        let narrow = Int64(truncatingIfNeeded: sum)
        return Int128(narrow) == sum ? Double(narrow) : Double(sum)
      }
    case .floating(let sums): sums
    }
  }
}

private struct SliceSumKernel: NumberKernel {
  let slices: GroupSlices

  func integers<Number: ColumnElement & FixedWidthInteger>(_ buffer: Buffer<Number>) throws(Diagnostic) -> SliceSums {
    try integerSums(buffer, slices)
  }

  func floats<Number: ColumnElement & BinaryFloatingPoint>(_ buffer: Buffer<Number>) throws(Diagnostic) -> SliceSums {
    .floating(try floatSums(buffer, slices))
  }
}

/// - Parameter firstRow: the first row of a slice in the table, for error messages.
func sums(
  _ column: Column, _ slices: GroupSlices, _ type: DataType, firstRow: (Int) -> Int
) throws(Diagnostic) -> Column {
  let (values, slices) = try withoutNulls(column, slices)
  switch try SliceSums(values.values, slices, firstRow) {
  case .floating(let sums): return type == .f32 ? Column(sums.map { Float($0) }) : Column(sums)
  case .narrow(let sums):
    return type == .u64
      ? Column(try narrowed(sums, type, firstRow, to: UInt64.self)) : Column(type, .i64(Buffer(sums)))
  case .exact(let sums):
    switch type {
    case .u32: return Column(try narrowed(sums, type, firstRow, to: UInt32.self))
    case .u64: return Column(try narrowed(sums, type, firstRow, to: UInt64.self))
    case .decimal(let precision, _):
      for (slice, sum) in sums.enumerated() where !fits(sum, precision: precision) {
        throw .sumOverflow(type, firstRow: firstRow(slice))
      }
      return Column(type, .i128(Buffer(sums)))
    case .null: return Column(.null, .null(count: slices.count))
    default: return Column(type, .i64(Buffer(try narrowed(sums, type, firstRow, to: Int64.self))))
    }
  }
}

private func narrowed<Sum: FixedWidthInteger, Element: FixedWidthInteger>(
  _ sums: [Sum], _ type: DataType, _ firstRow: (Int) -> Int, to: Element.Type
) throws(Diagnostic) -> [Element] {
  var narrow: [Element] = []
  narrow.reserveCapacity(sums.count)
  for (slice, sum) in sums.enumerated() {
    guard let value = Element(exactly: sum) else { throw .sumOverflow(type, firstRow: firstRow(slice)) }
    narrow.append(value)
  }
  return narrow
}

/// The mean of every slice, ignoring nulls; null for an empty slice.
func means(
  _ column: Column, _ slices: GroupSlices, _ type: DataType, firstRow: (Int) -> Int
) throws(Diagnostic) -> Column {
  let (values, slices) = try withoutNulls(column, slices)
  if column.type.isTemporal { return try meansOfTimes(values, slices, as: type) }
  return Column(floats: try sliceMeans(values, slices, firstRow), as: type)
}

/// The mean of every slice; nil for an empty slice.
private func sliceMeans(
  _ values: Column, _ slices: GroupSlices, _ firstRow: (Int) -> Int
) throws(Diagnostic) -> [Double?] {
  let sums = try SliceSums(values.values, slices, firstRow).numbers
  let scale = values.type.decimalFactor
  let offsets = slices.offsets
  return (0..<slices.count).map { slice in
    let length = offsets[slice + 1] - offsets[slice]
    return length == 0 ? nil : sums[slice] / Double(length) / scale
  }
}

/// The mean of every slice without nulls, to the last bit: a second pass adds the mean of the deviations from the first
/// mean. The third moment of values far from zero needs it.
func preciseMeans(_ values: Column, _ slices: GroupSlices) throws(Diagnostic) -> [Double] {
  var means = [Double](repeating: 0, count: slices.count)
  let offsets = slices.offsets
  for _ in 0..<2 {
    let known = means
    let sums = try slices.mapPieces(empty: 0.0) { (piece) throws(Diagnostic) in
      let numbers = try values[piece.positions].asDoubles()
      let span = numbers.span
      let mean = known[piece.slice]
      return sumInLanes(span.count) { span[$0] - mean }
    } merging: {
      $0 + $1
    }
    for slice in means.indices {
      let change = sums[slice] / Double(offsets[slice + 1] - offsets[slice])
      // Of infinite values there is nothing to correct.
      if means[slice].isFinite { means[slice] += change }
    }
  }
  return means
}

/// The variance or standard deviation of every slice, ignoring nulls; null for a slice with at most `ddof` values.
func deviations(
  _ column: Column, _ slices: GroupSlices, _ type: DataType, ddof: Int, isVariance: Bool, firstRow: (Int) -> Int
) throws(Diagnostic) -> Column {
  let (values, slices) = try withoutNulls(column, slices)
  let means = try sliceMeans(values, slices, firstRow)
  let squares = try squaredDifferences(values, from: means, slices)
  let offsets = slices.offsets
  let results = squares.indices.map { slice in
    deviation(squares[slice], of: offsets[slice + 1] - offsets[slice], ddof: ddof, isVariance: isVariance)
  }
  return Column(floats: results, as: type)
}

/// The variances, or their roots, of groups whose Σ(x − x̄)² and number of values are known.
func deviations(
  _ groups: [(squares: Double, count: Int)], _ type: DataType, _ ddof: Int, _ isVariance: Bool
) -> Column {
  Column(floats: groups.map { deviation($0.squares, of: $0.count, ddof: ddof, isVariance: isVariance) }, as: type)
}

/// The variance, or its root, of `count` values whose Σ(x − x̄)² is known.
private func deviation(_ squares: Double, of count: Int, ddof: Int, isVariance: Bool) -> Double? {
  let freedom = count - ddof
  guard count > 0, freedom > 0 else { return nil }
  let variance = squares / Double(freedom)
  return isVariance ? variance : variance.squareRoot()
}

/// Σ(x − mean)² of every slice; each value is converted to `Double` when it is read.
private func squaredDifferences(
  _ column: Column, from means: [Double?], _ slices: GroupSlices
) throws(Diagnostic) -> [Double] {
  switch column.values {
  case .bool, .i128: try squaredDifferences(try column.asDoubles(), from: means, slices) { $0 }
  default:
    // Of nothing but nulls, which is no number, there are no differences.
    try column.values.run(SquaredDifferences(means: means, slices: slices)) ?? means.map { _ in 0 }
  }
}

private struct SquaredDifferences: NumberKernel {
  let means: [Double?]
  let slices: GroupSlices

  func integers<Number: ColumnElement & FixedWidthInteger>(_ buffer: Buffer<Number>) throws(Diagnostic) -> [Double] {
    try squaredDifferences(buffer, from: means, slices) { float($0) }
  }

  func floats<Number: ColumnElement & BinaryFloatingPoint>(_ buffer: Buffer<Number>) throws(Diagnostic) -> [Double] {
    try squaredDifferences(buffer, from: means, slices) { Double($0) }
  }
}

@inline(__always)
private func squaredDifferences<Element: ColumnElement>(
  _ buffer: Buffer<Element>, from means: [Double?], _ slices: GroupSlices, _ number: @Sendable (Element) -> Double
) throws(Diagnostic) -> [Double] {
  try slices.mapPieces(empty: 0) { (piece) throws(Diagnostic) in
    let values = buffer[piece.positions].span
    let mean = means[piece.slice] ?? 0
    return sumInLanes(values.count) {
      let difference = number(values[$0]) - mean
      return difference * difference
    }
  } merging: {
    $0 + $1
  }
}

extension DataType {
  /// The divisor of an unscaled decimal, 10^scale; 1 for other types.
  var decimalFactor: Double {
    if case .decimal(_, let scale) = self { return powerOfTen(scale).map { Double($0) } ?? 1 }
    return 1
  }
}

extension Column {
  /// A column of computed floats; nil becomes null.
  init(floats: [Double?], as type: DataType) {
    if type == .f32 { self.init(floats.map { $0.map { Float($0) } }) } else { self.init(floats) }
  }

  /// The values as floats: decimals are scaled, temporal values are in ticks. Null rows have any value.
  func asDoubles() throws(Diagnostic) -> Buffer<Double> {
    if case .f64(let buffer) = values { return buffer }
    if case .bool(let bits) = values {
      return Buffer(
        try buildArray(count: count, grain: rowGrain, of: Double.self) { (range, numbers) throws(Diagnostic) in
          for row in range { numbers[row - range.lowerBound] = bits[row] ? 1 : 0 }
        })
    }
    if case .i128(let buffer) = values, case .decimal(_, let scale) = type {
      return try convertedToDoubles(buffer) { nearestFloat($0, scale: scale) }
    }
    return try values.run(ConversionToDoubles()) ?? Buffer(repeating: 0, count: count)
  }
}

private struct ConversionToDoubles: NumberKernel {
  func integers<Number: ColumnElement & FixedWidthInteger>(
    _ buffer: Buffer<Number>
  ) throws(Diagnostic) -> Buffer<Double> {
    Number.bitWidth > 64
      ? try convertedToDoubles(buffer) { Double($0) } : try convertedToDoubles(buffer) { float($0) }
  }

  func floats<Number: ColumnElement & BinaryFloatingPoint>(
    _ buffer: Buffer<Number>
  ) throws(Diagnostic) -> Buffer<Double> { try convertedToDoubles(buffer) { Double($0) } }
}

@inline(__always)
private func convertedToDoubles<Element: ColumnElement>(
  _ buffer: Buffer<Element>, _ convert: @Sendable (Element) -> Double
) throws(Diagnostic) -> Buffer<Double> {
  Buffer(
    try buildArray(count: buffer.count, grain: rowGrain, of: Double.self) { (range, numbers) throws(Diagnostic) in
      let values = buffer.span
      for row in range { numbers[row - range.lowerBound] = convert(values[row]) }
    })
}
