public import Tables

/// What a pipeline asks for, before anything is done: a tree of steps over sources.
///
/// Names and types are settled when a plan is made, so that mistakes point at the source text before anything runs.
/// The steps here are those the optimiser understands (it moves filters and column choices through them into the file);
/// what else verbs do is an `operation`, a value with declared parameters that needs nothing but its own file.
public indirect enum Plan: Sendable {
  case scan(any TableSource)
  case filter(Plan, BoundExpression)
  /// The columns of the result, each computed from the input's row.
  case project(Plan, [NamedExpression])
  /// One row a distinct key, in order of first occurrence; without keys one row in all.
  case aggregate(Plan, keys: [NamedExpression], aggregates: [NamedExpression])
  case sort(Plan, [BoundSortKey])
  /// Rows from `offset` (negative counts from the end), at most `count` of them (nil is all).
  case slice(Plan, offset: Int, count: Int?)
  /// One row for each distinct value of some columns, in order of first occurrence.
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
    case .filter(let input, _), .sort(let input, _), .slice(let input, _, _), .distinct(let input, _, _): input.schema
    case .project(_, let columns): Schema(columns.map { Field($0.name, $0.expression.type) })
    case .aggregate(_, let keys, let aggregates):
      Schema((keys + aggregates).map { Field($0.name, $0.expression.type) })
    case .join(let left, let right, let join): join.schema(left: left.schema, right: right.schema)
    case .concatenate(let inputs): inputs.first?.schema ?? Schema([])
    case .operation(_, let operation): operation.schema
    }
  }

  /// How many columns the result has, without their names and types.
  var columnCount: Int {
    switch self {
    case .scan(let source): source.schema.count
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

  /// How many steps stand one above the other: what walks a plan takes so much of the stack.
  var depth: Int { 1 + (inputs.lazy.map(\.depth).max() ?? 0) }

  /// How many steps it is made of.
  var stepCount: Int { inputs.reduce(1) { $0 + $1.stepCount } }

  /// The plans this step reads.
  public var inputs: [Plan] {
    switch self {
    case .scan: []
    case .filter(let input, _), .sort(let input, _), .slice(let input, _, _), .distinct(let input, _, _),
      .project(let input, _), .aggregate(let input, _, _), .operation(let input, _):
      [input]
    case .join(let left, let right, _): [left, right]
    case .concatenate(let inputs): inputs
    }
  }

  /// The same step over other inputs.
  func mappingInputs(_ change: (Plan) -> Plan) -> Plan {
    switch self {
    case .scan: self
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

  /// The columns as expressions, for a projection that starts from all of them.
  public var columns: [NamedExpression] {
    schema.fields.enumerated().map { index, field in
      NamedExpression(field.name, .column(index, field))
    }
  }
}

/// Which of several equal rows `unique` keeps.
public enum DuplicatePolicy: String, Sendable, Hashable, CaseIterable {
  case first, last, none
}
