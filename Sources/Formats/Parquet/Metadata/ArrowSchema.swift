import Diagnostics
import Tables

/// What Arrow's own schema, which pyarrow and polars keep in the footer, says of columns beyond Parquet's types.
///
/// It is a hint: bytes that are no schema, or one of another number of columns, are passed over.
///
/// - Source: Arrow's Schema.fbs and Message.fbs; FlatBuffers, *Internals*.
struct ArrowSchema {
  /// What is to be known of one leaf, in the order of the file's column chunks.
  enum Leaf: Hashable {
    /// In ticks of a second divided by a power of a thousand.
    case duration(ArrowTimeUnit)
    case timestamp(zone: String)
    case other
  }

  static let key = "ARROW:schema"
  private(set) var leaves: [Leaf] = []

  /// - Parameter text: a message of Arrow's stream format in base 64.
  init?(base64 text: String) {
    let bytes = decodedBase64(text)
    let found: [Leaf]? = bytes.withUnsafeBytes { bytes in
      // A marker and a length stand before the message.
      guard bytes.count >= 12, bytes.loadUnaligned(as: UInt32.self) == .max else { return nil }
      let message = FlatTable(root: UnsafeRawBufferPointer(rebasing: bytes[8...]))
      guard message?.byte(1) == 1, let schema = message?.table(2), let fields = schema.tables(1) else { return nil }
      var leaves: [Leaf] = []
      for field in fields { guard ArrowSchema.append(field, to: &leaves, depth: 0) else { return nil } }
      return leaves
    }
    guard let found else { return nil }
    leaves = found
  }

  /// The time zone in which a column's moments are meant to be shown, where that is not UTC.
  func zone(of leaf: ParquetLeaf, among leafCount: Int) -> String? {
    guard leaves.count == leafCount, case .timestamp(let zone) = leaves[leaf.index] else { return nil }
    return ["", "UTC", "Etc/UTC", "Z", "+00:00"].contains(zone) ? nil : zone
  }

  private static func append(_ field: FlatTable, to leaves: inout [Leaf], depth: Int) -> Bool {
    guard depth < 48, leaves.count < 1 << 20, let kind = field.byte(2) else { return false }
    // A dictionary's own type has its children elsewhere; Parquet keeps its values.
    if let children = field.tables(5), !children.isEmpty {
      return children.allSatisfy { append($0, to: &leaves, depth: depth + 1) }
    }
    switch kind {
    case 10: leaves.append(.timestamp(zone: field.table(3)?.text(1) ?? ""))
    case 18:
      guard let unit = ArrowTimeUnit(rawValue: field.table(3)?.short(0) ?? 1) else { return false }
      leaves.append(.duration(unit))
    default: leaves.append(.other)
    }
    return true
  }
}

enum ArrowTimeUnit: Int {
  case seconds = 0
  case milliseconds = 1
  case microseconds = 2
  case nanoseconds = 3

  init(_ unit: TimeUnit) {
    switch unit {
    case .milliseconds: self = .milliseconds
    case .microseconds: self = .microseconds
    case .nanoseconds: self = .nanoseconds
    }
  }

  /// The unit of the table's column; seconds become milliseconds.
  var timeUnit: TimeUnit {
    switch self {
    case .seconds, .milliseconds: .milliseconds
    case .microseconds: .microseconds
    case .nanoseconds: .nanoseconds
    }
  }
}

/// A table of a FlatBuffer; whatever lies outside the bytes is not there.
private struct FlatTable {
  private let bytes: UnsafeRawBufferPointer
  private let position: Int

  init?(root bytes: UnsafeRawBufferPointer) {
    self.init(bytes, reference: 0)
  }

  /// The table that the offset at `reference` leads to.
  private init?(_ bytes: UnsafeRawBufferPointer, reference: Int) {
    guard let offset = FlatTable.read(bytes, reference, as: UInt32.self) else { return nil }
    self.bytes = bytes
    position = reference + Int(offset)
    guard FlatTable.read(bytes, position, as: Int32.self) != nil else { return nil }
  }

  private static func read<Number: FixedWidthInteger>(
    _ bytes: UnsafeRawBufferPointer, _ position: Int, as type: Number.Type
  ) -> Number? {
    guard position >= 0, position <= bytes.count - MemoryLayout<Number>.size else { return nil }
    return Number(littleEndian: bytes.loadUnaligned(fromByteOffset: position, as: type))
  }

  /// Where a field's value stands; nil where the table has its default.
  private func place(_ field: Int) -> Int? {
    guard let toLayout = FlatTable.read(bytes, position, as: Int32.self) else { return nil }
    let layout = position - Int(toLayout)
    guard let size = FlatTable.read(bytes, layout, as: UInt16.self), 4 + 2 * field + 2 <= Int(size),
      let offset = FlatTable.read(bytes, layout + 4 + 2 * field, as: UInt16.self), offset > 0
    else { return nil }
    return position + Int(offset)
  }

  func byte(_ field: Int) -> UInt8? { place(field).flatMap { FlatTable.read(bytes, $0, as: UInt8.self) } }

  func short(_ field: Int) -> Int? {
    place(field).flatMap { FlatTable.read(bytes, $0, as: Int16.self) }.map { Int($0) }
  }

  func table(_ field: Int) -> FlatTable? { place(field).flatMap { FlatTable(bytes, reference: $0) } }

  func text(_ field: Int) -> String? {
    guard let place = place(field), let offset = FlatTable.read(bytes, place, as: UInt32.self),
      let count = FlatTable.read(bytes, place + Int(offset), as: UInt32.self)
    else { return nil }
    let start = place + Int(offset) + 4
    guard Int(count) <= bytes.count - start else { return nil }
    return String(decoding: bytes[start..<start + Int(count)], as: UTF8.self)
  }

  func tables(_ field: Int) -> [FlatTable]? {
    guard let place = place(field), let offset = FlatTable.read(bytes, place, as: UInt32.self),
      let count = FlatTable.read(bytes, place + Int(offset), as: UInt32.self)
    else { return nil }
    let start = place + Int(offset) + 4
    guard Int(count) <= (bytes.count - start) / 4 else { return nil }
    var tables: [FlatTable] = []
    for index in 0..<Int(count) {
      guard let table = FlatTable(bytes, reference: start + 4 * index) else { return nil }
      tables.append(table)
    }
    return tables
  }
}

/// The bytes of base 64; what is none of its letters is passed over.
private func decodedBase64(_ text: String) -> [UInt8] {
  var bytes: [UInt8] = []
  var bits: UInt32 = 0
  var count = 0
  for letter in text.utf8 {
    let value: UInt8
    switch letter {
    case 0x41...0x5A: value = letter - 0x41
    case 0x61...0x7A: value = letter - 0x61 + 26
    case 0x30...0x39: value = letter - 0x30 + 52
    case 0x2B: value = 62
    case 0x2F: value = 63
    default: continue
    }
    bits = bits << 6 | UInt32(value)
    count += 6
    if count >= 8 {
      count -= 8
      bytes.append(UInt8(truncatingIfNeeded: bits >> UInt32(count)))
    }
  }
  return bytes
}
