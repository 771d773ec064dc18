/// What a person wants, whichever key said so.
package enum Intent: Sendable, Hashable {
  // Moving
  case down, up, left, right
  case pageDown, pageUp, halfPageDown, halfPageUp, lineDown, lineUp
  case firstRow, lastRow, firstColumn, lastColumn
  case windowTop, windowMiddle, windowBottom
  case rowToTop, rowToMiddle, rowToBottom
  case cellLeft, cellRight, goToColumn
  /// A click: the row of the screen and the column.
  case point(row: Int, column: Int)
  // Finding
  case search, searchBackwards, searchEverywhere, findNext, findPrevious, nextSame, previousSame
  // Rows
  case keepSame, dropSame, filter, sortAscending, sortDescending, thenAscending, thenDescending
  case keepFound, mark, select, toggle, selectAll, toggleAll, selectNone, markFound
  // Columns
  case hide, showAll, moveLeft, moveRight, freeze, fit, usualWidth, narrower, wider, wrap, heatMap, values
  case rename, addColumn, expand
  // Other sheets
  case open, openCell, counts, countFrozen, histogram, describe, pivot, marked, previousSheet, nextSheet
  // Changes
  case undo, redo, reset, reload, again
  // What leaves the viewer
  case copyCell, copyRow, copyColumn, copyMarked, openLink, save, dump, pipeline
  // The viewer
  case information, help, palette, redraw, cancel, close, closeAll, keep, suspend
}
