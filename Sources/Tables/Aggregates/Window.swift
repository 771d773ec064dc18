public import Diagnostics
import Parallelism

/// A window: rows in groups (partitions) and, within each group, in an order: `over key` and `over (key order by d)`.
///
/// Every window function gives one value per row, in the order of the table.
public struct Window: Sendable {
  /// The rows, group by group, in order within each group.
  public let slices: GroupSlices
  let rowCount: Int
  /// The codes of the order within groups; nil if rows stay in table order.
  private let order: KeyEncoder?

  /// - Parameter partition: the keys of the groups; without keys, all rows are one group.
  /// - Parameter order: the order within groups; without it, rows stay in table order.
  public init(partition: [Column], order: [SortKey] = [], count: Int) throws(Diagnostic) {
    rowCount = count
    if order.isEmpty || count == 0 {
      self.order = nil
      slices =
        partition.isEmpty
        ? GroupSlices(rowCount: count) : try Grouping.withSlices(by: partition, count: count, finding: []).slices
      return
    }
    self.order = try KeyEncoder(order, count: count)
    let rows = try sortedRows(try KeyEncoder(identityOf: partition, order: order, count: count))
    let groups = try KeyEncoder(identityOf: partition, count: count)
    slices = GroupSlices(rows: rows, offsets: Buffer(try sliceOffsets(of: rows, by: groups)))
  }

  /// For every row, the aggregate of its group.
  public func aggregate(_ kind: Aggregate, of column: Column) throws(Diagnostic) -> Column {
    try spread(try Tables.aggregate(kind, of: column, over: slices))
  }

  /// One value per row: the value of its group. `perGroup` is in the order of `slices`, as `Tables.aggregate` gives it.
  public func spread(_ perGroup: Column) throws(Diagnostic) -> Column {
    let spread = SliceSpread(slices: slices, rowCount: rowCount)
    if perGroup.validity == nil, let values = try perGroup.values.transformed(by: spread) {
      return Column(perGroup.type, values)
    }
    return try gather(perGroup, rows: spread.apply(Buffer((0..<UInt32(slices.count)).map { $0 })).array)
  }

  /// 1 for the first row of a group, 2 for the second.
  public func rowNumbers() throws(Diagnostic) -> Column {
    try numbers { _, place, _ in UInt32(place + 1) }
  }

  /// The rank: 1 + the number of rows that come before the row's value in the order. Rows with equal values have the
  /// same rank.
  public func ranks() throws(Diagnostic) -> Column {
    try numbers { previous, place, isNew in isNew ? UInt32(place + 1) : previous }
  }

  /// The dense rank: 1 + the number of distinct values that come before the row's value in the order.
  public func denseRanks() throws(Diagnostic) -> Column {
    try numbers { previous, _, isNew in isNew ? previous + 1 : previous }
  }

  /// The value `distance` rows before the row in its group (after it if negative); null if there is no such row.
  public func lag(_ column: Column, by distance: Int) throws(Diagnostic) -> Column {
    if let values = try shifted(column, by: distance) { return values }
    let sources = try fillArray(count: rowCount, of: UInt32.self, scattered: true) { (sources) throws(Diagnostic) in
      try forEachShift(by: distance) { row, source in sources.store(source.map { UInt32($0) } ?? missingRow, at: row) }
    }
    return try gather(column, rows: sources)
  }

  /// `lag` for columns whose values are one buffer; nil for others.
  private func shifted(_ column: Column, by distance: Int) throws(Diagnostic) -> Column? {
    if column.count == 0 { return nil }
    var values: ColumnValues?
    let isThere = try fillArray(count: rowCount, of: UInt8.self, scattered: true) { (isThere) throws(Diagnostic) in
      values = try column.values.transformed(
        by: SliceShift(
          window: self, distance: distance, rowCount: rowCount, validity: column.validity, isThere: isThere))
    }
    guard let values else { return nil }
    return Column(column.type, values, validity: try Bitmap.ofRows(rowCount) { isThere[$0] != 0 }.unlessAllSet)
  }

