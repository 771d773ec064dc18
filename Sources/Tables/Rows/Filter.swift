public import Diagnostics
import Parallelism

/// The rows whose bit is set, ascending.
///
/// - Complexity: O(count / 64 + set rows) on all cores.
public func selectedRows(_ kept: Bitmap) throws(Diagnostic) -> [UInt32] {
  let starts = try selectionStarts(kept)
  return try fillArray(count: starts.last ?? 0) { (rows) throws(Diagnostic) in
    try forEachChunk(of: kept.count, grain: rowGrain) { (range) throws(Diagnostic) in
      let words = kept.words.span
      var next = starts[range.lowerBound / rowGrain]
      for word in range.lowerBound / 64..<Bitmap.wordCount(range.upperBound) {
        var bits = words[word]
        while bits != 0 {
          rows.store(UInt32(word * 64 + bits.trailingZeroBitCount), at: next)
          next += 1
          bits &= bits - 1
        }
      }
    }
  }
}

/// The rows of a table whose bit is set in `kept`, in table order.
///
/// - Complexity: O(rows) on all cores.
public func filter(_ table: Table, _ kept: Bitmap) throws(Diagnostic) -> Table {
  precondition(kept.count == table.rowCount, "a bitmap of another length")
  let selection = try Selection(kept)
  if selection.count == table.rowCount { return table }
  if selection.isSparse { return try gather(table, rows: try selectedRows(kept), hasMissing: false) }
  let columns = try table.columns.map { (column) throws(Diagnostic) in try selection.apply(to: column) }
  return Table(table.schema, columns, rowCount: selection.count)
}

/// The rows of a column whose bit is set in `kept`, in order.
public func filter(_ column: Column, _ kept: Bitmap) throws(Diagnostic) -> Column {
  precondition(kept.count == column.count, "a bitmap of another length")
  let selection = try Selection(kept)
  if selection.isSparse { return try gather(column, rows: try selectedRows(kept), hasMissing: false) }
  return try selection.apply(to: column)
}

/// The start of every chunk's kept rows in the result, then the total count.
private func selectionStarts(_ kept: Bitmap) throws(Diagnostic) -> [Int] {
  let counts = try mapChunks(of: kept.count, grain: rowGrain) { (range) throws(Diagnostic) in
    let words = kept.words.span
    var count = 0
    for word in range.lowerBound / 64..<Bitmap.wordCount(range.upperBound) { count += words[word].nonzeroBitCount }
    return count
  }
  var starts = [0]
  for count in counts { starts.append((starts.last ?? 0) + count) }
  return starts
}

/// The rows to keep, with the position in the result at which every chunk writes.
private struct Selection: BufferTransform {
  let kept: Bitmap
  let starts: [Int]

  init(_ kept: Bitmap) throws(Diagnostic) {
    self.kept = kept
    starts = try selectionStarts(kept)
  }

  var count: Int { starts.last ?? 0 }

  /// Whether so few rows are kept that it is cheaper to compute their row numbers once than to scan the bitmap for each
  /// column.
  var isSparse: Bool { count < kept.count / 16 }

  func apply(to column: Column) throws(Diagnostic) -> Column {
    if count == column.count { return column }
    let validity = try column.validity.map { (validity) throws(Diagnostic) in try apply(to: validity) }
    switch column.values {
    case .null: return Column(.null, .null(count: count))
    case .bool(let bits): return Column(.bool, .bool(try apply(to: bits)), validity: validity)
    case .list: return try gather(column, rows: try selectedRows(kept), hasMissing: false)
    case .structure(let columns, _):
      let filtered = try columns.map { (column) throws(Diagnostic) in try apply(to: column) }
      return Column(column.type, .structure(filtered, count: count), validity: validity)
    default:
      return Column(column.type, try column.values.transformed(by: self) ?? column.values, validity: validity)
    }
  }

  private func apply(to bits: Bitmap) throws(Diagnostic) -> Bitmap {
    try bits.gathered(try selectedRows(kept))
  }

  /// Words with more than 48 set bits are copied in blocks between the gaps; for other words, the set bits are copied
  /// one by one.
  func apply<Element: ColumnElement>(_ buffer: Buffer<Element>) throws(Diagnostic) -> Buffer<Element> {
    let filtered = try fillArray(count: count, of: Element.self) { (output) throws(Diagnostic) in
      try forEachChunk(of: kept.count, grain: rowGrain) { (range) throws(Diagnostic) in
        let chunk = range.lowerBound / rowGrain
        try output.withRows(starts[chunk]..<starts[chunk + 1]) { (output) throws(Diagnostic) in
          let source = buffer.span
          let words = kept.words.span
          var next = 0
          for word in range.lowerBound / 64..<Bitmap.wordCount(range.upperBound) {
            var bits = words[word]
            let first = word * 64
            if bits.nonzeroBitCount > 48, first + 128 <= source.count, next + 128 <= output.count {
              next += copyBetweenGaps(of: bits, source, from: first, to: &output, at: next)
              continue
            }
            while bits != 0 {
              output[next] = source[first + bits.trailingZeroBitCount]
              next += 1
              bits &= bits - 1
            }
          }
        }
      }
    }
    return Buffer(filtered)
  }
}

/// Copies the rows whose bit is set in a word with few gaps; returns their count.
///
/// It always copies 64 rows after a gap: a loop of fixed length has no unpredictable branch. The next copy overwrites
/// the rows that were copied in excess.
///
/// - Precondition: 128 rows can be read from `first` and written from `next`.
@inline(__always)
private func copyBetweenGaps<Element: ColumnElement>(
  of bits: UInt64, _ source: Span<Element>, from first: Int, to output: inout MutableSpan<Element>, at next: Int
) -> Int {
  var gaps = ~bits
  var (from, to) = (first, next)
  while true {
    // Checked before the loop, so that it needs no bounds checks and vectorises.
    precondition(from >= 0 && from < 1 << 40 && from &+ 64 <= source.count, "rows outside the column")
    precondition(to >= 0 && to < 1 << 40 && to &+ 64 <= output.count, "rows outside the result")
    for offset in 0..<64 { output[to &+ offset] = source[from &+ offset] }
    if gaps == 0 { break }
    let gap = first &+ gaps.trailingZeroBitCount
    to = to &+ gap &- from
    from = gap &+ 1
    gaps &= gaps &- 1
  }
  return to &+ first &+ 64 &- from &- next
}
