/// Writes a message in Protocol Buffers' wire format, field by field.
///
/// Nested messages are written first and then copied.
package struct ProtobufWriter: Sendable {
  package private(set) var bytes: [UInt8] = []

  package init() {}

  /// Returns the bytes of a message that `fill` writes.
  package static func message(_ fill: (inout ProtobufWriter) -> Void) -> [UInt8] {
    var writer = ProtobufWriter()
    fill(&writer)
    return writer.bytes
  }

  /// Writes an integer or an enumeration. Negative numbers take ten bytes.
  package mutating func write(_ field: Int, _ value: Int64) {
    tag(field, .varint)
    varint(UInt64(bitPattern: value))
  }

  package mutating func write(_ field: Int, _ value: Bool) { write(field, value ? 1 : 0 as Int64) }

  package mutating func write(_ field: Int, _ value: Double) {
    tag(field, .fixed64)
    withUnsafeBytes(of: value.bitPattern.littleEndian) { bytes += $0 }
  }

  package mutating func write(_ field: Int, _ value: Float) {
    tag(field, .fixed32)
    withUnsafeBytes(of: value.bitPattern.littleEndian) { bytes += $0 }
  }

  package mutating func write(_ field: Int, _ value: String) { write(field, bytes: Array(value.utf8)) }

  /// Writes bytes or an encoded message.
  package mutating func write(_ field: Int, bytes value: [UInt8]) {
    tag(field, .delimited)
    varint(UInt64(value.count))
    bytes += value
  }

  package mutating func write(_ field: Int, message fill: (inout ProtobufWriter) -> Void) {
    write(field, bytes: ProtobufWriter.message(fill))
  }

  private mutating func tag(_ field: Int, _ type: ProtobufType) { varint(UInt64(field) << 3 | UInt64(type.rawValue)) }

  private mutating func varint(_ value: UInt64) {
    var rest = value
    while rest >= 0x80 {
      bytes.append(UInt8(truncatingIfNeeded: rest) | 0x80)
      rest >>= 7
    }
    bytes.append(UInt8(rest))
  }
}

/// The wire type of a field.
enum ProtobufType: UInt8 {
  case varint = 0
  case fixed64 = 1
  case delimited = 2
  case fixed32 = 5
}
