import Diagnostics
import Display
import Tables

/// Which columns of a sheet stand where, on a screen of some width.
package struct SheetGeometry: Sendable {
  package struct Slot: Sendable, Hashable {
    /// The place in the view's `order`, and the index into the schema.
    package var position: Int
    package var column: Int
    package var x: Int
    package var width: Int
    /// The screen ends before the column does.
    package var isCut: Bool
  }

  package private(set) var slots: [Slot] = []
  /// Cells of the row numbers at the left edge, 0 where there is no room for them.
  package let numberWidth: Int
  /// Where the frozen columns end, if there are any.
  package private(set) var frozenEdge: Int?
  /// Where a bar may be drawn next to the columns, and how wide.
  package private(set) var bars: (x: Int, width: Int)?
  package static let gap = 2

  package init(_ sheet: Sheet, columns: Int) {
    let view = sheet.view
    let digits = grouped(max(1, sheet.rowCount)).utf8.count
    numberWidth = columns >= 40 ? digits : 0
    var x = numberWidth > 0 ? numberWidth + Self.gap : 0
    let places =
      Array(0..<min(view.frozen, view.order.count)) + Array(view.order.indices.dropFirst(max(view.left, view.frozen)))
    for position in places {
      if x >= columns { break }
      let column = view.order[position]
      let width = Self.width(of: column, sheet)
      slots.append(
        Slot(position: position, column: column, x: x, width: min(width, columns - x), isCut: x + width > columns))
      x += width + Self.gap
      if position == view.frozen - 1 {
        // A line with a space on either side.
        frozenEdge = x - 1
        x += 1
      }
    }
    let hasAll = slots.last.map { $0.position == view.order.count - 1 && !$0.isCut } ?? false
    if sheet.barColumn != nil, hasAll, columns - x >= 4 { bars = (x, columns - x) }
  }

  package static func width(of column: Int, _ sheet: Sheet) -> Int {
    sheet.view.widths[column] ?? headerWidth(of: column, sheet)
  }

  package static func headerWidth(of column: Int, _ sheet: Sheet) -> Int {
    let measure = sheet.look.measure
    let field = sheet.source.schema[column]
    let name = measure.cells(of: sanitised(field.name)) + (sheet.sortMark(of: field.name) == nil ? 0 : 2)
    return max(SheetView.leastWidth, min(SheetView.usualWidth, max(name, measure.cells(of: "\(field.type)"))))
  }
}

extension Sheet {
  /// An arrow where the last sorting was by this column.
  package func sortMark(of name: String) -> String? {
    for stage in stages.reversed() {
      if case .summary = stage { return nil }
      guard case .sort(let keys) = stage else { continue }
      return keys.first { $0.column == name }.map { $0.isDescending ? look.descending : look.ascending }
    }
    return nil
  }
}
