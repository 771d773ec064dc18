import Diagnostics
import Parallelism
import Tables

/// An open Parquet file. Only the footer has been read.
final class ParquetFile: Sendable {
  let input: InputFile
  let metadata: ParquetMetadata
  let columns: [(name: String, column: ParquetColumn)]
  let schema: Schema
  /// The first row of every row group, and the number of rows at the end.
  let groupStarts: [Int]
  let notes: [String]
  /// The unit in which INT96 timestamps are read.
  let int96Unit: TimeUnit
  private let footerStart: Int

  var rowCount: Int { groupStarts[groupStarts.count - 1] }
  /// The bytes of the file that may hold pages.
  var pageBytes: UnsafeRawBufferPointer { UnsafeRawBufferPointer(rebasing: input.bytes[..<footerStart]) }

  /// How many bytes at the end of a remote file are fetched first.
  private static let usualFooter = 1 << 16

  static let magic: [UInt8] = Array("PAR1".utf8)

  static func isParquet(_ input: InputFile) -> Bool {
    input.bytes.starts(with: magic) || input.bytes.starts(with: "PARE".utf8)
  }

  init(_ input: InputFile) throws(Diagnostic) {
    int96Unit = .nanoseconds
    let bytes = input.bytes
    try input.require([max(0, bytes.count - ParquetFile.usualFooter)..<bytes.count])
    if bytes.starts(with: "PARE".utf8) { throw .encryptedParquet(input.path) }
    guard bytes.count >= 12, bytes[(bytes.count - 4)...].elementsEqual(ParquetFile.magic) else {
      if bytes.count >= 4, bytes[(bytes.count - 4)...].elementsEqual("PARE".utf8) {
        throw .encryptedParquet(input.path)
      }
      throw .noParquetFooter(input.path)
    }
    let length = Int(UInt32(littleEndian: bytes.loadUnaligned(fromByteOffset: bytes.count - 8, as: UInt32.self)))
    guard length <= bytes.count - 12 else { throw .noParquetFooter(input.path) }
    footerStart = bytes.count - 8 - length
    try input.require([footerStart..<bytes.count])
    do throws(Diagnostic) {
      var reader = ThriftReader(UnsafeRawBufferPointer(rebasing: bytes[footerStart..<bytes.count - 8]))
      metadata = try ParquetMetadata(&reader)
      let arrow = metadata.arrowSchema
      let (found, leafCount) = try ParquetSchemaReader.columns(
        of: metadata.schema, durations: metadata.durations, zones: metadata.zones, arrow: arrow)
      var notes = input.notes
      let names = uniqueNames(found.map(\.name), &notes)
      columns = zip(names, found).map { ($0, $1.column) }
      schema = Schema(columns.map { Field($0.name, $0.column.dataType) })
      for (name, column) in columns {
        if let leaf = column.flatLeaf, case .decimal(let precision, _) = leaf.meaning, leaf.dataType == .binary {
          notes.append("`\(name)` is bytes: numbers have 38 digits at most here, and these have \(precision)")
        }
        let unknown = Set(column.leaves.compactMap(\.unknownZone)).sorted()
        notes += unknown.map { unknownZoneNote(name, $0) }
      }
      self.notes = notes
      var starts = [0]
      for group in metadata.rowGroups {
        guard group.columns.count == leafCount else {
          throw .malformed("a row group of \(group.columns.count) columns where the schema has \(leafCount)")
        }
        // The file's own row count is ignored: some writers get it wrong, and the pages are counted anyway.
        let (sum, overflow) = starts[starts.count - 1].addingReportingOverflow(group.rowCount)
        guard !overflow, sum <= Int(UInt32.max) else { throw .malformed("over 4 billion rows") }
        starts.append(sum)
      }
      groupStarts = starts
    } catch { throw error.placed(input.path) }
    self.input = input
  }

  /// The same file with INT96 timestamps in a coarser unit than nanoseconds.
  ///
  /// - Parameter isFar: whether this file itself has timestamps out of the range of nanoseconds, and not only other
  ///   parts of the same table.
  init(_ file: ParquetFile, int96In unit: TimeUnit, isFar: Bool) {
    input = file.input
    metadata = file.metadata
    columns = file.columns.map { ($0.name, $0.column.readingInt96(in: unit)) }
    schema = Schema(columns.map { Field($0.name, $0.column.dataType) })
    groupStarts = file.groupStarts
    int96Unit = unit
    footerStart = file.footerStart
    let note =
      "timestamps of `\(file.input.path)` are read as datetime[\(unit.rawValue)]: some lie outside of 1677 to 2262, "
      + "the range of nanoseconds; finer digits are cut off"
    notes = file.notes + (isFar ? [note] : [])
  }

  /// Decodes all rows of some row groups of one column.
  func decode(_ column: Int, groups: Range<Int>) throws(Diagnostic) -> Column {
    let column = columns[column].column
    if let leaf = column.flatLeaf { return try flatColumn(plan(leaf, groups, isFlat: true)) }
    var decodings: [ChunkDecoding] = []
    for leaf in column.leaves { decodings.append(try plan(leaf, groups, isFlat: false)) }
    return try nestedColumn(column, decodings, rowCount: rows(of: groups).count)
  }

