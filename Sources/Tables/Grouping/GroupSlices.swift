public import Diagnostics
import Parallelism

/// Rows divided into contiguous slices: the rows of every group, the elements of every list, the partitions of a
/// window, or all rows as one slice.
///
/// Slice `i` consists of the rows at positions `offsets[i]..<offsets[i + 1]` of `rows`. Aggregates, list functions and
/// windows all work on the slices of a column that was arranged in this order.
public struct GroupSlices: Sendable {
  /// The rows in the order of the slices; nil if that is the order of the table or `partitions` holds it.
  public let rows: [UInt32]?
  /// The start of every slice, then the end of the last one; `count + 1` ascending numbers.
  public let offsets: Buffer<Int>
  /// Where the rows belong, if that is known without a list of them; a slice for each group.
  let partitions: RowPartitions?
  /// Which of the rows of `partitions` the slices have; nil of all.
  let kept: KeptRows?

  /// The number of slices.
  public var count: Int { offsets.count - 1 }

  public init(rows: [UInt32]?, offsets: Buffer<Int>) {
    self.rows = rows
    self.offsets = offsets
    partitions = nil
    kept = nil
  }

  /// The groups that some rows are partitioned by.
  init(_ partitions: RowPartitions) {
    self.init(partitions, kept: nil, offsets: partitions.offsets)
  }

  private init(_ partitions: RowPartitions, kept: KeptRows?, offsets: Buffer<Int>) {
    rows = nil
    self.offsets = offsets
    self.partitions = partitions
    self.kept = kept
  }

  /// Whether the slices are the rows of the table in their order.
  public var isInTableOrder: Bool { rows == nil && partitions == nil }

  /// The same slices by row numbers.
  func byRows() throws(Diagnostic) -> GroupSlices {
    guard let partitions else { return self }
    let all = try buildArray(count: partitions.rowCount, grain: rowGrain, of: UInt32.self) { (rows, numbers) in
      for row in rows { numbers[row - rows.lowerBound] = UInt32(truncatingIfNeeded: row) }
    }
    let numbers = try arranged(Column(all))
    return GroupSlices(rows: UInt32.buffer(of: numbers.values)?.array ?? [], offsets: offsets)
  }

  /// All rows of a table as one slice.
  public init(rowCount: Int) { self.init(rows: nil, offsets: Buffer([0, rowCount])) }

  /// The same slices for columns that are already arranged in their order.
  public var inOrder: GroupSlices { GroupSlices(rows: nil, offsets: offsets) }

  /// The first row of every slice.
  ///
  /// - Precondition: no slice is empty.
  public func firstRows() throws(Diagnostic) -> [UInt32] {
    if partitions != nil { return try byRows().firstRows() }
    return try buildArray(count: count, grain: rowGrain) { (slices, firstRows) in
      for slice in slices { firstRows[slice - slices.lowerBound] = UInt32(truncatingIfNeeded: row(at: offsets[slice])) }
    }
  }

  /// The slices with only the rows in which a condition is true. The condition is in the order of the table.
  public func keeping(where condition: Column) throws(Diagnostic) -> GroupSlices {
    let bits = condition.values.bits
    let isTrue = condition.validity.map { $0 & bits } ?? bits
    if let partitions, kept == nil {
      var ends = [0]
      ends.reserveCapacity(count + 1)
      for count in try setBits(of: isTrue, in: partitions) { ends.append(ends[ends.count - 1] + Int(count)) }
      return GroupSlices(partitions, kept: KeptRows(isTrue), offsets: Buffer(ends))
    }
    if partitions != nil { return try byRows().keeping(where: condition) }
    let kept =
      try rows.map { (rows) throws(Diagnostic) in
        try Bitmap.ofRows(rows.count) { isTrue[Int(rows[$0])] }
      } ?? isTrue
    let ranks = try BitmapRanks(kept)
    let positions = try selectedRows(kept)
    return GroupSlices(
      rows: rows.map { rows in positions.map { rows[Int($0)] } } ?? positions,
      offsets: Buffer((0...count).map { ranks[offsets[$0]] }))
  }

  /// The column arranged in the order of the slices.
  public func arranged(_ column: Column) throws(Diagnostic) -> Column {
    if partitions != nil {
      var arrangement = try ColumnArrangement(of: column, self)
      return try arrangement.slices(0..<count).column
    }
    guard let rows else { return column }
    return try gather(column, rows: rows, hasMissing: false)
  }

