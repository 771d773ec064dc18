public import Diagnostics

/// A verb that transforms a plan: its declaration and its planning function.
///
/// All of them are registered, in order, in the array `relationalVerbs`.
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
