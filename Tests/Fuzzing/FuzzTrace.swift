import Foundation

/// A file in which a process records its next input, so that the input is known if the process crashes.
///
/// It has a line with the number of the life, the number of inputs and the number of those that gave a value; then the
/// input.
public struct FuzzTrace {
  public var life = 0
  public var inputs = 0
  public var values = 0
  public var input = ""

  private static let headLength = 64

  /// Reads a trace; nil if nothing was written yet.
  public init?(path: String) {
    guard let data = FileManager.default.contents(atPath: path), data.count >= Self.headLength else { return nil }
    let numbers = String(decoding: data.prefix(Self.headLength), as: UTF8.self).split(separator: " ").prefix(3)
      .compactMap { Int($0) }
    guard numbers.count == 3 else { return nil }
    (life, inputs, values) = (numbers[0], numbers[1], numbers[2])
    input = String(decoding: data.dropFirst(Self.headLength), as: UTF8.self)
  }

  /// Writes to one file; each write replaces its content.
  public final class Writer {
    private let file: FileHandle

    public init?(path: String) {
      guard FileManager.default.createFile(atPath: path, contents: nil),
        let file = FileHandle(forWritingAtPath: path)
      else { return nil }
      self.file = file
    }

    public func write(life: Int, inputs: Int, values: Int, _ input: String) {
      let head = "\(life) \(inputs) \(values) "
      let text = head + String(repeating: " ", count: max(1, FuzzTrace.headLength - head.utf8.count - 1)) + "\n" + input
      // If the file cannot be written, only the trace is lost.
      try? file.seek(toOffset: 0)
      try? file.write(contentsOf: Data(text.utf8))
      try? file.truncate(atOffset: UInt64(text.utf8.count))
    }
  }
}
