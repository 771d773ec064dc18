import Diagnostics

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#endif

/// What the process writes to its standard output (`save "-"`), to be shown below the cell that wrote it.
final class CapturedOutput: Sendable {
  /// Where it is read.
  let file: Int32

  /// Standard output goes here from now on.
  init() throws(Diagnostic) {
    var ends: [Int32] = [0, 0]
    guard pipe(&ends) == 0, dup2(ends[1], 1) >= 0 else {
      throw Diagnostic("the standard output cannot be caught: \(String(cString: strerror(errno)))")
    }
    close(ends[1])
    file = ends[0]
    _ = fcntl(file, F_SETFD, FD_CLOEXEC)
    _ = fcntl(file, F_SETFL, O_NONBLOCK)
  }

  /// What was written since the last call, at most so much of it. What follows within 20 ms comes with it: a table is
  /// written in pieces, and is to be one message.
  func take(atMost count: Int = 1 << 16) -> [UInt8] {
    Array(unsafeUninitializedCapacity: count) { buffer, filled in
      var waiting = pollfd(fd: file, events: Int16(POLLIN), revents: 0)
      repeat {
        let found = read(file, buffer.baseAddress.map { $0 + filled }, count - filled)
        if found <= 0 { return }
        filled += found
      } while filled < count && poll(&waiting, 1, 20) > 0
    }
  }
}

/// Bytes that arrive in pieces, as text: a character that is cut waits for the next piece.
package struct TextPieces {
  private var rest: [UInt8] = []

  package init() {}

  package mutating func text(adding bytes: [UInt8]) -> String {
    rest += bytes
    // A character has at most four bytes: if one of the last three begins one that is longer than what is there, it waits.
    var end = rest.count
    for back in 1...3 where back <= rest.count {
      let byte = rest[rest.count - back]
      if byte & 0b1100_0000 == 0b1000_0000 { continue }
      let length = byte >= 0xF0 ? 4 : byte >= 0xE0 ? 3 : byte >= 0xC0 ? 2 : 1
      if length > back { end = rest.count - back }
      break
    }
    defer { rest.removeFirst(end) }
    return String(decoding: rest[..<end], as: UTF8.self)
  }
}
