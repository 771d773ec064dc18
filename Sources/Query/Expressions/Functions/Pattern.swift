import CPatterns
import Diagnostics
import Tables

/// A compiled regular expression (PCRE2's syntax, UTF-8), and the only place that knows where it comes from.
///
/// Matching takes at most `stepLimit` internal steps a text, so that no pattern can hang; a text that would need more is
/// an error, not a miss. Compiled patterns never change: threads share them, each with a matcher of its own.
final class Pattern: @unchecked Sendable {
  private let compiled: OpaquePointer
  let source: Text

  /// Enough for any pattern that is not backtracking wildly: about a millisecond a text.
  static let stepLimit: UInt32 = 1_000_000

  /// - Throws: what is wrong with the pattern and where, at `span`.
  init(_ source: Text, at span: SourceSpan?) throws(Diagnostic) {
    var code: Int32 = 0
    var offset = 0
    let compiled = source.bytes.withUnsafeBufferPointer {
      pattern_compile($0.baseAddress, $0.count, &code, &offset)
    }
    guard let compiled else {
      throw Diagnostic(
        "the regular expression does not compile: \(Pattern.meaning(of: code)) at character \(offset + 1)", at: span,
        label: "here", hint: "`contains` looks for plain text")
    }
    self.compiled = compiled
    self.source = source
  }

  deinit { pattern_free(compiled) }

  /// How many groups in round brackets it has.
  var groupCount: Int { Int(pattern_group_count(compiled)) }

  fileprivate static func meaning(of code: Int32) -> String {
    var buffer = [UInt8](repeating: 0, count: 256)
    let length = pattern_error_text(code, &buffer, buffer.count)
    return String(decoding: buffer.prefix(length), as: UTF8.self)
  }

  /// What one thread needs for matching.
  final class Matcher {
    private let pattern: Pattern
    private let state: OpaquePointer

    init(_ pattern: Pattern) throws(Diagnostic) {
      guard let state = pattern_matcher_create(pattern.compiled, Pattern.stepLimit) else {
        throw Diagnostic("out of memory while matching a regular expression")
      }
      self.pattern = pattern
      self.state = state
    }

    deinit { pattern_matcher_free(state) }

    /// Whether the pattern is found anywhere in the text, at or after an offset in bytes.
    func matches(_ text: Buffer<UInt8>, from start: Int = 0) throws(Diagnostic) -> Bool {
      let found = text.withUnsafeBufferPointer {
        pattern_match(pattern.compiled, state, $0.baseAddress, $0.count, start)
      }
      guard found >= 0 else {
        throw Diagnostic(
          "the regular expression takes too long: \(Pattern.meaning(of: found))",
          hint: "nested repetitions such as `(a+)+` are what makes a pattern slow")
      }
      return found == 1
    }

    /// Calls `body` with every match from left to right; none overlaps another, and an empty one does not stand right
    /// behind the one before it.
    func forEachMatch(in text: Buffer<UInt8>, _ body: (Range<Int>) -> Void) throws(Diagnostic) {
      var (start, end) = (0, -1)
      while start <= text.count, try matches(text, from: start), let range = range(ofGroup: 0) {
        if !range.isEmpty || range.lowerBound != end { body(range) }
        end = range.upperBound
        start = end
        if range.isEmpty {
          start += 1
          while start < text.count, text[start] & 0xC0 == 0x80 { start += 1 }
        }
      }
    }

    /// Where a group matched last, in bytes; nil where it took no part.
    func range(ofGroup group: Int) -> Range<Int>? {
      var (start, end) = (0, 0)
      guard pattern_group(state, UInt32(group), &start, &end) == 1 else { return nil }
      return start..<end
    }
  }
}

extension Buffer<UInt8> {
  /// Where some bytes first stand at or after `start`.
  func firstOffset(of wanted: Buffer<UInt8>, from start: Int = 0) -> Int? {
    let found = withUnsafeBufferPointer { bytes in
      wanted.withUnsafeBufferPointer { bytes_find(bytes.baseAddress, bytes.count, start, $0.baseAddress, $0.count) }
    }
    return found < 0 ? nil : found
  }
}
