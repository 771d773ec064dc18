import Diagnostics
import Query
import Tables

/// Translates plans to Spark's relations, and functions by the tables of `SparkFunctions`.
///
/// A function without an entry is refused with its name and span. Differences in behaviour become notes.
struct SparkTranslator {
  /// Differences to mention, in order.
  private(set) var notes: [String] = []
  /// The diagnostics for `raise_error` calls on the server, by number.
  private(set) var checks: [SparkCheck] = []
  /// Computes a local part of the plan and encodes it as an Arrow stream.
  private let upload: (Plan) throws(Diagnostic) -> [UInt8]
  /// Counts the rows of a relation. Nil if the plan is only checked.
  let count: ((SparkRelation) throws(Diagnostic) -> Int)?
  private var nameCount = 0
  /// The variable names for `it`, outermost formula first.
  var elements: [String] = []
  let engine: String
  /// Whether the result is for people to read: without checks on the server, with windows in their places.
  let isPlain: Bool
  /// Whether the aggregate that is translated is one of a window.
  var isOfWindow = false

  init(
    engine: String, isPlain: Bool = false, count: ((SparkRelation) throws(Diagnostic) -> Int)? = nil,
    upload: @escaping (Plan) throws(Diagnostic) -> [UInt8]
  ) {
    (self.engine, self.isPlain, self.count, self.upload) = (engine, isPlain, count, upload)
  }

  /// The value as a key for grouping.
  func groupKey(_ value: SparkExpression, _ type: DataType) -> SparkExpression { isPlain ? value : value.asKey(type) }

  /// The value in the type of the plan. Text for people leaves that to Spark.
  func shaped(_ value: SparkExpression, _ type: SparkType) -> SparkExpression { isPlain ? value : value.cast(type) }

  /// The prefix of an error message that stands for a diagnostic of `checks`.
  static let mark = "lectern#"

  mutating func fresh() -> String {
    nameCount += 1
    return "c\(nameCount)"
  }

  mutating func note(_ text: String) {
    let text = isPlain ? text : "\(engine): \(text)"
    if !notes.contains(text) { notes.append(text) }
  }

  /// An expression that fails on the server with a diagnostic.
  mutating func raising(_ message: String, _ type: SparkType, at span: SourceSpan?, hint: String? = nil)
    -> SparkExpression
  {
    checks.append(SparkCheck(message: message, span: span, hint: hint))
    return .cast(.call("raise_error", [.text("\(SparkTranslator.mark)\(checks.count - 1)#")]), type)
  }

  func refusal(_ what: String, at span: SourceSpan?, hint: String? = nil) -> Diagnostic {
    Diagnostic(
      "\(engine) cannot run this: \(what)", at: span, hint: hint ?? "`collect` before it brings the table here")
  }

  func carrier(_ type: DataType, at span: SourceSpan? = nil) throws(Diagnostic) -> SparkType {
    guard let carrier = type.carrier else { throw refusal("it has no type \(type)", at: span) }
    return carrier
  }

  // MARK: - Steps

  mutating func step(_ plan: Plan) throws(Diagnostic) -> SparkStep {
    guard plan.engine != nil else { return try uploaded(plan) }
    switch plan {
    case .scan: return try uploaded(plan)
    case .remote(let table): return try opened(table)
    case .filter(let input, let condition):
      var step = try step(input)
      let condition = try expression(condition, &step)
      step.relation = .filter(step.relation, condition)
      return step
    case .project(.distinct(let input, let keys, let keep), let columns):
      return try projectedKeys(step(input), input.schema, keys, keep, columns)
    case .project(let input, let columns): return try projected(step(input), columns)
    case .aggregate(let input, let keys, let aggregates): return try grouped(step(input), keys, aggregates)
    case .sort(let input, let keys): return try sorted(step(input), keys)
    case .slice(let input, let offset, let count): return try sliced(step(input), offset, count)
    case .distinct(let input, let columns, let keep): return try distinct(step(input), columns, keep)
    case .join(let left, let right, let join):
      return try joined(step(left), left.schema, step(right), right.schema, join)
    case .concatenate(let inputs): return try concatenated(inputs)
    case .operation(let input, let operation): return try self.operation(operation, on: input)
    }
  }

