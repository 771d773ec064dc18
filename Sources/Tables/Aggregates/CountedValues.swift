public import Diagnostics
import Parallelism

/// A column given by its distinct values and the count of each. This suffices for order statistics, whatever the number
/// of rows.
public struct CountedValues: Sendable {
  /// The distinct values in ascending order, NaN last, without null.
  let values: Column
  /// For each value, the number of rows that hold it or a smaller one.
  let ends: [Int]
  let nullCount: Int

  /// The number of rows that are not null.
  var valueCount: Int { ends.last ?? 0 }

  /// - Parameters:
  ///   - values: the distinct values, null among them.
  ///   - counts: the count of each value; any integer type.
  public init(_ values: Column, counts: Column) throws(Diagnostic) {
    guard case .i64(let counts) = try cast(counts, to: .i64).values else { throw .fault("counts that are not i64") }
    let order = try argsort([SortKey(values)], count: values.count)
    let known = values.count - values.nullCount
    // Nulls are sorted last.
    self.values = try gather(values, rows: Array(order.prefix(known)), hasMissing: false)
    nullCount = order.dropFirst(known).reduce(0) { $0 + Int(counts[Int($1)]) }
    var ends: [Int] = []
    ends.reserveCapacity(known)
    try forEachRange(of: known) { range in
      for place in range { ends.append((ends.last ?? 0) + Int(counts[Int(order[place])])) }
    }
    self.ends = ends
  }

  private func count(_ place: Int) -> Int { ends[place] - (place == 0 ? 0 : ends[place - 1]) }

  /// The index of the most frequent value; of the least one if several are equally frequent.
  private var mostFrequentPlace: Int? {
    var best: (place: Int, count: Int)?
    for place in ends.indices where count(place) > best?.count ?? 0 { best = (place, count(place)) }
    return best?.place
  }

  var mostFrequent: Value { mostFrequentPlace.map { values[$0] } ?? .null }

  /// Several quantiles, ignoring nulls; nil if there is no value.
  ///
  /// - Complexity: O(log n) each, for n distinct values, after O(n) to convert values that are not f64.
  func quantiles(_ fractions: [Double]) throws(Diagnostic) -> [Double]? {
    if valueCount == 0 { return nil }
    let numbers = try values.asDoubles()
    return fractions.map { fraction in
      interpolated(fraction, count: valueCount) { rank in numbers[ends.partitioningIndex { $0 > rank }] }
    }
  }

  /// The mean and the sample standard deviation (denominator n − 1), ignoring nulls.
  func moments() throws(Diagnostic) -> (mean: Double, deviation: Double?)? {
    if valueCount == 0 { return nil }
    let numbers = try values.asDoubles()
    let mean = compensatedSum(ends.indices.map { numbers[$0] * Double(count($0)) }) / Double(valueCount)
    if valueCount == 1 { return (mean, nil) }
    let squares = compensatedSum(
      ends.indices.map { place in
        let difference = numbers[place] - mean
        return difference * difference * Double(count(place))
      })
    return (mean, (squares / Double(valueCount - 1)).squareRoot())
  }

  /// An order statistic as a column of one row: `median`, `quantile` or `mode`.
  public func column(_ kind: Aggregate, of type: DataType) throws(Diagnostic) -> Column {
    switch kind {
    case .median: return try column(0.5, of: type)
    case .quantile(let fraction): return try column(fraction, of: type)
    case .mode:
      let place = mostFrequentPlace.map { UInt32($0) } ?? missingRow
      return try gather(values, rows: [place], hasMissing: true)
    default: throw .fault("`\(kind.name)` is no order statistic")
    }
  }

  private func column(_ fraction: Double, of type: DataType) throws(Diagnostic) -> Column {
    guard values.type.isTemporal else { return Column(floats: [try quantiles([fraction])?[0]], as: type) }
    if valueCount == 0 { return .nulls(type, count: 1) }
    let ticks = try values.ticks(as: type)
    let tick = interpolatedTicks(fraction, count: valueCount) { rank in ticks[ends.partitioningIndex { $0 > rank }] }
    return Column(type, .i64(Buffer([tick])))
  }
}

/// Compensated summation: the rounding errors of all additions are summed and added at the end.
///
/// - Source: Neumaier, *Rundungsfehleranalyse einiger Verfahren zur Summation endlicher Summen*, ZAMM 54, 1974.
private func compensatedSum(_ numbers: [Double]) -> Double {
  var (sum, lost) = (0.0, 0.0)
  for number in numbers {
    let next = sum + number
    lost += abs(sum) >= abs(number) ? (sum - next) + number : (number - next) + sum
    sum = next
  }
  return lost.isFinite ? sum + lost : sum
}

extension Array {
  /// The index of the first element for which `belongs` is true. All elements after it must satisfy `belongs` too.
  fileprivate func partitioningIndex(_ belongs: (Element) -> Bool) -> Int {
    var range = indices
    while !range.isEmpty {
      let middle = range.lowerBound + range.count / 2
      range = belongs(self[middle]) ? range.lowerBound..<middle : middle + 1..<range.upperBound
    }
    return range.lowerBound
  }
}
