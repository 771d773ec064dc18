import Diagnostics
import Parallelism
import Tables

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#endif

/// The lines of a file of JSON objects.
struct NDJSONLines: Sendable {
  private let input: InputFile
  /// The start of the first line, after a byte order mark.
  let first: Int

  init(_ input: InputFile) {
    self.input = input
    first = input.bytes.starts(with: [0xEF, 0xBB, 0xBF]) ? 3 : 0
  }

  private var bytes: UnsafeRawBufferPointer { input.bytes }

  /// Returns starts of lines about `grain` bytes apart; the last is the end.
  func starts(grain: Int) -> [Int] {
    var starts = [first]
    while let start = starts.last, start < bytes.count - grain {
      let next = lineEnd(start + grain) + 1
      if next >= bytes.count { break }
      starts.append(next)
    }
    return starts + [bytes.count]
  }

  /// Ranges of lines for a sample: the first `size` bytes, and a few kilobytes at many other positions.
  func sample(upTo size: Int) -> [Range<Int>] {
    guard bytes.count > 2 * size else { return [first..<bytes.count] }
    let (places, length) = (64, 1 << 13)
    let others = (1...places).compactMap { place -> Range<Int>? in
      let start = lineEnd(min(bytes.count - length, bytes.count / places * place)) + 1
      return start < bytes.count ? start..<min(bytes.count, lineEnd(start + length) + 1) : nil
    }
    return [first..<min(bytes.count, lineEnd(size) + 1)] + others
  }

  /// The number of non-blank lines in a range.
  func rowCount(_ range: Range<Int>) -> Int {
    var count = 0
    var start = range.lowerBound
    while start < range.upperBound {
      let end = lineEnd(start)
      if !isBlank(start..<end) { count += 1 }
      start = end + 1
    }
    return count
  }

  /// Parses the objects in a range of lines, at most `limit`.
  ///
  /// - Parameter spelled: fields whose numbers are kept as text, exactly as spelled.
  func rows(_ range: Range<Int>, limit: Int = .max, spelled: Set<String> = []) throws(Diagnostic) -> JSONRows {
    var rows = JSONRows()
    var start = range.lowerBound
    let cancellation = Cancellation.current
    var nextCheck = start
    while start < range.upperBound, rows.count < limit {
      let end = lineEnd(start)
      if start >= nextCheck {
        try cancellation.check()
        nextCheck = start + (1 << 16)
      }
      if !isBlank(start..<end) {
        var parser = JSONParser(bytes, start..<end, spelled: spelled)
        guard case .structure(let names, let values)? = parser.parse() else {
          let line = bytes[..<start].reduce(1) { $0 + ($1 == TextDialect.newline ? 1 : 0) }
          throw Diagnostic("line \(line) is not a JSON object", place: "\(input.path):\(line)")
        }
        rows.append(names, values)
      }
      start = end + 1
    }
    return rows
  }

  /// The end of the line that contains a byte.
  private func lineEnd(_ start: Int) -> Int {
    guard start < bytes.count, let base = bytes.baseAddress,
      let found = memchr(base + start, Int32(TextDialect.newline), bytes.count - start)
    else { return bytes.count }
    return UnsafeRawPointer(found) - base
  }

  private func isBlank(_ range: Range<Int>) -> Bool {
    bytes[range].allSatisfy { $0 == 0x20 || $0 == 0x09 || $0 == TextDialect.carriageReturn }
  }
}
