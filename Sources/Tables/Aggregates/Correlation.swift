public import Diagnostics
import Parallelism

/// Pearson's correlation of two columns in every slice, over the rows in which neither is null.
///
///     r = Σ(x − x̄)(y − ȳ) / √(Σ(x − x̄)² · Σ(y − ȳ)²)
///
/// Null if there are fewer than two such rows; NaN if one of the columns is constant.
///
/// - Complexity: O(rows) in two passes.
public func correlations(_ x: Column, _ y: Column, over slices: GroupSlices) throws(Diagnostic) -> Column {
  for column in [x, y] where !(column.type.isNumeric || column.type == .bool || column.type == .null) {
    throw .cannotAggregate("corr", column.type)
  }
  if x.type == .null || y.type == .null { return Column.nulls(.f64, count: slices.count) }
  var results: [Column] = []
  var (left, right) = (try ColumnArrangement(of: x, slices), try ColumnArrangement(of: y, slices))
  for range in slices.ranges {
    let (a, own) = try left.slices(range)
    results.append(try correlationsOfArranged(a, right.slices(range).column, own))
  }
  return try concat(results)
}

private func correlationsOfArranged(_ x: Column, _ y: Column, _ slices: GroupSlices) throws(Diagnostic) -> Column {
  let both = Bitmap.intersection(x.validity, y.validity)
  let (left, kept) = try withoutNulls(Column(x.type, x.values, validity: both), slices)
  let (right, _) = try withoutNulls(Column(y.type, y.values, validity: both), slices)
  let sums = try kept.mapPieces(empty: SIMD2<Double>.zero) { (piece) throws(Diagnostic) in
    let xs = try left[piece.positions].asDoubles()
    let ys = try right[piece.positions].asDoubles()
    let (x, y) = (xs.span, ys.span)
    var sums = SIMD2<Double>.zero
    for index in x.indices { sums += SIMD2(x[index], y[index]) }
    return sums
  } merging: {
    $0 + $1
  }
  let offsets = kept.offsets
  let products = try kept.mapPieces(empty: SIMD4<Double>.zero) { (piece) throws(Diagnostic) in
    let xs = try left[piece.positions].asDoubles()
    let ys = try right[piece.positions].asDoubles()
    let (x, y) = (xs.span, ys.span)
    let length = Double(offsets[piece.slice + 1] - offsets[piece.slice])
    let mean = sums[piece.slice] / length
    var products = SIMD4<Double>.zero
    for index in x.indices {
      let dx = x[index] - mean.x
      let dy = y[index] - mean.y
      products += SIMD4(dx * dx, dy * dy, dx * dy, 0)
    }
    return products
  } merging: {
    $0 + $1
  }
  return Column(
    products.enumerated().map { slice, products -> Double? in
      guard offsets[slice + 1] - offsets[slice] >= 2 else { return nil }
      let r = products.z / (products.x * products.y).squareRoot()
      return r.isNaN ? r : min(1, max(-1, r))
    })
}
