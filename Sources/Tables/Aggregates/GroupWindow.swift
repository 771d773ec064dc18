public import Diagnostics
import Parallelism

/// Rows in groups without an order: what `over key` computes an aggregate in, for every row.
///
/// Where groups are few, every row looks up what was computed for its group, in the order of the table: the values of
/// all groups stay in the cache. Where they are many, what was computed is written to the rows of each group.
public struct GroupWindow: Sendable {
  private let grouping: Grouping?
  private let window: Window?

  /// - Parameter partition: the keys of the groups.
  public init(partition: [Column], count: Int) throws(Diagnostic) {
    let encoder = try KeyEncoder(identityOf: partition, count: count)
    let isFew = if count == 0 || DirectCounter.suits(encoder) { true } else { try encoder.hasFewCodes() }
    if isFew {
      grouping = try Grouping(by: partition, count: count)
      window = nil
    } else {
      grouping = nil
      window = try Window(partition: partition, count: count)
    }
  }

  /// The rows of every group.
  public func slices() throws(Diagnostic) -> GroupSlices {
    if let grouping { return try grouping.slices() }
    return window?.slices ?? GroupSlices(rowCount: 0)
  }

  /// One value a group, in the order of `slices`, repeated for every row of the group.
  public func spread(_ perGroup: Column) throws(Diagnostic) -> Column {
    if let grouping { return try gather(perGroup, rows: grouping.groupOfRow, hasMissing: false) }
    return try window?.spread(perGroup) ?? perGroup
  }

  /// How many rows the group of every row has.
  public static func lengths(partition: [Column], count: Int) throws(Diagnostic) -> Column {
    let grouping = try Grouping(by: partition, count: count, finding: [.counts, .groupOfRow])
    return try gather(Column(.u32, .u32(Buffer(grouping.counts))), rows: grouping.groupOfRow, hasMissing: false)
  }
}
