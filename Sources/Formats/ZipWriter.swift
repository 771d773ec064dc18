import Diagnostics

/// Writes a zip file of a few parts, compressed by deflate.
struct ZipWriter {
  private let file: OutputFile
  private var directory: [UInt8] = []
  private var count: UInt16 = 0

  init(_ file: OutputFile) { self.file = file }

  mutating func add(_ name: String, _ content: [UInt8]) throws(Diagnostic) {
    guard content.count < 0xFFFF_FFFF, file.byteCount < 0xFFFF_FFFF - content.count else {
      throw Diagnostic("a workbook holds at most 4 GB", place: file.path)
    }
    let (packed, checksum) = content.withUnsafeBytes { bytes in
      // Without gzip's header of ten bytes and trailer of eight, this is the raw deflate data that a zip file needs.
      (Codec.gzip.compress(bytes).map { Array($0[10..<$0.count - 8]) }, Codec.checksum(bytes))
    }
    guard let packed else { throw Diagnostic("`\(name)` could not be packed", place: file.path) }
    let offset = file.byteCount
    var common: [UInt8] = []
    // Version needed: 2.0; names in UTF-8; method deflate; the date is the first that the format can express.
    common.append(20, bytes: 2)
    common.append(1 << 11, bytes: 2)
    common.append(8, bytes: 2)
    common.append(0, bytes: 2)
    common.append(0x21, bytes: 2)
    common.append(Int(checksum), bytes: 4)
    common.append(packed.count, bytes: 4)
    common.append(content.count, bytes: 4)
    common.append(name.utf8.count, bytes: 2)
    common.append(0, bytes: 2)
    var header: [UInt8] = [0x50, 0x4B, 0x03, 0x04]
    header += common + Array(name.utf8)
    try file.append(header)
    try file.append(packed)
    directory += [0x50, 0x4B, 0x01, 0x02]
    directory.append(20, bytes: 2)
    directory += common
    directory.append(0, bytes: 2)
    directory.append(0, bytes: 2)
    directory.append(0, bytes: 2)
    directory.append(0, bytes: 4)
    directory.append(offset, bytes: 4)
    directory += Array(name.utf8)
    count += 1
  }

  /// Writes the central directory, which ends the file.
  mutating func finish() throws(Diagnostic) {
    let start = file.byteCount
    try file.append(directory)
    var end: [UInt8] = [0x50, 0x4B, 0x05, 0x06]
    end.append(0, bytes: 4)
    end.append(Int(count), bytes: 2)
    end.append(Int(count), bytes: 2)
    end.append(directory.count, bytes: 4)
    end.append(start, bytes: 4)
    end.append(0, bytes: 2)
    try file.append(end)
  }
}

extension [UInt8] {
  /// Appends a number in little-endian byte order.
  fileprivate mutating func append(_ number: Int, bytes: Int) {
    for index in 0..<bytes { append(UInt8(truncatingIfNeeded: number >> (8 * index))) }
  }
}
