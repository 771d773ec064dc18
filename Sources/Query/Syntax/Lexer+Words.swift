import Diagnostics

extension Lexer {
  /// The scalar that starts at `position` and its length in bytes; the source is valid UTF-8.
  func scalar(at position: Int) -> (value: Unicode.Scalar, length: Int) {
    let lead = bytes[position]
    let length = lead < 0x80 ? 1 : lead < 0xE0 ? 2 : lead < 0xF0 ? 3 : 4
    var code = length == 1 ? UInt32(lead) : UInt32(lead) & (0x7F >> UInt32(length))
    for byte in bytes[position + 1..<min(bytes.count, position + length)] { code = code << 6 | UInt32(byte & 0x3F) }
    return (Unicode.Scalar(code) ?? "\u{FFFD}", length)
  }

  /// The end of the word that starts at `start`; nil if no word starts there.
  func wordEnd(from start: Int) -> Int? {
    var position = start
    while position < bytes.count {
      let byte = bytes[position]
      if byte < 0x80 {
        guard isWordByte(byte), position > start || !(UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) else {
          break
        }
        position += 1
      } else {
        let (value, length) = scalar(at: position)
        guard position > start ? value.properties.isXIDContinue : value.properties.isXIDStart else { break }
        position += length
      }
    }
    return position > start ? position : nil
  }

  private func isWordByte(_ byte: UInt8) -> Bool {
    switch byte {
    case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
      UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "_"):
      true
    default: false
    }
  }

  /// `$x`, `` $`a b` ``
  mutating func scanSession() throws(Diagnostic) {
    let start = offset
    if start + 1 < bytes.count, bytes[start + 1] == UInt8(ascii: "`") {
      offset += 1
      let name = try quotedContents()
      tokens.append(Token(.session(name), start..<offset))
    } else if let end = wordEnd(from: start + 1) {
      append(.session(text(start + 1..<end)), to: end)
    } else {
      throw .missingSessionName(at: span(start..<start + 1))
    }
  }

  // MARK: Numbers

  /// `1_000`, `0.5`, `1e-3`
  mutating func scanNumber() throws(Diagnostic) {
    let start = offset
    var end = digitsEnd(from: start)
    var isFloat = false
    if end + 1 < bytes.count, bytes[end] == UInt8(ascii: "."), isDigit(end + 1) {
      isFloat = true
      end = digitsEnd(from: end + 1)
    }
    if end < bytes.count, bytes[end] | 0x20 == UInt8(ascii: "e") {
      let sign = end + 1 < bytes.count && [UInt8(ascii: "+"), UInt8(ascii: "-")].contains(bytes[end + 1]) ? 1 : 0
      if isDigit(end + 1 + sign) {
        isFloat = true
        end = digitsEnd(from: end + 1 + sign)
      }
    }
    let digits = text(start..<end).filter { $0 != "_" }
    if end < bytes.count, bytes[end] == UInt8(ascii: "."), !isFloat, wordEnd(from: end + 1) == nil {
      throw .unfinishedNumber(digits, at: span(start..<end + 1))
    }
    if bytes[end - 1] == UInt8(ascii: "_") || wordRunEnd(from: end) > end {
      let all = start..<wordRunEnd(from: end)
      throw .malformedNumber(text(all), at: span(all))
    }
    if isFloat {
      guard let value = Double(digits), value.isFinite else {
        throw .numberTooLarge(text(start..<end), at: span(start..<end))
      }
      append(.float(value), to: end)
    } else {
      guard let value = Int128(digits) else { throw .numberTooLarge(text(start..<end), at: span(start..<end)) }
      append(.integer(value), to: end)
    }
  }

  private func isDigit(_ position: Int) -> Bool {
    position < bytes.count && (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(bytes[position])
  }

  private func digitsEnd(from start: Int) -> Int {
    var position = start
    while position < bytes.count, isDigit(position) || (position > start && bytes[position] == UInt8(ascii: "_")) {
      position += 1
    }
    return position
  }

  /// The end of the letters and digits that directly follow a number.
  private func wordRunEnd(from start: Int) -> Int {
    var position = start
    while isDigit(position) { position += 1 }
    return wordEnd(from: position) ?? position
  }

  // MARK: Quotes

  mutating func scanQuoted() throws(Diagnostic) {
    let start = offset
    let isName = bytes[offset] == UInt8(ascii: "`")
    let contents = try quotedContents()
    tokens.append(Token(isName ? .quotedName(contents) : .text(contents), start..<offset))
  }

  /// The text between the quote at `offset` and the closing quote, with escapes resolved; moves `offset` after the
  /// closing quote.
  private mutating func quotedContents() throws(Diagnostic) -> String {
    let start = offset
    let quote = bytes[start]
    var contents: [UInt8] = []
    var position = start + 1
    while position < bytes.count, bytes[position] != UInt8(ascii: "\n") {
      switch bytes[position] {
      case quote:
        offset = position + 1
        return String(decoding: contents, as: UTF8.self)
      case UInt8(ascii: "\\"): position = try appendEscape(at: position, to: &contents)
      case let byte:
        contents.append(byte)
        position += 1
      }
    }
    throw .unclosedQuote(
      text(start..<start + 1), span(start..<start + 1), end: span(max(start + 1, position)..<max(start + 1, position)))
  }

  /// Appends the character of the escape sequence at `position` and returns the end of the sequence.
  private func appendEscape(at position: Int, to contents: inout [UInt8]) throws(Diagnostic) -> Int {
    guard position + 1 < bytes.count else { return position + 1 }
    switch bytes[position + 1] {
    case UInt8(ascii: "n"): contents.append(UInt8(ascii: "\n"))
    case UInt8(ascii: "t"): contents.append(UInt8(ascii: "\t"))
    case UInt8(ascii: "r"): contents.append(UInt8(ascii: "\r"))
    case UInt8(ascii: "\\"), UInt8(ascii: "\""), UInt8(ascii: "'"), UInt8(ascii: "`"):
      contents.append(bytes[position + 1])
    case UInt8(ascii: "\n"): return position + 1
    case UInt8(ascii: "u") where position + 2 < bytes.count && bytes[position + 2] == UInt8(ascii: "{"):
      return try appendScalar(at: position, to: &contents)
    default:
      let length = scalar(at: position + 1).length
      throw .unknownEscape(text(position + 1..<position + 1 + length), at: span(position..<position + 1 + length))
    }
    return position + 2
  }

  /// `\u{1F600}`
  private func appendScalar(at position: Int, to contents: inout [UInt8]) throws(Diagnostic) -> Int {
    var end = position + 3
    while end < bytes.count, end < position + 12, bytes[end] != UInt8(ascii: "}"), bytes[end] != UInt8(ascii: "\n") {
      end += scalar(at: end).length
    }
    let digits = text(position + 3..<min(end, bytes.count))
    guard end < bytes.count, bytes[end] == UInt8(ascii: "}"), let code = UInt32(digits, radix: 16),
      let scalar = Unicode.Scalar(code)
    else {
      throw .malformedScalar(at: span(position..<min(end, bytes.count)))
    }
    contents.append(contentsOf: String(Character(scalar)).utf8)
    return end + 1
  }
}
