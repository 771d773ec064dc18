import Diagnostics
import Tables

/// The offset index of newer writers: the location of each page of a column chunk, and its first row.
struct OffsetIndex: ThriftStructure {
  var pages: [PageLocation] = []

  mutating func read(_ field: Int, _ type: ThriftType, _ reader: inout ThriftReader) throws(Diagnostic) -> Bool {
    guard field == 1 else { return false }
    pages = try reader.readStructures(type)
    return true
  }
}

struct PageLocation: ThriftStructure {
  var offset = 0
  var size = 0
  var firstRow = 0

  mutating func read(_ field: Int, _ type: ThriftType, _ reader: inout ThriftReader) throws(Diagnostic) -> Bool {
    switch field {
    case 1: offset = try reader.readCount(type)
    case 2: size = try reader.readCount(type)
    case 3: firstRow = try reader.readCount(type)
    default: return false
    }
    return true
  }
}

/// The column index: the bounds of each page of a column chunk.
struct ColumnIndex: ThriftStructure {
  var isNull: [Bool] = []
  var minima: [[UInt8]] = []
  var maxima: [[UInt8]] = []
  var nullCounts: [Int] = []

  mutating func read(_ field: Int, _ type: ThriftType, _ reader: inout ThriftReader) throws(Diagnostic) -> Bool {
    switch field {
    case 1: isNull = try reader.readList(type) { (reader, _) throws(Diagnostic) in try reader.readElementBool() }
    case 2: minima = try reader.readList(type) { (reader, type) throws(Diagnostic) in try reader.readBinary(type) }
    case 3: maxima = try reader.readList(type) { (reader, type) throws(Diagnostic) in try reader.readBinary(type) }
    case 5:
      nullCounts = try reader.readList(type) { (reader, type) throws(Diagnostic) in Int(try reader.readInteger(type)) }
    default: return false
    }
    return true
  }
}

extension ParquetFile {
  /// Returns the pages of a column in a row group, with their rows and bounds.
  ///
  /// An index is only a hint: if it is broken or does not fit its chunk, it is ignored, and the chunk counts as one
  /// page.
  func pages(_ column: Int, group: Int) -> [ColumnPage] {
    let rowCount = groupStarts[group + 1] - groupStarts[group]
    let leaves = columns[column].column.leaves
    // In a broken file, the footer may claim more bytes than the file has.
    let size = leaves.reduce(0) {
      min(input.bytes.count, $0 + min(input.bytes.count, metadata.rowGroups[group].columns[$1.index].compressedSize))
    }
    let whole = [
      ColumnPage(rows: 0..<rowCount, byteCount: size, statistics: statistics(column: column, group: group))
    ]
    guard leaves.count == 1, let offsets = offsetIndex(leaves[0], group) else { return whole }
    guard offsets.pages.count > 1 else { return whole }
    let bounds = columns[column].column.flatLeaf.flatMap { columnIndex($0, group) }
    var pages: [ColumnPage] = []
    for (index, page) in offsets.pages.enumerated() {
      let end = index + 1 < offsets.pages.count ? offsets.pages[index + 1].firstRow : rowCount
      pages.append(
        ColumnPage(
          rows: page.firstRow..<end, byteCount: page.size,
          statistics: bounds.flatMap { statistics(leaves[0], $0, page: index, rowCount: end - page.firstRow) }))
    }
    return pages
  }

  /// Reads the offset index of a chunk; nil if there is none or it is invalid.
  func offsetIndex(_ leaf: ParquetLeaf, _ group: Int) -> OffsetIndex? {
    let chunk = metadata.rowGroups[group].columns[leaf.index]
    guard var reader = indexReader(chunk.offsetIndex), let index = try? OffsetIndex(&reader) else { return nil }
    let rowCount = groupStarts[group + 1] - groupStarts[group]
    let starts = index.pages.map(\.firstRow)
    guard starts.first == 0, zip(starts, starts.dropFirst()).allSatisfy({ $0 < $1 }),
      starts[starts.count - 1] < rowCount,
      index.pages.allSatisfy({ $0.offset <= input.bytes.count && $0.size <= input.bytes.count - $0.offset })
    else { return nil }
    return index
  }

  private func columnIndex(_ leaf: ParquetLeaf, _ group: Int) -> ColumnIndex? {
    guard var reader = indexReader(metadata.rowGroups[group].columns[leaf.index].columnIndex) else { return nil }
    return try? ColumnIndex(&reader)
  }

  private func indexReader(_ place: (offset: Int, count: Int)) -> ThriftReader? {
    guard place.count > 0, place.offset <= input.bytes.count, place.count <= input.bytes.count - place.offset else {
      return nil
    }
    // An index of a remote file is used only if it was fetched with the footer: it does not justify another request.
    guard input.has(place.offset..<place.offset + place.count) else { return nil }
    return ThriftReader(UnsafeRawBufferPointer(rebasing: input.bytes[place.offset..<place.offset + place.count]))
  }

  private func statistics(_ leaf: ParquetLeaf, _ index: ColumnIndex, page: Int, rowCount: Int) -> ColumnStatistics? {
    guard page < index.isNull.count, page < index.minima.count, page < index.maxima.count else { return nil }
    if index.isNull[page] { return ColumnStatistics(minimum: nil, maximum: nil, nullCount: rowCount) }
    var statistics = ParquetStatistics()
    statistics.minimum = index.minima[page]
    statistics.maximum = index.maxima[page]
    if page < index.nullCounts.count, index.nullCounts[page] >= 0 { statistics.nullCount = index.nullCounts[page] }
    return bounds(statistics, leaf, valueCount: rowCount)
  }
}

extension ParquetLeaf {
  /// The size in bytes of a value in memory.
  fileprivate var width: Int {
    switch dataType {
    case .bool, .i8, .u8: 1
    case .i16, .u16: 2
    case .i32, .u32, .f32, .date: 4
    case .decimal: 16
    default: 8
    }
  }
}

extension ParquetFile {
  /// The approximate size in bytes of a whole column in memory.
  func decodedSize(_ column: Int) -> Int {
    // A limit, so that the sizes in a broken file cannot overflow.
    let most = 1 << 48
    return columns[column].column.leaves.reduce(0) { total, leaf in
      let chunks = metadata.rowGroups.map { $0.columns[leaf.index] }
      let entries = max(rowCount, chunks.reduce(0) { min(most, $0 + min(most, $1.valueCount)) })
      let size: Int
      switch leaf.dataType {
      case .string, .binary:
        size = entries * 4 + chunks.reduce(0) { min(most, $0 + min(most, max(0, $1.uncompressedSize))) }
      default: size = entries * leaf.width
      }
      return min(most, total + size)
    }
  }
}
