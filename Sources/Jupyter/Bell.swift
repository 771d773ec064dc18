import Diagnostics

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#endif

/// What one thread rings and another waits for, also beside sockets: a file that can be read once it has rung.
final class Bell: Sendable {
  let file: Int32
  private let clapper: Int32

  init() throws(Diagnostic) {
    var ends: [Int32] = [0, 0]
    guard pipe(&ends) == 0 else { throw Diagnostic("no more files: \(String(cString: strerror(errno)))") }
    (file, clapper) = (ends[0], ends[1])
    for end in ends {
      _ = fcntl(end, F_SETFD, FD_CLOEXEC)
      _ = fcntl(end, F_SETFL, O_NONBLOCK)
    }
  }

  deinit {
    close(file)
    close(clapper)
  }

  func ring() {
    var once: UInt8 = 1
    // A full pipe has rung already.
    _ = write(clapper, &once, 1)
  }

  /// Lets the next wait wait.
  func silence() {
    var rings = [UInt8](repeating: 0, count: 512)
    while read(file, &rings, rings.count) == rings.count {}
  }

  /// Waits until it rings, at most for some time.
  func wait(milliseconds: Int32 = -1) {
    var waiting = pollfd(fd: file, events: Int16(POLLIN), revents: 0)
    _ = poll(&waiting, 1, milliseconds)
    silence()
  }
}