  /// Decodes some rows of a row group: those in `rows` (counted from the row group's first row) whose bit in `kept`
  /// is set. Pages without such rows are not decoded.
  func decode(_ index: Int, group: Int, rows wanted: Range<Int>, kept: Bitmap?) throws(Diagnostic) -> Column {
    let column = columns[index].column
    let isFlat = column.flatLeaf != nil
    let selection = PageSelection(rows: wanted, kept: kept)
    guard let leaf = column.leaves.first, column.leaves.count == 1 else {
      // The pages of a struct's leaves start at different rows.
      let whole = try decode(index, groups: group..<group + 1)
      return try selection.rest(of: whole, covering: [0..<whole.count])
    }
    var decoding = try plan(leaf, group..<group + 1, isFlat: isFlat)
    let covered = decoding.select(selection, starts: isFlat ? nil : offsetIndex(leaf, group)?.pages.map(\.firstRow))
    if isFlat, let rows = selection.fewRows {
      decoding.pick(rows, covering: covered)
      return try flatColumn(decoding)
    }
    let decoded = try isFlat ? flatColumn(decoding) : nestedColumn(column, [decoding], rowCount: decoding.rowCount)
    return try selection.rest(of: decoded, covering: covered)
  }

  private func flatColumn(_ decoding: ChunkDecoding) throws(Diagnostic) -> Column {
    let (values, validity, _) = try decodeLeaf(decoding)
    return Column(decoding.leaf.dataType, values, validity: validity)
  }

  private func nestedColumn(
    _ column: ParquetColumn, _ decodings: [ChunkDecoding], rowCount: Int
  ) throws(Diagnostic) -> Column {
    var decoded: [Int: NestedLeaf] = [:]
    for decoding in decodings {
      let (values, _, levels) = try decodeLeaf(decoding)
      decoded[decoding.leaf.index] = NestedLeaf(values: values, levels: levels)
    }
    let assembly = NestedAssembly(leaves: decoded, rowCount: rowCount)
    do throws(Diagnostic) {
      return try assembly.column(column)
    } catch { throw error.placed("\(input.path), column `\(column.leaves.first?.path ?? "")`") }
  }

  /// The row range of these row groups.
  func rows(of groups: Range<Int>) -> Range<Int> { groupStarts[groups.lowerBound]..<groupStarts[groups.upperBound] }

  /// Runs `body` and adds the place in the file to its errors.
  func placing<Result>(
    _ leaf: ParquetLeaf, _ group: Int, _ body: () throws(Diagnostic) -> Result
  ) throws(Diagnostic) -> Result {
    do throws(Diagnostic) {
      return try body()
    } catch { throw error.placed("\(input.path), row group \(group), column `\(leaf.path)`") }
  }

  /// Finds the pages of a leaf in some row groups, and checks that their headers agree with the footer.
  func plan(_ leaf: ParquetLeaf, _ groups: Range<Int>, isFlat: Bool) throws(Diagnostic) -> ChunkDecoding {
    let first = groupStarts[groups.lowerBound]
    try fetch([leaf], groups)
    let plans = try mapIndices(of: groups.count) { (index) throws(Diagnostic) -> ChunkPlan in
      let group = groups.lowerBound + index
      return try placing(leaf, group) { () throws(Diagnostic) in
        let chunk = metadata.rowGroups[group].columns[leaf.index]
        if chunk.isEncrypted { throw .encryptedColumn(leaf.path) }
        if chunk.isElsewhere { throw .unsupportedParquet("a column that lies in another file") }
        if let type = chunk.type, type != leaf.physical { throw .malformed("a column chunk of another type") }
        let rows = groupStarts[group] - first..<groupStarts[group + 1] - first
        let isSound = leaf.repetitionLevel == 0 ? chunk.valueCount == rows.count : chunk.valueCount >= rows.count
        guard isSound else { throw .malformed("\(chunk.valueCount) values for \(rows.count) rows") }
        return ChunkPlan(group: group, chunk: chunk, pages: try ChunkPages(chunk, in: pageBytes), rows: rows)
      }
    }
    return ChunkDecoding(
      file: self, leaf: leaf, plans: plans, rowCount: rows(of: groups).count, isFlat: isFlat)
  }
}

/// Makes column names unique by numbering duplicates, and adds a note for each.
func uniqueNames(_ names: [String], _ notes: inout [String]) -> [String] {
  var seen = Set(names.map { Array($0.utf8) })
  guard seen.count < names.count else { return names }
  var taken: Set<[UInt8]> = []
  return names.map { name in
    if taken.insert(Array(name.utf8)).inserted { return name }
    var number = 2
    while !seen.insert(Array("\(name)_\(number)".utf8)).inserted { number += 1 }
    taken.insert(Array("\(name)_\(number)".utf8))
    notes.append("a second column `\(name)` is called `\(name)_\(number)`")
    return "\(name)_\(number)"
  }
}
