public import Diagnostics
public import Tables

/// The table a plan describes, and what making it did.
///
/// - Parameter rules: what the optimiser may do; the table is the same with fewer of them.
/// - Throws: what a value did not allow (overflow, a lossy cast), what a file did not hold, or the interruption.
public func execute(_ plan: Plan, rules: [OptimizerRule] = OptimizerRule.all) throws(Diagnostic) -> (
  table: Table, report: ExecutionReport
) {
  var executor = Executor()
  let physical = PhysicalPlan(plan, rules)
  for (source, columns, step) in physical.subplans {
    let table = try executor.run(step)
    source.keep(Dictionary(uniqueKeysWithValues: zip(columns, table.columns)), rowCount: table.rowCount)
  }
  let table = try executor.run(physical.main)
  return (table, executor.report)
}

/// Has sources whose types are guesses look at all that the plan reads of them; whether some type changed by that, so
/// that the plan is to be made again.
///
/// - Throws: what a file does not hold.
public func settleTypes(of plan: Plan) throws(Diagnostic) -> Bool {
  let physical = PhysicalPlan(plan)
  var changed = false
  for step in physical.subplans.map(\.step) + [physical.main] { changed = try step.settleTypes() || changed }
  return changed
}

/// The steps of a plan after optimisation, a line each, as a student reads them: what is read, what is skipped, what
/// runs on it. Subplans that occur more than once come first, under the names they are read by.
public func explain(_ plan: Plan, rules: [OptimizerRule] = OptimizerRule.all) -> [String] {
  let physical = PhysicalPlan(plan, rules)
  let subplans = physical.subplans.flatMap { subplan in
    ["compute once as \(subplan.source.name)"] + subplan.step.lines(indent: "  ")
  }
  return subplans + physical.main.lines()
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

extension PhysicalOperator {
  /// The first rows of something are looked at as they seem to be.
  fileprivate func settleTypes() throws(Diagnostic) -> Bool {
    if case .read(let scan) = self { return scan.slice == nil ? try scan.source.settle(scan.allColumns) : false }
    var changed = false
    for input in inputs { changed = try input.settleTypes() || changed }
    return changed
  }
}
