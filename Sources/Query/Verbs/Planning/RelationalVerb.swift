public import Diagnostics

/// A verb that turns a plan into a plan: what is declared of it and how it plans.
///
/// The registry of all of them is an ordered literal array beside them, `relationalVerbs`.
public struct RelationalVerb: Sendable {
  /// The plan of a call. The input is nil for a verb that begins a pipeline.
  public typealias Planner =
    @Sendable (_ call: VerbCall, _ input: Plan?, _ context: PlanningContext) throws(Diagnostic) -> Plan

  public let declaration: VerbDeclaration
  public let plan: Planner

  public init(_ declaration: VerbDeclaration, plan: @escaping Planner) {
    self.declaration = declaration
    self.plan = plan
  }
}
