public import Diagnostics
import Synchronization

/// A flag that asks running work to stop. Ctrl-C sets it; loops check it between chunks.
///
/// Work inherits it through the task-local `current`; kernels do not take it as a parameter. Setting it is
/// async-signal-safe (one atomic store).
public final class Cancellation: Sendable {
  private let raised = Atomic<Bool>(false)
  /// The check at which the flag sets itself; nil if checks are not counted.
  private let lastCheck: Int?
  private let checks = Atomic<Int>(0)

  public init() { lastCheck = nil }

  /// A flag that counts how often it is checked and sets itself at check `number`, from 1.
  ///
  /// With it a test can stop work at a point that does not depend on the speed of the machine.
  public init(requestedAtCheck number: Int) { lastCheck = number }

  /// The flag that work started in this task checks.
  @TaskLocal public static var current = Cancellation()

  /// Whether the flag is set.
  public var isRequested: Bool { raised.load(ordering: .relaxed) }

  /// How often the flag was checked, if checks are counted.
  public var checkCount: Int { checks.load(ordering: .relaxed) }

  /// Sets the flag. Async-signal-safe.
  public func request() { raised.store(true, ordering: .relaxed) }

  /// Clears the flag; the owner calls it before the next piece of work.
  public func reset() { raised.store(false, ordering: .relaxed) }

  /// Throws `Diagnostic.interrupted` if the flag is set, and an error if memory is about to run out. Call it at least
  /// every few milliseconds.
  public func check() throws(Diagnostic) {
    if let lastCheck, checks.wrappingAdd(1, ordering: .relaxed).newValue == lastCheck { request() }
    if isRequested { throw .interrupted }
    try requireMemoryLeft()
  }
}
