public import Diagnostics
import Parallelism

/// Rows in groups and, within each, in an order: what `over key` and `over (key order by d)` compute in.
///
/// Every function gives one value a row, in the order of the table.
public struct Window: Sendable {
  /// The rows, group by group and in order within each.
  public let runs: RowRuns
  private let rowCount: Int
  /// The group of every row, nil of one group.
  private let groupOfRow: [UInt32]?
  /// The codes of the order, by position; empty where there is none.
  private let orderCodes: [UInt64]

  /// - Parameter partition: the keys of the groups; without, all rows are one.
  /// - Parameter order: without, rows stay in the order of the table.
  public init(partition: [Column], order: [SortKey] = [], count: Int) throws(Diagnostic) {
    rowCount = count
    let grouping = try Grouping(by: partition, count: count)
    groupOfRow = partition.isEmpty ? nil : grouping.groupOfRow
    if order.isEmpty {
      runs = try grouping.runs()
      orderCodes = []
      return
    }
    let groups = Column(grouping.groupOfRow)
    let rows = try argsort([SortKey(groups)] + order, count: count)
    var offsets = [0]
    for size in grouping.counts { offsets.append((offsets.last ?? 0) + Int(size)) }
    runs = RowRuns(rows: rows, offsets: Buffer(offsets))
    let codes = try KeyEncoder(order, count: count).allCodes()
    orderCodes = try buildArray(count: count, grain: rowGrain) { (range, arranged) throws(Diagnostic) in
      for position in range { arranged[position - range.lowerBound] = codes[Int(rows[position])] }
    }
  }

  /// The aggregate of a row's group beside the row.
  public func aggregate(_ kind: Aggregate, of column: Column) throws(Diagnostic) -> Column {
    try spread(try Tables.aggregate(kind, of: column, over: runs))
  }

  /// One value a group, as `Tables.aggregate` over `runs` gives, beside every row of the group.
  public func spread(_ perGroup: Column) throws(Diagnostic) -> Column {
    try gather(perGroup, rows: groupOfRow ?? [UInt32](repeating: 0, count: rowCount))
  }

  /// 1 for the first row of a group, 2 for the second.
  public func rowNumbers() throws(Diagnostic) -> Column {
    try numbers { _, place, _ in UInt32(place + 1) }
  }

  /// One more than the rows before the row's value in the order; equal values share one.
  public func ranks() throws(Diagnostic) -> Column {
    try numbers { previous, place, isNew in isNew ? UInt32(place + 1) : previous }
  }

  /// One more than the distinct values before the row's in the order.
  public func denseRanks() throws(Diagnostic) -> Column {
    try numbers { previous, _, isNew in isNew ? previous + 1 : previous }
  }

  /// The value `distance` rows before the row in its group, after it where negative; null where there is none.
  public func lag(_ column: Column, by distance: Int) throws(Diagnostic) -> Column {
    let rows = runs.rows
    let offsets = runs.offsets
    let sources = try fillArray(count: rowCount, of: UInt32.self) { (sources) throws(Diagnostic) in
      try runs.forEachRunChunk { (chunk) throws(Diagnostic) in
        for run in chunk {
          let range = offsets[run]..<offsets[run + 1]
          for position in range {
            let (source, overflow) = position.subtractingReportingOverflow(distance)
            let isThere = !overflow && range.contains(source)
            let row = rows.map { Int($0[position]) } ?? position
            sources.store(isThere ? rows.map { $0[source] } ?? UInt32(source) : missingRow, at: row)
          }
        }
      }
    }
    return try gather(column, rows: sources)
  }

