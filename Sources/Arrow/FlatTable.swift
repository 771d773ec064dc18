/// A table of a FlatBuffer, the encoding of Arrow's metadata. Values outside of the bytes count as missing.
///
/// - Source: FlatBuffers, *Internals*.
package struct FlatTable {
  private let bytes: UnsafeRawBufferPointer
  private let position: Int

  package init?(root bytes: UnsafeRawBufferPointer) {
    self.init(bytes, reference: 0)
  }

  /// Follows the offset at `reference`.
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

  /// The position of a field's value; nil if the field has its default.
  private func place(_ field: Int) -> Int? {
    guard let toLayout = FlatTable.read(bytes, position, as: Int32.self) else { return nil }
    let layout = position - Int(toLayout)
    guard let size = FlatTable.read(bytes, layout, as: UInt16.self), 4 + 2 * field + 2 <= Int(size),
      let offset = FlatTable.read(bytes, layout + 4 + 2 * field, as: UInt16.self), offset > 0
    else { return nil }
    return position + Int(offset)
  }

  private func number<Number: FixedWidthInteger>(_ field: Int, as type: Number.Type) -> Number? {
    place(field).flatMap { FlatTable.read(bytes, $0, as: type) }
  }

  /// The value of a field with 8 bits; nil if it has its default. The following accessors do the same for other types.
  package func byte(_ field: Int) -> UInt8? { number(field, as: UInt8.self) }
  package func short(_ field: Int) -> Int? { number(field, as: Int16.self).map { Int($0) } }
  package func int(_ field: Int) -> Int? { number(field, as: Int32.self).map { Int($0) } }
  package func long(_ field: Int) -> Int? { number(field, as: Int64.self).map { Int($0) } }

  package func table(_ field: Int) -> FlatTable? { place(field).flatMap { FlatTable(bytes, reference: $0) } }

  package func text(_ field: Int) -> String? {
    guard let (start, count) = vector(field, stride: 1) else { return nil }
    return String(decoding: bytes[start..<start + count], as: UTF8.self)
  }

  package func tables(_ field: Int) -> [FlatTable]? {
    guard let (start, count) = vector(field, stride: 4) else { return nil }
    var tables: [FlatTable] = []
    for index in 0..<count {
      guard let table = FlatTable(bytes, reference: start + 4 * index) else { return nil }
      tables.append(table)
    }
    return tables
  }

  /// A vector of structs, each read as `perItem` 64-bit words.
  ///
  /// Narrower fields and their padding are part of such a word.
  package func words(_ field: Int, perItem: Int = 1) -> [Int64]? {
    guard let (start, count) = vector(field, stride: 8 * perItem) else { return nil }
    return (0..<count * perItem).map { index in
      Int64(littleEndian: bytes.loadUnaligned(fromByteOffset: start + 8 * index, as: Int64.self))
    }
  }

  /// The start and the number of a vector's items, checked to be within the bytes.
  private func vector(_ field: Int, stride: Int) -> (start: Int, count: Int)? {
    guard let place = place(field), let offset = FlatTable.read(bytes, place, as: UInt32.self),
      let count = FlatTable.read(bytes, place + Int(offset), as: UInt32.self)
    else { return nil }
    let start = place + Int(offset) + 4
    guard Int(count) <= (bytes.count - start) / stride else { return nil }
    return (start, Int(count))
  }
}
