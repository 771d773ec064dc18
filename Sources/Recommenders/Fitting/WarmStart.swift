/// The fitted model at whose factors a fit by alternating least squares begins, in place of random numbers.
///
/// Between neighbouring values of λ the solutions are close, so few iterations are needed from there. The fit finds the
/// start in the task-local `current`. It ignores a model of another kind or of other shapes.
public struct WarmStart: Sendable {
  let model: any FittedModel

  public init(at model: any FittedModel) { self.model = model }

  /// Where fits in this task begin; nil for the random start of each.
  @TaskLocal public static var current: WarmStart?
}
