import Diagnostics
import Display
import Tables

/// The positions of a sheet's columns on a screen.
package struct SheetGeometry: Sendable {
  /// The position of one column on the screen.
  package struct Slot: Sendable, Hashable {
    /// The index into the view's `order`, and the index into the schema.
    package var position: Int
    package var column: Int
    package var x: Int
    package var width: Int
    /// Whether the edge of the screen cuts the column.
    package var isCut: Bool
  }

  package private(set) var slots: [Slot] = []
  /// The width of the row numbers at the left edge; 0 if there is no space for them.
  package let numberWidth: Int
  /// The screen column after the frozen columns, if there are any.
  package private(set) var frozenEdge: Int?
  /// The position and width of bars next to the columns, if there is space.
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
        // A vertical line with a space on either side.
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
    let measure = sheet.theme.measure
    let field = sheet.source.schema[column]
    let name = measure.cells(of: sanitised(field.name)) + (sheet.sortMark(of: field.name) == nil ? 0 : 2)
    return max(SheetView.leastWidth, min(SheetView.usualWidth, max(name, measure.cells(of: "\(field.type)"))))
  }
}

extension Sheet {
  /// An arrow if the last sort was by this column.
  package func sortMark(of name: String) -> String? {
    for stage in stages.reversed() {
      if case .summary = stage { return nil }
      guard case .sort(let keys) = stage else { continue }
      return keys.first { $0.column == name }.map { $0.isDescending ? theme.descending : theme.ascending }
    }
    return nil
  }
}
