import CTerminal
import Glibc

/// Reads lines from a file or a pipe: without prompt, echo or completion.
package struct LineReader {
  private let descriptor: Int32
  private var buffer: [UInt8] = []
  private var consumed = 0
  private var hasEnded = false

  package init(descriptor: Int32 = 0) { self.descriptor = descriptor }

  /// Returns the next line without its line break, which the last line may lack.
  package mutating func readLine() -> LineInput {
    while true {
      if let end = buffer[consumed...].firstIndex(of: UInt8(ascii: "\n")) {
        defer { consumed = end + 1 }
        return .line(text(upTo: end))
      }
      if hasEnded {
        guard consumed < buffer.count else { return .endOfFile }
        defer { consumed = buffer.count }
        return .line(text(upTo: buffer.count))
      }
      if !readMore() { return .interrupted }
    }
  }

  private func text(upTo end: Int) -> String {
    var line = buffer[consumed..<end]
    if line.last == UInt8(ascii: "\r") { line.removeLast() }
    return String(decoding: line, as: UTF8.self)
  }

  /// Returns false if Ctrl-C was pressed.
  private mutating func readMore() -> Bool {
    while true {
      switch terminal_wait(descriptor, -1) {
      case TERMINAL_INTERRUPT: return false
      case TERMINAL_INPUT:
        buffer.removeFirst(consumed)
        consumed = 0
        var bytes = [UInt8](repeating: 0, count: 65536)
        let count = read(descriptor, &bytes, bytes.count)
        if count < 0 && (errno == EINTR || errno == EAGAIN) { continue }
        if count <= 0 { hasEnded = true } else { buffer += bytes[..<count] }
        return true
      default: continue
      }
    }
  }
}
