public import Diagnostics
public import Tables

/// Gives the tables of a session to the planning.
public protocol Catalog {
  /// The plan of a named table.
  ///
  /// - Throws: a diagnostic that suggests near names, or says what the name is instead.
  func plan(named name: String, at span: SourceSpan) throws(Diagnostic) -> Plan

  /// The plan of a pipeline in place of a table that contains verbs that are not relational: `join (load "x") on k`.
  func plan(_ pipeline: Pipeline) throws(Diagnostic) -> Plan

  /// A seed for a verb without `seed=`. The session prints and records it.
  func drawSeed(for call: VerbCall) -> Int
}

/// The context in which a pipeline is planned: the session's tables and variables, and the notes.
public final class PlanningContext {
  public let catalog: any Catalog
  public let environment: Environment
  /// The relational verbs.
  public let verbs: [RelationalVerb]
  /// The notes so far, in order: those of planning, and those of plans that were executed while planning.
  public private(set) var notes: [String] = []

  /// The name of the current table in messages; nil when its columns are no longer those of a named table.
  public private(set) var table: String?

  public init(catalog: any Catalog, environment: Environment, verbs: [RelationalVerb], table: String? = nil) {
    self.catalog = catalog
    self.environment = environment
    self.verbs = verbs
    self.table = table
  }

  public func note(_ text: String) { notes.append(text) }

  /// The plan of `stages` applied to `input`, which is nil if the first of them begins the pipeline.
  public func plan(_ stages: some Sequence<VerbCall>, on input: Plan?) throws(Diagnostic) -> Plan {
    var current = input
    for call in stages {
      guard let verb = verb(named: call.name) else {
        throw .fault("`\(call.name)` is not a verb that makes plans", at: call.written.span)
      }
      let written =
        try current.map { (input) throws(Diagnostic) in try call.writingOutColumns(of: input.schema) } ?? call
      let next = try verb.plan(written, current, self)
      guard next.depth <= 2 * Parser.chainLimit else { throw .pipelineTooLong(at: call.written.span) }
      current = next
      if !verb.declaration.keepsColumns { table = nil }
    }
    guard let current else { throw .fault("a pipeline without a beginning") }
    return current
  }

  /// The plan of a pipeline in place of a table.
  public func plan(_ pipeline: Pipeline) throws(Diagnostic) -> Plan {
    guard pipeline.stages.allSatisfy({ verb(named: $0.name) != nil }) else { return try catalog.plan(pipeline) }
    let outer = table
    defer { table = outer }
    table = if case .name(let name) = pipeline.head { name.name } else { nil }
    switch pipeline.head {
    case .name(let name): return try plan(pipeline.stages, on: catalog.plan(named: name.name, at: name.span))
    case .parenthesised(let inner): return try plan(pipeline.stages, on: plan(inner))
    case .verb(let call) where verb(named: call.name) != nil:
      return try plan(pipeline.stages, on: plan([call], on: nil))
    case .verb, .expression, .lastResult: return try catalog.plan(pipeline)
    }
  }

  /// The indices of named columns of the current table.
  ///
  /// - Throws: a diagnostic if a column does not exist or is named twice.
  func indices(of names: [Identifier], in plan: Plan) throws(Diagnostic) -> [Int] {
    try plan.schema.indices(of: names, in: table)
  }

  public func verb(named name: String) -> RelationalVerb? { verbs.first { $0.declaration.name == name } }

  /// The typed form of an expression over a plan's columns. Aggregates in it mean the whole table's value.
  ///
  /// - Parameter groupKeys: the keys of the groups that it is computed of, for messages.
  public func bind(
    _ expression: Expression, to schema: Schema, in table: String? = nil, groupKeys: [Expression] = []
  ) throws(Diagnostic) -> BoundExpression {
    noteQuotedColumns(of: expression, schema)
    var binder = Binder(schema: schema, environment: environment, table: table ?? self.table)
    binder.groupKeys = groupKeys
    return try binder.bind(expression)
  }

  /// Binds a condition to a plan's columns.
  ///
  /// - Parameter what: the verb that needs it, for the error if it is not a condition.
  public func bindTruth(_ expression: Expression, to schema: Schema, by what: String) throws(Diagnostic)
    -> BoundExpression
  {
    noteQuotedColumns(of: expression, schema)
    let binder = Binder(schema: schema, environment: environment, table: table)
    return try binder.requireTruth(binder.bind(expression), by: what)
  }

  /// The value of an expression that may use session variables but no columns: `head $n`, `slice 2 * 50`.
  public func evaluate(_ expression: Expression) throws(Diagnostic) -> Constant {
    try Query.evaluate(expression, environment: environment)
  }

  /// A seed from the catalog, for a verb without `seed=`.
  public func drawSeed(for call: VerbCall) -> Int { catalog.drawSeed(for: call) }

  /// Executes a plan while planning, for verbs whose columns depend on data (`pivot`). Its notes are added to `notes`.
  public func execute(_ plan: Plan) throws(Diagnostic) -> Table {
    let (table, report) = try Query.execute(plan)
    notes += report.notes
    return table
  }
}
