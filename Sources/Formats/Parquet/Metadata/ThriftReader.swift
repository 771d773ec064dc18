import Diagnostics

/// The types of Thrift's compact protocol, as encoded in field and list headers.
enum ThriftType: UInt8 {
  case stop = 0
  case yes = 1
  case no = 2
  case byte = 3
  case i16 = 4
  case i32 = 5
  case i64 = 6
  case double = 7
  case binary = 8
  case list = 9
  case set = 10
  case map = 11
  case structure = 12
  case uuid = 13
}

/// Reads Thrift's compact protocol from untrusted bytes.
///
/// Every count is compared with the number of remaining bytes before anything is allocated, and nesting is limited.
struct ThriftReader {
  let bytes: UnsafeRawBufferPointer
  private(set) var position: Int
  private var depth = 0
  private static let maximumDepth = 64

  init(_ bytes: UnsafeRawBufferPointer, at position: Int = 0) {
    self.bytes = bytes
    self.position = position
  }

  private var remaining: Int { bytes.count - position }

  /// Calls `field` for every field of a struct. The closure reads the value and returns true, or returns false to
  /// skip it.
  mutating func readStructure(
    _ field: (inout ThriftReader, Int, ThriftType) throws(Diagnostic) -> Bool
  ) throws(Diagnostic) {
    try descend()
    defer { depth -= 1 }
    var identifier = 0
    while true {
      let header = try readByte()
      guard let type = ThriftType(rawValue: header & 0x0F) else { throw .malformed("an unknown Thrift type") }
      if type == .stop { return }
      let delta = Int(header >> 4)
      identifier = delta > 0 ? identifier &+ delta : Int(truncatingIfNeeded: try readZigZag())
      if try !field(&self, identifier, type) { try skip(type) }
    }
  }

  /// Reads a list; `element` reads each element.
  mutating func readList<Element>(
    _ type: ThriftType, _ element: (inout ThriftReader, ThriftType) throws(Diagnostic) -> Element
  ) throws(Diagnostic) -> [Element] {
    guard type == .list || type == .set else { throw .malformed("a list was expected") }
    let (count, elementType) = try readListHeader()
    var elements: [Element] = []
    for _ in 0..<count { elements.append(try element(&self, elementType)) }
    return elements
  }

  mutating func readStructures<Structure: ThriftStructure>(
    _ type: ThriftType
  ) throws(Diagnostic) -> [Structure] {
    try readList(type) { (reader, _) throws(Diagnostic) in try Structure(&reader) }
  }

  mutating func readInteger(_ type: ThriftType) throws(Diagnostic) -> Int64 {
    switch type {
    case .i16, .i32, .i64: return try readZigZag()
    case .byte: return Int64(Int8(bitPattern: try readByte()))
    default: throw .malformed("a whole number was expected")
    }
  }

  /// Reads a count, length or offset, which must not be negative.
  mutating func readCount(_ type: ThriftType) throws(Diagnostic) -> Int {
    let value = try readInteger(type)
    guard value >= 0 else { throw .malformed("a negative count") }
    return Int(value)
  }

  /// A bool field of a struct; its value is encoded in its type.
  mutating func readBool(_ type: ThriftType) throws(Diagnostic) -> Bool {
    guard type == .yes || type == .no else { throw .malformed("a bool was expected") }
    return type == .yes
  }

  /// A bool element of a list, which is a byte.
  mutating func readElementBool() throws(Diagnostic) -> Bool { try readByte() == ThriftType.yes.rawValue }

  mutating func readBinary(_ type: ThriftType) throws(Diagnostic) -> [UInt8] {
    guard type == .binary else { throw .malformed("bytes were expected") }
    let count = try readLength()
    defer { position += count }
    return Array(bytes[position..<position + count])
  }

  mutating func readString(_ type: ThriftType) throws(Diagnostic) -> String {
    String(decoding: try readBinary(type), as: UTF8.self)
  }

  /// Skips a value.
  mutating func skip(_ type: ThriftType) throws(Diagnostic) {
    switch type {
    case .stop, .yes, .no: break
    case .byte: _ = try readByte()
    case .i16, .i32, .i64: _ = try readVarint()
    case .double: try advance(8)
    case .uuid: try advance(16)
    case .binary: try advance(try readLength())
    case .structure: try readStructure { (_, _, _) throws(Diagnostic) in false }
    case .list, .set:
      let (count, element) = try readListHeader()
      try descend()
      defer { depth -= 1 }
      for _ in 0..<count { try skipElement(element) }
    case .map:
      let count = try readLength(atLeast: 1)
      guard count > 0 else { return }
      let types = try readByte()
      guard let key = ThriftType(rawValue: types >> 4), let value = ThriftType(rawValue: types & 0x0F) else {
        throw .malformed("an unknown Thrift type")
      }
      try descend()
      defer { depth -= 1 }
      for _ in 0..<count {
        try skipElement(key)
        try skipElement(value)
      }
    }
  }

  /// Skips an element of a list or map, where a bool is a byte.
  private mutating func skipElement(_ type: ThriftType) throws(Diagnostic) {
    if type == .yes || type == .no || type == .stop { try advance(1) } else { try skip(type) }
  }

  private mutating func readListHeader() throws(Diagnostic) -> (Int, ThriftType) {
    let header = try readByte()
    guard let type = ThriftType(rawValue: header & 0x0F) else { throw .malformed("an unknown Thrift type") }
    if header >> 4 < 15 { return (Int(header >> 4), type) }
    return (try readLength(atLeast: 1), type)
  }

  /// Reads a count of elements of at least `width` bytes each, and checks that enough bytes remain.
  private mutating func readLength(atLeast width: Int = 1) throws(Diagnostic) -> Int {
    let value = try readVarint()
    guard value <= UInt64(remaining / width) else { throw .malformed("a length beyond the end") }
    return Int(value)
  }

  private mutating func readZigZag() throws(Diagnostic) -> Int64 {
    let value = try readVarint()
    return Int64(bitPattern: value >> 1) ^ -Int64(bitPattern: value & 1)
  }

  private mutating func readVarint() throws(Diagnostic) -> UInt64 {
    var value: UInt64 = 0
    for shift in stride(from: UInt64(0), to: 70, by: 7) {
      let byte = try readByte()
      value |= UInt64(byte & 0x7F) << shift
      if byte < 0x80 { return value }
    }
    throw .malformed("a number of more than 64 bits")
  }

  private mutating func readByte() throws(Diagnostic) -> UInt8 {
    guard position < bytes.count else { throw .malformed("the end in the middle of a structure") }
    defer { position += 1 }
    return bytes[position]
  }

  private mutating func advance(_ count: Int) throws(Diagnostic) {
    guard count <= remaining else { throw .malformed("a length beyond the end") }
    position += count
  }

  private mutating func descend() throws(Diagnostic) {
    depth += 1
    if depth > ThriftReader.maximumDepth { throw .malformed("structures nested too deep") }
  }
}

/// A Thrift struct that reads its fields by number.
protocol ThriftStructure {
  init()

  /// Reads the value of a field, or returns false to skip it.
  mutating func read(_ field: Int, _ type: ThriftType, _ reader: inout ThriftReader) throws(Diagnostic) -> Bool
}

extension ThriftStructure {
  init(_ reader: inout ThriftReader) throws(Diagnostic) {
    self.init()
    try read(&reader)
  }

  mutating func read(_ reader: inout ThriftReader) throws(Diagnostic) {
    var structure = self
    try reader.readStructure { (reader, field, type) throws(Diagnostic) in
      try structure.read(field, type, &reader)
    }
    self = structure
  }
}
