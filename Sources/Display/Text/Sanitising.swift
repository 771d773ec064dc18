public import Tables

/// Makes text safe to print: anything that could move the cursor, hide or reorder text, or is not UTF-8, is written
/// as an escape sequence of the language.
///
/// Escaped are control characters (`\n`, `\t`, `\u{1b}`), line separators, bidirectional controls (`\u{202e}`),
/// invisible characters other than joiners, noncharacters and unassigned scalars. A byte that is not UTF-8 becomes
/// `\xff`.
///
/// - Complexity: O(n), with a fast path for printable ASCII.
public func sanitised(_ text: Text) -> String {
  text.bytes.withUnsafeBufferPointer { sanitised(bytes: $0) }
}

/// The same for a Swift string, which is always valid UTF-8.
public func sanitised(_ text: String) -> String {
  var copy = text
  return copy.withUTF8 { isPlain($0) } ? text : copy.withUTF8 { sanitised(bytes: $0) }
}

/// The same for text of several lines. Line ends are kept; a tab becomes four spaces.
public func sanitisedLines(_ text: String) -> String {
  text.split(omittingEmptySubsequences: false, whereSeparator: \.isNewline)
    .map { sanitised(String($0).replacing("\t", with: "    ")) }.joined(separator: "\n")
}

private func isPlain(_ bytes: UnsafeBufferPointer<UInt8>) -> Bool {
  bytes.allSatisfy { $0 >= 0x20 && $0 < 0x7F }
}

private func sanitised(bytes: UnsafeBufferPointer<UInt8>) -> String {
  if isPlain(bytes) { return String(decoding: bytes, as: UTF8.self) }
  var result = ""
  result.reserveCapacity(bytes.count)
  var iterator = bytes.makeIterator()
  var parser = Unicode.UTF8.ForwardParser()
  var offset = 0
  while true {
    switch parser.parseScalar(from: &iterator) {
    case .valid(let encoded):
      appendSafely(Unicode.UTF8.decode(encoded), to: &result)
      offset += encoded.count
    case .error(let length):
      for byte in bytes[offset..<min(offset + max(length, 1), bytes.count)] {
        result += "\\x" + hexadecimal(byte)
      }
      offset += max(length, 1)
    case .emptyInput:
      return result
    }
  }
}

private func appendSafely(_ scalar: Unicode.Scalar, to result: inout String) {
  switch scalar {
  case "\n": result += "\\n"
  case "\t": result += "\\t"
  default:
    if isUnsafe(scalar) {
      result += "\\u{" + String(scalar.value, radix: 16) + "}"
    } else {
      result.unicodeScalars.append(scalar)
    }
  }
}

private func isUnsafe(_ scalar: Unicode.Scalar) -> Bool {
  let value = scalar.value
  if value < 0x7F { return value < 0x20 }
  switch scalar.properties.generalCategory {
  case .control, .lineSeparator, .paragraphSeparator, .unassigned, .surrogate: return true
  // Among format characters, joiners and flag tags change how their neighbours are drawn; the others only hide.
  case .format: return !(value == 0x200C || value == 0x200D || (0xE0020...0xE007F).contains(value))
  default: return false
  }
}

/// A byte as two hexadecimal digits.
func hexadecimal(_ byte: UInt8) -> String { (byte < 16 ? "0" : "") + String(byte, radix: 16) }
