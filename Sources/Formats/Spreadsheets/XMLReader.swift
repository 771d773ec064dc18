import Tables

/// Reads XML forwards, tag by tag, as far as office programs use it.
///
/// Names lose their namespace prefix. Only the five predefined entities and character references are resolved; entity
/// declarations are skipped, so no entity can expand without limit.
struct XMLReader {
  enum Event {
    case start(name: String, isEmpty: Bool)
    case end(name: String)
    case text
  }

  private let bytes: UnsafeRawBufferPointer
  private(set) var position = 0
  /// The range of the last event: its text, or the attributes of its tag.
  private var range = 0..<0

  init(_ bytes: UnsafeRawBufferPointer) { self.bytes = bytes }

  /// Returns the next tag or text; nil at the end or if the XML is invalid.
  mutating func next() -> Event? {
    while position < bytes.count {
      guard bytes[position] == 0x3C else {
        let start = position
        while position < bytes.count, bytes[position] != 0x3C { position += 1 }
        range = start..<position
        return .text
      }
      if starts(with: "<![CDATA[") {
        let start = position + 9
        guard let end = find("]]>", from: start) else { return nil }
        range = start..<end
        position = end + 3
        return .text
      }
      if starts(with: "<!--") {
        guard let end = find("-->", from: position) else { return nil }
        position = end + 3
        continue
      }
      guard let end = tagEnd() else { return nil }
      let inner = position + 1..<end
      position = end + 1
      guard let first = inner.first else { return nil }
      switch bytes[first] {
      case 0x3F, 0x21: continue
      case 0x2F: return .end(name: name(in: first + 1..<end).name)
      default:
        let (name, rest) = name(in: inner)
        let isEmpty = bytes[end - 1] == 0x2F
        range = rest..<(isEmpty ? max(rest, end - 1) : end)
        return .start(name: name, isEmpty: isEmpty)
      }
    }
    return nil
  }

  /// The last text, with entities resolved.
  var text: [UInt8] { unescaped(range) }

  /// Returns an attribute of the last tag.
  func attribute(_ wanted: String) -> String? {
    var place = range.lowerBound
    while place < range.upperBound {
      while place < range.upperBound, isBlank(bytes[place]) { place += 1 }
      let start = place
      while place < range.upperBound, bytes[place] != 0x3D, !isBlank(bytes[place]) { place += 1 }
      let own = start..<place
      while place < range.upperBound, bytes[place] != 0x22, bytes[place] != 0x27 { place += 1 }
      guard place < range.upperBound else { return nil }
      let quote = bytes[place]
      let value = place + 1
      place = value
      while place < range.upperBound, bytes[place] != quote { place += 1 }
      if String(decoding: bytes[own], as: UTF8.self) == wanted {
        return String(decoding: unescaped(value..<place), as: UTF8.self)
      }
      place += 1
    }
    return nil
  }

  // MARK: Bytes

  private func isBlank(_ byte: UInt8) -> Bool { byte == 0x20 || byte == 0x09 || byte == 0x0A || byte == 0x0D }

  private func starts(with text: StaticString) -> Bool {
    bytes.count - position >= text.utf8CodeUnitCount
      && (0..<text.utf8CodeUnitCount).allSatisfy { bytes[position + $0] == text.utf8Start[$0] }
  }

  private func find(_ text: StaticString, from start: Int) -> Int? {
    let length = text.utf8CodeUnitCount
    guard bytes.count - start >= length else { return nil }
    return (start...bytes.count - length).first { place in
      (0..<length).allSatisfy { bytes[place + $0] == text.utf8Start[$0] }
    }
  }

  /// The position of the `>` that ends the tag starting here, ignoring quoted ones.
  private func tagEnd() -> Int? {
    var quote: UInt8 = 0
    for place in position + 1..<bytes.count {
      let byte = bytes[place]
      if quote != 0 {
        if byte == quote { quote = 0 }
      } else if byte == 0x22 || byte == 0x27 {
        quote = byte
      } else if byte == 0x3E {
        return place
      }
    }
    return nil
  }

  private func name(in range: Range<Int>) -> (name: String, end: Int) {
    var start = range.lowerBound
    var end = start
    while end < range.upperBound, !isBlank(bytes[end]), bytes[end] != 0x2F {
      if bytes[end] == 0x3A { start = end + 1 }
      end += 1
    }
    return (String(decoding: bytes[start..<end], as: UTF8.self), end)
  }

  private func unescaped(_ range: Range<Int>) -> [UInt8] {
    guard range.contains(where: { bytes[$0] == 0x26 }) else { return Array(bytes[range]) }
    var result: [UInt8] = []
    var place = range.lowerBound
    while place < range.upperBound {
      guard bytes[place] == 0x26,
        let end = (place..<min(range.upperBound, place + 12)).first(where: { bytes[$0] == 0x3B })
      else {
        result.append(bytes[place])
        place += 1
        continue
      }
      let entity = String(decoding: bytes[place + 1..<end], as: UTF8.self)
      if let scalar = XMLReader.scalar(entity) {
        result += Array(String(Character(scalar)).utf8)
      } else {
        result += bytes[place...end]
      }
      place = end + 1
    }
    return result
  }

  private static func scalar(_ entity: String) -> Unicode.Scalar? {
    switch entity {
    case "amp": "&"
    case "lt": "<"
    case "gt": ">"
    case "quot": "\""
    case "apos": "'"
    case _ where entity.hasPrefix("#x"): UInt32(entity.dropFirst(2), radix: 16).flatMap(Unicode.Scalar.init)
    case _ where entity.hasPrefix("#"): UInt32(entity.dropFirst()).flatMap(Unicode.Scalar.init)
    default: nil
    }
  }
}
