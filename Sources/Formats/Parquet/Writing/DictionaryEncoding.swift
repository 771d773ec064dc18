import Tables

/// The distinct values of a chunk, and a code for each value, if that takes less space than the values.
struct DictionaryEncoding {
  let codes: [UInt32]
  /// The distinct values, as a column.
  let values: Column
  let bitWidth: Int

  var count: Int { values.count }

  /// Nil if a dictionary would not save space: too many distinct values, or a small type.
  init?(_ column: Column) {
    switch column.values {
    case .i32(let buffer): self.init(column.type, buffer) { UInt64(UInt32(bitPattern: $0)) }
    case .u32(let buffer): self.init(column.type, buffer) { UInt64($0) }
    case .i64(let buffer): self.init(column.type, buffer) { UInt64(bitPattern: $0) }
    case .u64(let buffer): self.init(column.type, buffer) { $0 }
    case .f32(let buffer): self.init(column.type, buffer) { UInt64($0.bitPattern) }
    case .f64(let buffer): self.init(column.type, buffer) { $0.bitPattern }
    case .text(let text): self.init(column.type, text)
    default: return nil
    }
  }

  /// The largest number of distinct values of a dictionary.
  private static func limit(_ count: Int) -> Int { min(1 << 16, max(16, count / 3)) }

  private init?<Element: ColumnElement>(
    _ type: DataType, _ buffer: Buffer<Element>, _ key: (Element) -> UInt64
  ) {
    let limit = DictionaryEncoding.limit(buffer.count)
    let span = buffer.span
    var index = HashedIndex([])
    var distinct: [Element] = []
    var codes: [UInt32] = []
    codes.reserveCapacity(span.count)
    for row in span.indices {
      let code = index.placeInserting(Int64(bitPattern: key(span[row])))
      if index.count > distinct.count {
        if distinct.count == limit { return nil }
        distinct.append(span[row])
      }
      codes.append(UInt32(code))
    }
    self.init(codes: codes, values: Column(type, Element.storage(Buffer(distinct))))
  }

  private init?(_ type: DataType, _ text: TextValues) {
    let limit = DictionaryEncoding.limit(text.codes.count)
    let span = text.codes.span
    var builder = TextDictionaryBuilder()
    var known: [UInt32: UInt32] = [:]
    var table: [UInt32] = []
    // Maps entries of the column's dictionary to the chunk's own codes: by direct addressing if that dictionary is
    // not much larger than the chunk.
    let usesTable = text.dictionary.count <= 4 * max(1024, span.count)
    if usesTable { table = [UInt32](repeating: .max, count: text.dictionary.count) }
    var codes: [UInt32] = []
    codes.reserveCapacity(span.count)
    for row in span.indices {
      let global = span[row]
      let seen = usesTable ? table[Int(global)] : known[global] ?? .max
      if seen != .max {
        codes.append(seen)
        continue
      }
      let bytes = text.dictionary[Int(global)].bytes
      let code = builder.code(for: bytes.span)
      if builder.count > limit { return nil }
      if usesTable { table[Int(global)] = code } else { known[global] = code }
      codes.append(code)
    }
    let dictionary = builder.dictionary()
    let entries = Buffer((0..<UInt32(dictionary.count)).map { $0 })
    self.init(codes: codes, values: Column(type, .text(TextValues(codes: entries, dictionary: dictionary))))
  }

  private init(codes: [UInt32], values: Column) {
    self.codes = codes
    self.values = values
    bitWidth = levelWidth(max(0, values.count - 1))
  }

  /// The bytes of the dictionary page.
  func page(_ type: DataType) -> [UInt8] {
    var bytes: [UInt8] = []
    appendPlain(values, type, to: &bytes)
    return bytes
  }
}
