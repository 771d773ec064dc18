import Diagnostics

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#endif

/// Wakes a waiting thread through a pipe, whose read end `file` can be polled together with sockets.
final class WakeupPipe: Sendable {
  let file: Int32
  private let writeEnd: Int32

  init() throws(Diagnostic) {
    var ends: [Int32] = [0, 0]
    guard pipe(&ends) == 0 else { throw Diagnostic("no more files: \(String(cString: strerror(errno)))") }
    (file, writeEnd) = (ends[0], ends[1])
    for end in ends {
      _ = fcntl(end, F_SETFD, FD_CLOEXEC)
      _ = fcntl(end, F_SETFL, O_NONBLOCK)
    }
  }

  deinit {
    close(file)
    close(writeEnd)
  }

  func signal() {
    var once: UInt8 = 1
    // A full pipe has a signal already.
    _ = write(writeEnd, &once, 1)
  }

  /// Removes all signals, so that the next wait blocks.
  func drain() {
    var signals = [UInt8](repeating: 0, count: 512)
    while read(file, &signals, signals.count) == signals.count {}
  }

  /// Waits for a signal, at most for some time.
  func wait(milliseconds: Int32 = -1) {
    var waiting = pollfd(fd: file, events: Int16(POLLIN), revents: 0)
    _ = poll(&waiting, 1, milliseconds)
    drain()
  }
}
