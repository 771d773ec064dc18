public import Diagnostics
import Synchronization

/// A flag that asks running work to stop: raised by Ctrl-C, looked at between chunks.
///
/// Work inherits it through the task-local `current`; a kernel never takes it as a parameter. Raising it is
/// async-signal-safe (one atomic store).
public final class Cancellation: Sendable {
  private let raised = Atomic<Bool>(false)
  /// The check at which the flag raises itself; nil where checks are not counted.
  private let lastCheck: Int?
  private let checks = Atomic<Int>(0)

  public init() { lastCheck = nil }

  /// A flag that counts the checks of the work it is given to, and raises itself at the `number`-th, from 1.
  ///
  /// So a test stops work at a place that depends on the work alone, not on how fast the machine gets there.
  public init(requestedAtCheck number: Int) { lastCheck = number }

  /// The flag that work started here listens to.
  @TaskLocal public static var current = Cancellation()

  public var isRequested: Bool { raised.load(ordering: .relaxed) }

  /// How often work has checked, if checks are counted.
  public var checkCount: Int { checks.load(ordering: .relaxed) }

  public func request() { raised.store(true, ordering: .relaxed) }

  /// Lowers the flag; the owner calls it before the next piece of work.
  public func reset() { raised.store(false, ordering: .relaxed) }

  /// Throws `Diagnostic.interrupted` if the flag is raised, and what is to be done where memory is about to run out.
  /// Call it at least every few milliseconds of work.
  public func check() throws(Diagnostic) {
    if let lastCheck, checks.wrappingAdd(1, ordering: .relaxed).newValue == lastCheck { request() }
    if isRequested { throw .interrupted }
    try requireMemoryLeft()
  }
}
