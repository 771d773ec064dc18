/// How a table is looked at: which columns, how wide, and where the cursor and the window are.
package struct SheetView: Sendable, Hashable {
  /// The columns shown, as indices into the schema.
  package var order: [Int]
  /// How many of them, from the left, never scroll away.
  package var frozen = 0
  /// Cells by column; a column without an entry is as wide as its header.
  package var widths: [Int: Int] = [:]
  /// Columns whose width was chosen: pages change it no more.
  package var chosen: Set<Int> = []
  /// Cells that wide texts are scrolled by, by column.
  package var shifts: [Int: Int] = [:]
  /// The greatest magnitude seen of a column's numbers: what bars and colours are measured by.
  package var scales: [Int: Double] = [:]
  /// Wide cells go on in the next line.
  package var isWrapped = false
  /// How many rows a wrapped window holds.
  package var wrappedRowCount = 1
  /// Numbers are coloured by their size.
  package var isHeatMap = false
  /// The values of the cursor's column are shown next to the table.
  package var showsValues = false
  /// The cursor's row of the table, and its place in `order`.
  package var row = 0
  package var column = 0
  /// The first row in the window, and the place in `order` of its first column that is not frozen.
  package var top = 0
  package var left = 0

  package init(columnCount: Int) { order = Array(0..<columnCount) }

  // MARK: Rows

  /// Moves the cursor to a row, and the window only as far as it must.
  package mutating func go(toRow target: Int, of count: Int, height: Int) {
    row = max(0, min(target, count - 1))
    showRow(of: count, height: height)
  }

  package mutating func showRow(of count: Int, height: Int) {
    let height = max(1, height)
    row = max(0, min(row, count - 1))
    if row < top { top = row }
    if row >= top + height { top = row - height + 1 }
    top = max(0, min(top, count - height))
  }

  /// Moves the window; the cursor goes with it where it would be left outside.
  package mutating func scroll(by rows: Int, of count: Int, height: Int) {
    let height = max(1, height)
    top = max(0, min(top.saturatingAdd(rows), count - height))
    row = max(top, min(row, top + height - 1, count - 1))
  }

  /// Puts the cursor's row so many rows below the upper edge.
  package mutating func placeRow(at offset: Int, of count: Int, height: Int) {
    top = max(0, min(row - offset, count - max(1, height)))
  }

  // MARK: Columns

  package mutating func go(toColumn target: Int) {
    column = max(0, min(target, order.count - 1))
    if column >= frozen, column < left { left = column }
    left = max(frozen, min(left, max(frozen, order.count - 1)))
  }

  /// Hides the column under the cursor; the last one stays.
  package mutating func hideColumn() -> Bool {
    guard order.count > 1, order.indices.contains(column) else { return false }
    order.remove(at: column)
    if column < frozen { frozen -= 1 }
    go(toColumn: column)
    return true
  }

  package mutating func showAllColumns(of count: Int) {
    let current = order.indices.contains(column) ? order[column] : 0
    let kept = Array(order.prefix(frozen))
    order = kept + (0..<count).filter { !kept.contains($0) }
    left = frozen
    go(toColumn: order.firstIndex(of: current) ?? 0)
  }

  /// Moves the column under the cursor by one place, within the frozen columns or the others.
  package mutating func moveColumn(by step: Int) -> Bool {
    let target = column + step
    guard order.indices.contains(column), order.indices.contains(target), (column < frozen) == (target < frozen) else {
      return false
    }
    order.swapAt(column, target)
    go(toColumn: target)
    return true
  }

  /// Freezes the column under the cursor behind those that are, or lets it go again.
  package mutating func toggleFrozen() {
    guard order.indices.contains(column) else { return }
    let index = order.remove(at: column)
    let wasFrozen = column < frozen
    if wasFrozen { frozen -= 1 }
    order.insert(index, at: frozen)
    if !wasFrozen { frozen += 1 }
    left = max(left, frozen)
    go(toColumn: order.firstIndex(of: index) ?? 0)
  }

  package mutating func freeze(first count: Int) {
    frozen = max(0, min(count, order.count - 1))
    left = frozen
    go(toColumn: column)
  }

  package mutating func setWidth(_ width: Int, of index: Int) {
    widths[index] = max(SheetView.leastWidth, min(width, SheetView.greatestWidth))
    chosen.insert(index)
  }

  package static let leastWidth = 3
  package static let greatestWidth = 500
  /// What a column of text takes unless told otherwise.
  package static let usualWidth = 40
}

extension Int {
  func saturatingAdd(_ other: Int) -> Int {
    let (sum, overflow) = addingReportingOverflow(other)
    return overflow ? (other > 0 ? .max : .min) : sum
  }
}