  /// Calls `body` with every row and the row `distance` before it in its group, if there is one.
  fileprivate func forEachShift(
    by distance: Int, _ body: @Sendable (_ row: Int, _ source: Int?) -> Void
  ) throws(Diagnostic) {
    try slices.forEachSliceChunk { (chunk) throws(Diagnostic) in
      let cancellation = Cancellation.current
      for slice in chunk {
        let range = slices.offsets[slice]..<slices.offsets[slice + 1]
        for position in range {
          if position & 0xffff == 0 { try cancellation.check() }
          let (source, overflow) = position.subtractingReportingOverflow(distance)
          body(slices.row(at: position), !overflow && range.contains(source) ? slices.row(at: source) : nil)
        }
      }
    }
  }

  /// Numbers the rows within their group. `next` gets the previous row's number, the position in the group from 0, and
  /// whether the value of the order differs from that of the previous row.
  private func numbers(_ next: @Sendable (UInt32, Int, Bool) -> UInt32) throws(Diagnostic) -> Column {
    Column(
      try fillArray(count: rowCount, of: UInt32.self, scattered: true) { (numbers) throws(Diagnostic) in
        try slices.forEachSliceChunk { (chunk) throws(Diagnostic) in
          var number: UInt32 = 0
          var before: UInt64 = 0
          try slices.forEachRow(of: chunk, codes: order) { row, place, code in
            let isNew = place == 0 || (order != nil && code != before)
            number = next(place == 0 ? 0 : number, place, isNew)
            before = code
            numbers.store(number, at: row)
          }
        }
      })
  }
}

/// Writes the value of every slice to the slice's rows.
private struct SliceSpread: BufferTransform {
  let slices: GroupSlices
  let rowCount: Int

  func apply<Element: ColumnElement>(_ buffer: Buffer<Element>) throws(Diagnostic) -> Buffer<Element> {
    Buffer(
      try fillArray(count: rowCount, of: Element.self, scattered: true) { (spread) throws(Diagnostic) in
        try slices.forEachSliceChunk { (chunk) throws(Diagnostic) in
          let cancellation = Cancellation.current
          for slice in chunk {
            let value = buffer[slice]
            for position in slices.offsets[slice]..<slices.offsets[slice + 1] {
              if position & 0xffff == 0 { try cancellation.check() }
              spread.store(value, at: slices.row(at: position))
            }
          }
        }
      })
  }
}

/// Values of earlier or later rows of the same slice, and which rows have one. That takes one byte per row, not one
/// bit, because several threads would write to one word.
private struct SliceShift: BufferTransform {
  let window: Window
  let distance: Int
  let rowCount: Int
  let validity: Bitmap?
  let isThere: DisjointRows<UInt8>

  func apply<Element: ColumnElement>(_ buffer: Buffer<Element>) throws(Diagnostic) -> Buffer<Element> {
    Buffer(
      try fillArray(count: rowCount, of: Element.self, scattered: true) { (shifted) throws(Diagnostic) in
        try window.forEachShift(by: distance) { row, source in
          shifted.store(source.map { buffer[$0] } ?? Element.placeholder, at: row)
          isThere.store(source.map { validity?[$0] ?? true } ?? false ? 1 : 0, at: row)
        }
      })
  }
}

/// The start of each slice of equal codes among sorted rows, then the total count.
private func sliceOffsets(of rows: [UInt32], by encoder: KeyEncoder) throws(Diagnostic) -> [Int] {
  let starts = try buildArray(count: Bitmap.wordCount(rows.count), grain: rowGrain / 64, of: UInt64.self) {
    (range, words) throws(Diagnostic) in
    let first = range.lowerBound * 64
    // Includes the row before the chunk, for the first comparison.
    let positions = max(0, first - 1)..<min(rows.count, range.upperBound * 64)
    var codes = [UInt64](repeating: 0, count: positions.count)
    var span = codes.mutableSpan
    encoder.encode(positions, of: rows, into: &span)
    for word in range {
      var bits: UInt64 = 0
      for position in word * 64..<min(rows.count, word * 64 + 64) {
        let index = position - positions.lowerBound
        if position == 0 || span[index] != span[index - 1] { bits |= 1 << UInt64(position & 63) }
      }
      words[word - range.lowerBound] = bits
    }
  }
  let positions = try selectedRows(Bitmap(words: Buffer(starts), count: rows.count))
  return try fillArray(count: positions.count + 1) { (offsets) throws(Diagnostic) in
    try forEachChunk(of: positions.count, grain: rowGrain) { (range) throws(Diagnostic) in
      for index in range { offsets.store(Int(positions[index]), at: index) }
    }
    offsets.store(rows.count, at: positions.count)
  }
}
