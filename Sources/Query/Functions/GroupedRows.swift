import Tables

/// Which group each row is in; groups are numbered in order of first appearance.
public struct GroupedRows: Sendable {
  /// A group a row; nil where all rows are one group.
  let groups: [UInt32]?
  let groupCount: Int
  let rowCount: Int
}

/// The rows of each group, one after another, each group in its own order.
public struct OrderedGroups: Sendable {
  /// All rows, group by group; nil where they stay as they are.
  let rows: [UInt32]?
  /// `groupCount + 1` positions in `rows`.
  let starts: [Int]
  let rowCount: Int
}
