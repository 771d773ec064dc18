/// A rule that makes a plan cheaper without changing its result: the same rows in the same order, the same notes, and
/// no error that the plan as written would not have.
///
/// To add a rule, write a file that declares it and add a line to `OptimizerRule.all`. Facts about expressions (may it
/// be null, may it fail) are in `Nullability`, statistics of partitions in `PartitionSkipping`. The physical planner
/// leaves out unused columns, because it knows what each operator reads.
public struct OptimizerRule: Sendable {
  public let name: String
  /// Returns the replacement of a node whose inputs are already optimised, or the node itself if the rule does not
  /// apply.
  let rewrite: @Sendable (_ step: Plan) -> Plan

  init(_ name: String, rewrite: @escaping @Sendable (_ step: Plan) -> Plan) {
    self.name = name
    self.rewrite = rewrite
  }

  public static let all: [OptimizerRule] = [.filterPushdown, .sortMerging, .slicePushdown]
}

extension Plan {
  /// Applies all rules to every node, in one pass from the sources upwards.
  ///
  /// - Complexity: O(nodes × depth).
  func optimized(by rules: [OptimizerRule] = OptimizerRule.all) -> Plan {
    rules.reduce(mappingInputs { $0.optimized(by: rules) }) { step, rule in rule.rewrite(step) }
  }
}
