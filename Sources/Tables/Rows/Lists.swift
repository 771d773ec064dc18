public import Diagnostics
import Parallelism

// Functions of list columns, row by row. Aggregates of lists are aggregates over the slices that `listSlices` gives.

extension Column {
  /// The elements of a list column and one slice of them per row; a null row has an empty slice.
  ///
  /// - Throws: `cannotAggregate` if the column is not a list column.
  public func listSlices(for function: String) throws(Diagnostic) -> (elements: Column, slices: GroupSlices) {
    let lists = try requireLists(for: function)
    return (lists.child, GroupSlices(rows: nil, offsets: lists.offsets))
  }

  /// The lists; null rows have empty lists.
  func requireLists(for function: String) throws(Diagnostic) -> ListValues {
    if case .null(let count) = values {
      return ListValues(offsets: Buffer(repeating: 0, count: count + 1), child: Column(.null, .null(count: 0)))
    }
    guard let lists = values.lists else { throw .cannotAggregate(function, type) }
    guard let validity, (0..<count).contains(where: { !validity[$0] && !lists.range($0).isEmpty }) else {
      return lists
    }
    let rows = (0..<count).map { validity[$0] ? UInt32($0) : missingRow }
    return try gather(Column(type, values), rows: rows).values.lists ?? lists
  }
}

extension Column {
  /// Calls `body` for ranges of rows and concatenates the results. A range has at least 2¹⁹ elements, or 1/32 of all:
  /// this limits the scratch memory of `body`.
  func mapElementRanges(
    _ body: (_ rows: Range<Int>, _ column: Column) throws(Diagnostic) -> Column
  ) throws(Diagnostic) -> Column {
    guard let lists = values.lists else { return try body(0..<count, self) }
    let ranges = GroupSlices(rows: nil, offsets: lists.offsets).ranges
    if ranges.count == 1 { return try body(0..<count, self) }
    var results: [Column] = []
    for rows in ranges {
      let own = lists.offsets[rows.lowerBound]..<lists.offsets[rows.upperBound]
      let offsets = (rows.lowerBound...rows.upperBound).map { lists.offsets[$0] - own.lowerBound }
      let part = Column(
        type, .list(ListValues(offsets: Buffer(offsets), child: lists.child[own])), validity: validity?[rows])
      results.append(try body(rows, part))
    }
    return try concat(results)
  }
}

/// The number of elements of every list; null for a null list.
public func listLengths(_ column: Column) throws(Diagnostic) -> Column {
  let lists = try column.requireLists(for: "list_len")
  return Column(sliceLengths(GroupSlices(rows: nil, offsets: lists.offsets)), validity: column.rowValidity)
}

/// An aggregate of the elements of every list; null for a null list.
public func listAggregate(_ kind: Aggregate, _ column: Column) throws(Diagnostic) -> Column {
  let (elements, slices) = try column.listSlices(for: "list_" + kind.name)
  var result: Column
  do {
    result = try aggregate(kind, of: elements, over: slices)
  } catch {
    throw error.ofListSums
  }
  if case .null = result.values { return result }
  return Column(
    result.type, result.values, validity: Bitmap.intersection(result.validity, column.rowValidity))
}

extension Column {
  /// The validity of a column of any storage, also of type null; nil if no row is null.
  var rowValidity: Bitmap? {
    if case .null(let count) = values { return Bitmap(repeating: false, count: count) }
    return validity
  }

  /// A list column with the same validity and other elements.
  fileprivate func lists(_ offsets: [Int], _ child: Column) -> Column {
    Column(.list(child.type), .list(ListValues(offsets: Buffer(offsets), child: child)), validity: rowValidity)
  }
}

/// The element at an index of every list, counted from 0; a negative index counts from the end. Null if there is no
/// such element.
///
/// - Parameter index: a column of whole numbers. Either column may have one row, which is then used for all rows.
public func listElements(_ column: Column, at index: Column) throws(Diagnostic) -> Column {
  let lists = try column.requireLists(for: "list_get")
  let places = try cast(index, to: .i64, .lenient)
  guard let buffer = Int64.buffer(of: places.values) else { throw .cannotAggregate("list_get", index.type) }
  let isOneList = column.count == 1
  let isScalar = index.count == 1
  let positions = try buildArray(count: max(column.count, index.count), grain: rowGrain, of: UInt32.self) {
    (rows, positions) throws(Diagnostic) in
    for row in rows {
      let range = lists.range(isOneList ? 0 : row)
      let own = isScalar ? 0 : row
      var place = Int(buffer[own])
      if place < 0 { place += range.count }
      let isThere = !places.isNull(own) && (0..<range.count).contains(place)
      positions[row - rows.lowerBound] = isThere ? UInt32(range.lowerBound + place) : missingRow
    }
  }
  return try gather(lists.child, rows: positions)
}

/// The first or last element of every list; null for an empty list.
public func listEdges(_ column: Column, last: Bool) throws(Diagnostic) -> Column {
  let (elements, slices) = try column.listSlices(for: last ? "list_last" : "list_first")
  return try gather(elements, rows: edgePositions(slices, last: last))
}

/// The elements `offset..<offset + length` of every list. A negative offset counts from the end; without a length, the
/// slice reaches to the end.
public func listSlices(_ column: Column, offset: Int, length: Int?) throws(Diagnostic) -> Column {
  let lists = try column.requireLists(for: "list_slice")
  return try lists.selecting(column) { range, kept in
    for place in sliceRange(offset: offset, count: length, rowCount: range.count) {
      kept.append(UInt32(range.lowerBound + place))
    }
  }
}

