import Tables

/// The value of a field of a FlatBuffer table.
indirect enum FlatValue {
  case byte(UInt8)
  case short(Int)
  case int(Int)
  case long(Int)
  case text(String)
  /// Fields by number. Missing fields have their defaults.
  case table([Int: FlatValue])
  case tables([[Int: FlatValue]])
  /// A vector of structs of `perItem` 64-bit words each.
  case words([Int64], perItem: Int)

  /// The size in bytes inside its table: of a number, or of the offset to a value outside of the table.
  fileprivate var width: Int {
    switch self {
    case .byte: 1
    case .short: 2
    case .long: 8
    default: 4
    }
  }
}

/// Writes FlatBuffers forwards: a table, then everything that it references.
///
/// Offsets to tables and vectors are positive, so their targets come later; only the vtable may come before its
/// table.
struct FlatWriter {
  private(set) var bytes: [UInt8]

  /// The complete buffer of a root table, padded to a multiple of 8 bytes.
  static func bytes(of root: [Int: FlatValue]) -> [UInt8] {
    var writer = FlatWriter(bytes: [0, 0, 0, 0, 0, 0, 0, 0])
    writer.set(UInt32(writer.table(root)), at: 0)
    writer.align(8)
    return writer.bytes
  }

  /// Writes a table and everything that it references. Returns its position.
  private mutating func table(_ fields: [Int: FlatValue]) -> Int {
    // Widest fields first, which keeps every field aligned.
    let order = fields.keys.sorted { left, right in
      let (one, other) = (fields[left]?.width ?? 0, fields[right]?.width ?? 0)
      return one == other ? left < right : one > other
    }
    var places: [Int: Int] = [:]
    var size = 4
    for field in order {
      let width = fields[field]?.width ?? 0
      size = (size + width - 1) / width * width
      places[field] = size
      size += width
    }
    let fieldCount = (fields.keys.max() ?? -1) + 1
    align(8)
    let layout = bytes.count
    append(UInt16(4 + 2 * fieldCount))
    append(UInt16(size))
    for field in 0..<fieldCount { append(UInt16(places[field] ?? 0)) }
    align(8)
    let start = bytes.count
    append(Int32(start - layout))
    bytes.append(contentsOf: repeatElement(0, count: size - 4))
    for field in order {
      guard let value = fields[field], let place = places[field] else { continue }
      write(value, at: start + place)
    }
    return start
  }

  private mutating func write(_ value: FlatValue, at place: Int) {
    switch value {
    case .byte(let number): bytes[place] = number
    case .short(let number): set(Int16(truncatingIfNeeded: number), at: place)
    case .int(let number): set(Int32(truncatingIfNeeded: number), at: place)
    case .long(let number): set(Int64(number), at: place)
    case .table(let fields): set(UInt32(table(fields) - place), at: place)
    case .text(let text):
      align(4)
      set(UInt32(bytes.count - place), at: place)
      append(UInt32(text.utf8.count))
      bytes += text.utf8
      // A text ends with a zero byte that its length does not count.
      bytes.append(0)
    case .words(let numbers, let perItem):
      // The items are aligned to 8 bytes; the length is directly before them.
      align(8)
      append(UInt32(0))
      set(UInt32(bytes.count - place), at: place)
      append(UInt32(numbers.count / perItem))
      for number in numbers { append(number) }
    case .tables(let items):
      align(4)
      let vector = bytes.count
      set(UInt32(vector - place), at: place)
      append(UInt32(items.count))
      bytes.append(contentsOf: repeatElement(0, count: 4 * items.count))
      for (index, item) in items.enumerated() {
        let reference = vector + 4 + 4 * index
        set(UInt32(table(item) - reference), at: reference)
      }
    }
  }

  private mutating func align(_ width: Int) {
    while bytes.count % width != 0 { bytes.append(0) }
  }

  private mutating func append<Number: FixedWidthInteger>(_ number: Number) {
    bytes.append(littleEndian: number)
  }

  private mutating func set<Number: FixedWidthInteger>(_ number: Number, at place: Int) {
    let own = [UInt8](littleEndian: number)
    bytes.replaceSubrange(place..<place + own.count, with: own)
  }
}
