package import Diagnostics

/// The bytes of an Arrow file or stream: mapped, or in memory.
///
/// The owner keeps them alive and in place. A mapped file may change while it is read, so offsets and lengths must be
/// copied first, and the copies checked.
package struct ArrowBytes: @unchecked Sendable {
  /// The error of reading.
  package typealias Failure = Diagnostic

  package let all: UnsafeRawBufferPointer
  private let owner: any AnyObject & Sendable
  /// Reads bytes from the file itself instead of the mapping. Returns false if they are only in memory.
  let read: @Sendable (Range<Int>, UnsafeMutableRawBufferPointer) throws(Failure) -> Bool
  /// Frees the memory of mapped bytes. They are mapped again when they are read again.
  private let letGo: @Sendable (Range<Int>) -> Void

  package init(
    _ all: UnsafeRawBufferPointer, owner: any AnyObject & Sendable,
    read: @escaping @Sendable (Range<Int>, UnsafeMutableRawBufferPointer) throws(Failure) -> Bool,
    release: @escaping @Sendable (Range<Int>) -> Void
  ) {
    self.all = all
    self.owner = owner
    self.read = read
    letGo = release
  }

  /// The number of bytes from which a system call is worth its cost.
  static let fewBytes = 1 << 16

  func release(_ range: Range<Int>) {
    if range.count >= ArrowBytes.fewBytes { letGo(range) }
  }

  var count: Int { all.count }

  /// - Precondition: the range lies within the bytes.
  subscript(range: Range<Int>) -> UnsafeRawBufferPointer {
    precondition(range.lowerBound >= 0 && range.upperBound <= all.count, "bytes outside of the file")
    return UnsafeRawBufferPointer(rebasing: all[range])
  }

  func uint32(at position: Int) -> UInt32 {
    UInt32(littleEndian: self[position..<position + 4].loadUnaligned(as: UInt32.self))
  }
}

/// A buffer of values: bytes of the file, or decompressed bytes.
struct ArrowBuffer: @unchecked Sendable {
  private let bytes: UnsafeRawBufferPointer
  /// Owns decompressed bytes; nil for bytes of the file, which the reader keeps alive.
  private let owner: UnpackedBytes?

  init(_ bytes: UnsafeRawBufferPointer, owner: UnpackedBytes? = nil) {
    self.bytes = bytes
    self.owner = owner
  }

  static let empty = ArrowBuffer(UnsafeRawBufferPointer(start: nil, count: 0))

  var count: Int { bytes.count }

  /// Returns the value at an index. The buffer need not be aligned.
  @inline(__always)
  func value<Element: BitwiseCopyable>(_ index: Int, as type: Element.Type) -> Element {
    precondition(index >= 0 && index < bytes.count / MemoryLayout<Element>.size, "a value outside of its buffer")
    return bytes.loadUnaligned(fromByteOffset: index * MemoryLayout<Element>.size, as: type)
  }

  /// Copies a range of values.
  func copy<Element: BitwiseCopyable>(_ range: Range<Int>, into target: inout MutableSpan<Element>) {
    let size = MemoryLayout<Element>.size
    precondition(
      range.lowerBound >= 0 && range.upperBound <= bytes.count / size && range.count == target.count,
      "values outside of their buffer")
    let source = UnsafeRawBufferPointer(rebasing: bytes[range.lowerBound * size..<range.upperBound * size])
    target.withUnsafeMutableBytes { $0.copyMemory(from: source) }
  }

  /// Returns a range of values as an array.
  func array<Element: BitwiseCopyable>(_ range: Range<Int>, of type: Element.Type) -> [Element] {
    [Element](unsafeUninitializedCapacity: max(1, range.count)) { buffer, count in
      var span = MutableSpan<Element>(_unsafeElements: buffer.extracting(0..<range.count))
      copy(range, into: &span)
      count = range.count
    }
  }

  /// Gives `body` a range of bytes, which are valid as long as this buffer.
  func withBytes<Result>(_ range: Range<Int>, _ body: (Span<UInt8>) -> Result) -> Result {
    precondition(range.lowerBound >= 0 && range.upperBound <= bytes.count, "bytes outside of their buffer")
    let part = UnsafeRawBufferPointer(rebasing: bytes[range])
    return body(part.bindMemory(to: UInt8.self).span)
  }

  /// Returns 64 bits from bit `start` on. Bits after the end are zero.
  func bits(from start: Int) -> UInt64 {
    let (first, shift) = (start >> 3, UInt64(start & 7))
    var word: UInt64 = 0
    if first + 8 <= bytes.count {
      word = UInt64(littleEndian: bytes.loadUnaligned(fromByteOffset: first, as: UInt64.self))
    } else {
      for index in first..<max(first, bytes.count) { word |= UInt64(bytes[index]) << UInt64(8 * (index - first)) }
    }
    guard shift > 0 else { return word }
    let beyond = first + 8 < bytes.count ? UInt64(bytes[first + 8]) : 0
    return word >> shift | beyond << (64 - shift)
  }
}

/// The memory of a decompressed buffer.
final class UnpackedBytes: @unchecked Sendable {
  let bytes: UnsafeMutableRawBufferPointer

  init(count: Int) { bytes = .allocate(byteCount: max(1, count), alignment: 64) }

  deinit { bytes.deallocate() }
}
