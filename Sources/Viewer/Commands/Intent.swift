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
  case hide, showAll, moveLeft, moveRight, freeze, fit, usualWidth, narrower, wider, addColumn, expand
  // Other sheets
  case open, openCell, counts, countFrozen, describe, pivot, swapSheets
  // Changes
  case undo, redo, reset, again
  // The viewer
  case copyCell, copyRow, save, pipeline, information, help, palette, redraw, cancel, close, closeAll, suspend
}
