public import Diagnostics

extension Column {
  /// The bytes the column's rows take; a dictionary counts whole, however many of its entries are in use.
  public var byteCount: Int { values.byteCount + (validity?.words.byteCount ?? 0) }

  /// The same column without memory that only other columns need.
  ///
  /// A slice or a filtered text column keeps all of its parent alive; what is kept for long is copied down by this.
  public func compacted() throws(Diagnostic) -> Column {
    Column(
      type, try values.compacted(), validity: validity.map { Bitmap(words: $0.words.compacted(), count: $0.count) })
  }
}

extension Table {
  /// The bytes of all columns; a dictionary that columns share counts for each.
  public var byteCount: Int { columns.reduce(0) { $0 + $1.byteCount } }

  /// The same table without memory that only other tables need.
  public func compacted() throws(Diagnostic) -> Table {
    Table(schema, try columns.map { (column) throws(Diagnostic) in try column.compacted() }, rowCount: rowCount)
  }
}

extension Buffer {
  /// A copy of a slice; a buffer that is a whole array is kept.
  func compacted() -> Buffer { Buffer(array) }
}

private struct Compaction: BufferTransform {
  func apply<Element: ColumnElement>(_ buffer: Buffer<Element>) -> Buffer<Element> { buffer.compacted() }
}

extension ColumnValues {
  var byteCount: Int {
    switch self {
    case .null: 0
    case .bool(let bits): bits.words.byteCount
    case .i8(let buffer): buffer.byteCount
    case .i16(let buffer): buffer.byteCount
    case .i32(let buffer): buffer.byteCount
    case .i64(let buffer): buffer.byteCount
    case .u8(let buffer): buffer.byteCount
    case .u16(let buffer): buffer.byteCount
    case .u32(let buffer): buffer.byteCount
    case .u64(let buffer): buffer.byteCount
    case .f32(let buffer): buffer.byteCount
    case .f64(let buffer): buffer.byteCount
    case .i128(let buffer): buffer.byteCount
    case .text(let text): text.codes.byteCount + text.dictionary.byteCount
    case .list(let lists): lists.offsets.byteCount + lists.elements.byteCount
    case .structure(let columns, _): columns.reduce(0) { $0 + $1.byteCount }
    }
  }

  fileprivate func compacted() throws(Diagnostic) -> ColumnValues {
    switch self {
    case .null: return self
    case .bool(let bits): return .bool(Bitmap(words: bits.words.compacted(), count: bits.count))
    case .text(let text): return .text(try text.compacted())
    case .list(let lists):
      let start = lists.offsets[0]
      let offsets = start == 0 ? lists.offsets.array : lists.offsets.array.map { $0 - start }
      return .list(ListValues(offsets: Buffer(offsets), child: try lists.elements.compacted()))
    case .structure(let columns, let count):
      return .structure(try columns.map { (column) throws(Diagnostic) in try column.compacted() }, count: count)
    default:
      return try transformed(by: Compaction()) ?? self
    }
  }
}

extension ListValues {
  /// The elements of the lists, end to end: the part of the child that they use.
  public var elements: Column { child[offsets[0]..<offsets[count]] }

  /// The same lists with a child of nothing but their elements.
  var rebased: ListValues {
    let start = offsets[0]
    if start == 0, offsets[count] == child.count { return self }
    return ListValues(offsets: Buffer((0...count).map { offsets[$0] - start }), child: elements)
  }
}

extension TextValues {
  /// The same rows with a dictionary of the entries in use, where at least half are not.
  func compacted() throws(Diagnostic) -> TextValues {
    let whole = TextValues(codes: codes.compacted(), dictionary: dictionary)
    guard dictionary.count > 64 else { return whole }
    var isUsed = [Bool](repeating: false, count: dictionary.count)
    let codes = self.codes.span
    for row in codes.indices { isUsed[Int(codes[row])] = true }
    let used = isUsed.count { $0 }
    guard used * 2 <= dictionary.count else { return whole }
    var builder = TextDictionaryBuilder()
    var codeOfOld = [UInt32](repeating: 0, count: dictionary.count)
    for code in isUsed.indices where isUsed[code] { codeOfOld[code] = builder.code(for: dictionary[code].bytes.span) }
    return TextValues(codes: try remap(self.codes, by: codeOfOld), dictionary: builder.dictionary())
  }
}
