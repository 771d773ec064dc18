import Diagnostics
import Parallelism

// Deviations and correlations of whole numbers, in one pass over the rows. The sums of numbers, squares and products are
// exact, so that neither the order of the rows nor the distance of the values from zero changes a digit.

/// Σx and Σx² of a group, exact for up to 2³² values below 2³².
struct PowerSums: BitwiseCopyable, Sendable {
  var sum: UInt64 = 0
  var squares: UInt128 = 0

  /// Σ(x − x̄)² = (n·Σx² − (Σx)²) / n.
  func squaredDeviations(count: UInt32) -> Double {
    count == 0 ? 0 : nearestDouble(UInt128(count) * squares - UInt128(sum) * UInt128(sum)) / Double(count)
  }
}

/// The sums of every group's values as distances from the column's least value; nil where these are no whole numbers, or
/// span 2³² or more.
///
/// - Complexity: O(rows) on all cores; 32 bytes a group.
func foldedPowers(
  of column: Column, _ mask: Bitmap?, _ partitions: RowPartitions
) throws(Diagnostic) -> [PowerSums]? {
  try column.values.run(FoldedPowers(mask: mask, partitions: partitions)) ?? nil
}

private struct FoldedPowers: WholeNumberKernel {
  let mask: Bitmap?
  let partitions: RowPartitions

  func whole<Number: ColumnElement & FixedWidthInteger>(_ buffer: Buffer<Number>) throws(Diagnostic) -> [PowerSums]? {
    guard let least = try leastOfNarrowRange(buffer, mask) else { return nil }
    return try GroupStates(partitions: partitions, mask: mask).folding(buffer, by: PowerFold(least: least))
  }
}

private struct PowerFold<Element: FixedWidthInteger & ColumnElement>: GroupFold {
  let least: Element
  var start: PowerSums { PowerSums() }
  var neutral: Element { least }

  @inline(__always)
  func adding(_ value: Element, to state: PowerSums) -> (state: PowerSums, fits: Bool) {
    let distance = UInt64(distance(of: value, from: least))
    return (PowerSums(sum: state.sum &+ distance, squares: state.squares &+ UInt128(distance &* distance)), true)
  }

  @inline(__always)
  func merging(_ a: PowerSums, _ b: PowerSums) -> (state: PowerSums, fits: Bool) {
    (PowerSums(sum: a.sum &+ b.sum, squares: a.squares &+ b.squares), true)
  }
}

/// The sums of pairs of whole numbers, exact as above.
struct PairSums: BitwiseCopyable, Sendable {
  var count: UInt64 = 0
  var x = PowerSums()
  var y = PowerSums()
  var products: UInt128 = 0

  static func += (all: inout PairSums, other: PairSums) {
    all.count &+= other.count
    all.x = PowerSums(sum: all.x.sum &+ other.x.sum, squares: all.x.squares &+ other.x.squares)
    all.y = PowerSums(sum: all.y.sum &+ other.y.sum, squares: all.y.squares &+ other.y.squares)
    all.products &+= other.products
  }

  /// Σ(x − x̄)², Σ(y − ȳ)² and Σ(x − x̄)(y − ȳ), each times n.
  var productsOfDeviations: SIMD4<Double> {
    let n = UInt128(count)
    let (own, apart) = (n * products, UInt128(x.sum) * UInt128(y.sum))
    return SIMD4(
      nearestDouble(n * x.squares - UInt128(x.sum) * UInt128(x.sum)),
      nearestDouble(n * y.squares - UInt128(y.sum) * UInt128(y.sum)),
      own >= apart ? nearestDouble(own - apart) : -nearestDouble(apart - own), 0)
  }
}

