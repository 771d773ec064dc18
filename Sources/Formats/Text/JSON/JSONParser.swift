import Tables

/// Parses one JSON value; returns nil if it is invalid.
struct JSONParser {
  private let bytes: UnsafeRawBufferPointer
  private(set) var position: Int
  private let end: Int
  /// Fields of the outermost object whose numbers are kept as text, exactly as spelled.
  private let spelled: Set<String>
  private static let maximumDepth = 64

  init(_ bytes: UnsafeRawBufferPointer, _ range: Range<Int>, spelled: Set<String> = []) {
    self.bytes = bytes
    self.spelled = spelled
    position = range.lowerBound
    end = range.upperBound
  }

  /// Parses the value, which must take the whole range.
  mutating func parse() -> Value? {
    guard let value = value(depth: 0) else { return nil }
    skipBlanks()
    return position == end ? value : nil
  }

  private mutating func skipBlanks() {
    while position < end, [0x20, 0x09, 0x0D, 0x0A].contains(bytes[position]) { position += 1 }
  }

  private mutating func take(_ byte: UInt8) -> Bool {
    skipBlanks()
    guard position < end, bytes[position] == byte else { return false }
    position += 1
    return true
  }

  private mutating func value(depth: Int) -> Value? {
    guard depth < JSONParser.maximumDepth else { return nil }
    skipBlanks()
    guard position < end else { return nil }
    switch bytes[position] {
    case 0x7B: return object(depth: depth)
    case 0x5B: return array(depth: depth)
    case 0x22: return string().map { .text(Text(Buffer($0))) }
    case 0x74: return word("true", .bool(true))
    case 0x66: return word("false", .bool(false))
    case 0x6E: return word("null", .null)
    default: return number()
    }
  }

  private mutating func word(_ word: String, _ value: Value) -> Value? {
    guard bytes[position..<end].starts(with: word.utf8) else { return nil }
    position += word.utf8.count
    return value
  }

  /// Integers keep all digits. A number that no type holds becomes the bytes of its text: that tells it from a string.
  private mutating func number() -> Value? {
    guard let spelling = numberSpelling() else { return nil }
    if let whole = NumberText.integer(spelling.span) as Int128? { return .integer(whole) }
    if !TextField.isDigits(spelling.span), let number = NumberText.float(spelling.span) { return .float(number) }
    return .binary(Text(Buffer(spelling)))
  }

  /// The bytes of a number in JSON syntax: no leading zeros, and digits on both sides of the point.
  private mutating func numberSpelling() -> [UInt8]? {
    let start = position
    func digit() -> Bool { position < end && (0x30...0x39).contains(bytes[position]) }
    if position < end, bytes[position] == 0x2D { position += 1 }
    guard digit() else { return nil }
    if bytes[position] == 0x30 {
      position += 1
      if digit() { return nil }
    } else {
      while digit() { position += 1 }
    }
    if position < end, bytes[position] == 0x2E {
      position += 1
      guard digit() else { return nil }
      while digit() { position += 1 }
    }
    if position < end, bytes[position] | 0x20 == 0x65 {
      position += 1
      if position < end, bytes[position] == 0x2B || bytes[position] == 0x2D { position += 1 }
      guard digit() else { return nil }
      while digit() { position += 1 }
    }
    return Array(bytes[start..<position])
  }

  private mutating func array(depth: Int) -> Value? {
    position += 1
    var elements: [Value] = []
    if take(0x5D) { return .list([]) }
    while true {
      guard let element = value(depth: depth + 1) else { return nil }
      elements.append(element)
      if take(0x5D) { return .list(elements) }
      guard take(0x2C) else { return nil }
    }
  }

  /// Of a repeated name, the last value is kept, as in most programs.
  private mutating func object(depth: Int) -> Value? {
    position += 1
    var names: [String] = []
    var values: [Value] = []
    // An index for objects with many names; a few names are found faster by linear search.
    var positions: [String: Int] = [:]
    if take(0x7D) { return .structure([], []) }
    while true {
      skipBlanks()
      guard position < end, bytes[position] == 0x22, let name = string(), take(0x3A) else { return nil }
      let spelledName = String(decoding: name, as: UTF8.self)
      guard let field = depth == 0 && spelled.contains(spelledName) ? spelledValue() : value(depth: depth + 1) else {
        return nil
      }
      if let index = positions.isEmpty ? names.firstIndex(of: spelledName) : positions[spelledName] {
        values[index] = field
      } else {
        names.append(spelledName)
        values.append(field)
        if names.count == 16 {
          positions = Dictionary(uniqueKeysWithValues: zip(names, names.indices))
        } else if names.count > 16 {
          positions[spelledName] = names.count - 1
        }
      }
      if take(0x7D) { return .structure(names, values) }
      guard take(0x2C) else { return nil }
    }
  }

  /// Parses a value; a number is kept as its text, with all digits.
  private mutating func spelledValue() -> Value? {
    skipBlanks()
    guard position < end, bytes[position] == 0x2D || (0x30...0x39).contains(bytes[position]) else {
      return value(depth: 1)
    }
    return numberSpelling().map { .text(Text(Buffer($0))) }
  }

  private mutating func string() -> [UInt8]? {
    position += 1
    var text: [UInt8] = []
    while position < end {
      let byte = bytes[position]
      position += 1
      switch byte {
      case 0x22: return text
      case 0x5C:
        guard let escaped = escape() else { return nil }
        text += escaped
      case 0..<0x20: return nil
      default: text.append(byte)
      }
    }
    return nil
  }

  private mutating func escape() -> [UInt8]? {
    guard position < end else { return nil }
    let byte = bytes[position]
    position += 1
    switch byte {
    case 0x22, 0x5C, 0x2F: return [byte]
    case 0x62: return [0x08]
    case 0x66: return [0x0C]
    case 0x6E: return [0x0A]
    case 0x72: return [0x0D]
    case 0x74: return [0x09]
    case 0x75:
      guard let unit = hexadecimal() else { return nil }
      var scalar = UInt32(unit)
      // A surrogate pair is one character beyond U+FFFF; half a pair becomes U+FFFD.
      if (0xD800..<0xDC00).contains(unit), end - position >= 6, bytes[position] == 0x5C, bytes[position + 1] == 0x75 {
        position += 2
        guard let low = hexadecimal() else { return nil }
        if (0xDC00..<0xE000).contains(low) {
          scalar = 0x10000 + ((UInt32(unit) - 0xD800) << 10) + (UInt32(low) - 0xDC00)
        }
      }
      return Array(String(Character(Unicode.Scalar(scalar) ?? "\u{FFFD}")).utf8)
    default: return nil
    }
  }

  private mutating func hexadecimal() -> UInt16? {
    guard end - position >= 4 else { return nil }
    let digits = String(decoding: bytes[position..<position + 4], as: UTF8.self)
    position += 4
    return UInt16(digits, radix: 16)
  }
}
