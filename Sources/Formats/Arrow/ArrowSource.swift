import Arrow
import Diagnostics
import Parallelism
import Tables

/// An Arrow file or stream as a source.
///
/// A partition has some hundred thousand rows: several small batches, or a part of a large batch whose buffers are
/// not compressed. Values are copied into memory when a column is read: a mapped file may change, a table may not.
final class ArrowSource: DecodedSource {
  private let input: InputFile
  private let file: ArrowFile
  /// The indices of the file's columns that the table has.
  private let stored: [Int]
  private let cache = ColumnCache()
  private let segments: [[ArrowSegment]]
  let schema: Schema
  let partitions: [Partition]
  let notes: [String]

  /// The number of rows of a partition, where the batches permit a choice.
  private static let partitionRows = 1 << 18

  init(_ input: InputFile, _ options: LoadOptions) throws(Diagnostic) {
    self.input = input
    let file: ArrowFile
    do throws(Diagnostic) {
      file = try ArrowFile(
        ArrowBytes(
          input.bytes, owner: input,
          read: { [weak input] (range, target) throws(Diagnostic) in try input?.copy(range, into: target) ?? false },
          release: { [weak input] range in input?.release(range) }))
    } catch { throw error.placed(input.path) }
    self.file = file
    var notes: [String] = []
    let names = uniqueNames(file.fields.map(\.name), &notes)
    // Columns of unsupported types are left out, unless `columns=` names them or there is no other.
    let known = Set(file.fields.indices.filter { file.fields[$0].unsupported == nil })
    let stored = file.fields.indices.filter { index in
      known.isEmpty || known.contains(index) || options.columns?.contains(names[index]) == true
    }
    let chosen = Set(stored)
    for index in file.fields.indices {
      guard let what = file.fields[index].unsupported else { continue }
      if chosen.contains(index) { throw .unsupportedColumn(names[index], what).placed(input.path) }
      if options.columns == nil {
        notes.append("`\(names[index])` is left out: it is or holds \(what), which no column here can be")
      }
    }
    schema = Schema(stored.map { Field(names[$0], file.fields[$0].dataType) })
    for index in stored {
      guard let zone = file.fields[index].zone, Zone.ifKnown(zone) == nil else { continue }
      notes.append(unknownZoneNote(names[index], zone))
    }
    (self.stored, self.notes) = (stored, notes)
    (partitions, segments) = ArrowSource.parts(of: file, columnCount: schema.count)
  }

  /// Groups small batches into partitions, or splits large ones.
  private static func parts(
    of file: ArrowFile, columnCount: Int
  ) -> (partitions: [Partition], segments: [[ArrowSegment]]) {
    var partitions: [Partition] = []
    var segments: [[ArrowSegment]] = []
    var open: [ArrowSegment] = []
    var start = 0
    func close(at end: Int) {
      guard end > start else { return }
      partitions.append(
        Partition(rows: start..<end, statistics: [ColumnStatistics?](repeating: nil, count: columnCount)))
      segments.append(open)
      (open, start) = ([], end)
    }
    for batch in 0..<file.starts.count - 1 {
      let rows = file.starts[batch]..<file.starts[batch + 1]
      if rows.isEmpty { continue }
      if rows.upperBound - start > partitionRows { close(at: rows.lowerBound) }
      let step = file.isCompressed(batch) ? rows.count : partitionRows
      for first in stride(from: 0, to: rows.count, by: step) {
        let part = first..<min(rows.count, first + step)
        open.append(ArrowSegment(batch: batch, rows: part))
        if part.count >= partitionRows || part.upperBound < rows.count { close(at: rows.lowerBound + part.upperBound) }
      }
    }
    close(at: file.rowCount)
    return (partitions, segments)
  }

  var name: String { input.path }
  var rowCount: Int { file.rowCount }

  func columns(_ indices: [Int]) throws(Diagnostic) -> [Column] {
    try cache.columns(indices) { (missing) throws(Diagnostic) in try read(missing, segments.flatMap { $0 }) }
  }

  func columns(_ indices: [Int], partition: Int) throws(Diagnostic) -> [Column] {
    let rows = partitions[partition].rows
    if let cached = cache.cached(indices) { return cached.map { $0[rows] } }
    return try read(indices, segments[partition])
  }

  func columns(
    _ indices: [Int], partition: Int, rows: Range<Int>, kept: Bitmap?
  ) throws(Diagnostic) -> [Column] {
    let first = partitions[partition].rows.lowerBound
    var columns: [Column] = []
    if let cached = cache.cached(indices) {
      columns = cached.map { $0[first + rows.lowerBound..<first + rows.upperBound] }
    } else {
      columns = try read(indices, cut(segments[partition], to: rows))
    }
    guard let kept else { return columns }
    return try columns.map { (column) throws(Diagnostic) in try filter(column, kept) }
  }

  /// Restricts segments to a row range; rows are counted from the first segment's first row.
  private func cut(_ segments: [ArrowSegment], to rows: Range<Int>) -> [ArrowSegment] {
    var start = 0
    var wanted: [ArrowSegment] = []
    for segment in segments {
      let own = start..<start + segment.rows.count
      start = own.upperBound
      let part = own.clamped(to: rows)
      if part.isEmpty { continue }
      let first = segment.rows.lowerBound + part.lowerBound - own.lowerBound
      wanted.append(ArrowSegment(batch: segment.batch, rows: first..<first + part.count))
    }
    return wanted
  }

  /// Reads batches in parallel, or columns if there are more of them.
  private func read(_ indices: [Int], _ segments: [ArrowSegment]) throws(Diagnostic) -> [Column] {
    try input.whileUnchanged { () throws(Diagnostic) in
      if indices.count > segments.count {
        return try mapIndices(of: indices.count) { (position) throws(Diagnostic) in
          try read(indices[position], segments)
        }
      }
      var columns: [Column] = []
      for index in indices {
        columns.append(
          try Progress.ofLoops("reading \(schema[index].name)") { () throws(Diagnostic) in try read(index, segments) })
      }
      return columns
    }
  }

  private func read(_ index: Int, _ segments: [ArrowSegment]) throws(Diagnostic) -> Column {
    do throws(Diagnostic) {
      return try file.column(stored[index], segments)
    } catch { throw error.placed("\(name), column `\(schema[index].name)`") }
  }

  /// A batch with compressed buffers is decompressed as a whole, even if only some of its rows are needed.
  func pages(_ column: Int, partition: Int) -> [ColumnPage] {
    [ColumnPage(rows: 0..<partitions[partition].rows.count, byteCount: 0, statistics: nil)]
  }

  func decodedSize(_ columns: Set<Int>) -> Int {
    columns.reduce(0) { $0 &+ schema[$1].type.bytesPerValue &* rowCount }
  }

  /// To decompress and to build texts costs more than to copy, so columns are cached if they fit.
  func isWorthKeeping(_ columns: Set<Int>) -> Bool { fitsMemory(columns) }

  func isInMemory(_ column: Int) -> Bool { cache.contains(column) }
}

/// The note on a column whose zone this system does not have.
func unknownZoneNote(_ name: String, _ zone: String) -> String {
  "`\(name)` is shown in UTC: this system has no time zone \(zone)"
}
