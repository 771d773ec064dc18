package import Diagnostics

/// Reads a message in Protocol Buffers' wire format, field by field.
///
/// All lengths are checked. Unknown fields are skipped, because newer servers may send more.
package struct ProtobufReader {
  private let bytes: ArraySlice<UInt8>
  private var position: Int
  /// The value of the current field.
  private var value = Value.varint(0)

  private enum Value {
    case varint(UInt64)
    case fixed64(UInt64)
    case fixed32(UInt32)
    case delimited(ArraySlice<UInt8>)
  }

  package init(_ bytes: ArraySlice<UInt8>) { (self.bytes, position) = (bytes, bytes.startIndex) }
  package init(_ bytes: [UInt8]) { self.init(bytes[...]) }

  /// Advances to the next field and returns its number; nil at the end.
  package mutating func next() throws(Diagnostic) -> Int? {
    guard position < bytes.endIndex else { return nil }
    let tag = try varint()
    let field = tag >> 3
    guard field > 0, field < 1 << 29 else { throw .brokenMessage }
    switch ProtobufType(rawValue: UInt8(tag & 7)) {
    case .varint: value = .varint(try varint())
    case .fixed64: value = .fixed64(try fixed(8))
    case .fixed32: value = .fixed32(UInt32(truncatingIfNeeded: try fixed(4)))
    case .delimited:
      let count = try varint()
      guard count <= UInt64(bytes.endIndex - position) else { throw .brokenMessage }
      value = .delimited(bytes[position..<position + Int(count)])
      position += Int(count)
    case nil: throw .brokenMessage
    }
    return Int(field)
  }

  package func integer() throws(Diagnostic) -> Int64 {
    guard case .varint(let value) = value else { throw .brokenMessage }
    return Int64(bitPattern: value)
  }

  package func bool() throws(Diagnostic) -> Bool { try integer() != 0 }

  package func double() throws(Diagnostic) -> Double {
    guard case .fixed64(let value) = value else { throw .brokenMessage }
    return Double(bitPattern: value)
  }

  package func float() throws(Diagnostic) -> Float {
    guard case .fixed32(let value) = value else { throw .brokenMessage }
    return Float(bitPattern: value)
  }

  package func content() throws(Diagnostic) -> ArraySlice<UInt8> {
    guard case .delimited(let value) = value else { throw .brokenMessage }
    return value
  }

  /// The value as text. Invalid UTF-8 is replaced.
  package func text() throws(Diagnostic) -> String { String(decoding: try content(), as: UTF8.self) }

  package func message() throws(Diagnostic) -> ProtobufReader { ProtobufReader(try content()) }

  private mutating func varint() throws(Diagnostic) -> UInt64 {
    var result: UInt64 = 0
    for shift in stride(from: UInt64(0), to: 70, by: 7) {
      guard position < bytes.endIndex else { throw .brokenMessage }
      let byte = bytes[position]
      position += 1
      // The tenth byte holds one bit.
      guard shift < 63 || byte < 2 else { throw .brokenMessage }
      result |= UInt64(byte & 0x7F) << shift
      if byte < 0x80 { return result }
    }
    throw .brokenMessage
  }

  private mutating func fixed(_ count: Int) throws(Diagnostic) -> UInt64 {
    guard bytes.endIndex - position >= count else { throw .brokenMessage }
    var result: UInt64 = 0
    for index in 0..<count { result |= UInt64(bytes[position + index]) << UInt64(8 * index) }
    position += count
    return result
  }
}

extension Diagnostic {
  static let brokenMessage = Diagnostic(
    "the server sent a message that cannot be read", hint: "does a Spark Connect server listen at this address?")
}
