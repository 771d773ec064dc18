public import Diagnostics
import Parallelism

// Rows. Operations that select, repeat and combine rows independently of their values: filter by a bitmap, gather by
// row numbers, slice, concatenate, explode lists. Each copies in time linear in the rows of the result, on all cores.
// Slices share memory and copy nothing.

/// A row number that means “no row”; gathering it gives null.
public let missingRow = UInt32.max

/// The values of a column at `rows`, in that order; null for `missingRow`.
///
/// - Complexity: O(rows) on all cores; for lists, O(elements).
/// - Precondition: every other row number is less than the column's count.
public func gather(_ column: Column, rows: [UInt32]) throws(Diagnostic) -> Column {
  let hasMissing = try contains(missingRow, in: rows)
  return try gather(column, rows: rows, hasMissing: hasMissing)
}

/// The rows of a table at `rows`, in that order; nulls for `missingRow`.
public func gather(_ table: Table, rows: [UInt32]) throws(Diagnostic) -> Table {
  try gather(table, rows: rows, hasMissing: contains(missingRow, in: rows))
}

/// The same if it is known whether `rows` contains `missingRow`.
public func gather(_ table: Table, rows: [UInt32], hasMissing: Bool) throws(Diagnostic) -> Table {
  let columns = try table.columns.map { (column) throws(Diagnostic) in
    try gather(column, rows: rows, hasMissing: hasMissing)
  }
  return Table(table.schema, columns, rowCount: rows.count)
}

/// The values of a column at `rows`, if it is known whether `rows` contains `missingRow`.
public func gather(_ column: Column, rows: [UInt32], hasMissing: Bool) throws(Diagnostic) -> Column {
  try gather(column, rows: Buffer(rows), hasMissing: hasMissing)
}

/// The same for a buffer of row numbers, which may be a slice.
func gather(_ column: Column, rows: Buffer<UInt32>, hasMissing: Bool) throws(Diagnostic) -> Column {
  if hasMissing, column.count == 0 { return .nulls(column.type, count: rows.count) }
  let values = try column.values.gathered(rows, hasMissing: hasMissing)
  if case .null = values { return Column(.null, values) }
  return Column(column.type, values, validity: try gatheredValidity(column.validity, rows, hasMissing: hasMissing))
}

private func contains(_ wanted: UInt32, in rows: [UInt32]) throws(Diagnostic) -> Bool {
  let found = try mapChunks(of: rows.count, grain: 1 << 18) { (range) throws(Diagnostic) in
    let rows = rows.span
    // Without a branch, many rows are compared at a time.
    var found: UInt32 = 0
    for index in range { found |= rows[index] == wanted ? 1 : 0 }
    return found != 0
  }
  return found.contains(true)
}

private func gatheredValidity(
  _ validity: Bitmap?, _ rows: Buffer<UInt32>, hasMissing: Bool
) throws(Diagnostic) -> Bitmap? {
  switch (validity, hasMissing) {
  case (nil, false): return nil
  case (nil, true): return try Bitmap.ofRows(rows.count) { rows[$0] != missingRow }
  case (let validity?, false): return try validity.gathered(rows)
  case (let validity?, true):
    return try Bitmap.ofRows(rows.count) { rows[$0] != missingRow && validity[Int(rows[$0])] }
  }
}

extension Bitmap {
  /// The bits at `rows`.
  func gathered(_ rows: [UInt32]) throws(Diagnostic) -> Bitmap { try gathered(Buffer(rows)) }

  fileprivate func gathered(_ rows: Buffer<UInt32>) throws(Diagnostic) -> Bitmap {
    try Bitmap.ofRows(rows.count) { self[Int(rows[$0])] }
  }

  /// The bitmap of the rows of `0..<count` for which `isSet` is true, computed on all cores.
  @inline(__always)
  public static func ofRows(_ count: Int, _ isSet: @Sendable (Int) -> Bool) throws(Diagnostic) -> Bitmap {
    let words = try buildArray(count: wordCount(count), grain: rowGrain / 64, of: UInt64.self) {
      (range, words) throws(Diagnostic) in
      for word in range {
        var bits: UInt64 = 0
        let first = word * 64
        for row in first..<min(count, first + 64) where isSet(row) { bits |= 1 << UInt64(row - first) }
        words[word - range.lowerBound] = bits
      }
    }
    return Bitmap(words: Buffer(words), count: count)
  }
}

