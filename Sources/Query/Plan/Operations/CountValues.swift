public import Diagnostics
import Parallelism
public import Tables

/// Counts the distinct values of a table's only column: most frequent first, with their shares of all rows.
public struct CountValues: OperationOnCounts {
  /// The value, its count, its share, and the cumulative share.
  public let schema: Schema

  public var name: String { "value_counts" }
  public var detail: String { schema[0].name }

  public func run(_ table: Table) throws(Diagnostic) -> (table: Table, notes: [String]) {
    (try shares(valueCounts(table.columns[0])), [])
  }

  public func rows(of name: String, values: Column, counts: Column) throws(Diagnostic) -> Table {
    try shares(valueCounts(of: values, counts: counts))
  }

  private func shares(_ found: ValueCounts) throws(Diagnostic) -> Table {
    guard case .u32(let lengths) = found.counts.values else { throw .fault("counts that are not u32") }
    var all = 0.0
    try forEachRange(of: lengths.count) { range in for place in range { all += Double(lengths[place]) } }
    var (shares, cumulative): ([Double], [Double]) = ([], [])
    var running = 0.0
    try forEachRange(of: lengths.count) { range in
      for place in range {
        running += Double(lengths[place])
        shares.append(Double(lengths[place]) / all)
        cumulative.append(running / all)
      }
    }
    return Table(schema, [found.values, found.counts, Column(shares), Column(cumulative)], rowCount: lengths.count)
  }
}
