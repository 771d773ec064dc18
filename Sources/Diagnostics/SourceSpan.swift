/// A range of source text: the source and a range of its bytes.
///
/// Offsets are UTF-8 offsets into `source.text`; lines and columns are computed only when a diagnostic is drawn.
public struct SourceSpan: Sendable, Hashable {
  public var source: Source
  public var range: Range<Int>

  public init(_ source: Source, _ range: Range<Int>) {
    self.source = source
    self.range = range
  }

  /// The smallest span that covers both; the sources must be the same.
  public func union(_ other: SourceSpan) -> SourceSpan {
    SourceSpan(source, min(range.lowerBound, other.range.lowerBound)..<max(range.upperBound, other.range.upperBound))
  }

  /// The text the span covers.
  public var text: String {
    let bytes = source.text.utf8
    let clamped = range.clamped(to: 0..<bytes.count)
    let start = bytes.index(bytes.startIndex, offsetBy: clamped.lowerBound)
    let end = bytes.index(bytes.startIndex, offsetBy: clamped.upperBound)
    return String(decoding: bytes[start..<end], as: UTF8.self)
  }
}

/// A text that spans point into: a cell, a script, a session file.
///
/// Shared by reference: a span stores only a pointer and a range, and comparing two spans of one source does not
/// compare its text.
public final class Source: Sendable, Hashable {
  /// How messages name it: `In [7]`, `seminar.md`, `eval`.
  public let name: String
  public let text: String
  /// The line of the file on which the text starts, from 1; larger than 1 for a cell inside a session file.
  public let firstLine: Int
  /// Where a user-defined verb is called, if the text is that verb's definition; else nil.
  public let call: SourceSpan?

  public init(name: String, text: String, firstLine: Int = 1, calledAt call: SourceSpan? = nil) {
    self.name = name
    self.text = text
    self.firstLine = firstLine
    self.call = call
  }

  /// Sources are equal if they have the same name, first line and text. `call` is not compared.
  public static func == (left: Source, right: Source) -> Bool {
    left === right || (left.name == right.name && left.firstLine == right.firstLine && left.text == right.text)
  }

  public func hash(into hasher: inout Hasher) {
    hasher.combine(name)
    hasher.combine(firstLine)
  }
}