private struct RowGather: BufferTransform {
  let rows: Buffer<UInt32>
  let hasMissing: Bool

  func apply<Element: ColumnElement>(_ buffer: Buffer<Element>) throws(Diagnostic) -> Buffer<Element> {
    let gathered = try buildArray(count: rows.count, grain: rowGrain, of: Element.self) {
      (range, gathered) throws(Diagnostic) in
      let source = buffer.span
      let rows = rows.span
      if hasMissing {
        for index in range {
          let row = rows[index]
          gathered[index - range.lowerBound] = row == missingRow ? Element.placeholder : source[Int(row)]
        }
      } else {
        for index in range { gathered[index - range.lowerBound] = source[Int(rows[index])] }
      }
    }
    return Buffer(gathered)
  }
}

extension ColumnValues {
  fileprivate func gathered(_ rows: Buffer<UInt32>, hasMissing: Bool) throws(Diagnostic) -> ColumnValues {
    switch self {
    case .null: return .null(count: rows.count)
    case .bool(let bits):
      if hasMissing { return .bool(try Bitmap.ofRows(rows.count) { rows[$0] != missingRow && bits[Int(rows[$0])] }) }
      return .bool(try bits.gathered(rows))
    case .list(let lists): return .list(try lists.gathered(rows))
    case .structure(let columns, _):
      let gatheredColumns = try columns.map { (column) throws(Diagnostic) in
        try gather(column, rows: rows, hasMissing: hasMissing)
      }
      return .structure(gatheredColumns, count: rows.count)
    default:
      return try transformed(by: RowGather(rows: rows, hasMissing: hasMissing)) ?? self
    }
  }
}

extension ListValues {
  fileprivate func gathered(_ rows: Buffer<UInt32>) throws(Diagnostic) -> ListValues {
    var offsets = [0]
    offsets.reserveCapacity(rows.count + 1)
    var end = 0
    try forEachRange(of: rows.count) { places in
      for index in places {
        if rows[index] != missingRow { end += range(Int(rows[index])).count }
        offsets.append(end)
      }
    }
    let newOffsets = offsets
    if child.validity == nil,
      let values = try child.values.transformed(by: ListGather(lists: self, rows: rows, offsets: newOffsets))
    {
      return ListValues(offsets: Buffer(newOffsets), child: Column(child.type, values))
    }
    let children = try fillArray(count: end, of: UInt32.self) { (children) throws(Diagnostic) in
      try forEachChunk(of: rows.count, grain: 4096) { (chunk) throws(Diagnostic) in
        for index in chunk where rows[index] != missingRow {
          let source = self.range(Int(rows[index]))
          let target = newOffsets[index]
          for position in source { children.store(UInt32(position), at: target + position - source.lowerBound) }
        }
      }
    }
    return ListValues(
      offsets: Buffer(newOffsets), child: try gather(child, rows: children, hasMissing: false))
  }
}

/// Copies the elements of the gathered lists, list by list.
private struct ListGather: BufferTransform {
  let lists: ListValues
  let rows: Buffer<UInt32>
  /// The start of each list's elements in the result, then the total count.
  let offsets: [Int]

  func apply<Element: ColumnElement>(_ buffer: Buffer<Element>) throws(Diagnostic) -> Buffer<Element> {
    Buffer(
      try fillArray(count: offsets.last ?? 0, of: Element.self) { (elements) throws(Diagnostic) in
        try forEachChunk(of: rows.count, grain: 4096) { (chunk) throws(Diagnostic) in
          let source = buffer.span
          for index in chunk where rows[index] != missingRow {
            let range = lists.range(Int(rows[index]))
            let shift = offsets[index] - range.lowerBound
            for position in range { elements.store(source[position], at: position + shift) }
          }
        }
      })
  }
}