/// The sums of every group's pairs; nil where a column is not of whole numbers that span less than 2³².
func foldedPairs(
  of x: Column, _ y: Column, _ mask: Bitmap?, _ partitions: RowPartitions
) throws(Diagnostic) -> [PairSums]? {
  let leastValue = LeastValue(mask: mask)
  guard let left = try x.values.run(leastValue) ?? nil, let right = try y.values.run(leastValue) ?? nil else {
    return nil
  }
  let groupOfRow = partitions.numbers
  return try partitions.foldBlocks(PairSums()) { (rows, states) throws(Diagnostic) in
    let own = try x.values.run(Distances(rows: rows, leastBits: left)) ?? []
    let others = try y.values.run(Distances(rows: rows, leastBits: right)) ?? []
    let groups = groupOfRow.span
    let (xs, ys) = (own.span, others.span)
    for index in xs.indices where mask?[rows.lowerBound &+ index] ?? true {
      let (a, b) = (UInt64(xs[index]), UInt64(ys[index]))
      states[Int(groups[rows.lowerBound &+ index])] += PairSums(
        count: 1, x: PowerSums(sum: a, squares: UInt128(a &* a)), y: PowerSums(sum: b, squares: UInt128(b &* b)),
        products: UInt128(a &* b))
    }
  } merging: {
    $0 += $1
  }
}

/// The bits of the least value of whole numbers that span less than 2³².
private struct LeastValue: WholeNumberKernel {
  let mask: Bitmap?

  func whole<Number: ColumnElement & FixedWidthInteger>(_ buffer: Buffer<Number>) throws(Diagnostic) -> UInt64? {
    try leastOfNarrowRange(buffer, mask).map { UInt64(truncatingIfNeeded: $0) }
  }
}

/// Some rows as distances from the least value; any number where a row does not count.
private struct Distances: NumberKernel {
  let rows: Range<Int>
  let leastBits: UInt64

  func integers<Number: ColumnElement & FixedWidthInteger>(_ buffer: Buffer<Number>) throws(Diagnostic) -> [UInt32] {
    let values = buffer.span
    let least = Number(truncatingIfNeeded: leastBits)
    var distances = [UInt32](repeating: 0, count: rows.count)
    var places = distances.mutableSpan
    for row in rows { places[row &- rows.lowerBound] = distance(of: values[row], from: least) }
    return distances
  }

  func floats<Number: ColumnElement & BinaryFloatingPoint>(_ buffer: Buffer<Number>) throws(Diagnostic) -> [UInt32] {
    []
  }
}

/// The least of the numbers that count if the greatest is less than 2³² away from it.
private func leastOfNarrowRange<Number: ColumnElement & FixedWidthInteger>(
  _ buffer: Buffer<Number>, _ mask: Bitmap?
) throws(Diagnostic) -> Number? {
  let ends = try mapChunks(of: buffer.count, grain: rowGrain) { (rows) throws(Diagnostic) in
    let values = buffer.span
    var (least, greatest) = (Number.max, Number.min)
    if let mask {
      for row in rows where mask[row] {
        least = min(least, values[row])
        greatest = max(greatest, values[row])
      }
    } else {
      for row in rows {
        least = min(least, values[row])
        greatest = max(greatest, values[row])
      }
    }
    return (least: least, greatest: greatest)
  }
  guard let least = ends.map(\.least).min(), let greatest = ends.map(\.greatest).max(), least <= greatest else {
    return nil
  }
  return UInt64(truncatingIfNeeded: greatest) &- UInt64(truncatingIfNeeded: least) <= UInt64(UInt32.max) ? least : nil
}

@inline(__always)
private func distance<Number: FixedWidthInteger>(of value: Number, from least: Number) -> UInt32 {
  UInt32(truncatingIfNeeded: UInt64(truncatingIfNeeded: value) &- UInt64(truncatingIfNeeded: least))
}

/// The number as a float, to the last digit but one: an exact conversion of 128 bits takes longer than the group.
private func nearestDouble(_ number: UInt128) -> Double {
  Double(UInt64(truncatingIfNeeded: number >> 64)) * 0x1p64 + Double(UInt64(truncatingIfNeeded: number))
}
