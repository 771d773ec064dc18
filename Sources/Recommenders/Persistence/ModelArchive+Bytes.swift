public import Diagnostics

// The file format: all numbers are little-endian, and arrays are stored as they are in memory.
//
//     magic 8 · version u32 · length of the directory u32 · checksum of the directory u64
//     directory: per array  length of the name u16 · name · type u8 · elements u64 · offset u64 · checksum u64
//     arrays, each at the next multiple of 64, zeros between them, nothing after the last
//
// Checksums are XXH64. That of the directory is seeded with the version and the length, and the padding has to be zero,
// so damage to any byte of the file is found.
extension ModelArchive {
  /// Begins with a byte outside of ASCII and ends with CR LF, so that damage by a transfer in text mode is found.
  public static let magic: [UInt8] = [0x89, 0x4C, 0x43, 0x54, 0x52, 0x4E, 0x0D, 0x0A]
  /// The newest format that is read, and the one that is written. Since 2, weights may be the numbers of rows of cells.
  /// Since 3, ratings may replace the rows.
  static let version: UInt32 = 3

  private static let alignment = 64
  private static let headerSize = 24
  /// The number of bytes that are written at once.
  private static let pieceSize = 1 << 22

  /// Calls `append` with the bytes of the file, piece by piece, in order.
  ///
  /// - Complexity: O(bytes) time, and a few megabytes of memory in addition to the arrays.
  public func write(_ append: ([UInt8]) throws(Diagnostic) -> Void) throws(Diagnostic) {
    let directorySize = entries.reduce(0) { $0 + 27 + $1.name.utf8.count }
    var directory: [UInt8] = []
    var offset = Self.aligned(Self.headerSize + directorySize)
    for (name, values) in entries {
      directory.append(UInt16(name.utf8.count))
      directory += Array(name.utf8)
      directory.append(values.typeCode)
      directory.append(UInt64(values.count))
      directory.append(UInt64(offset))
      directory.append(values.withBytes { XXHash64.hash($0) })
      offset = Self.aligned(offset + values.byteCount)
    }
    var header = Self.magic
    header.append(Self.version)
    header.append(UInt32(directory.count))
    header.append(Self.checksum(ofDirectory: directory, version: Self.version))
    var written = 0
    func put(_ bytes: [UInt8]) throws(Diagnostic) {
      try append(bytes)
      written += bytes.count
    }
    try put(header + directory)
    for (place, (_, values)) in entries.enumerated() {
      try put([UInt8](repeating: 0, count: Self.aligned(written) - written))
      for start in stride(from: 0, to: values.byteCount, by: Self.pieceSize) {
        try put(values.withBytes { Array($0[start..<min($0.count, start + Self.pieceSize)]) })
      }
      if place == entries.count - 1 { return }
    }
  }

  /// Reads the bytes of a file; each array is copied once.
  ///
  /// - Throws: bytes that are not a model file, a newer format, and parts that do not match their checksums.
  public init(reading bytes: UnsafeRawBufferPointer) throws(Diagnostic) {
    guard bytes.starts(with: Self.magic) else { throw Diagnostic("this is not a model file") }
    guard bytes.count >= Self.headerSize else { throw .damagedModel("it ends within its first \(bytes.count) bytes") }
    let version = bytes.number(at: 8, as: UInt32.self)
    guard version <= Self.version else { throw .newerModel(version) }
    guard version > 0 else { throw .damagedModel("its format number is 0") }
    let directoryEnd = Self.headerSize + Int(bytes.number(at: 12, as: UInt32.self))
    guard directoryEnd <= bytes.count else { throw .damagedModel("it ends before the list of its contents does") }
    let directory = UnsafeRawBufferPointer(rebasing: bytes[Self.headerSize..<directoryEnd])
    guard
      Self.checksum(ofDirectory: directory, version: version) == bytes.number(at: 16, as: UInt64.self)
    else { throw .damagedModel("the list of its contents does not agree with its checksum") }
    self.init()
    var place = 0
    var end = directoryEnd
    while place < directory.count {
      let entry = try Entry(directory, &place)
      let start = Self.aligned(end)
      guard entry.offset == UInt64(start), start <= bytes.count,
        entry.count <= UInt64(bytes.count - start) / UInt64(Values.elementSize(entry.typeCode) ?? 1)
      else { throw .damagedModel("it ends before `\(entry.name)` does") }
      guard bytes[end..<start].allSatisfy({ $0 == 0 }) else {
        throw .damagedModel("there are unexpected bytes before `\(entry.name)`")
      }
      let count = Int(entry.count)
      end = start + count * (Values.elementSize(entry.typeCode) ?? 1)
      let region = UnsafeRawBufferPointer(rebasing: bytes[start..<end])
      guard XXHash64.hash(region) == entry.checksum, let values = Values(entry.typeCode, region, count: count),
        !has(entry.name)
      else { throw .damagedModel("`\(entry.name)` does not agree with its checksum") }
      store(entry.name, values)
    }
    guard end == bytes.count else { throw .damagedModel("it goes on after its last array") }
  }

