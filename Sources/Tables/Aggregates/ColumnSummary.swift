public import Diagnostics
import Parallelism

/// The statistics of a column that `describe` shows.
public struct ColumnSummary: Sendable {
  public let type: DataType
  /// The number of rows, including nulls.
  public let count: Int
  /// The number of nulls.
  public let nulls: Int
  /// The mean; nil if the type is neither numeric nor bool, or if all rows are null.
  public let mean: Double?
  /// The sample standard deviation (denominator n − 1).
  public let standardDeviation: Double?
  /// The least value; null for nested types, and if all rows are null.
  public let minimum: Value
  /// The quantiles 0.25, 0.5 and 0.75 by linear interpolation; nil if the type is neither numeric nor bool, or if all
  /// rows are null.
  public let quartiles: (Double, Double, Double)?
  /// The greatest value; null for nested types, and if all rows are null.
  public let maximum: Value
  /// The number of distinct values, not counting null; nil for nested types.
  public let distinct: Int?
  /// The most frequent value, ignoring nulls; the least one if several are equally frequent.
  public let mostFrequent: Value

  /// - Complexity: O(rows) on all cores.
  public init(_ column: Column) throws(Diagnostic) {
    type = column.type
    count = column.count
    nulls = column.nullCount
    let (values, _) = try withoutNulls(column, GroupSlices(rowCount: column.count))
    let isNumber = column.type.isNumeric || column.type == .bool
    if isNumber, values.count > 0 {
      // The result is shown as f64, so it is not rounded to f32 first.
      let wide = column.type == .f32 ? try cast(values, to: .f64) : values
      mean = try Tables.aggregate(.mean, of: wide)[0].number
      standardDeviation = try Tables.aggregate(.deviation(ddof: 1), of: wide)[0].number
      let found = try orderStatistics(values, [0.25, 0.5, 0.75])
      quartiles = found.map { ($0[0], $0[1], $0[2]) }
    } else {
      mean = nil
      standardDeviation = nil
      quartiles = nil
    }
    if column.type.isNested || column.type == .null || values.count == 0 {
      minimum = .null
      maximum = .null
      distinct = column.type.isNested ? nil : 0
      mostFrequent = .null
      return
    }
    minimum = try Tables.aggregate(.min, of: values)[0]
    maximum = try Tables.aggregate(.max, of: values)[0]
    let grouping = try Grouping(by: [values], count: values.count, finding: [.firstRows, .counts])
    distinct = grouping.groupCount
    let most = grouping.counts.max()
    let candidates = try joined(
      mapChunks(of: grouping.groupCount, grain: rowGrain) { (range) throws(Diagnostic) in
        range.compactMap { grouping.counts[$0] == most ? grouping.firstRows[$0] : nil }
      })
    mostFrequent = try Tables.aggregate(.min, of: try gather(values, rows: candidates))[0]
  }

  /// The same for a column that is given by its distinct values and the count of each.
  public init(_ values: Column, counts: Column) throws(Diagnostic) {
    let counted = try CountedValues(values, counts: counts)
    type = values.type
    nulls = counted.nullCount
    count = counted.nullCount + counted.valueCount
    let isNumber = values.type.isNumeric || values.type == .bool
    let moments = isNumber ? try counted.moments() : nil
    mean = moments?.mean
    standardDeviation = moments?.deviation
    quartiles = isNumber ? try counted.quantiles([0.25, 0.5, 0.75]).map { ($0[0], $0[1], $0[2]) } : nil
    minimum = try Tables.aggregate(.min, of: counted.values)[0]
    maximum = try Tables.aggregate(.max, of: counted.values)[0]
    distinct = counted.values.count
    mostFrequent = counted.mostFrequent
  }
}
