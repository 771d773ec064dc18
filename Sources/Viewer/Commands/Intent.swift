/// What the user wants to do, independent of the key. Each kind is an enumeration of its own, so that every `switch`
/// over it must handle all cases.
package enum Intent: Sendable, Hashable {
  case move(Movement)
  /// Opens a prompt; `Purpose` says what happens with the text.
  case ask(TextPrompt.Purpose)
  case find(Direction)
  case mark(Marking)
  case rows(RowChange)
  case columns(ColumnChange)
  case cast(CastTarget)
  case history(HistoryStep)
  case open(Opening)
  case sheets(SheetStep)
  case take(Export)
  case viewer(Control)

  /// Moves the cursor or the window.
  package enum Movement: Sendable, Hashable {
    case down, up, left, right
    case pageDown, pageUp, halfPageDown, halfPageUp, lineDown, lineUp
    case firstRow, lastRow, firstColumn, lastColumn
    case windowTop, windowMiddle, windowBottom
    case rowToTop, rowToMiddle, rowToBottom
    case cellLeft, cellRight
    /// A click at a screen row and column.
    case point(row: Int, column: Int)
  }

  /// Goes to another match of the last search, or to another row with the value under the cursor.
  package enum Direction: Sendable, Hashable {
    case next, previous, nextSame, previousSame
  }

  /// Changes the marks of rows.
  package enum Marking: Sendable, Hashable {
    case flip, flipAndGoOn, addAndGoOn, all, none, flipAll, found
  }

  /// Changes the rows or their order.
  package enum RowChange: Sendable, Hashable {
    case keepSame, dropSame, keepFound, sortAscending, sortDescending, thenAscending, thenDescending, expand
  }

  /// Changes the columns or how they look.
  package enum ColumnChange: Sendable, Hashable {
    case hide, showAll, moveLeft, moveRight, freeze, fit, usualWidth, narrower, wider, wrap, heatMap, values
  }

  /// A type that a key gives to the column, as the language names it.
  package enum CastTarget: String, Sendable, Hashable {
    case text = "str"
    case integer = "i64"
    case float = "f64"
    case date
    case datetime = "datetime[us]"
  }

  package enum HistoryStep: Sendable, Hashable {
    case undo, redo, reset, reload, again
  }

  /// Opens a new sheet.
  package enum Opening: Sendable, Hashable {
    case row, cell, counts, countsOfFrozen, histogram, description, pivot, marked, aggregates, transposed
  }

  /// Goes to another open sheet, or closes sheets.
  package enum SheetStep: Sendable, Hashable {
    case previous, next, beside, close, closeAll
  }

  /// Exports something: to the clipboard, to a browser, or to the prompt.
  package enum Export: Sendable, Hashable {
    case cell, row, column, marked, link, pipeline, session
  }

  package enum Control: Sendable, Hashable {
    case information, help, redraw, cancel, suspend
  }
}
