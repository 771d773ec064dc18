/// Measures the seconds of steps, without the time between them, in which a person looks at their results.
struct Stopwatch {
  private var start = WallClock.now()
  /// The seconds of all steps that have ended.
  private(set) var total = 0.0

  /// The seconds of the current step so far.
  var seconds: Double { (WallClock.now() - start) / .seconds(1) }

  /// Ends the current step and returns its seconds.
  mutating func lap() -> Double {
    let seconds = seconds
    total += seconds
    start = WallClock.now()
    return seconds
  }

  /// Begins the next step; the time since the last one ended is not counted.
  mutating func resume() { start = WallClock.now() }
}

/// The clock that measures steps and iterations.
public struct WallClock: Sendable {
  private static let origin = ContinuousClock.now

  /// The clock in use. Tests replace it with one that they control.
  ///
  /// It is a structure around a function because Swift 6.3 crashes in optimised code with a task-local function.
  @TaskLocal public static var current = WallClock { ContinuousClock.now - origin }

  private let read: @Sendable () -> Duration

  public init(read: @escaping @Sendable () -> Duration) { self.read = read }

  /// The time since a fixed moment.
  static func now() -> Duration { current.read() }
}
