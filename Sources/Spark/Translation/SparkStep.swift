import Diagnostics
import Query
import Tables

/// A translated part of a plan: a relation, and its columns that belong to the plan.
///
/// Columns have unique generated names (`c17`) on the server, so that names never clash. The relation may have hidden
/// columns.
struct SparkStep {
  /// The row order.
  enum Order {
    case none
    /// Groups, to be sorted by their keys before rows are fetched.
    case byKeys([String])
    /// Sorted rows.
    case sorted([SparkSortKey])
  }

  var relation: SparkRelation
  /// The names on the server, by position in the plan.
  var columns: [String]
  var types: [DataType]
  var order = Order.none

  /// The relation with exactly the columns of the plan.
  var exact: SparkRelation { .project(relation, columns.map { .column($0) }) }

  func column(_ index: Int) -> SparkExpression { .column(columns[index]) }
}

/// The diagnostic for a check that runs on the server.
struct SparkCheck: Sendable {
  let message: String
  let span: SourceSpan?
  let hint: String?
}
