import CTerminal
import Glibc

/// The size of a terminal in cells.
public struct TerminalSize: Sendable, Hashable {
  public var rows: Int
  public var columns: Int

  public init(rows: Int, columns: Int) {
    self.rows = rows
    self.columns = columns
  }
}

/// One of the three standard streams.
public enum TerminalStream: Int32, Sendable {
  case input = 0
  case output = 1
  case error = 2

  public var isTerminal: Bool { isatty(rawValue) == 1 }

  /// The size of the terminal at this stream; nil if it is not a terminal.
  public var size: TerminalSize? {
    var rows: Int32 = 0
    var columns: Int32 = 0
    guard terminal_size(rawValue, &rows, &columns) else { return nil }
    return TerminalSize(rows: Int(rows), columns: Int(columns))
  }

  /// The result of writing.
  public enum Delivery: Sendable, Hashable {
    case complete
    /// The reader has closed its end, which is not an error.
    case unheard
    /// The `errno` of the error, for example of a full disk.
    case failed(Int32)
  }

  /// Writes all of `text`, in several pieces if necessary.
  @discardableResult
  public func write(_ text: String) -> Delivery { writeAll(Array(text.utf8), to: rawValue) }
}

/// Writes all bytes, or as many as possible before an error.
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
