public import Diagnostics

extension Column {
  /// The size of the column in bytes; a dictionary counts whole, however many of its entries are in use.
  public var byteCount: Int { values.byteCount + (validity?.words.byteCount ?? 0) }

  /// The same column without the memory that only other columns need.
  ///
  /// A slice keeps the whole memory of its parent alive, and a filtered text column its whole dictionary. Columns that
  /// are kept for long are therefore copied by this method.
  public func compacted() throws(Diagnostic) -> Column {
    Column(
      type, try values.compacted(), validity: validity.map { Bitmap(words: $0.words.compacted(), count: $0.count) })
  }
}

extension Table {
  /// The size of all columns in bytes; a dictionary that columns share counts once for each of them.
  public var byteCount: Int { columns.reduce(0) { $0 + $1.byteCount } }

  /// The same table without the memory that only other tables need.
  public func compacted() throws(Diagnostic) -> Table {
    Table(schema, try columns.map { (column) throws(Diagnostic) in try column.compacted() }, rowCount: rowCount)
  }
}

extension Buffer {
  /// A copy of a slice; a buffer that is a whole array is not copied.
  func compacted() -> Buffer { Buffer(array) }
}

private struct Compaction: BufferTransform {
  typealias Failure = Never
  func apply<Element: ColumnElement>(_ buffer: Buffer<Element>) -> Buffer<Element> { buffer.compacted() }
}

private struct BufferBytes: ElementKernel {
  typealias Failure = Never
  func run<Element: ColumnElement>(_ buffer: Buffer<Element>) -> Int { buffer.byteCount }
}

extension ColumnValues {
  var byteCount: Int {
    switch self {
    case .null: 0
    case .bool(let bits): bits.words.byteCount
    case .text(let text): text.codes.byteCount + text.dictionary.byteCount
    case .list(let lists): lists.offsets.byteCount + lists.elements.byteCount
    case .structure(let columns, _): columns.reduce(0) { $0 + $1.byteCount }
    default: run(BufferBytes()) ?? 0
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
      return transformed(by: Compaction()) ?? self
    }
  }
}

extension ListValues {
  /// The elements of all lists, end to end: the part of the child that the lists use.
  public var elements: Column { child[offsets[0]..<offsets[count]] }

  /// The same lists with a child that holds only their elements.
  var rebased: ListValues {
    let start = offsets[0]
    if start == 0, offsets[count] == child.count { return self }
    return ListValues(offsets: Buffer((0...count).map { offsets[$0] - start }), child: elements)
  }
}

extension TextValues {
  /// The same rows; a dictionary of more than 64 entries of which at most half are in use is replaced by one without
  /// the unused entries.
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
