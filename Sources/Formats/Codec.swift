import CCompression
import Diagnostics
import Parallelism

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#endif

/// A compression of blocks; the raw values are Parquet's codec numbers. Only this type calls the C libraries.
enum Codec: Int, Sendable {
  case uncompressed = 0
  case snappy = 1
  case gzip = 2
  case brotli = 4
  /// LZ4 in Hadoop's framing. Some writers use this number for plain blocks or for LZ4 frames.
  case lz4Hadoop = 5
  case zstd = 6
  case lz4 = 7

  static let names: [(name: String, codec: Codec)] = [
    ("zstd", .zstd), ("snappy", .snappy), ("gzip", .gzip), ("lz4", .lz4), ("brotli", .brotli), ("none", .uncompressed),
  ]

  init(named name: String) throws(Diagnostic) {
    let wanted = name == "uncompressed" ? "none" : name.lowercased()
    guard let found = Codec.names.first(where: { $0.name == wanted }) else {
      throw .unknownCompression(name, among: Codec.names.map(\.name))
    }
    self = found.codec
  }

  /// Whether a compressed block of this size can hold `output` bytes. Checked before anything is allocated.
  func canHold(_ output: Int, in input: UnsafeRawBufferPointer) -> Bool {
    guard output >= 0 else { return false }
    switch self {
    case .uncompressed: return output == input.count
    case .snappy: return compression_snappy_content_size(input.baseAddress, input.count) == Int64(output)
    case .gzip: return output / 1040 <= input.count
    case .lz4, .lz4Hadoop: return output / 256 <= input.count
    case .zstd:
      let size = compression_zstd_content_size(input.baseAddress, input.count)
      return size == Int64(output) || size == -1
    case .brotli: return output >> 24 <= input.count
    }
  }

  /// Decompresses a block that holds exactly `output.count` bytes. Returns whether it did.
  func decompress(_ input: UnsafeRawBufferPointer, into output: UnsafeMutableRawBufferPointer) -> Bool {
    let written: Int64
    switch self {
    case .uncompressed:
      guard input.count == output.count else { return false }
      output.copyMemory(from: input)
      return true
    case .snappy:
      written = compression_snappy_decompress(output.baseAddress, output.count, input.baseAddress, input.count)
    case .gzip:
      written = compression_gzip_decompress(output.baseAddress, output.count, input.baseAddress, input.count)
    case .brotli:
      written = compression_brotli_decompress(output.baseAddress, output.count, input.baseAddress, input.count)
    case .lz4Hadoop: return decompressHadoop(input, into: output)
    case .lz4:
      written = compression_lz4_decompress(output.baseAddress, output.count, input.baseAddress, input.count)
    case .zstd:
      written = compression_zstd_decompress(output.baseAddress, output.count, input.baseAddress, input.count)
    }
    return written == Int64(output.count)
  }

  /// Hadoop's framing: each block has its decompressed and compressed sizes (big-endian), then its LZ4 data. Without
  /// this framing, the input is one plain block.
  private func decompressHadoop(_ input: UnsafeRawBufferPointer, into output: UnsafeMutableRawBufferPointer) -> Bool {
    var read = 0
    var written = 0
    while input.count - read >= 8 {
      let outputCount = Int(UInt32(bigEndian: input.loadUnaligned(fromByteOffset: read, as: UInt32.self)))
      let inputCount = Int(UInt32(bigEndian: input.loadUnaligned(fromByteOffset: read + 4, as: UInt32.self)))
      guard inputCount <= input.count - read - 8, outputCount <= output.count - written,
        let source = input.baseAddress, let target = output.baseAddress
      else { break }
      let made = compression_lz4_decompress(target + written, outputCount, source + read + 8, inputCount)
      guard made == Int64(outputCount) else { break }
      read += 8 + inputCount
      written += outputCount
    }
    if read == input.count, written == output.count { return true }
    return compression_lz4_decompress(output.baseAddress, output.count, input.baseAddress, input.count)
      == Int64(output.count)
  }

  /// Returns the compressed block, or nil if the library refuses.
  func compress(_ input: UnsafeRawBufferPointer, level: Int32 = 3) -> [UInt8]? {
    let bound: Int
    switch self {
    case .uncompressed: return Array(input)
    case .snappy: bound = compression_snappy_bound(input.count)
    case .gzip: bound = compression_gzip_bound(input.count)
    case .brotli: bound = compression_brotli_bound(input.count)
    case .lz4: bound = compression_lz4_bound(input.count)
    case .zstd: bound = compression_zstd_bound(input.count)
    case .lz4Hadoop: return nil
    }
    guard bound > 0 else { return nil }
    var written: Int64 = -1
    let output = [UInt8](unsafeUninitializedCapacity: bound) { buffer, count in
      let (target, source) = (buffer.baseAddress, input.baseAddress)
      switch self {
      case .snappy: written = compression_snappy_compress(target, bound, source, input.count)
      case .gzip: written = compression_gzip_compress(target, bound, source, input.count, 6)
      case .brotli: written = compression_brotli_compress(target, bound, source, input.count, 5)
      case .lz4: written = compression_lz4_compress(target, bound, source, input.count)
      case .zstd: written = compression_zstd_compress(target, bound, source, input.count, level)
      case .uncompressed, .lz4Hadoop: break
      }
      count = Int(max(0, written))
    }
    return written >= 0 ? output : nil
  }

