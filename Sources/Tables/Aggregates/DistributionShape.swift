public import Diagnostics
import Parallelism

/// The shape of a distribution, from the central moments mₖ = Σ(x − x̄)ᵏ / n.
public enum DistributionShape: Sendable {
  /// m₃ / m₂^(3/2), without bias correction.
  case skewness
  /// Excess kurtosis, m₄ / m₂² − 3, without bias correction.
  case kurtosis
}

/// The skewness or excess kurtosis of the values of every slice, ignoring nulls: null if there is no value, NaN if all
/// values are equal.
///
/// - Complexity: O(rows) in two passes.
public func shapes(
  _ shape: DistributionShape, of column: Column, over slices: GroupSlices
) throws(Diagnostic) -> Column {
  if column.type == .null { return Column.nulls(.f64, count: slices.count) }
  var results: [Column] = []
  var arrangement = try ColumnArrangement(of: column, slices)
  for range in slices.ranges {
    let (values, own) = try arrangement.slices(range)
    results.append(try shapesOfArranged(shape, values, own))
  }
  return try concat(results)
}

private func shapesOfArranged(
  _ shape: DistributionShape, _ column: Column, _ slices: GroupSlices
) throws(Diagnostic) -> Column {
  let (values, slices) = try withoutNulls(column, slices)
  let sums = try slices.mapPieces(empty: 0.0) { (piece) throws(Diagnostic) in
    let numbers = try values[piece.positions].asDoubles()
    let span = numbers.span
    var sum = 0.0
    for index in span.indices { sum += span[index] }
    return sum
  } merging: {
    $0 + $1
  }
  let offsets = slices.offsets
  let moments = try slices.mapPieces(empty: SIMD4<Double>.zero) { (piece) throws(Diagnostic) in
    let numbers = try values[piece.positions].asDoubles()
    let span = numbers.span
    let mean = sums[piece.slice] / Double(offsets[piece.slice + 1] - offsets[piece.slice])
    var powers = SIMD4<Double>.zero
    for index in span.indices {
      let deviation = span[index] - mean
      let square = deviation * deviation
      powers += SIMD4(square, square * deviation, square * square, 0)
    }
    return powers
  } merging: {
    $0 + $1
  }
  return Column(
    moments.enumerated().map { slice, powers -> Double? in
      let count = Double(offsets[slice + 1] - offsets[slice])
      if count == 0 { return nil }
      let means = powers / count
      return switch shape {
      case .skewness: means.y / (means.x * means.x.squareRoot())
      case .kurtosis: means.z / (means.x * means.x) - 3
      }
    })
}
