public import Diagnostics
public import Tables

/// Executes a plan; returns the table and a report of the execution.
///
/// - Parameter rules: the optimiser rules to apply; they do not change the table.
/// - Throws: errors of values (overflow, a lossy cast), errors of files, or `Diagnostic.interrupted`.
public func execute(_ plan: Plan, rules: [OptimizerRule] = OptimizerRule.all) throws(Diagnostic) -> (
  table: Table, report: ExecutionReport
) {
  if let engine = plan.engine {
    var report = ExecutionReport()
    let result = try engine.run(plan)
    report.notes = result.notes
    return (result.table, report)
  }
  var executor = Executor()
  let physical = PhysicalPlan(plan, rules)
  for (source, columns, step) in physical.subplans {
    let table = try executor.run(step)
    source.keep(Dictionary(uniqueKeysWithValues: zip(columns, table.columns)), rowCount: table.rowCount)
  }
  let table = try executor.run(physical.main)
  return (table, executor.report)
}

/// Finalises the inferred types of the columns that the plan reads. Returns whether a type changed, so that the plan
/// must be made again.
///
/// - Throws: errors of files.
public func finalizeTypes(of plan: Plan) throws(Diagnostic) -> Bool {
  if plan.engine != nil {
    var changed = false
    for part in plan.localParts { changed = try finalizeTypes(of: part) || changed }
    return changed
  }
  let physical = PhysicalPlan(plan)
  var changed = false
  for step in physical.subplans.map(\.step) + [physical.main] { changed = try step.finalizeTypes() || changed }
  return changed
}

/// Describes the physical plan after optimisation, one line per operator: what is read, what is skipped, and what runs
/// on it. Common subplans come first, with the names under which they are read.
public func explain(_ plan: Plan, rules: [OptimizerRule] = OptimizerRule.all) -> [String] {
  if let engine = plan.engine { return engine.steps(of: plan) }
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
  /// Types of a slice (the first rows) are not finalised.
  fileprivate func finalizeTypes() throws(Diagnostic) -> Bool {
    if case .read(let scan) = self {
      return scan.slice == nil ? try scan.source.finalizeTypes(of: scan.allColumns) : false
    }
    var changed = false
    for input in inputs { changed = try input.finalizeTypes() || changed }
    return changed
  }
}