  /// The slices in ranges of at least 2¹⁹ rows (or 1/32 of all rows, if that is more).
  var ranges: [Range<Int>] {
    if let firsts = partitions?.firstGroups { return ranges(endingBefore: firsts) }
    let offsets = self.offsets.span
    let length = max(1 << 19, (offsets[count] - offsets[0]) / 32)
    var ranges: [Range<Int>] = []
    var first = 0
    for slice in 0..<count where offsets[slice + 1] - offsets[first] >= length || slice == count - 1 {
      ranges.append(first..<slice + 1)
      first = slice + 1
    }
    return ranges.isEmpty ? [0..<count] : ranges
  }

  /// The same, where a range has to end with a partition.
  private func ranges(endingBefore firsts: [Int]) -> [Range<Int>] {
    let length = max(1 << 19, (offsets[count] - offsets[0]) / 32)
    var ranges: [Range<Int>] = []
    var first = 0
    for end in firsts where end > first && (offsets[end] - offsets[first] >= length || end == count) {
      ranges.append(first..<end)
      first = end
    }
    return ranges.isEmpty ? [0..<count] : ranges
  }

  /// The arranged rows of a range of slices, and the slices of these rows.
  func arranged(_ column: Column, _ range: Range<Int>) throws(Diagnostic) -> (column: Column, slices: GroupSlices) {
    let positions = offsets[range.lowerBound]..<offsets[range.upperBound]
    let own =
      if let rows { try gather(column, rows: Buffer(rows[positions]), hasMissing: false) } else { column[positions] }
    return (own, neighbours(range))
  }

  /// Some slices of rows that stand in their order alone.
  func neighbours(_ range: Range<Int>) -> GroupSlices {
    let (start, end) = (offsets[range.lowerBound], offsets[range.upperBound])
    return GroupSlices(rows: nil, offsets: Buffer(range.map { offsets[$0] - start } + [end - start]))
  }

  /// The row at a position.
  @inline(__always) func row(at position: Int) -> Int { rows.map { Int($0[position]) } ?? position }

  /// Calls `body` with the rows of some slices in their order: the row, its position in its slice, and its code.
  ///
  /// Codes are computed block by block; it checks for cancellation before each block.
  @inline(__always)
  func forEachRow(
    of chunk: Range<Int>, codes encoder: KeyEncoder?, _ body: (_ row: Int, _ place: Int, _ code: UInt64) -> Void
  ) throws(Diagnostic) {
    let cancellation = Cancellation.current
    let positions = offsets[chunk.lowerBound]..<offsets[chunk.upperBound]
    var codes = [UInt64](repeating: 0, count: codeBlock)
    var slice = chunk.lowerBound
    for start in stride(from: positions.lowerBound, to: positions.upperBound, by: codeBlock) {
      try cancellation.check()
      let block = start..<min(positions.upperBound, start + codeBlock)
      var span = codes.mutableSpan
      encoder?.encode(block, of: rows, into: &span)
      for position in block {
        while position >= offsets[slice + 1] { slice += 1 }
        body(row(at: position), position - offsets[slice], span[position - start])
      }
    }
  }

  /// The slice of every position.
  public func sliceOfPosition() throws(Diagnostic) -> [UInt32] {
    let offsets = self.offsets
    let start = offsets[0]
    return try fillArray(count: offsets[count] - start) { (slices) throws(Diagnostic) in
      try forEachSliceChunk { (chunk) throws(Diagnostic) in
        let offsets = offsets.span
        for slice in chunk {
          for position in offsets[slice]..<offsets[slice + 1] { slices.store(UInt32(slice), at: position - start) }
        }
      }
    }
  }

  /// Calls `body` with ranges of slices on all cores; the ranges have about equal numbers of rows.
  func forEachSliceChunk(_ body: @Sendable (Range<Int>) throws(Diagnostic) -> Void) throws(Diagnostic) {
    let borders = chunkBorders
    try forEachIndex(of: borders.count - 1) { (chunk) throws(Diagnostic) in
      try body(borders[chunk]..<borders[chunk + 1])
    }
  }

  /// The results of `body` for ranges of slices, in order; the ranges have about equal numbers of rows.
  func mapSliceChunks<Result: Sendable>(
    _ body: @Sendable (Range<Int>) throws(Diagnostic) -> Result
  ) throws(Diagnostic) -> [Result] {
    let borders = chunkBorders
    return try mapIndices(of: borders.count - 1) { (chunk) throws(Diagnostic) in
      try body(borders[chunk]..<borders[chunk + 1])
    }
  }

  /// The first slice of every range, then the number of slices.
  private var chunkBorders: [Int] {
    var borders = [0]
    let offsets = self.offsets.span
    var end = offsets[0] + rowGrain
    for slice in 1..<max(1, count) where offsets[slice] >= end || slice - borders[borders.count - 1] >= rowGrain {
      borders.append(slice)
      end = offsets[slice] + rowGrain
    }
    if count > 0 { borders.append(count) }
    return borders
  }
}
