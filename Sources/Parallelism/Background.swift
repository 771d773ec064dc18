#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#endif

/// Background work of an interactive program: it uses idle cores at full speed and does not delay key presses.
public enum Background {
  /// Whether the current work is background work; its loops then run on background threads.
  @TaskLocal static var isCurrent = false

  /// Runs `work` on a new thread with the lowest scheduling priority.
  ///
  /// The thread is not taken from a pool because it could not be returned: without privileges a process may lower the
  /// priority of a thread but not raise it again. At normal priority, drawing after a key press, which involves several
  /// threads, had to wait for a free core at each step. The limit of cores is inherited from the caller. If the system
  /// has no thread left, `work` runs on the calling thread.
  public static func start(_ work: @escaping @Sendable () -> Void) {
    let limit = Cores.limit
    let hasStarted = startThread {
      // 19 is the lowest priority. On Linux it applies to this thread alone.
      _ = setpriority(0 /* PRIO_PROCESS */, 0, 19)
      $isCurrent.withValue(true) { Cores.$limit.withValue(limit, operation: work) }
    }
    if !hasStarted { work() }
  }

  /// Calls `work` on `count` threads at once, the calling thread among them; new threads inherit its priority.
  ///
  /// - Complexity: about 30 µs per thread.
  static func perform(_ count: Int, _ work: @Sendable () -> Void) {
    withoutActuallyEscaping(work) { work in
      let others = (1..<max(1, count)).compactMap { _ in newThread(work) }
      work()
      for thread in others { pthread_join(thread, nil) }
    }
  }
}
