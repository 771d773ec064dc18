import CPatterns
import Diagnostics
import Tables

/// A compiled regular expression (PCRE2 syntax, UTF-8). Only this file depends on PCRE2.
///
/// Matching takes at most `stepLimit` internal steps per text, so that no pattern can hang. A text that needs more
/// steps is an error, not a mismatch. Compiled patterns are immutable: threads share them, and each thread has its own
/// matcher.
final class Pattern: @unchecked Sendable {
  private let compiled: OpaquePointer
  let source: Text

  /// Enough for any pattern without excessive backtracking; about a millisecond per text.
  static let stepLimit: UInt32 = 1_000_000

  /// - Parameter isWhole: whether it is to fit all of a text, and not a part.
  /// - Throws: what is wrong with the pattern and where, at `span`.
  init(_ source: Text, at span: SourceSpan?, isWhole: Bool = false) throws(Diagnostic) {
    var code: Int32 = 0
    var offset = 0
    // What is wrong is found in the pattern as it was written.
    if isWhole { _ = try Pattern(source, at: span) }
    let text = isWhole ? Text("\\A(?:" + source.string + ")\\z") : source
    let compiled = text.bytes.withUnsafeBufferPointer {
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

  /// The number of capture groups.
  var groupCount: Int { Int(pattern_group_count(compiled)) }

  fileprivate static func meaning(of code: Int32) -> String {
    var buffer = [UInt8](repeating: 0, count: 256)
    let length = pattern_error_text(code, &buffer, buffer.count)
    return String(decoding: buffer.prefix(length), as: UTF8.self)
  }

  /// The matching state of one thread.
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

    /// Whether the pattern matches anywhere in the text, at or after a byte offset.
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

    /// Calls `body` with every match from left to right. Matches do not overlap, and an empty match directly after the
    /// previous match is skipped.
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

    /// The byte range of a group in the last match; nil if the group did not take part in it.
    func range(ofGroup group: Int) -> Range<Int>? {
      var (start, end) = (0, 0)
      guard pattern_group(state, UInt32(group), &start, &end) == 1 else { return nil }
      return start..<end
    }
  }
}

extension Buffer<UInt8> {
  /// The offset of the first occurrence of some bytes at or after `start`; nil if there is none.
  func firstOffset(of wanted: Buffer<UInt8>, from start: Int = 0) -> Int? {
    let found = withUnsafeBufferPointer { bytes in
      wanted.withUnsafeBufferPointer { bytes_find(bytes.baseAddress, bytes.count, start, $0.baseAddress, $0.count) }
    }
    return found < 0 ? nil : found
  }
}