  mutating func uploaded(_ plan: Plan) throws(Diagnostic) -> SparkStep {
    let schema = plan.schema
    for field in schema.fields where field.type.carrier == nil {
      throw refusal("its column `\(field.name)` is \(field.type)", at: nil, hint: "`drop` it before")
    }
    let names = schema.fields.map { _ in fresh() }
    return SparkStep(
      relation: .named(.local(try upload(plan), schema: nil), names), columns: names, types: schema.types)
  }

  private mutating func opened(_ table: RemoteTable) throws(Diagnostic) -> SparkStep {
    guard let content = table.content as? SparkTable else { throw .fault("a table of another engine") }
    let names = content.columns.map { _ in fresh() }
    let columns = zip(content.columns, names).map { column, name -> SparkExpression in
      // The session's time zone is UTC, so this cast keeps the time.
      let value = SparkExpression.column(column.name)
      return .alias(column.type == .momentWithZone ? value.cast(.moment) : value, name)
    }
    return SparkStep(relation: .project(content.relation, columns), columns: names, types: table.schema.types)
  }

  mutating func projected(_ input: SparkStep, _ columns: [NamedExpression]) throws(Diagnostic) -> SparkStep {
    var step = input
    var expressions: [SparkExpression] = []
    var names: [String] = []
    for column in columns {
      if let index = column.expression.columnIndex, !names.contains(step.columns[index]) {
        names.append(step.columns[index])
        expressions.append(.column(step.columns[index]))
        continue
      }
      let name = fresh()
      expressions.append(.alias(try expression(column.expression, &step), name))
      names.append(name)
    }
    // The columns of the sort order are kept as hidden columns.
    let hidden = step.order.columns.filter { !names.contains($0) }
    step.relation = .project(step.relation, expressions + hidden.map { .column($0) })
    step.columns = names
    step.types = columns.map(\.expression.type)
    return step
  }

  /// Adds a computed column to the relation.
  mutating func adding(_ value: SparkExpression, to step: inout SparkStep) -> SparkExpression {
    if isPlain { return value }
    let name = fresh()
    step.relation = .project(step.relation, [.star, .alias(value, name)])
    return .column(name)
  }

  private mutating func grouped(
    _ input: SparkStep, _ keys: [NamedExpression], _ aggregates: [NamedExpression]
  ) throws(Diagnostic) -> SparkStep {
    var step = input
    var keyNames: [String] = []
    for key in keys {
      if let index = key.expression.columnIndex {
        keyNames.append(step.columns[index])
      } else {
        // Spark would take an integer literal for a column number.
        let value = try expression(key.expression, &step)
        guard case .column(let name) = adding(value, to: &step) else { continue }
        keyNames.append(name)
      }
    }
    // Copies, because the same column can be two keys.
    let names = keys.map { _ in fresh() }
    let copies = zip(zip(keyNames, keys), names).map { key, name in
      SparkExpression.alias(.column(key.0).asKey(key.1.expression.type), name)
    }
    step.relation = .project(step.relation, [.star] + copies)
    var values: [SparkExpression] = []
    var valueNames: [String] = []
    for aggregate in aggregates {
      let value = try expression(aggregate.expression, &step, inGroups: true)
      valueNames.append(fresh())
      values.append(.alias(value.cast(try carrier(aggregate.expression.type)), valueNames.last ?? ""))
    }
    let keyColumns = names.map { SparkExpression.column($0) }
    step.relation =
      values.isEmpty
      ? .distinct(.project(step.relation, keyColumns), by: names)
      : .aggregate(step.relation, by: keyColumns, values)
    step.columns = names + valueNames
    step.types = (keys + aggregates).map(\.expression.type)
    step.order = .byKeys(names)
    return step
  }

