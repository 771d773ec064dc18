/// Writes Thrift's compact protocol.
struct ThriftWriter {
  private(set) var bytes: [UInt8] = []
  private var lastField = 0
  private var enclosing: [Int] = []

  mutating func integer(_ field: Int, _ value: Int, _ type: ThriftType = .i32) {
    header(field, type)
    varint(zigZag(value))
  }

  mutating func bool(_ field: Int, _ value: Bool) { header(field, value ? .yes : .no) }

  mutating func byte(_ field: Int, _ value: Int8) {
    header(field, .byte)
    bytes.append(UInt8(bitPattern: value))
  }

  mutating func binary(_ field: Int, _ value: some Collection<UInt8>) {
    header(field, .binary)
    varint(UInt64(value.count))
    bytes += value
  }

  mutating func string(_ field: Int, _ value: String) { binary(field, Array(value.utf8)) }

  mutating func structure(_ field: Int, _ body: (inout ThriftWriter) -> Void) {
    header(field, .structure)
    nested(body)
  }

  mutating func structures<Element>(
    _ field: Int, _ elements: [Element], _ body: (inout ThriftWriter, Element) -> Void
  ) {
    listHeader(field, .structure, elements.count)
    for element in elements { nested { body(&$0, element) } }
  }

  mutating func integers(_ field: Int, _ values: [Int]) {
    listHeader(field, .i32, values.count)
    for value in values { varint(zigZag(value)) }
  }

  mutating func strings(_ field: Int, _ values: [String]) {
    listHeader(field, .binary, values.count)
    for value in values {
      varint(UInt64(value.utf8.count))
      bytes += value.utf8
    }
  }

  /// Ends the outermost structure.
  mutating func stop() { bytes.append(ThriftType.stop.rawValue) }

  private mutating func nested(_ body: (inout ThriftWriter) -> Void) {
    enclosing.append(lastField)
    lastField = 0
    body(&self)
    stop()
    lastField = enclosing.removeLast()
  }

  private mutating func header(_ field: Int, _ type: ThriftType) {
    let delta = field - lastField
    if (1...15).contains(delta) {
      bytes.append(UInt8(delta) << 4 | type.rawValue)
    } else {
      bytes.append(type.rawValue)
      varint(zigZag(field))
    }
    lastField = field
  }

  private mutating func listHeader(_ field: Int, _ type: ThriftType, _ count: Int) {
    header(field, .list)
    if count < 15 {
      bytes.append(UInt8(count) << 4 | type.rawValue)
    } else {
      bytes.append(0xF0 | type.rawValue)
      varint(UInt64(count))
    }
  }

  private mutating func varint(_ value: UInt64) { bytes.appendVarint(value) }
  private func zigZag(_ value: Int) -> UInt64 { UInt64(bitPattern: Int64(value << 1 ^ value >> 63)) }
}

extension [UInt8] {
  /// Seven bits per byte, lowest first. The highest bit is set if more bytes follow.
  mutating func appendVarint(_ value: UInt64) {
    var rest = value
    while rest >= 0x80 {
      append(UInt8(rest & 0x7F) | 0x80)
      rest >>= 7
    }
    append(UInt8(rest))
  }
}
