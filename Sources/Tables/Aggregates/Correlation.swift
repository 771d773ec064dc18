public import Diagnostics
import Parallelism

/// Pearson's correlation of two columns in every slice, over the rows in which neither is null.
///
///     r = Σ(x − x̄)(y − ȳ) / √(Σ(x − x̄)² · Σ(y − ȳ)²)
///
/// Null if there are fewer than two such rows; NaN if one of the columns is constant.
///
/// - Complexity: O(rows) in three passes.
public func correlations(_ x: Column, _ y: Column, over slices: GroupSlices) throws(Diagnostic) -> Column {
  for column in [x, y] where !(column.type.isNumeric || column.type == .bool || column.type == .null) {
    throw .cannotAggregate("corr", column.type)
  }
  if x.type == .null || y.type == .null { return Column.nulls(.f64, count: slices.count) }
  if let found = try foldedProducts(of: x, y, over: slices) {
    return Column(found.map { correlation($0.count, $0.products) })
  }
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
  let (xMeans, yMeans) = (try preciseMeans(left, kept), try preciseMeans(right, kept))
  let offsets = kept.offsets
  let products = try kept.mapPieces(empty: SIMD4<Double>.zero) { (piece) throws(Diagnostic) in
    let xs = try left[piece.positions].asDoubles()
    let ys = try right[piece.positions].asDoubles()
    let (x, y) = (xs.span, ys.span)
    let (xMean, yMean) = (xMeans[piece.slice], yMeans[piece.slice])
    return SIMD4(
      sumInLanes(x.count) { (x[$0] - xMean) * (x[$0] - xMean) },
      sumInLanes(x.count) { (y[$0] - yMean) * (y[$0] - yMean) },
      sumInLanes(x.count) { (x[$0] - xMean) * (y[$0] - yMean) }, 0)
  } merging: {
    $0 + $1
  }
  return Column(
    products.enumerated().map { slice, products in
      correlation(Double(offsets[slice + 1] - offsets[slice]), products)
    })
}

/// The correlation of so many pairs whose Σ(x − x̄)², Σ(y − ȳ)² and Σ(x − x̄)(y − ȳ) are known.
private func correlation(_ count: Double, _ products: SIMD4<Double>) -> Double? {
  guard count >= 2 else { return nil }
  let r = products.z / (products.x * products.y).squareRoot()
  return r.isNaN ? r : min(1, max(-1, r))
}
