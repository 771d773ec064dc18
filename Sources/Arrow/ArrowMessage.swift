import Diagnostics

/// A message of a file or stream: its kind, and the start of its body.
struct ArrowMessage {
  enum Kind: UInt8 {
    case schema = 1
    case dictionary = 2
    case batch = 3
    case tensor = 4
    case sparseTensor = 5
  }

  let kind: Kind
  let header: FlatTable
  let bodyStart: Int
  let bodyLength: Int
  /// The size in bytes of the metadata, without the body.
  let metadataLength: Int

  private static let continuation = UInt32.max

  /// Reads the message at a position; nil at the end of a stream.
  ///
  /// Files from before 2019 have no continuation marker before the length. No read assumes alignment.
  init?(in bytes: ArrowBytes, at position: Int) throws(Diagnostic) {
    if position == bytes.count { return nil }
    guard bytes.count - position >= 4 else { throw .cutArrow }
    var start = position + 4
    var length = bytes.uint32(at: position)
    if length == ArrowMessage.continuation {
      guard bytes.count - position >= 8 else { throw .cutArrow }
      length = bytes.uint32(at: position + 4)
      start += 4
    }
    if length == 0 { return nil }
    guard length <= Int32.max else { throw .malformedArrow("a message of \(length) bytes") }
    guard Int(length) <= bytes.count - start else { throw .cutArrow }
    metadataLength = Int(length)
    guard let table = FlatTable(root: bytes[start..<start + Int(length)]), let number = table.byte(1),
      let kind = Kind(rawValue: number), let header = table.table(2)
    else { throw .malformedArrow("a message that says nothing") }
    // Metadata version 4 is of 2017; older versions have another layout.
    guard table.short(0) ?? 0 >= 3 else { throw .unsupportedArrow("a message of Arrow's early versions") }
    // Arrow 0.17 announced compression here, before record batches had a field for it.
    if (table.tables(4) ?? []).contains(where: { $0.text(0) == "ARROW:experimental_compression" }) {
      throw .unsupportedArrow("a batch compressed as Arrow 0.17 did", hint: "write it again by a later version")
    }
    let bodyLength = table.long(3) ?? 0
    guard bodyLength >= 0 else { throw .malformedArrow("a body of \(bodyLength) bytes") }
    bodyStart = start + Int(length)
    guard bodyLength <= bytes.count - bodyStart else { throw .cutArrow }
    (self.kind, self.header, self.bodyLength) = (kind, header, bodyLength)
  }

  var body: Range<Int> { bodyStart..<bodyStart + bodyLength }

  /// Whether bytes begin with a stream's schema message.
  static func isStreamStart(_ start: UnsafeRawBufferPointer) -> Bool {
    guard start.count >= 16 else { return false }
    let first = UInt32(littleEndian: start.loadUnaligned(as: UInt32.self))
    let isMarked = first == continuation
    let length = isMarked ? UInt32(littleEndian: start.loadUnaligned(fromByteOffset: 4, as: UInt32.self)) : first
    // Four ASCII letters would give a larger length than this limit.
    guard length >= 8, length < 1 << 29 else { return false }
    let message = FlatTable(root: UnsafeRawBufferPointer(rebasing: start[(isMarked ? 8 : 4)...].prefix(Int(length))))
    return message?.byte(1) == Kind.schema.rawValue && message?.table(2) != nil
  }
}
