import Diagnostics
import Tables

/// The lists of some rows, with nothing of their column before the first or after the last.
struct ListRows {
  /// Row `i` is `elements[offsets[i]..<offsets[i + 1]]`; from 0.
  let offsets: Buffer<Int>
  let elements: Column
  let validity: Bitmap?

  var count: Int { offsets.count - 1 }
  var runs: RowRuns { RowRuns(rows: nil, offsets: offsets) }

  init(_ column: Column) {
    validity = column.validity
    guard case .list(let lists) = column.values else {
      offsets = Buffer(repeating: 0, count: column.count + 1)
      elements = Column(.null, .null(count: 0))
      return
    }
    let start = lists.offsets[0]
    offsets = start == 0 ? lists.offsets : Buffer(lists.offsets.array.map { $0 - start })
    elements = lists.child[start..<lists.offsets[lists.count]]
  }

  @inline(__always)
  func range(_ row: Int) -> Range<Int> { offsets[row]..<offsets[row + 1] }

  /// The row of every element.
  var rowOfElement: [UInt32] {
    var rows = [UInt32](repeating: 0, count: elements.count)
    for row in 0..<count { for position in range(row) { rows[position] = UInt32(row) } }
    return rows
  }

  /// A value a list: null where the list is.
  func values(_ column: Column) -> Column {
    Column(column.type, column.values, validity: Bitmap.intersection(column.validity, validity))
  }

  /// Lists of the same elements in another choice and order; `choose` appends the positions of a row's list.
  func lists(_ type: DataType, _ choose: (Range<Int>, inout [UInt32]) -> Void) throws(Diagnostic) -> Column {
    var positions: [UInt32] = []
    positions.reserveCapacity(elements.count)
    var newOffsets = [0]
    newOffsets.reserveCapacity(count + 1)
    for row in 0..<count {
      choose(range(row), &positions)
      newOffsets.append(positions.count)
    }
    let child = try gather(elements, rows: positions)
    return Column(type, .list(ListValues(offsets: Buffer(newOffsets), child: child)), validity: validity)
  }
}

extension RowCall {
  func lists(_ index: Int = 0) throws(Diagnostic) -> ListRows { ListRows(try column(index)) }
}