  /// The checksum of Parquet's pages and gzip's members (CRC-32 of ISO 3309).
  static func checksum(_ bytes: UnsafeRawBufferPointer) -> UInt32 {
    compression_crc32(0, bytes.baseAddress, bytes.count)
  }

  static func isGzipFile(_ start: UnsafeRawBufferPointer) -> Bool { start.starts(with: [0x1F, 0x8B]) }

  /// Whether these first bytes are those of a compressed file, whatever its content.
  static func isCompressedFile(_ start: UnsafeRawBufferPointer) -> Bool { FileKind(start) != nil }

  /// The largest size to which a compressed file may grow. Text seldom shrinks to less than 1/50; a decompression
  /// bomb shrinks to 1/1000.
  static func largestContent(of input: Int) -> Int { max(128 << 20, min(input, .max / 200) * 200) }

  /// The compression of a whole file, recognised by its first bytes.
  enum FileKind: String {
    case gzip, zstd, bzip2, xz

    init?(_ start: UnsafeRawBufferPointer) {
      if Codec.isGzipFile(start) {
        self = .gzip
      } else if start.starts(with: [0x28, 0xB5, 0x2F, 0xFD]) {
        self = .zstd
      } else if start.starts(with: Array("BZh".utf8)), start.count > 10,
        start[4...9].elementsEqual([0x31, 0x41, 0x59, 0x26, 0x53, 0x59])
      {
        self = .bzip2
      } else if start.starts(with: [0xFD, 0x37, 0x7A, 0x58, 0x5A, 0x00]) {
        self = .xz
      } else {
        return nil
      }
    }
  }

  /// Returns the content of a compressed file.
  ///
  /// - Throws: if the file is broken or empty, or as soon as its content grows beyond `largestContent(of:)`.
  /// - Complexity: memory grows with the output that exists, not with the size that the file claims.
  static func decompressFile(_ input: InputFile, _ kind: FileKind) throws(Diagnostic) -> InputFile {
    let bytes = input.bytes
    switch kind {
    case .gzip, .zstd:
      let number = kind == .gzip ? COMPRESSION_STREAM_GZIP : COMPRESSION_STREAM_ZSTD
      return try unpack(bytes, by: number, as: input.path, named: kind.rawValue) { input.release($0) }
    case .bzip2, .xz:
      let number = kind == .bzip2 ? OPTIONAL_STREAM_BZIP2 : OPTIONAL_STREAM_XZ
      guard let stream = optional_stream_open(Int32(number), bytes.baseAddress, bytes.count) else {
        throw Diagnostic(
          "`\(input.path)` is compressed with \(kind.rawValue), and its library is not installed",
          hint: kind == .bzip2 ? "`apt install libbz2-1.0`" : "`apt install liblzma5`", place: input.path)
      }
      defer { optional_stream_close(stream) }
      return try unpack(
        bytes.count, as: input.path, named: kind.rawValue, read: { optional_stream_read(stream, $0, $1) },
        rest: { optional_stream_rest(stream) }, release: { input.release($0) })
    }
  }

  /// Decompresses a stream with one of the linked libraries.
  static func unpack(
    _ bytes: UnsafeRawBufferPointer, by kind: Int, as path: String, named name: String,
    release: (Range<Int>) -> Void = { _ in }
  ) throws(Diagnostic) -> InputFile {
    guard let stream = compression_stream_open(Int32(kind), bytes.baseAddress, bytes.count) else {
      throw .system("read", path, ENOMEM)
    }
    defer { compression_stream_close(stream) }
    return try unpack(
      bytes.count, as: path, named: name, read: { compression_stream_read(stream, $0, $1) },
      rest: { compression_stream_rest(stream) }, release: release)
  }

  private static func unpack(
    _ packedCount: Int, as path: String, named name: String, read: (UnsafeMutableRawPointer?, Int) -> Int64,
    rest: () -> Int, release: (Range<Int>) -> Void
  ) throws(Diagnostic) -> InputFile {
    let cancellation = Cancellation.current
    let limit = largestContent(of: packedCount)
    let spool = try ByteSpool(path: path)
    var isAtEnd = false
    var unpacked = 0
    while !isAtEnd {
      try cancellation.check()
      isAtEnd =
        try spool.append { (window) throws(Diagnostic) in
          let count = read(window.baseAddress, window.count)
          guard count >= 0 else { throw .brokenCompression(path, name) }
          guard Int(count) <= limit - spool.count else { throw .growsTooLarge(path, from: packedCount, to: limit) }
          return Int(count)
        } == 0
      let position = packedCount - rest()
      release(unpacked..<position)
      unpacked = position
      Progress.report("unpacking \(path)", position, of: packedCount)
    }
    if spool.count == 0 { throw .emptyFile(path) }
    return try spool.file()
  }

  /// Copies bytes of another file to a file of their own.
  static func copyFile(_ bytes: UnsafeRawBufferPointer, as path: String) throws(Diagnostic) -> InputFile {
    let spool = try ByteSpool(path: path)
    while spool.count < bytes.count {
      let rest = UnsafeRawBufferPointer(rebasing: bytes[spool.count...].prefix(ByteSpool.pieceSize))
      _ = try spool.append { (window) throws(Diagnostic) in
        window.copyMemory(from: rest)
        return rest.count
      }
    }
    if bytes.isEmpty { throw .emptyFile(path) }
    return try spool.file()
  }
}
