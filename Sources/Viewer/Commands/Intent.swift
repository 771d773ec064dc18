/// What a person wants, whichever key said so. Each kind is an enumeration of its own, so that whoever acts on one has to
/// say what every case of it does.
package enum Intent: Sendable, Hashable {
  case move(Movement)
  /// Asks for a line of text, and does with it what the purpose says.
  case ask(TextPrompt.Purpose)
  case find(Direction)
  case mark(Marking)
  case rows(RowChange)
  case columns(ColumnChange)
  case history(HistoryStep)
  case open(Opening)
  case sheets(SheetStep)
  case take(Export)
  case viewer(Control)

  /// Another place on the sheet.
  package enum Movement: Sendable, Hashable {
    case down, up, left, right
    case pageDown, pageUp, halfPageDown, halfPageUp, lineDown, lineUp
    case firstRow, lastRow, firstColumn, lastColumn
    case windowTop, windowMiddle, windowBottom
    case rowToTop, rowToMiddle, rowToBottom
    case cellLeft, cellRight
    /// A click: the row of the screen and the column.
    case point(row: Int, column: Int)
  }

  /// Another row where the last search, or the value under the cursor, is found.
  package enum Direction: Sendable, Hashable {
    case next, previous, nextSame, previousSame
  }

  /// Other marks on rows.
  package enum Marking: Sendable, Hashable {
    case flip, flipAndGoOn, addAndGoOn, all, none, flipAll, found
  }

  /// Other rows, or another order of them.
  package enum RowChange: Sendable, Hashable {
    case keepSame, dropSame, keepFound, sortAscending, sortDescending, thenAscending, thenDescending, expand
  }

  /// Other columns, or another look of them.
  package enum ColumnChange: Sendable, Hashable {
    case hide, showAll, moveLeft, moveRight, freeze, fit, usualWidth, narrower, wider, wrap, heatMap, values
  }

  package enum HistoryStep: Sendable, Hashable {
    case undo, redo, reset, reload, again
  }

  /// A new sheet.
  package enum Opening: Sendable, Hashable {
    case row, cell, counts, countsOfFrozen, histogram, description, pivot, marked
  }

  /// Another sheet of those that are open.
  package enum SheetStep: Sendable, Hashable {
    case previous, next, close, closeAll
  }

  /// What goes out of the viewer: to the clipboard, to a browser, to the prompt.
  package enum Export: Sendable, Hashable {
    case cell, row, column, marked, link, pipeline, session
  }

  package enum Control: Sendable, Hashable {
    case information, help, redraw, cancel, suspend
  }
}
