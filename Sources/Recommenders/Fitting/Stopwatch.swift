/// Counts the seconds since it was made; or, step by step, those of the steps without the time in which somebody looks at
/// what they came to.
struct Stopwatch {
  private var start = WallClock.now()
  /// Of all steps that have ended.
  private(set) var total = 0.0

  /// Those of the step that is going on.
  var seconds: Double { (WallClock.now() - start) / .seconds(1) }

  /// Ends a step; what it took.
  mutating func lap() -> Double {
    let seconds = seconds
    total += seconds
    start = WallClock.now()
    return seconds
  }

  /// Begins the next step: what passed since the last one ended counts for neither.
  mutating func resume() { start = WallClock.now() }
}

/// The clock that steps and iterations are timed by.
public struct WallClock: Sendable {
  private static let origin = ContinuousClock.now

  /// The clock that is read. Tests put one of their own here, which moves when they say so.
  ///
  /// A structure around the function: with a task-local function, Swift 6.3 crashes in optimised code.
  @TaskLocal public static var current = WallClock { ContinuousClock.now - origin }

  private let read: @Sendable () -> Duration

  public init(read: @escaping @Sendable () -> Duration) { self.read = read }

  /// The time since some moment.
  static func now() -> Duration { current.read() }
}
