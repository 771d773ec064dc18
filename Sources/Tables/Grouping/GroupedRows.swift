public import Diagnostics
import Parallelism

/// Rows partitioned by their groups, for what is computed of the groups' columns.
///
/// Slices stand in an order in which they are found fast; results are brought into that of first occurrence when each
/// group has no more than a value.
public struct GroupedRows: Sendable {
  public let groupCount: Int
  /// The first row of every group, ascending.
  public let firstRows: [UInt32]
  /// How many rows each group has.
  public let counts: [UInt32]
  /// The rows of every group, in an order of groups of their own.
  public let slices: GroupSlices
  public let order: SliceOrder

  /// nil where rows are too few for partitions to be worth it, or groups of one partition too many.
  ///
  /// - Complexity: O(rows) on all cores. Beside the result 4 bytes a row at most where groups are few, 12 where they are
  ///   many.
  public init?(by keys: [Column], count: Int) throws(Diagnostic) {
    if count < 1 << 16 { return nil }
    try self.init(partitioning: keys, count: count)
  }

  /// The same of rows that may be few.
  package init?(partitioning keys: [Column], count: Int) throws(Diagnostic) {
    let encoder = try KeyEncoder(identityOf: keys, count: count)
    if count == 0 { return nil }
    if encoder.maximum < 1 << 16 {
      let (firstRows, counts, places) = try DirectCounter(encoder).occurrences()
      let numbers = try encoder.mapped(to: UInt16.self) { places[Int(truncatingIfNeeded: $0)] }
      self.init(firstRows: firstRows, counts: counts, numbers: numbers)
      return
    }
    let hasFewCodes = try encoder.hasFewCodes()
    if hasFewCodes, CodeNumbering.suits(encoder) {
      if let (codes, numbers) = try CodeNumbering.numbered(encoder) {
        self.init(firstRows: codes.firstRows, counts: codes.counts, numbers: numbers)
        return
      }
    } else if hasFewCodes {
      let counter = try encoder.hashCounter()
      if counter.count <= 1 << 16 {
        let entries = try counter.entries()
        let numbers = try encoder.mapped(to: UInt16.self) { entries[counter.slot(of: $0)] }
        self.init(firstRows: counter.firstRows, counts: try counter.counts(), numbers: numbers)
        return
      }
    }
    let partitioning = RadixPartitioning(encoder)
    let found =
      partitioning.isNarrow
      ? try GroupedRows(encoder, partitioning, wordsOf: UInt32.self)
      : try GroupedRows(encoder, partitioning, wordsOf: UInt64.self)
    guard let found else { return nil }
    self = found
  }

  /// Of groups whose rows are numbered by them.
  private init(firstRows: [UInt32], counts: [UInt32], numbers: [UInt16]) {
    groupCount = firstRows.count
    self.firstRows = firstRows
    self.counts = counts
    slices = GroupSlices(RowPartitions(groups: numbers, offsets: Grouping.offsets(counts)))
    order = SliceOrder(sliceOfGroup: nil)
  }

  private init?<Word: PartitionedWord>(
    _ encoder: KeyEncoder, _ partitioning: RadixPartitioning, wordsOf: Word.Type
  ) throws(Diagnostic) {
    var words: CodePartitions<Word>?
    let numbers = try fillArray(count: encoder.count, of: UInt16.self) { (numbers) throws(Diagnostic) in
      words = try CodePartitions<Word>(encoder, partitioning, numbers: numbers)
    }
    guard var partitions = words else { return nil }
    words = nil
    let groups = try partitions.group(mapsRows: true, finding: [.firstRows, .counts])
    guard groups.allSatisfy({ $0.firstRows.count <= 1 << 16 }) else { return nil }
    let locals = try partitions.groupNumbers()
    partitions.forget(groupCount: encoder.count)
    let firstGroups = groups.reduce(into: [0]) { $0.append($0[$0.count - 1] + $1.firstRows.count) }
    var ends = [0]
    ends.reserveCapacity(firstGroups[groups.count] + 1)
    for own in groups { for count in own.counts { ends.append(ends[ends.count - 1] + Int(count)) } }
    let occurrences = try FirstOccurrences(
      groups, ranges: partitions.rangeCount, of: partitions.rangeLength, finding: .all)
    groupCount = occurrences.groupCount
    firstRows = occurrences.firstRows
    counts = occurrences.counts
    slices = GroupSlices(
      RowPartitions(
        PartitionedOrder(
          numbers: numbers, rangeBits: partitioning.rangeBits, cursors: partitions.cursors, starts: partitions.starts,
          locals: locals, firstGroups: firstGroups, offsets: Buffer(ends))))
    order = SliceOrder(
      sliceOfGroup: try fillArray(count: groupCount, of: UInt32.self) { (slices) throws(Diagnostic) in
        try forEachIndex(of: groups.count) { (partition) throws(Diagnostic) in
          let own = occurrences.numbers[partition]
          let numbers = own.span
          for group in numbers.indices {
            slices.store(UInt32(truncatingIfNeeded: firstGroups[partition] + group), at: Int(numbers[group]))
          }
        }
      })
  }

  /// One value a slice as one value a group, in the order of first occurrence.
  public func inOrder(_ perSlice: Column) throws(Diagnostic) -> Column { try order.inOrder(perSlice) }

  /// One value a slice, for every row of it.
  func spread(_ perSlice: Column) throws(Diagnostic) -> Column {
    guard let partitions = slices.partitions else { return perSlice }
    if partitions.isNumberedByGroup {
      let spread = ByNumber(numbers: Buffer(partitions.numbers))
      return try spread.column(of: perSlice)
    }
    return try ToEveryRow(order: try partitions.order()).column(of: perSlice)
  }
}

/// How the slices of groups come into the order of first occurrence. It is kept apart from their rows, which can be freed
/// before.
public struct SliceOrder: Sendable {
  /// The slice of every group; nil where slices stand in the order of groups.
  fileprivate let sliceOfGroup: [UInt32]?

  /// One value a slice as one value a group, in the order of first occurrence.
  public func inOrder(_ perSlice: Column) throws(Diagnostic) -> Column {
    guard let sliceOfGroup else { return perSlice }
    return try gather(perSlice, rows: sliceOfGroup, hasMissing: false)
  }
}

/// One value a group, brought to every row by the number of its group.
private struct ByNumber: BufferTransform {
  let numbers: Buffer<UInt16>

  func apply<Element: ColumnElement>(_ buffer: Buffer<Element>) throws(Diagnostic) -> Buffer<Element> {
    Buffer(
      try buildArray(count: numbers.count, grain: rowGrain, of: Element.self) { (rows, values) throws(Diagnostic) in
        let source = buffer.span
        let numbers = numbers.span
        for row in rows { values[row - rows.lowerBound] = source[Int(numbers[row])] }
      })
  }
}

extension BufferTransform where Failure == Diagnostic {
  /// What it makes of a column, of which nulls and lists are found by their places.
  fileprivate func column(of perSlice: Column) throws(Diagnostic) -> Column {
    if perSlice.validity == nil, let values = try perSlice.values.transformed(by: self) {
      return Column(perSlice.type, values)
    }
    return try gather(perSlice, rows: apply(Buffer((0..<UInt32(perSlice.count)).map { $0 })).array)
  }
}
