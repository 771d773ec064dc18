public import Diagnostics
public import Tables

/// The table a plan describes, and what making it did.
///
/// - Throws: what a value did not allow (overflow, a lossy cast), what a file did not hold, or the interruption.
public func execute(_ plan: Plan) throws(Diagnostic) -> (table: Table, report: ExecutionReport) {
  var executor = Executor()
  let steps = Steps(plan)
  for (source, columns, step) in steps.parts {
    let table = try executor.run(step)
    source.keep(Dictionary(uniqueKeysWithValues: zip(columns, table.columns)), rowCount: table.rowCount)
  }
  let table = try executor.run(steps.main)
  return (table, executor.report)
}

/// Has sources whose types are guesses look at all that the plan reads of them; whether some type changed by that, so
/// that the plan is to be made again.
///
/// - Throws: what a file does not hold.
public func settleTypes(of plan: Plan) throws(Diagnostic) -> Bool {
  let steps = Steps(plan)
  var changed = false
  for step in steps.parts.map(\.step) + [steps.main] { changed = try step.settleTypes() || changed }
  return changed
}

/// The steps of a plan after optimisation, a line each, as a student reads them: what is read, what is skipped, what
/// runs on it. What stands in the plan more than once comes first, under the name it is read by.
public func explain(_ plan: Plan) -> [String] {
  let steps = Steps(plan)
  let parts = steps.parts.flatMap { part in
    ["compute once as \(part.source.name)"] + part.step.lines(indent: "  ")
  }
  return parts + steps.main.lines()
}

/// The value of an expression without a table: `2 * $k`, `[1, 2]`.
public func evaluate(_ expression: Expression, environment: Environment) throws(Diagnostic) -> Constant {
  let bound = try Binder(schema: Schema([]), environment: environment).bind(expression)
  if bound.looksBeyondItsRow {
    throw Diagnostic(
      "`\(expression.span.text)` needs a table's rows", at: expression.span, hint: "`shape` counts them: `t | shape`")
  }
  switch try bound.constant().node {
  case .list(let list): return .list(list.elements)
  case .constant(let value): return .scalar(value, bound.type)
  default: throw .fault("an expression without columns is not constant", at: expression.span)
  }
}

extension Step {
  /// The first rows of something are looked at as they seem to be.
  fileprivate func settleTypes() throws(Diagnostic) -> Bool {
    if case .read(let scan) = self { return scan.slice == nil ? try scan.source.settle(scan.allColumns) : false }
    var changed = false
    for input in inputs { changed = try input.settleTypes() || changed }
    return changed
  }
}
