import CTerminal
import Glibc

/// Rows and columns of a terminal.
public struct TerminalSize: Sendable, Hashable {
  public var rows: Int
  public var columns: Int

  public init(rows: Int, columns: Int) {
    self.rows = rows
    self.columns = columns
  }
}

/// One of the three streams that a process is born with.
public enum TerminalStream: Int32, Sendable {
  case input = 0
  case output = 1
  case error = 2

  public var isTerminal: Bool { isatty(rawValue) == 1 }

  /// The size of the terminal behind this stream; nil where there is none.
  public var size: TerminalSize? {
    var rows: Int32 = 0
    var columns: Int32 = 0
    guard terminal_size(rawValue, &rows, &columns) else { return nil }
    return TerminalSize(rows: Int(rows), columns: Int(columns))
  }

  /// How writing went.
  public enum Delivery: Sendable, Hashable {
    case complete
    /// The reader has gone away, which is no error of anybody's.
    case unheard
    /// The system's number of the error: a full disk.
    case failed(Int32)
  }

  /// Writes all of `text`, however small the pieces that the reader takes.
  @discardableResult
  public func write(_ text: String) -> Delivery { writeAll(Array(text.utf8), to: rawValue) }
}

/// Writes all bytes, or as many as the descriptor takes.
func writeAll(_ bytes: [UInt8], to descriptor: Int32) -> TerminalStream.Delivery {
  bytes.withUnsafeBytes { buffer in
    var sent = 0
    while sent < buffer.count {
      let count = write(descriptor, buffer.baseAddress?.advanced(by: sent), buffer.count - sent)
      if count < 0 && (errno == EINTR || errno == EAGAIN) { continue }
      if count <= 0 { return count < 0 && errno != EPIPE ? .failed(errno) : .unheard }
      sent += count
    }
    return .complete
  }
}