  private static func aligned(_ offset: Int) -> Int { (offset + alignment - 1) / alignment * alignment }

  private static func checksum(ofDirectory directory: [UInt8], version: UInt32) -> UInt64 {
    directory.withUnsafeBytes { checksum(ofDirectory: $0, version: version) }
  }

  private static func checksum(ofDirectory directory: UnsafeRawBufferPointer, version: UInt32) -> UInt64 {
    XXHash64.hash(directory, seed: UInt64(version) << 32 | UInt64(directory.count))
  }
}

/// An entry of the directory.
private struct Entry {
  let name: String
  let typeCode: UInt8
  let count: UInt64
  let offset: UInt64
  let checksum: UInt64

  init(_ directory: UnsafeRawBufferPointer, _ place: inout Int) throws(Diagnostic) {
    let broken = Diagnostic.damagedModel("the list of its contents is broken")
    guard directory.count - place >= 2 else { throw broken }
    let length = Int(directory.number(at: place, as: UInt16.self))
    // Only deeply nested blends would have longer names.
    guard length <= 1024, directory.count - place >= 27 + length,
      let name = String(validating: directory[place + 2..<place + 2 + length], as: UTF8.self)
    else { throw broken }
    place += 2 + length
    self.name = name
    typeCode = directory[place]
    guard ModelArchive.Values.elementSize(typeCode) != nil else { throw broken }
    count = directory.number(at: place + 1, as: UInt64.self)
    offset = directory.number(at: place + 9, as: UInt64.self)
    checksum = directory.number(at: place + 17, as: UInt64.self)
    place += 25
  }
}

extension ModelArchive.Values {
  fileprivate var typeCode: UInt8 {
    switch self {
    case .bytes: 0
    case .integers: 1
    case .longs: 2
    case .floats: 3
    case .doubles: 4
    }
  }

  /// The number of bytes of an element; nil for an unknown type.
  fileprivate static func elementSize(_ typeCode: UInt8) -> Int? {
    let sizes = [1, 4, 8, 4, 8]
    return Int(typeCode) < sizes.count ? sizes[Int(typeCode)] : nil
  }

  var byteCount: Int { count * (Self.elementSize(typeCode) ?? 1) }

  fileprivate init?(_ typeCode: UInt8, _ bytes: UnsafeRawBufferPointer, count: Int) {
    func array<Element: BitwiseCopyable>(_ type: Element.Type) -> [Element] {
      [Element](unsafeUninitializedCapacity: max(1, count)) { buffer, initialized in
        UnsafeMutableRawBufferPointer(buffer).copyMemory(from: bytes)
        initialized = count
      }
    }
    switch typeCode {
    case 0: self = .bytes(array(UInt8.self))
    case 1: self = .integers(array(Int32.self))
    case 2: self = .longs(array(Int64.self))
    case 3: self = .floats(array(Float.self))
    case 4: self = .doubles(array(Double.self))
    default: return nil
    }
  }

  fileprivate func withBytes<Result>(_ body: (UnsafeRawBufferPointer) -> Result) -> Result {
    switch self {
    case .bytes(let values): values.withUnsafeBytes(body)
    case .integers(let values): values.withUnsafeBytes(body)
    case .longs(let values): values.withUnsafeBytes(body)
    case .floats(let values): values.withUnsafeBytes(body)
    case .doubles(let values): values.withUnsafeBytes(body)
    }
  }
}

extension [UInt8] {
  fileprivate mutating func append<Number: FixedWidthInteger>(_ number: Number) {
    Swift.withUnsafeBytes(of: number.littleEndian) { append(contentsOf: $0) }
  }
}

extension UnsafeRawBufferPointer {
  /// The number whose bytes begin at `offset`.
  ///
  /// - Precondition: the buffer has these bytes.
  func number<Number: FixedWidthInteger & BitwiseCopyable>(at offset: Int, as type: Number.Type) -> Number {
    Number(littleEndian: loadUnaligned(fromByteOffset: offset, as: type))
  }
}
