import Tables

/// A physical operator: how a part of a plan runs. Filters and column choices are part of the scan where possible,
/// `sort` and `head` are one operator, and every operator lists the columns that it keeps.
indirect enum PhysicalOperator {
  case read(Scan)
  /// The rows for which the condition is true, with only some columns.
  case filter(PhysicalOperator, BoundExpression, columns: [Int])
  case project(PhysicalOperator, [NamedExpression])
  case aggregate(PhysicalOperator, keys: [NamedExpression], aggregates: [NamedExpression])
  /// With a limit, only the first rows in the order of the keys.
  case sort(PhysicalOperator, [BoundSortKey], limit: Int?)
  case slice(PhysicalOperator, offset: Int, count: Int?)
  case distinct(PhysicalOperator, columns: [(index: Int, name: String)], keep: DuplicatePolicy)
  case join(PhysicalOperator, PhysicalOperator, JoinOperator)
  case concatenate([PhysicalOperator])
  case operation(PhysicalOperator, any TableOperation)
}

extension PhysicalOperator {
  /// The number of columns of its result.
  var columnCount: Int {
    switch self {
    case .read(let scan): scan.columns.count
    case .filter(_, _, let columns): columns.count
    case .project(_, let columns): columns.count
    case .aggregate(_, let keys, let aggregates): keys.count + aggregates.count
    case .sort(let input, _, _), .slice(let input, _, _), .distinct(let input, _, _): input.columnCount
    case .join(_, _, let join): join.names.count
    case .concatenate(let inputs): inputs.first?.columnCount ?? 0
    case .operation(let input, let operation):
      operation is any RowChoice ? input.columnCount : operation.schema.count
    }
  }
}

/// What to read of a source.
struct Scan {
  let source: any TableSource
  /// The columns of the result, by index in the source.
  var columns: [Int]
  /// Conditions over the source's columns. All must be true; they are evaluated in this order.
  var conditions: [BoundExpression] = []
  var slice: (offset: Int, count: Int?)?
}

/// A join in a physical plan, with columns by index in the narrowed inputs.
struct JoinOperator {
  let description: JoinDescription
  /// `user_id`, `id == product_id`: how a plan prints the keys.
  let keyNames: [String]
  /// Key columns, by index in the inputs.
  let leftKeys: [Int]
  let rightKeys: [Int]
  let comparisons: [JoinDescription.Comparison]
  let nearest: JoinDescription.Key?
  let leftColumns: [Int]
  let rightColumns: [Int]
  /// The names of the left columns, then of the right ones.
  let names: [String]
}
