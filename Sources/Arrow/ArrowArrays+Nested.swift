import Diagnostics
import Tables

extension ArrowArrays {
  /// Reads lists of any kind, and maps as lists of pairs.
  func lists(_ field: ArrowField, _ cursor: inout Cursor, _ rows: Range<Int>) throws(Diagnostic) -> Column {
    let validity = try validity(&cursor, rows)
    let child = field.children[0]
    switch field.type {
    case .listView(let isLarge):
      return try listViews(field, validity, &cursor, rows, isLarge: isLarge)
    case .fixedList(let size):
      let (end, overflow) = rows.upperBound.multipliedReportingOverflow(by: size)
      guard !overflow, end < Int(UInt32.max) else {
        throw .unsupportedArrow("a list column of over 4 billion elements")
      }
      let elements = try read(child, &cursor, rows.lowerBound * size..<end)
      return try lists(offsets: (0...rows.count).map { $0 * size }, elements, validity)
    case .list(let isLarge):
      let offsets = try offsets(&cursor, rows, isLarge: isLarge)
      let first = offsets[0]
      let elements = try read(child, &cursor, first..<offsets[rows.count])
      return try lists(offsets: offsets.map { $0 - first }, elements, validity)
    default: throw .malformedArrow("no list")
    }
  }

  /// - Parameter offsets: offsets into `elements`, already checked.
  private func lists(offsets: [Int], _ elements: Column, _ validity: Bitmap?) throws(Diagnostic) -> Column {
    let column = Column(
      .list(elements.type), .list(ListValues(offsets: Buffer(offsets), child: elements)), validity: validity)
    return try emptyingNullLists(column)
  }

  /// Reads list views: each list has its own start and size, in any order.
  private func listViews(
    _ field: ArrowField, _ validity: Bitmap?, _ cursor: inout Cursor, _ rows: Range<Int>, isLarge: Bool
  ) throws(Diagnostic) -> Column {
    let starts = try wholeNumbers(&cursor, rows, isLarge: isLarge)
    let sizes = try wholeNumbers(&cursor, rows, isLarge: isLarge)
    let childCount = batch.nodes[cursor.node].count
    var offsets = [0]
    var (low, high) = (childCount, 0)
    for row in 0..<rows.count {
      guard validity.map({ $0[row] }) ?? true, sizes[row] != 0 else {
        offsets.append(offsets[row])
        continue
      }
      guard starts[row] >= 0, sizes[row] >= 0, starts[row] <= childCount, sizes[row] <= childCount - starts[row] else {
        throw .malformedArrow("a list outside of its elements")
      }
      low = min(low, starts[row])
      high = max(high, starts[row] + sizes[row])
      offsets.append(offsets[row] + sizes[row])
      // Lists may share elements, so a small file could describe any number of lists: the total is limited.
      guard offsets[row + 1] < Int(UInt32.max), offsets[row + 1] / 4096 <= childCount + 1024 else {
        throw .malformedArrow("lists that share too much")
      }
    }
    if low > high { low = high }
    let elements = try read(field.children[0], &cursor, low..<high)
    let isInOrder = (0..<rows.count).allSatisfy {
      offsets[$0] == offsets[$0 + 1] || starts[$0] == low + offsets[$0]
    }
    if isInOrder, offsets[rows.count] == elements.count { return try lists(offsets: offsets, elements, validity) }
    var chosen: [UInt32] = []
    chosen.reserveCapacity(offsets[rows.count])
    for row in 0..<rows.count {
      for index in 0..<offsets[row + 1] - offsets[row] { chosen.append(UInt32(starts[row] - low + index)) }
    }
    return try lists(offsets: offsets, try gather(elements, rows: chosen), validity)
  }

  private func wholeNumbers(
    _ cursor: inout Cursor, _ rows: Range<Int>, isLarge: Bool
  ) throws(Diagnostic) -> [Int] {
    let buffer = try take(&cursor, atLeast: rows.upperBound * (isLarge ? 8 : 4))
    return isLarge ? buffer.array(rows, of: Int.self) : buffer.array(rows, of: Int32.self).map { Int($0) }
  }

  func structure(_ field: ArrowField, _ cursor: inout Cursor, _ rows: Range<Int>) throws(Diagnostic) -> Column {
    let validity = try validity(&cursor, rows)
    var members: [Column] = []
    for child in field.children {
      let member = try read(child, &cursor, rows)
      members.append(try validity.map { (bits) throws(Diagnostic) in try masked(member, bits) } ?? member)
    }
    return Column(field.dataType, .structure(members, count: rows.count), validity: validity)
  }

  /// Adds nulls to a column. Everything inside a null becomes null too.
  private func masked(_ column: Column, _ bits: Bitmap) throws(Diagnostic) -> Column {
    if case .null = column.values { return column }
    let validity = Bitmap.intersection(column.validity, bits)
    var values = column.values
    if case .structure(let members, let count) = values {
      var inner: [Column] = []
      for member in members { inner.append(try masked(member, bits)) }
      values = .structure(inner, count: count)
    }
    return try emptyingNullLists(Column(column.type, values, validity: validity))
  }

  /// Makes null lists empty, as the table requires of all null lists.
  private func emptyingNullLists(_ column: Column) throws(Diagnostic) -> Column {
    guard let validity = column.validity, let lists = column.values.lists,
      (0..<column.count).contains(where: { !validity[$0] && !lists.range($0).isEmpty })
    else { return column }
    let rows = (0..<column.count).map { validity[$0] ? UInt32($0) : missingRow }
    return try gather(column, rows: rows, hasMissing: true)
  }
}
