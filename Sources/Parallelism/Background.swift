#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#endif

/// Work that goes on behind an interface: as fast as any where a core is free, and never in the way of a key.
public enum Background {
  /// Whether this is such work; its loops then run on threads of its own kind.
  @TaskLocal static var isCurrent = false

  /// Runs `work` on a thread of its own, to which the kernel prefers every ordinary one that wants the core.
  ///
  /// The thread is not one of a pool, as it cannot be put back: a process without privileges may lower the precedence
  /// of a thread and not raise it. With ordinary threads on all cores a key and its frame, which pass from thread to
  /// thread, waited for a core at each step. The limit of cores is that of whoever starts it.
  public static func start(_ work: @escaping @Sendable () -> Void) {
    let limit = Cores.limit
    let hasStarted = startThread {
      // The lowest precedence is 19. Of one thread: for the kernel, each is a process.
      _ = setpriority(0 /* PRIO_PROCESS */, 0, 19)
      $isCurrent.withValue(true) { Cores.$limit.withValue(limit, operation: work) }
    }
    if !hasStarted { work() }
  }

  /// Calls `work` on `count` threads at once, of which this one is the first; new ones inherit its precedence.
  ///
  /// - Complexity: about 30 µs a thread.
  static func perform(_ count: Int, _ work: @Sendable () -> Void) {
    withoutActuallyEscaping(work) { work in
      let others = (1..<max(1, count)).compactMap { _ in newThread(work) }
      work()
      for thread in others { pthread_join(thread, nil) }
    }
  }
}
