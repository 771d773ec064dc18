import Diagnostics
import Tables

// Functions for the ends of a text: trimming, stripping and padding.

extension Function {
  static let trim = Function(
    "trim", topic: "text", [Parameter("x", .text)],
    summary: "the text without white space at its ends",
    examples: [Example("table a = [\"  x \"] | with b = trim(a)", "")], traits: .neverFails, typing: gives(.string),
    body: .row { (call) throws(Diagnostic) in
      try call.mapTexts { (text) throws(Diagnostic) in text.trimmed }
    })

  static let strip = Function(
    "strip", synonyms: ["strip_chars"], topic: "text",
    [Parameter("x", .text), Parameter("chars", .text, optional: true, constant: true)],
    summary: "the text without certain characters at its ends; without white space by default",
    examples: [Example("table a = [\"(x)\"] | with b = strip(a, \"()\")", "each of the characters, in any order")],
    traits: .neverFails, typing: gives(.string),
    body: .row { (call) throws(Diagnostic) in
      guard call.arguments.count > 1 else { return try call.mapTexts { (text) throws(Diagnostic) in text.trimmed } }
      guard case .text(let chars)? = call.arguments[1].value else { return .nulls(.string, count: call.rowCount) }
      let characters = Set(chars.string.unicodeScalars.map { Array(String($0).utf8) })
      return try call.mapTexts { (text) throws(Diagnostic) in text.stripped(of: characters) }
    })

  static let padLeft = padding("pad_left", synonyms: ["zfill", "lpad"], "left", isLeft: true)
  static let padRight = padding("pad_right", synonyms: ["rpad"], "right", isLeft: false)

  private static func padding(_ name: String, synonyms: [String], _ place: String, isLeft: Bool) -> Function {
    Function(
      name, synonyms: synonyms, topic: "text",
      [
        Parameter("x", .text), Parameter("width", .wholeNumber, constant: true),
        Parameter("fill", .text, optional: true, constant: true),
      ],
      summary: "the text padded on the \(place) to a width, with spaces by default; longer text does not change",
      examples: [Example("table a = [\"7\", \"123\"] | with b = \(name)(a, 3, \"0\")", "")],
      typing: { (arguments) throws(Diagnostic) in
        if case .integer(let width)? = arguments[1].constantValue, width > longestPadding {
          throw Diagnostic("`\(name)` fills up to 1,000,000 characters", at: arguments[1].span)
        }
        if arguments.count > 2, case .text(let fill)? = arguments[2].constantValue, fill.bytes.characterCount != 1 {
          throw Diagnostic(
            "`\(name)` fills with one character, found \(fill.bytes.characterCount)", at: arguments[2].span)
        }
        return .string
      },
      body: .row { (call) throws(Diagnostic) in
        let isFilled = call.arguments.count > 2
        guard let width = call.arguments[1].integer, !isFilled || call.arguments[2].value?.isNull == false else {
          return .nulls(.string, count: call.rowCount)
        }
        let fill = isFilled ? call.arguments[2].text.bytes.array : [UInt8(ascii: " ")]
        return try call.mapTexts { (text) throws(Diagnostic) in
          let length = text.characterCount
          if width <= length { return text }
          let padding = [[UInt8]](repeating: fill, count: width - length).flatMap { $0 }
          return Buffer(isLeft ? padding + text.array : text.array + padding)
        }
      })
  }

  private static let longestPadding: Int128 = 1_000_000
}

extension Buffer<UInt8> {
  /// The text without Unicode white space at its ends.
  var trimmed: Buffer<UInt8> {
    var (start, end) = (0, count)
    while let length = whiteSpace(in: start..<end, atEnd: false) { start += length }
    while let length = whiteSpace(in: start..<end, atEnd: true) { end -= length }
    return self[start..<end]
  }

  /// The length in bytes of a white space character at one end of a range; nil if there is none.
  private func whiteSpace(in range: Range<Int>, atEnd: Bool) -> Int? {
    for length in 1...3 where length <= range.count {
      let first = atEnd ? range.upperBound - length : range.lowerBound
      let scalar = (first..<first + length).reduce(UInt32(0)) { $0 << 8 | UInt32(self[$1]) }
      switch scalar {
      case 0x09...0x0D, 0x20, 0xC285, 0xC2A0, 0xE19A80, 0xE28080...0xE2808A, 0xE280A8, 0xE280A9, 0xE280AF, 0xE2819F,
        0xE38080:
        return length
      default: continue
      }
    }
    return nil
  }

  /// The text without the given characters (as UTF-8 bytes) at its ends.
  func stripped(of characters: Set<[UInt8]>) -> Buffer<UInt8> {
    var (start, end) = (0, count)
    while start < end {
      var next = start + 1
      while next < end, self[next] & 0xC0 == 0x80 { next += 1 }
      guard characters.contains(self[start..<next].array) else { break }
      start = next
    }
    while start < end {
      var previous = end - 1
      while previous > start, self[previous] & 0xC0 == 0x80 { previous -= 1 }
      guard characters.contains(self[previous..<end].array) else { break }
      end = previous
    }
    return self[start..<end]
  }
}
