/// A structure of Thrift's compact protocol as a tree that can be changed and written again. The tests have their own
/// reader, independent of the one under test.
public indirect enum ThriftTree: Sendable {
  case yes, no
  case byte(UInt8)
  /// A whole number of 16, 32 or 64 bits, by the type in the field's header.
  case integer(type: UInt8, Int64)
  case double([UInt8])
  case binary([UInt8])
  case list(element: UInt8, [ThriftTree])
  case structure([(field: Int, value: ThriftTree)])

  /// The structure with which the bytes begin; nil if they are not one.
  public init?(_ bytes: some Sequence<UInt8>) {
    var reader = Reader(bytes: Array(bytes))
    guard let tree = reader.value(12) else { return nil }
    self = tree
  }

  public var bytes: [UInt8] {
    switch self {
    case .yes, .no: return []
    case .byte(let byte): return [byte]
    case .integer(_, let number): return ThriftTree.varint(UInt64(bitPattern: number << 1 ^ number >> 63))
    case .double(let bytes): return bytes
    case .binary(let bytes): return ThriftTree.varint(UInt64(bytes.count)) + bytes
    case .list(let element, let items):
      let header =
        items.count < 15
        ? [UInt8(items.count) << 4 | element] : [0xF0 | element] + ThriftTree.varint(UInt64(items.count))
      return header + items.flatMap { $0.type <= 2 ? [$0.type] : $0.bytes }
    case .structure(let fields):
      var written: [UInt8] = []
      var last = 0
      for (field, value) in fields {
        let delta = field - last
        if (1...15).contains(delta) {
          written.append(UInt8(delta) << 4 | value.type)
        } else {
          written += [value.type] + ThriftTree.varint(UInt64(bitPattern: Int64(field) << 1 ^ Int64(field) >> 63))
        }
        written += value.bytes
        last = field
      }
      return written + [0]
    }
  }

  private var type: UInt8 {
    switch self {
    case .yes: 1
    case .no: 2
    case .byte: 3
    case .integer(let type, _): type
    case .double: 7
    case .binary: 8
    case .list: 9
    case .structure: 12
    }
  }

  private static func varint(_ number: UInt64) -> [UInt8] {
    var (rest, bytes) = (number, [UInt8]())
    while rest >= 0x80 {
      bytes.append(UInt8(truncatingIfNeeded: rest) | 0x80)
      rest >>= 7
    }
    return bytes + [UInt8(rest)]
  }

  private struct Reader {
    let bytes: [UInt8]
    var position = 0

    mutating func byte() -> UInt8? {
      guard position < bytes.count else { return nil }
      defer { position += 1 }
      return bytes[position]
    }

    mutating func varint() -> UInt64? {
      var number: UInt64 = 0
      for shift in stride(from: UInt64(0), to: 64, by: 7) {
        guard let next = byte() else { return nil }
        number |= UInt64(next & 0x7F) << shift
        if next < 0x80 { return number }
      }
      return nil
    }

    mutating func integer() -> Int64? { varint().map { Int64(bitPattern: $0 >> 1) ^ -Int64(bitPattern: $0 & 1) } }

    mutating func take(_ count: Int) -> [UInt8]? {
      guard count >= 0, count <= bytes.count - position else { return nil }
      defer { position += count }
      return Array(bytes[position..<position + count])
    }

    mutating func value(_ type: UInt8) -> ThriftTree? {
      switch type {
      case 1: return .yes
      case 2: return .no
      case 3: return byte().map { .byte($0) }
      case 4...6: return integer().map { .integer(type: type, $0) }
      case 7: return take(8).map { .double($0) }
      case 8: return varint().flatMap { take(Int(truncatingIfNeeded: $0)) }.map { .binary($0) }
      case 9, 10:
        guard let header = byte(), let count = header >> 4 < 15 ? UInt64(header >> 4) : varint() else { return nil }
        var items: [ThriftTree] = []
        for _ in 0..<count {
          let element = header & 0x0F
          guard let item = element <= 2 ? byte().map({ $0 == 1 ? ThriftTree.yes : ThriftTree.no }) : value(element)
          else { return nil }
          items.append(item)
        }
        return .list(element: header & 0x0F, items)
      case 12:
        var fields: [(field: Int, value: ThriftTree)] = []
        var field = 0
        while let header = byte() {
          if header == 0 { return .structure(fields) }
          if header >> 4 > 0 { field += Int(header >> 4) } else { field = integer().map { Int($0) } ?? 0 }
          guard let found = value(header & 0x0F) else { return nil }
          fields.append((field, found))
        }
        return nil
      default: return nil
      }
    }
  }
}

extension ThriftTree {
  /// The number of whole numbers in the tree, at any depth.
  public var integerCount: Int {
    switch self {
    case .integer: 1
    case .list(_, let items): items.reduce(0) { $0 + $1.integerCount }
    case .structure(let fields): fields.reduce(0) { $0 + $1.value.integerCount }
    default: 0
    }
  }

  /// The tree with one of its whole numbers changed; `place` is its position among all of them.
  public func replacing(_ place: Int, with change: (Int64) -> Int64) -> ThriftTree {
    var rest = place
    return replaced(&rest, change)
  }

  private func replaced(_ rest: inout Int, _ change: (Int64) -> Int64) -> ThriftTree {
    switch self {
    case .integer(let type, let number):
      rest -= 1
      return rest == -1 ? .integer(type: type, change(number)) : self
    case .list(let element, let items): return .list(element: element, items.map { $0.replaced(&rest, change) })
    case .structure(let fields): return .structure(fields.map { ($0.field, $0.value.replaced(&rest, change)) })
    default: return self
    }
  }
}
