package import Diagnostics
import Parallelism
package import Tables

/// A row range of one batch.
package struct ArrowSegment: Sendable {
  package let batch: Int
  package let rows: Range<Int>

  package init(batch: Int, rows: Range<Int>) {
    self.batch = batch
    self.rows = rows
  }
}

extension ArrowFile {
  /// The number of rows that one thread reads at a time, if buffers are not compressed.
  private static let pieceRows = 1 << 16

  /// Reads a column of some segments, concatenated, on all cores.
  ///
  /// The pieces depend only on the batches, so the result does not depend on the number of cores.
  package func column(_ index: Int, _ segments: [ArrowSegment]) throws(Diagnostic) -> Column {
    let field = fields[index]
    var pieces: [ArrowSegment] = []
    var places: [Range<Int>] = []
    for segment in segments where !segment.rows.isEmpty {
      let step = isCompressed(segment.batch) ? segment.rows.count : ArrowFile.pieceRows
      for start in stride(from: segment.rows.lowerBound, to: segment.rows.upperBound, by: step) {
        let rows = start..<min(segment.rows.upperBound, start + step)
        let first = places.last?.upperBound ?? 0
        pieces.append(ArrowSegment(batch: segment.batch, rows: rows))
        places.append(first..<first + rows.count)
      }
    }
    if let what = field.unsupported { throw .unsupportedColumn(field.name, what) }
    let values = try dictionaries.values(of: field, for: Set(pieces.map { batches[$0.batch].sequence }))
    let reading = Reading(file: self, field: field, place: layout.columns[index], values: values, pieces: pieces)
    let column = try reading.column(places)
    if column.count >= ArrowFile.pieceRows { release(index, Set(segments.map(\.batch))) }
    return column
  }

  private func release(_ index: Int, _ read: Set<Int>) {
    let column = layout.columns[index]
    let isLast = index + 1 == layout.columns.count
    for number in read.sorted() {
      let batch = batches[number]
      let first = column.buffer + batch.viewBuffers[column.views]
      let end =
        isLast
        ? batch.buffers.count
        : layout.columns[index + 1].buffer + batch.viewBuffers[layout.columns[index + 1].views]
      for buffer in first..<end { bytes.release(batch.buffers[buffer]) }
    }
  }
}

/// The reading of one column.
private struct Reading: Sendable {
  let file: ArrowFile
  let field: ArrowField
  let place: (node: Int, buffer: Int, views: Int)
  let values: [ArrowDictionaries.Key: Column]
  let pieces: [ArrowSegment]

  /// - Parameter places: the rows of every piece.
  func column(_ places: [Range<Int>]) throws(Diagnostic) -> Column {
    let type = field.dataType
    guard field.dictionary == nil, field.liesAsStored else {
      return try Column.assembled(type, pieces: places) { (index) throws(Diagnostic) in
        try arrays(index).column(field, place, rows: pieces[index].rows)
      }
    }
    switch type {
    case .i8: return try filled(places, of: Int8.self)
    case .i16: return try filled(places, of: Int16.self)
    case .i32, .date: return try filled(places, of: Int32.self)
    case .u8: return try filled(places, of: UInt8.self)
    case .u16: return try filled(places, of: UInt16.self)
    case .u32: return try filled(places, of: UInt32.self)
    case .u64: return try filled(places, of: UInt64.self)
    case .f32: return try filled(places, of: Float.self)
    case .f64: return try filled(places, of: Double.self)
    default: return try filled(places, of: Int64.self)
    }
  }

  private func arrays(_ piece: Int) -> ArrowArrays {
    ArrowArrays(file.batches[pieces[piece].batch], file.bytes, file.dictionaries, values)
  }

  private func filled<Element: ColumnElement>(
    _ places: [Range<Int>], of element: Element.Type
  ) throws(Diagnostic) -> Column {
    try Column.filled(field.dataType, pieces: places, of: element) { (index, target) throws(Diagnostic) in
      try arrays(index).fill(place, pieces[index].rows, into: &target)
    }
  }
}

extension ArrowField {
  /// Whether the file and the table have the same representation of the values.
  fileprivate var liesAsStored: Bool {
    switch type {
    case .integer, .date(isMilliseconds: false), .time(.nanoseconds, _): true
    case .float(let bits): bits > 16
    case .timestamp(let unit, _), .duration(let unit): unit != .seconds
    default: false
    }
  }
}

extension Diagnostic {
  /// An error for a column whose type no table column can hold; `what` describes the type.
  package static func unsupportedColumn(_ name: String, _ what: String) -> Diagnostic {
    Diagnostic(
      "`\(name)` is or holds \(what), which no column here can be", hint: "name the other columns by `columns=`")
  }
}
