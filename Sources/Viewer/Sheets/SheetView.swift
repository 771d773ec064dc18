import Tables

/// The view of a table: the visible columns, their widths, and the positions of the cursor and the window.
package struct SheetView: Sendable, Hashable {
  /// The visible columns, as indices into the schema.
  package var order: [Int]
  /// The number of frozen columns at the left, which do not scroll.
  package var frozen = 0
  /// Column widths in cells. A column without an entry is as wide as its header.
  package var widths: [Int: Int] = [:]
  /// Columns whose width the user chose, so that pages do not change it.
  package var chosen: Set<Int> = []
  /// By how many cells each column's texts are scrolled.
  package var shifts: [Int: Int] = [:]
  /// The greatest magnitude seen in each column: the scale of bars and colours.
  package var scales: [Int: Double] = [:]
  /// Whether wide cells are wrapped.
  package var isWrapped = false
  /// The number of rows in a wrapped window.
  package var wrappedRowCount = 1
  /// Whether numbers are coloured by their size.
  package var isHeatMap = false
  /// Whether the panel shows the values of the cursor's column.
  package var showsValues = false
  /// The aggregates below each column, by index into the schema.
  package var aggregates: [Int: [Aggregate]] = [:]
  /// The row of the cursor, and its column as an index into `order`.
  package var row = 0
  package var column = 0
  /// The first row in the window, and its first scrolling column as an index into `order`.
  package var top = 0
  package var left = 0

  package init(columnCount: Int) { order = Array(0..<columnCount) }

  // MARK: Rows

  /// Moves the cursor to a row, and the window as little as possible.
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

  /// Scrolls the window. The cursor moves only if it would leave the window.
  package mutating func scroll(by rows: Int, of count: Int, height: Int) {
    let height = max(1, height)
    top = max(0, min(top.saturatingAdd(rows), count - height))
    row = max(top, min(row, top + height - 1, count - 1))
  }

  /// Scrolls so that the cursor's row is `offset` rows below the top.
  package mutating func placeRow(at offset: Int, of count: Int, height: Int) {
    top = max(0, min(row - offset, count - max(1, height)))
  }

  // MARK: Columns

  package mutating func go(toColumn target: Int) {
    column = max(0, min(target, order.count - 1))
    if column >= frozen, column < left { left = column }
    left = max(frozen, min(left, max(frozen, order.count - 1)))
  }

  /// Hides the column under the cursor. The last visible column cannot be hidden.
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

  /// Moves the column under the cursor by one position, among the frozen columns or among the others.
  package mutating func moveColumn(by step: Int) -> Bool {
    let target = column + step
    guard order.indices.contains(column), order.indices.contains(target), (column < frozen) == (target < frozen) else {
      return false
    }
    order.swapAt(column, target)
    go(toColumn: target)
    return true
  }

  /// Freezes the column under the cursor after the other frozen ones, or unfreezes it.
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

  /// Forgets how a column was drawn, since its type has changed.
  mutating func forget(_ index: Int, nowOf type: DataType) {
    widths[index] = nil
    chosen.remove(index)
    shifts[index] = nil
    scales[index] = nil
    aggregates[index] = aggregates[index]?.filter { $0.fits(type) }
  }

  package mutating func setWidth(_ width: Int, of index: Int) {
    widths[index] = max(SheetView.leastWidth, min(width, SheetView.greatestWidth))
    chosen.insert(index)
  }

  package static let leastWidth = 3
  package static let greatestWidth = 500
  /// The default width of a text column.
  package static let usualWidth = 40
}

extension Int {
  func saturatingAdd(_ other: Int) -> Int {
    let (sum, overflow) = addingReportingOverflow(other)
    return overflow ? (other > 0 ? .max : .min) : sum
  }
}
