public import Tables

/// The logical plan of a pipeline: a tree of operators over sources.
///
/// Names and types are resolved when a plan is made, so that mistakes are reported before anything runs and point at
/// the source text. The optimiser understands the operators in this enum and pushes filters and column choices through
/// them to the file. All other operators are an `operation`, a value with declared parameters in a file of its own.
public indirect enum Plan: Sendable {
  case scan(any TableSource)
  /// A table of an engine. The steps above it run on the engine.
  case remote(RemoteTable)
  case filter(Plan, BoundExpression)
  /// The columns of the result, each computed from a row of the input.
  case project(Plan, [NamedExpression])
  /// One row per distinct key, in first-occurrence order; without keys, one row.
  case aggregate(Plan, keys: [NamedExpression], aggregates: [NamedExpression])
  case sort(Plan, [BoundSortKey])
  /// Rows from `offset` (negative counts from the end), at most `count` of them (nil is all).
  case slice(Plan, offset: Int, count: Int?)
  /// One row per distinct combination of some columns, in the order of the input; `keep` says which row.
  case distinct(Plan, columns: [Int], keep: DuplicatePolicy)
  case join(Plan, Plan, JoinDescription)
  /// The rows of all inputs, one after another; the inputs' schemas are equal.
  case concatenate([Plan])
  case operation(Plan, any TableOperation)
}

extension Plan {
  /// A table in memory as a plan.
  public static func table(_ table: Table, name: String) -> Plan { .scan(TableInMemory(name: name, table)) }

  /// The columns of the result.
  public var schema: Schema {
    switch self {
    case .scan(let source): source.schema
    case .remote(let table): table.schema
    case .filter(let input, _), .sort(let input, _), .slice(let input, _, _), .distinct(let input, _, _): input.schema
    case .project(_, let columns): Schema(columns.map { Field($0.name, $0.expression.type) })
    case .aggregate(_, let keys, let aggregates):
      Schema((keys + aggregates).map { Field($0.name, $0.expression.type) })
    case .join(let left, let right, let join): join.schema(left: left.schema, right: right.schema)
    case .concatenate(let inputs): inputs.first?.schema ?? Schema([])
    case .operation(_, let operation): operation.schema
    }
  }

  /// The number of columns of the result, computed without their names and types.
  var columnCount: Int {
    switch self {
    case .scan(let source): source.schema.count
    case .remote(let table): table.schema.count
    case .filter(let input, _), .sort(let input, _), .slice(let input, _, _), .distinct(let input, _, _):
      input.columnCount
    case .project(_, let columns): columns.count
    case .aggregate(_, let keys, let aggregates): keys.count + aggregates.count
    case .join(let left, let right, let join):
      left.columnCount + (join.keepsOnlyLeft ? 0 : join.rightColumns(right.schema).count)
    case .concatenate(let inputs): inputs.first?.columnCount ?? 0
    case .operation(_, let operation): operation.schema.count
    }
  }

  /// The height of the tree: a recursive walk of the plan needs that much stack.
  var depth: Int { 1 + (inputs.lazy.map(\.depth).max() ?? 0) }

  /// The number of nodes.
  var stepCount: Int { inputs.reduce(1) { $0 + $1.stepCount } }

  /// The plans that this node reads.
  public var inputs: [Plan] {
    switch self {
    case .scan, .remote: []
    case .filter(let input, _), .sort(let input, _), .slice(let input, _, _), .distinct(let input, _, _),
      .project(let input, _), .aggregate(let input, _, _), .operation(let input, _):
      [input]
    case .join(let left, let right, _): [left, right]
    case .concatenate(let inputs): inputs
    }
  }

  /// The same node with other inputs.
  func mappingInputs(_ change: (Plan) -> Plan) -> Plan {
    switch self {
    case .scan, .remote: self
    case .filter(let input, let condition): .filter(change(input), condition)
    case .project(let input, let columns): .project(change(input), columns)
    case .aggregate(let input, let keys, let aggregates):
      .aggregate(change(input), keys: keys, aggregates: aggregates)
    case .sort(let input, let keys): .sort(change(input), keys)
    case .slice(let input, let offset, let count): .slice(change(input), offset: offset, count: count)
    case .distinct(let input, let columns, let keep): .distinct(change(input), columns: columns, keep: keep)
    case .join(let left, let right, let join): .join(change(left), change(right), join)
    case .concatenate(let inputs): .concatenate(inputs.map(change))
    case .operation(let input, let operation): .operation(change(input), operation)
    }
  }

  /// All columns as expressions, for a projection that starts from them.
  public var columns: [NamedExpression] {
    schema.fields.enumerated().map { index, field in
      NamedExpression(field.name, .column(index, field))
    }
  }
}

/// Which of several equal rows `unique` keeps; `none` keeps only rows without a duplicate.
public enum DuplicatePolicy: String, Sendable, Hashable, CaseIterable {
  case first, last, none
}
