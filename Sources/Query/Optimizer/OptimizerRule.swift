/// A rule that makes a plan cheaper and keeps what it gives: the same rows in the same order, the same notes, and no
/// error that the plan as written would not have.
///
/// A rule is a file that declares it and a line in `OptimizerRule.all`. What a rule needs to know of an expression
/// (may it be null, may it fail) is in `Nullability`; what sources tell of their partitions in `PartitionSkipping`.
/// Columns that nobody looks at are left out by the physical planner, which knows what each operator reads.
public struct OptimizerRule: Sendable {
  public let name: String
  /// The plan that takes the place of one step, whose inputs are optimised already; the step itself where the rule does
  /// not apply.
  let rewrite: @Sendable (_ step: Plan) -> Plan

  init(_ name: String, rewrite: @escaping @Sendable (_ step: Plan) -> Plan) {
    self.name = name
    self.rewrite = rewrite
  }

  public static let all: [OptimizerRule] = [.filterPushdown, .sortMerging, .slicePushdown]
}

extension Plan {
  /// The plan after the rules, from the sources upwards: one pass, in which every step meets every rule.
  ///
  /// - Complexity: O(steps × depth).
  func optimized(by rules: [OptimizerRule] = OptimizerRule.all) -> Plan {
    rules.reduce(mappingInputs { $0.optimized(by: rules) }) { step, rule in rule.rewrite(step) }
  }
}