/// Reverses every list.
public func listReversed(_ column: Column) throws(Diagnostic) -> Column {
  let lists = try column.requireLists(for: "list_reverse")
  return try lists.selecting(column) { range, kept in
    for position in range.reversed() { kept.append(UInt32(position)) }
  }
}

/// Sorts every list, nulls last.
public func listSorted(_ column: Column, descending: Bool = false) throws(Diagnostic) -> Column {
  let lists = try column.requireLists(for: "list_sort")
  let key = SortKey(lists.child, descending: descending)
  let encoder = try KeyEncoder([key], count: lists.child.count)
  let start = lists.offsets[0]
  let slices = GroupSlices(rows: nil, offsets: lists.offsets)
  let positions = try fillArray(count: lists.elements.count, of: UInt32.self) { (positions) throws(Diagnostic) in
    try slices.forEachSliceChunk { (chunk) throws(Diagnostic) in
      let own = lists.offsets[chunk.lowerBound]..<lists.offsets[chunk.upperBound]
      try positions.withRows(own.lowerBound - start..<own.upperBound - start) { (positions) throws(Diagnostic) in
        if own.count > hugeSlice, chunk.count == 1 {
          let part = SortKey(lists.child[own], descending: descending)
          let order = try argsort([part], count: own.count)
          for place in order.indices { positions[place] = order[place] + UInt32(own.lowerBound) }
          return
        }
        var codes = [UInt64](repeating: 0, count: own.count)
        var span = codes.mutableSpan
        encoder.encode(own, into: &span)
        for row in chunk {
          let range = lists.range(row)
          let first = range.lowerBound - own.lowerBound
          let sorted = (first..<first + range.count).sorted { (codes[$0], $0) < (codes[$1], $1) }
          for (place, index) in sorted.enumerated() { positions[first + place] = UInt32(own.lowerBound + index) }
        }
      }
    }
  }
  let offsets = start == 0 ? lists.offsets : Buffer(lists.offsets.array.map { $0 - start })
  let child = try gather(lists.child, rows: positions, hasMissing: false)
  return Column(column.type, .list(ListValues(offsets: offsets, child: child)), validity: column.rowValidity)
}

/// The distinct elements of every list, in first-occurrence order.
public func listUnique(_ column: Column) throws(Diagnostic) -> Column {
  try column.mapElementRanges { (_, column) throws(Diagnostic) in
    let (elements, slices) = try column.listSlices(for: "list_unique")
    let (positions, offsets) = try distinctPositions(elements, slices)
    return column.lists(offsets, try gather(elements, rows: positions))
  }
}

/// Whether each list contains a value. A null value is found if the list contains a null.
///
/// - Parameter value: has the same number of rows, or one row for all.
public func listContains(_ column: Column, _ value: Column) throws(Diagnostic) -> Column {
  let lists = try column.requireLists(for: "list_contains")
  guard let type = DataType.ofEqualValues(lists.child.type, value.type) else {
    throw .differentTypes(lists.child.type, value.type)
  }
  let isScalar = value.count == 1
  // A value that the type cannot hold is in no list.
  let wanted = try cast(value, to: type, .exact)
  return try column.mapElementRanges { (rows, column) throws(Diagnostic) in
    let lists = try column.requireLists(for: "list_contains")
    let own = isScalar ? wanted : wanted[rows]
    let (codes, values) = try sharedCodes(try cast(lists.child, to: type, .exact), own)
    let found = try Bitmap.ofRows(column.count) { row in
      let place = isScalar ? 0 : row
      if own.isNull(place), !value.isNull(isScalar ? 0 : rows.lowerBound + row) { return false }
      let code = values[values.startIndex + place]
      return lists.range(row).contains { codes[$0] == code }
    }
    return Column(.bool, .bool(found), validity: column.rowValidity)
  }
}

/// Codes for two columns of the same type; two codes are equal exactly if the values are.
func sharedCodes(
  _ left: Column, _ right: Column
) throws(Diagnostic) -> (left: ArraySlice<UInt64>, right: ArraySlice<UInt64>) {
  let both = try concat([left, right])
  let codes = try KeyEncoder(identityOf: [both], count: both.count).allCodes()
  return (codes[..<left.count], ArraySlice(Array(codes[left.count...])))
}

extension ListValues {
  /// New lists with some elements of every list: `choose` appends the positions of the elements to keep.
  func selecting(
    _ column: Column, _ choose: @Sendable (Range<Int>, inout [UInt32]) -> Void
  ) throws(Diagnostic) -> Column {
    let slices = GroupSlices(rows: nil, offsets: offsets)
    let chunks = try slices.mapSliceChunks { (chunk) throws(Diagnostic) in
      var kept: [UInt32] = []
      var lengths: [Int] = []
      for row in chunk {
        let before = kept.count
        choose(range(row), &kept)
        lengths.append(kept.count - before)
      }
      return (kept, lengths)
    }
    var ends = [0]
    for chunk in chunks { for length in chunk.1 { ends.append((ends.last ?? 0) + length) } }
    let positions = try joined(chunks.map(\.0))
    return column.lists(ends, try gather(child, rows: positions, hasMissing: false))
  }
}
