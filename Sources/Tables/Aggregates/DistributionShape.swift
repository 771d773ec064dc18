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
/// - Complexity: O(rows) in three passes.
public func shapes(
  _ shape: DistributionShape, of column: Column, over slices: GroupSlices
) throws(Diagnostic) -> Column {
  if column.type == .null { return Column.nulls(.f64, count: slices.count) }
  if let moments = try foldedMoments(of: column, over: slices) { return Column(moments.map(shape.value)) }
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
  let means = try preciseMeans(values, slices)
  let offsets = slices.offsets
  let moments = try slices.mapPieces(empty: SIMD4<Double>.zero) { (piece) throws(Diagnostic) in
    let numbers = try values[piece.positions].asDoubles()
    let span = numbers.span
    let mean = means[piece.slice]
    func power(_ exponent: Int) -> Double {
      sumInLanes(span.count) {
        let deviation = span[$0] - mean
        let square = deviation * deviation
        return exponent == 2 ? square : exponent == 3 ? square * deviation : square * square
      }
    }
    return SIMD4(power(2), power(3), power(4), 0)
  } merging: {
    $0 + $1
  }
  return Column(
    moments.enumerated().map { slice, powers in
      shape.value(CentralMoments(count: Double(offsets[slice + 1] - offsets[slice]), powers: powers))
    })
}

extension DistributionShape {
  fileprivate func value(_ moments: CentralMoments) -> Double? {
    if moments.count == 0 { return nil }
    let means = moments.powers / moments.count
    return switch self {
    case .skewness: means.y / (means.x * means.x.squareRoot())
    case .kurtosis: means.z / (means.x * means.x) - 3
    }
  }
}
