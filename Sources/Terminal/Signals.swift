import CTerminal
import Glibc
import Synchronization

/// Handles Ctrl-C and the other signals of a terminal.
public enum Signals {
  /// Sets a UTF-8 locale, saves the terminal's modes and installs the signal handlers. Call it first, once.
  ///
  /// Afterwards the terminal is restored however the process ends: by `exit`, a signal or a fault. Writing to a
  /// closed pipe gives an error of `write` instead of ending the process.
  public static func start() {
    // If the user's locale is missing, C.UTF-8 is enough: our texts use only its encoding.
    _ = terminal_use_utf8_locale()
    terminal_start()
  }

  /// Runs `work`; Ctrl-C calls `onInterrupt` on a separate thread.
  ///
  /// A second Ctrl-C within two seconds prints a warning, and a third ends the process with status 130.
  public static func withInterrupts<Result, Failure: Error>(
    _ onInterrupt: @escaping @Sendable () -> Void, _ work: () throws(Failure) -> Result
  ) throws(Failure) -> Result {
    watcher.withLock { watcher in
      watcher.startThread()
      watcher.onInterrupt = onInterrupt
      watcher.interruptCount = InterruptCount()
    }
    let wasWorking = terminal_set_working(true)
    defer {
      _ = terminal_set_working(wasWorking)
      watcher.withLock { $0.onInterrupt = nil }
    }
    return try work()
  }

  private static let watcher = Mutex(Watcher())

  private struct Watcher {
    var onInterrupt: (@Sendable () -> Void)?
    var interruptCount = InterruptCount()
    var isRunning = false

    mutating func startThread() {
      guard !isRunning else { return }
      isRunning = true
      var thread = pthread_t()
      let body: @convention(c) (UnsafeMutableRawPointer?) -> UnsafeMutableRawPointer? = { _ in
        while true {
          terminal_await_work_interrupt()
          Signals.interruptArrived()
        }
      }
      if pthread_create(&thread, nil, body, nil) == 0 {
        pthread_detach(thread)
      } else {
        // If no thread can be created for Ctrl-C, it ends the program as usual.
        signal(SIGINT, SIG_DFL)
      }
    }
  }

  private static func interruptArrived() {
    let (onInterrupt, step) = watcher.withLock { watcher in
      (watcher.onInterrupt, watcher.interruptCount.press(at: ContinuousClock.now))
    }
    guard let onInterrupt else { return }
    onInterrupt()
    switch step {
    case .cancel: break
    case .warn: TerminalStream.error.write("\r\nstill stopping; press Ctrl-C once more to quit\r\n")
    case .quit:
      terminal_restore()
      _exit(130)
    }
  }
}

/// Counts how often Ctrl-C is pressed in quick succession.
package struct InterruptCount {
  package enum Step: Equatable { case cancel, warn, quit }

  private var last: ContinuousClock.Instant?
  private var count = 0

  package init() {}

  package mutating func press(at now: ContinuousClock.Instant) -> Step {
    if let last, now - last <= .seconds(2) { count += 1 } else { count = 1 }
    last = now
    return count == 1 ? .cancel : count == 2 ? .warn : .quit
  }
}
