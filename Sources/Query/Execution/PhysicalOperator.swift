import Tables

/// A plan made ready to run: filters and column choices have become part of the reading, `sort` and `head` one operator,
/// and every operator names the columns it keeps.
indirect enum PhysicalOperator {
  case read(Scan)
  /// The rows that the condition keeps, of which only some columns go on.
  case filter(PhysicalOperator, BoundExpression, columns: [Int])
  case project(PhysicalOperator, [NamedExpression])
  case aggregate(PhysicalOperator, keys: [NamedExpression], aggregates: [NamedExpression])
  /// With a limit, the first rows in the order of the keys.
  case sort(PhysicalOperator, [BoundSortKey], limit: Int?)
  case slice(PhysicalOperator, offset: Int, count: Int?)
  case distinct(PhysicalOperator, columns: [(index: Int, name: String)], keep: DuplicatePolicy)
  case join(PhysicalOperator, PhysicalOperator, JoinOperator)
  case concatenate([PhysicalOperator])
  case operation(PhysicalOperator, any TableOperation)
}

extension PhysicalOperator {
  /// How many columns it gives, wanted or not.
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

/// What is read of a source.
struct Scan {
  let source: any TableSource
  /// The columns of the result, by their position in the source.
  var columns: [Int]
  /// Over the source's columns, all of which must hold; in the order they are tried.
  var conditions: [BoundExpression] = []
  var slice: (offset: Int, count: Int?)?
}

/// A join over columns that were chosen for it.
struct JoinOperator {
  let description: JoinDescription
  /// `user_id`, `id == product_id`: how a plan prints the keys.
  let keyNames: [String]
  /// By position in the inputs.
  let leftKeys: [Int]
  let rightKeys: [Int]
  let comparisons: [JoinDescription.Comparison]
  let nearest: JoinDescription.Key?
  let leftColumns: [Int]
  let rightColumns: [Int]
  /// Left columns, then right ones.
  let names: [String]
}