  private mutating func concatenated(_ inputs: [Plan]) throws(Diagnostic) -> SparkStep {
    var result: SparkStep?
    for input in inputs {
      let next = try step(input)
      guard var all = result else {
        result = SparkStep(relation: next.exact, columns: next.columns, types: next.types)
        continue
      }
      all.relation = .union(all.relation, next.exact)
      result = all
    }
    guard let result else { throw .fault("no tables to put together") }
    return result
  }

  private mutating func joined(
    _ left: SparkStep, _ leftSchema: Schema, _ right: SparkStep, _ rightSchema: Schema, _ join: JoinDescription
  ) throws(Diagnostic) -> SparkStep {
    guard join.kind != .asof else { throw refusal("joins by the nearest key", at: join.span) }
    var conditions: [SparkExpression] = []
    for key in join.keys {
      let types = (leftSchema[key.left].type, rightSchema[key.right].type)
      guard types.0 == types.1 || types.0.compares(exactlyWith: types.1) else {
        throw refusal("keys of type \(types.0) and \(types.1) are not compared exactly there", at: join.span)
      }
      conditions.append(left.column(key.left).asKey(types.0).equals(right.column(key.right).asKey(types.1)))
    }
    for own in join.comparisons {
      let types = (leftSchema[own.left].type, rightSchema[own.right].type)
      guard types.0 == types.1 || types.0.compares(exactlyWith: types.1) else {
        throw refusal("columns of type \(types.0) and \(types.1) are not compared exactly there", at: join.span)
      }
      conditions.append(.call(own.sign.rawValue, [left.column(own.left), right.column(own.right)]))
    }
    let condition = conditions.dropFirst().reduce(conditions.first) { all, next in all.map { $0.and(next) } }
    let kind: SparkRelation.JoinKind =
      switch join.kind {
      case .inner, .asof: .inner
      case .left: .left
      case .full: .full
      case .semi: .semi
      case .anti: .anti
      case .cross: .cross
      }
    let shown = join.rightColumns(rightSchema)
    let schema = join.schema(left: leftSchema, right: rightSchema)
    var step = SparkStep(
      relation: .join(
        join.kind == .full ? left.exact : left.relation, right.exact, kind, on: condition, using: []),
      columns: left.columns + shown.map { right.columns[$0] }, types: schema.types)
    if join.kind != .full { step = inOrder(of: left, step) }
    if join.kind == .full {
      for key in join.keys {
        let value = SparkExpression.call("coalesce", [left.column(key.left), right.column(key.right)])
        guard case .column(let name) = adding(value.cast(try carrier(schema[key.left].type)), to: &step) else {
          continue
        }
        step.columns[key.left] = name
      }
    }
    return step
  }
}

extension SparkStep.Order {
  /// The columns of the order.
  var columns: [String] {
    switch self {
    case .none: []
    case .byKeys(let names): names
    case .sorted(let keys):
      keys.compactMap { if case .column(let name) = $0.expression { name } else { nil } }
    }
  }
}

extension DataType {
  /// Whether Spark compares values of the two types exactly, without rounding.
  func compares(exactlyWith other: DataType) -> Bool {
    if self == other || self == .null || other == .null { return true }
    switch (self, other) {
    case (.datetime, .datetime), (.date, .datetime), (.datetime, .date), (.duration, .duration): return true
    case _ where isInteger && other.isInteger: return true
    case (.f32, .f64), (.f64, .f32): return true
    case _ where isFloat && other.isInteger: return other.integerWidth <= 32 && self == .f64
    case _ where isInteger && other.isFloat: return integerWidth <= 32 && other == .f64
    case (.decimal(let precision, let scale), let whole) where whole.isInteger:
      return precision - scale <= 18 || scale == 0
    case (let whole, .decimal(let precision, let scale)) where whole.isInteger:
      return precision - scale <= 18 || scale == 0
    case (.decimal(let p, let s), .decimal(let q, let t)): return max(p - s, q - t) + max(s, t) <= 38
    default: return false
    }
  }
}
