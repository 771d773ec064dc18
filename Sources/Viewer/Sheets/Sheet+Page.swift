package import Diagnostics
import Tables

extension Sheet {
  /// Reads what the window needs and moves the window to its cursor, until both agree: a page makes columns wider,
  /// which may push the cursor's column off the screen.
  package mutating func loadPage(height: Int, columns: Int) throws(Diagnostic) {
    var damage: Diagnostic?
    for _ in 0..<4 {
      view.showRow(of: rowCount, height: height)
      showColumn(columns: columns)
      let rows = view.top..<min(rowCount, view.top + max(1, height))
      let wanted = candidates(columns: columns)
      if !page.covers(rows, wanted) {
        damage = read(rows, wanted) ?? damage
      }
      let before = view.widths
      for column in wanted where !view.chosen.contains(column) { widen(column) }
      if before == view.widths { break }
    }
    if let damage { throw damage }
  }

  /// Reads a page. A column that cannot be read leaves the others.
  private mutating func read(_ rows: Range<Int>, _ columns: [Int]) -> Diagnostic? {
    page = SheetPage(rows: rows)
    do throws(Diagnostic) {
      let table = try source.page(rows: rows, columns: columns)
      for (column, index) in zip(table.columns, columns) { page.add(column, at: index) }
      return nil
    } catch {
      for index in columns {
        if let column = try? source.page(rows: rows, columns: [index]).columns.first {
          page.add(column, at: index)
        } else {
          page.addUnreadable(at: index)
        }
      }
      return error
    }
  }

  /// Columns grow with what is read and never shrink by scrolling: nothing jumps.
  private mutating func widen(_ column: Int) {
    let type = source.schema[column].type
    var limit = type.isNumeric || type.isTemporal ? SheetView.greatestWidth : SheetView.usualWidth
    if case .record = kind { limit = SheetView.greatestWidth }
    let needed = max(SheetGeometry.headerWidth(of: column, self), min(limit, page.width(of: column)))
    view.widths[column] = max(view.widths[column] ?? 0, needed)
  }

  /// The columns that could stand on the screen from the window's left edge.
  private func candidates(columns: Int) -> [Int] {
    let most = columns / (SheetView.leastWidth + SheetGeometry.gap) + 1
    let frozen = view.order.prefix(min(view.frozen, most))
    return Array(frozen + view.order.dropFirst(max(view.left, view.frozen)).prefix(max(1, most - frozen.count)))
  }

  /// Scrolls until the cursor's column is on the screen, whole if it can be.
  private mutating func showColumn(columns: Int) {
    view.go(toColumn: view.column)
    guard view.column >= view.frozen else { return }
    while view.left < view.column {
      let slots = SheetGeometry(self, columns: columns).slots
      if let slot = slots.first(where: { $0.position == view.column }), !slot.isCut { return }
      view.left += 1
    }
  }
}
