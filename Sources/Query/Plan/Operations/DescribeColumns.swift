public import Diagnostics
import Parallelism
public import Tables

/// Summary statistics, one row per column: type, counts, mean, standard deviation, quartiles, extremes, most frequent
/// value.
public struct DescribeColumns: OperationOnCounts {
  public var name: String { "describe" }
  public var schema: Schema { DescribeColumns.description }

  public func run(_ table: Table) throws(Diagnostic) -> (table: Table, notes: [String]) {
    var summaries: [ColumnSummary] = []
    for column in table.columns {
      try Cancellation.current.check()
      summaries.append(try ColumnSummary(column))
    }
    return (DescribeColumns.rows(of: table.schema.names, summaries), [])
  }

  public func rows(of name: String, values: Column, counts: Column) throws(Diagnostic) -> Table {
    DescribeColumns.rows(of: [name], [try ColumnSummary(values, counts: counts)])
  }

  private static let description = Schema([
    Field("column", .string), Field("type", .string), Field("count", .i64), Field("nulls", .i64), Field("mean", .f64),
    Field("std", .f64), Field("min", .string), Field("q25", .f64), Field("median", .f64), Field("q75", .f64),
    Field("max", .string), Field("distinct", .i64), Field("most_frequent", .string),
  ])

  private static func rows(of names: [String], _ summaries: [ColumnSummary]) -> Table {
    let text = { (value: Value, type: DataType) -> String? in value.isNull ? nil : value.text(as: type) }
    let columns = [
      Column(names), Column(summaries.map { $0.type.description }),
      Column(summaries.map { $0.count - $0.nulls }), Column(summaries.map(\.nulls)), Column(summaries.map(\.mean)),
      Column(summaries.map(\.standardDeviation)), Column(summaries.map { text($0.minimum, $0.type) }),
      Column(summaries.map { $0.quartiles?.0 }), Column(summaries.map { $0.quartiles?.1 }),
      Column(summaries.map { $0.quartiles?.2 }), Column(summaries.map { text($0.maximum, $0.type) }),
      Column(summaries.map(\.distinct)), Column(summaries.map { text($0.mostFrequent, $0.type) }),
    ]
    return Table(description, columns, rowCount: summaries.count)
  }
}
