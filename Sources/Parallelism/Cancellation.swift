public import Diagnostics
import Synchronization

/// A flag that asks running work to stop: raised by Ctrl-C, looked at between chunks.
///
/// Work inherits it through the task-local `current`; a kernel never takes it as a parameter. Raising it is
/// async-signal-safe (one atomic store).
public final class Cancellation: Sendable {
  private let raised = Atomic<Bool>(false)

  public init() {}

  /// The flag that work started here listens to.
  @TaskLocal public static var current = Cancellation()

  public var isRequested: Bool { raised.load(ordering: .relaxed) }

  public func request() { raised.store(true, ordering: .relaxed) }

  /// Lowers the flag; for whoever owns it, before the next piece of work.
  public func reset() { raised.store(false, ordering: .relaxed) }

  /// Throws `Diagnostic.interrupted` if the flag is raised, and what is to be done where memory is about to run out.
  /// Call it at least every few milliseconds of work.
  public func check() throws(Diagnostic) {
    if isRequested { throw .interrupted }
    try requireMemoryLeft()
  }
}
