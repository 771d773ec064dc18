public import Diagnostics
import Parallelism

/// The groups of a window without an order: `over key` computes an aggregate of each group and gives it to all of its
/// rows.
///
/// If there are few groups, every row looks up the value of its group, in table order: the values of all groups fit the
/// cache. If there are many, the value of each group is written to the rows of that group.
public struct GroupWindow: Sendable {
  private let grouped: GroupedRows?
  private let grouping: Grouping?
  private let window: Window?

  /// Whether the slices have no row numbers, so that messages cannot name rows.
  public var isWithoutRows: Bool { grouped != nil }

  /// - Parameters:
  ///   - partition: the keys of the groups.
  ///   - needsRows: whether the slices are to have row numbers.
  public init(partition: [Column], count: Int, needsRows: Bool = false) throws(Diagnostic) {
    grouped = needsRows ? nil : try GroupedRows(by: partition, count: count)
    if grouped != nil {
      (grouping, window) = (nil, nil)
      return
    }
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

  /// The slices of rows, one per group.
  public func slices() throws(Diagnostic) -> GroupSlices {
    if let grouped { return grouped.slices }
    if let grouping { return try grouping.slices() }
    return window?.slices ?? GroupSlices(rowCount: 0)
  }

  /// One value per row: the value of its group. `perGroup` is in the order of `slices`.
  public func spread(_ perGroup: Column) throws(Diagnostic) -> Column {
    if let grouped { return try grouped.spread(perGroup) }
    if let grouping { return try gather(perGroup, rows: grouping.groupOfRow, hasMissing: false) }
    return try window?.spread(perGroup) ?? perGroup
  }

  /// For every row, the number of rows in its group.
  public static func lengths(partition: [Column], count: Int) throws(Diagnostic) -> Column {
    if let grouped = try GroupedRows(by: partition, count: count) {
      return try grouped.spread(Column(sliceLengths(grouped.slices)))
    }
    let grouping = try Grouping(by: partition, count: count, finding: [.counts, .groupOfRow])
    return try gather(Column(.u32, .u32(Buffer(grouping.counts))), rows: grouping.groupOfRow, hasMissing: false)
  }
}
