import Diagnostics
import Tables

/// The number of pages and their size in the file in bytes.
struct PageCount {
  var pages = 0
  var bytes = 0

  mutating func add(_ other: PageCount) {
    pages += other.pages
    bytes += other.bytes
  }

  /// Counts the pages that contain a row of the range, or, if `kept` is given, a row that is set in it.
  mutating func add(_ columns: [Int], of range: RowRange, in source: any TableSource, kept: Bitmap?) {
    count(columns.filter { !source.isInMemory($0) }, of: range, in: source, kept: kept)
  }

  /// Counts the pages of several ranges. A source of many files is asked once which columns are in memory: it asks them
  /// all.
  mutating func add(_ columns: [Int], of ranges: [RowRange], in source: any TableSource) {
    let stored = columns.filter { !source.isInMemory($0) }
    if stored.isEmpty { return }
    for range in ranges { count(stored, of: range, in: source, kept: nil) }
  }

  private mutating func count(_ columns: [Int], of range: RowRange, in source: any TableSource, kept: Bitmap?) {
    let first = range.rows.lowerBound
    for column in columns {
      for page in source.pages(column, partition: range.partition) where page.rows.overlaps(range.rows) {
        let shared = page.rows.clamped(to: range.rows)
        if let kept, !kept.hasSetBits(in: shared.lowerBound - first..<shared.upperBound - first) { continue }
        pages += 1
        bytes += page.byteCount
      }
    }
  }
}

extension Scan {
  /// All pages of the columns that are not in memory.
  private var allPages: PageCount {
    var count = PageCount()
    count.add(allColumns.sorted(), of: allRanges, in: source)
    return count
  }

  private var allRanges: [RowRange] {
    source.partitions.enumerated().map { RowRange(partition: $0, rows: 0..<$1.rows.count) }
  }

  /// The report entry for reading some row ranges.
  func read(_ ranges: [RowRange], _ read: PageCount) -> SourceRead {
    let (partitions, schema) = (source.partitions, source.schema)
    let touched = Set(ranges.map(\.partition))
    var report = SourceRead(
      source: source.name, columns: allColumns.sorted().map { schema[$0].name }, partitionsRead: touched.count,
      partitionsSkipped: partitions.count - touched.count, rows: touched.reduce(0) { $0 + partitions[$1].rows.count },
      wasInMemory: allColumns.allSatisfy { source.isInMemory($0) })
    let all = allPages
    (report.pagesRead, report.pageCount, report.bytesRead, report.byteCount) =
      (read.pages, all.pages, read.bytes, all.bytes)
    return report
  }

  /// The report entry for reading whole columns.
  var readOfAll: SourceRead { read(allRanges, allPages) }

  /// An upper bound of the pages that must be read according to statistics; nil if the source has no pages.
  var expectedPages: (read: PageCount, all: PageCount)? {
    let all = allPages
    guard all.bytes > 0 else { return nil }
    if conditions.isEmpty, slice == nil { return (all, all) }
    var read = PageCount()
    read.add(allColumns.sorted(), of: wantedRanges, in: source)
    return (read, all)
  }

  private var wantedRanges: [RowRange] {
    guard let slice else { return matchingRanges }
    return ranges(of: sliceRange(offset: slice.offset, count: slice.count, rowCount: source.rowCount))
  }
}

extension SourceRead {
  /// `12 of 159 partitions, 40 of 500 pages, 1.2 of 129.3 MB`; empty if nothing had to be read from a file.
  var summary: String {
    guard byteCount > 0 else { return "" }
    let parts = partitionsRead + partitionsSkipped
    return "\(grouped(partitionsRead)) of \(grouped(parts)) partitions, "
      + "\(grouped(pagesRead)) of \(grouped(pageCount)) pages, \(megabytes(bytesRead)) of \(megabytes(byteCount)) MB"
  }
}

/// A number of bytes in megabytes, with one decimal.
func megabytes(_ bytes: Int) -> String {
  let tenths = (bytes + 50_000) / 100_000
  return "\(grouped(tenths / 10)).\(tenths % 10)"
}
