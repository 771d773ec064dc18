import CCompression
import Diagnostics
import Parallelism

/// The files in a zip file, read from the central directory at its end.
///
/// - Source: PKWARE's APPNOTE 6.3, sections 4.3 and 4.5.3.
struct ZipArchive {
  struct Entry: Sendable {
    let name: String
    let method: UInt16
    let packedSize: Int
    let size: Int
    let checksum: UInt32
    fileprivate let offset: Int
    fileprivate let isEncrypted: Bool
  }

  let input: InputFile
  let entries: [Entry]

  static func isRecognised(_ bytes: UnsafeRawBufferPointer) -> Bool {
    bytes.starts(with: [0x50, 0x4B, 0x03, 0x04]) || bytes.starts(with: [0x50, 0x4B, 0x05, 0x06])
  }

  init(_ input: InputFile) throws(Diagnostic) {
    self.input = input
    let bytes = input.bytes
    let broken = Diagnostic("the zip file has no directory that can be read", place: input.path)
    guard bytes.count >= 22 else { throw broken }
    // The end record of the directory may be followed by a comment of at most 64 KB.
    let first = max(0, bytes.count - 22 - 65_535)
    guard let end = (first...bytes.count - 22).last(where: { bytes.number32($0) == 0x0605_4B50 }) else { throw broken }
    var count = Int(bytes.number16(end + 10))
    var position = Int(bytes.number32(end + 16))
    // Sizes and counts of more than 32 bits are in the Zip64 end record.
    if end >= 20, bytes.number32(end - 20) == 0x0706_4B50 {
      guard let wide = Int(exactly: bytes.number64(end - 12)), wide >= 0, wide + 56 <= bytes.count,
        bytes.number32(wide) == 0x0606_4B50, let ownCount = Int(exactly: bytes.number64(wide + 32)),
        let ownPosition = Int(exactly: bytes.number64(wide + 48))
      else { throw broken }
      (count, position) = (ownCount, ownPosition)
    }
    var entries: [Entry] = []
    for _ in 0..<min(count, 1 << 16) {
      guard position >= 0, position + 46 <= bytes.count, bytes.number32(position) == 0x0201_4B50 else { throw broken }
      let nameLength = Int(bytes.number16(position + 28))
      let extraLength = Int(bytes.number16(position + 30))
      let commentLength = Int(bytes.number16(position + 32))
      let nameStart = position + 46
      guard nameStart + nameLength + extraLength + commentLength <= bytes.count else { throw broken }
      var sizes = [
        Int(bytes.number32(position + 24)), Int(bytes.number32(position + 20)), Int(bytes.number32(position + 42)),
      ]
      try ZipArchive.widen(&sizes, bytes, nameStart + nameLength..<nameStart + nameLength + extraLength, broken)
      entries.append(
        Entry(
          name: String(decoding: bytes[nameStart..<nameStart + nameLength], as: UTF8.self),
          method: bytes.number16(position + 10), packedSize: sizes[1], size: sizes[0],
          checksum: bytes.number32(position + 16), offset: sizes[2],
          isEncrypted: bytes.number16(position + 8) & 1 != 0))
      position = nameStart + nameLength + extraLength + commentLength
    }
    self.entries = entries
  }

  /// Sizes whose bits are all ones are in the extra field with the number 1, in this order.
  private static func widen(
    _ sizes: inout [Int], _ bytes: UnsafeRawBufferPointer, _ extra: Range<Int>, _ broken: Diagnostic
  ) throws(Diagnostic) {
    var position = extra.lowerBound
    while position + 4 <= extra.upperBound {
      let (kind, length) = (bytes.number16(position), Int(bytes.number16(position + 2)))
      guard position + 4 + length <= extra.upperBound else { throw broken }
      if kind == 1 {
        var field = position + 4
        for index in sizes.indices where sizes[index] == 0xFFFF_FFFF {
          guard field + 8 <= position + 4 + length, let wide = Int(exactly: bytes.number64(field)) else { throw broken }
          sizes[index] = wide
          field += 8
        }
      }
      position += 4 + length
    }
  }

  func entry(named name: String) -> Entry? { entries.first { $0.name == name } }

  /// Returns the content of a file in the archive.
  func file(_ entry: Entry) throws(Diagnostic) -> InputFile {
    let bytes = input.bytes
    let path = "\(input.path)/\(entry.name)"
    let broken = Diagnostic("`\(entry.name)` in the zip file is broken", place: input.path)
    if entry.isEncrypted {
      throw Diagnostic("`\(entry.name)` in the zip file is encrypted", hint: "unpack it first", place: input.path)
    }
    guard entry.offset >= 0, entry.offset + 30 <= bytes.count, bytes.number32(entry.offset) == 0x0403_4B50 else {
      throw broken
    }
    let start = entry.offset + 30 + Int(bytes.number16(entry.offset + 26)) + Int(bytes.number16(entry.offset + 28))
    guard start <= bytes.count, entry.packedSize >= 0, entry.packedSize <= bytes.count - start else { throw broken }
    let packed = UnsafeRawBufferPointer(rebasing: bytes[start..<start + entry.packedSize])
    let file: InputFile
    switch entry.method {
    case 0: file = try Codec.copyFile(packed, as: path)
    case 8: file = try Codec.unpack(packed, by: COMPRESSION_STREAM_DEFLATE, as: path, named: "deflate")
    default:
      throw Diagnostic(
        "`\(entry.name)` is packed by method \(entry.method), which is not read", hint: "unpack it first",
        place: input.path)
    }
    guard file.bytes.count == entry.size, Codec.checksum(file.bytes) == entry.checksum else { throw broken }
    return file
  }
}

extension UnsafeRawBufferPointer {
  func number16(_ offset: Int) -> UInt16 {
    UInt16(littleEndian: loadUnaligned(fromByteOffset: offset, as: UInt16.self))
  }
  func number32(_ offset: Int) -> UInt32 {
    UInt32(littleEndian: loadUnaligned(fromByteOffset: offset, as: UInt32.self))
  }
  func number64(_ offset: Int) -> UInt64 {
    UInt64(littleEndian: loadUnaligned(fromByteOffset: offset, as: UInt64.self))
  }
}
