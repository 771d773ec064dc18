public import Diagnostics
public import Tables

/// The table a plan describes, and what making it did.
///
/// - Throws: what a value did not allow (overflow, a lossy cast), what a file did not hold, or the interruption.
public func execute(_ plan: Plan) throws(Diagnostic) -> (table: Table, report: ExecutionReport) {
  var executor = Executor()
  let table = try executor.run(Step(plan))
  return (table, executor.report)
}

/// The steps of a plan after optimisation, a line each, as a student reads them: what is read, what is skipped, what
/// runs on it.
public func explain(_ plan: Plan) -> [String] { Step(plan).lines() }

/// The value of an expression without a table: `2 * $k`, `[1, 2]`.
public func evaluate(_ expression: Expression, environment: Environment) throws(Diagnostic) -> Constant {
  let bound = try Binder(schema: Schema([]), environment: environment).bind(expression)
  switch bound.node {
  case .list(let list): return .list(list.elements)
  case .constant(let value): return .scalar(value, bound.type)
  default: throw .fault("an expression without columns is not constant", at: expression.span)
  }
}