  /// The sum of the values up to the row, in its group and order; null where the row is.
  public func cumulativeSums(_ column: Column) throws(Diagnostic) -> Column {
    let type = try Aggregate.sum.type(of: column.type)
    if case .null = column.values { return column }
    let arranged = try runs.arranged(column)
    if type.isFloat {
      let numbers = try arranged.asDoubles()
      let sums = try accumulated(arranged, initial: 0.0) { (sum, position) throws(Diagnostic) in sum + numbers[position]
      }
      return try cast(Column(sums.map { $0 }), to: type, .lenient)
    }
    let isUnsigned = column.type == .u64
    let whole = try cast(arranged.plainNumbers, to: .decimal(precision: 38, scale: 0), .lenient)
    guard let buffer = Int128.buffer(of: whole.values) else { throw .cannotAggregate("cum_sum", column.type) }
    let bounds = isUnsigned ? 0...Int128(UInt64.max) : Int128(Int64.min)...Int128(Int64.max)
    let isDecimal = if case .decimal = type { true } else { false }
    let sums = try accumulated(arranged, initial: Int128(0)) { (sum, position) throws(Diagnostic) in
      let (next, overflow) = sum.addingReportingOverflow(buffer[position])
      if overflow || (!isDecimal && !bounds.contains(next)) { throw .sumOverflow(type, firstRow: position) }
      return next
    }
    if isDecimal {
      return Column(type, .i128(Buffer(sums.map { $0 ?? 0 })), validity: Bitmap(validOf: sums))
    }
    if isUnsigned { return Column(sums.map { $0.map { UInt64(truncatingIfNeeded: $0) } }) }
    let narrow = Column(sums.map { $0.map { Int64(truncatingIfNeeded: $0) } })
    if type.isTemporal { return Column(type, narrow.values, validity: narrow.validity) }
    return try cast(narrow, to: type)
  }

  /// The greatest value up to the row, in its group and order; null where the row is.
  public func cumulativeMaxima(_ column: Column) throws(Diagnostic) -> Column {
    if case .null = column.values { return column }
    let arranged = try runs.arranged(column)
    let codes = try KeyEncoder([SortKey(arranged, descending: true)], count: rowCount).allCodes()
    let best = try accumulated(arranged, initial: missingRow) { (best, position) throws(Diagnostic) in
      best == missingRow || codes[position] < codes[Int(best)] ? UInt32(position) : best
    }
    return try gather(arranged, rows: best.map { $0 ?? missingRow })
  }

  /// Runs through every group, giving each row that is not null the state after it; in the order of the table.
  private func accumulated<State: Sendable>(
    _ arranged: Column, initial: State, _ step: @Sendable (State, Int) throws(Diagnostic) -> State
  ) throws(Diagnostic) -> [State?] {
    let offsets = runs.offsets
    let chunks = try runs.mapRunChunks { (chunk) throws(Diagnostic) in
      var states: [State?] = []
      for run in chunk {
        var state = initial
        for position in offsets[run]..<offsets[run + 1] {
          if arranged.isNull(position) {
            states.append(nil)
          } else {
            state = try step(state, position)
            states.append(state)
          }
        }
      }
      return states
    }.flatMap { $0 }
    guard let rows = runs.rows else { return chunks }
    var inTable = [State?](repeating: nil, count: rowCount)
    for (position, row) in rows.enumerated() { inTable[Int(row)] = chunks[position] }
    return inTable
  }

  /// Numbers of rows within their group: from the previous row's, the place from 0, and whether the order's value is
  /// another than the previous row's.
  private func numbers(_ next: @Sendable (UInt32, Int, Bool) -> UInt32) throws(Diagnostic) -> Column {
    let rows = runs.rows
    let offsets = runs.offsets
    let numbers = try fillArray(count: rowCount, of: UInt32.self) { (numbers) throws(Diagnostic) in
      try runs.forEachRunChunk { (chunk) throws(Diagnostic) in
        for run in chunk {
          var number: UInt32 = 0
          let start = offsets[run]
          for position in start..<offsets[run + 1] {
            let isNew = position == start || (!orderCodes.isEmpty && orderCodes[position] != orderCodes[position - 1])
            number = next(number, position - start, isNew)
            numbers.store(number, at: rows.map { Int($0[position]) } ?? position)
          }
        }
      }
    }
    return Column(numbers)
  }
}

extension Column {
  /// A duration as the ticks it is, and a decimal without its point.
  fileprivate var plainNumbers: Column {
    switch (type, values) {
    case (.duration, _): Column(.i64, values, validity: validity)
    case (.decimal, _): Column(.decimal(precision: 38, scale: 0), values, validity: validity)
    default: self
    }
  }
}
