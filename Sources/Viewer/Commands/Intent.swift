/// What a person wants, whichever key said so.
package enum Intent: Sendable, Hashable {
  // Moving
  case down, up, left, right
  case pageDown, pageUp, halfPageDown, halfPageUp, lineDown, lineUp
  case firstRow, lastRow, firstColumn, lastColumn
  case windowTop, windowMiddle, windowBottom
  case rowToTop, rowToMiddle, rowToBottom
  case goToColumn
  // Finding
  case search, searchBackwards, searchEverywhere, findNext, findPrevious, nextSame, previousSame
  // Rows
  case keepSame, dropSame, filter, sortAscending, sortDescending, thenAscending, thenDescending
  // Columns
  case hide, showAll, moveLeft, moveRight, freeze, fit, usualWidth, narrower, wider, addColumn
  // Other sheets
  case open, openCell, counts, describe, swapSheets
  // Changes
  case undo, redo, reset, again
  // The viewer
  case copyCell, copyRow, pipeline, information, help, palette, redraw, cancel, close, closeAll, suspend
}
