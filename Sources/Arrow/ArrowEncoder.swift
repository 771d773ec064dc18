package import Diagnostics
package import Tables

/// Encodes tables as Arrow messages: a schema, record batches, and the footer of a file.
///
/// Buffers start at multiples of 64 bytes in the file, so that other programs can use them in place.
package struct ArrowEncoder: Sendable {
  /// The position of a batch's message in a file.
  package struct Block: Sendable {
    var offset = 0
    let metadataLength: Int
    let bodyLength: Int

    package var byteCount: Int { metadataLength + bodyLength }

    /// The block at its final offset in the file.
    package func moved(to offset: Int) -> Block {
      var copy = self
      copy.offset = offset
      return copy
    }
  }

  private let schema: Schema
  private let compression: ArrowCompression?

  static let alignment = 64
  private static let batchRows = 1 << 18
  private static let magic: [UInt8] = Array("ARROW1".utf8)
  /// Metadata version 5, the current one.
  private static let version = 4

  package init(_ schema: Schema, compression: ArrowCompression?) {
    (self.schema, self.compression) = (schema, compression)
  }

  /// The row range of every batch.
  package static func batches(of table: Table) -> [Range<Int>] {
    stride(from: 0, to: table.rowCount, by: batchRows).map { $0..<min(table.rowCount, $0 + batchRows) }
  }

  /// The bytes before the first batch.
  package func start(isStream: Bool) -> [UInt8] {
    let mark = isStream ? [] : ArrowEncoder.magic + [0, 0]
    return mark + message(1, schemaTable, bodyLength: 0, behind: mark.count)
  }

  /// The bytes after the last batch.
  package func end(_ blocks: [Block], isStream: Bool) -> [UInt8] {
    let mark: [UInt8] = [0xFF, 0xFF, 0xFF, 0xFF, 0, 0, 0, 0]
    if isStream { return mark }
    let places = blocks.flatMap { [Int64($0.offset), Int64($0.metadataLength), Int64($0.bodyLength)] }
    let footer = FlatWriter.bytes(of: [
      0: .short(ArrowEncoder.version), 1: .table(schemaTable), 2: .words([], perItem: 3),
      3: .words(places, perItem: 3),
    ])
    let length = [UInt8](littleEndian: UInt32(footer.count))
    return mark + footer + length + ArrowEncoder.magic
  }

  /// Appends a batch, or several if an offset needs more than 32 bits.
  ///
  /// - Throws: if a single row does not fit a batch.
  package func append(_ table: Table, to output: inout [UInt8]) throws(Diagnostic) -> [Block] {
    var body = ArrowBody(compression)
    for column in table.columns { body.append(column) }
    if body.isTooLarge {
      guard table.rowCount > 1 else { throw Diagnostic("Arrow cannot hold a row of over 2 GB of text or list") }
      body = ArrowBody(nil)
      let middle = table.rowCount / 2
      let first = try append(table[0..<middle], to: &output)
      let second = try append(table[middle..<table.rowCount], to: &output)
      return first + second
    }
    var batch: [Int: FlatValue] = [
      0: .long(table.rowCount), 1: .words(body.nodes, perItem: 2), 2: .words(body.buffers, perItem: 2),
    ]
    if let compression { batch[3] = .table([0: .byte(UInt8(compression.rawValue)), 1: .byte(0)]) }
    let header = message(3, batch, bodyLength: body.bytes.count, behind: 0)
    output += header
    output += body.bytes
    return [Block(metadataLength: header.count, bodyLength: body.bytes.count)]
  }

  /// A message without its body, padded so that the body is aligned.
  private func message(_ kind: UInt8, _ header: [Int: FlatValue], bodyLength: Int, behind before: Int) -> [UInt8] {
    var content = FlatWriter.bytes(of: [
      0: .short(ArrowEncoder.version), 1: .byte(kind), 2: .table(header), 3: .long(bodyLength),
    ])
    while (before + 8 + content.count) % ArrowEncoder.alignment != 0 { content.append(0) }
    return [0xFF, 0xFF, 0xFF, 0xFF] + [UInt8](littleEndian: UInt32(content.count)) + content
  }

  private var schemaTable: [Int: FlatValue] {
    [0: .short(0), 1: .tables(schema.fields.map { ArrowEncoder.field($0) })]
  }

  private static func field(_ field: Field) -> [Int: FlatValue] {
    let (kind, type) = typeTable(field.type)
    let children: [Field] =
      switch field.type {
      case .list(let element): [Field("item", element)]
      case .structure(let fields): fields
      default: []
      }
    return [
      0: .text(field.name), 1: .byte(1), 2: .byte(kind), 3: .table(type),
      5: .tables(children.map { ArrowEncoder.field($0) }),
    ]
  }

  /// The type number of Schema.fbs and the table of the type.
  private static func typeTable(_ type: DataType) -> (kind: UInt8, table: [Int: FlatValue]) {
    switch type {
    case .null: return (1, [:])
    case .bool: return (6, [:])
    case .i8, .i16, .i32, .i64, .u8, .u16, .u32, .u64:
      return (2, [0: .int(type.integerWidth), 1: .byte(type.isSignedInteger ? 1 : 0)])
    case .f32: return (3, [0: .short(1)])
    case .f64: return (3, [0: .short(2)])
    case .string: return (5, [:])
    case .binary: return (4, [:])
    case .date: return (8, [0: .short(0)])
    case .time: return (9, [0: .short(ArrowTimeUnit.nanoseconds.rawValue), 1: .int(64)])
    case .datetime(let unit): return (10, [0: .short(ArrowTimeUnit(unit).rawValue)])
    case .zoned(let unit, let zone): return (10, [0: .short(ArrowTimeUnit(unit).rawValue), 1: .text(zone.name)])
    case .duration(let unit): return (18, [0: .short(ArrowTimeUnit(unit).rawValue)])
    case .decimal(let precision, let scale): return (7, [0: .int(precision), 1: .int(scale), 2: .int(128)])
    case .list: return (12, [:])
    case .structure: return (13, [:])
    }
  }
}
