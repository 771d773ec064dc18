/// A thing to do, the keys that do it, and what help and the palette say of it.
package struct Command: Sendable {
  /// Its long name, as the palette takes it.
  package var name: String
  /// Keys and sequences of keys, parted by spaces: `gg Home`.
  package var keys: [String]
  package var summary: String
  package var intent: Intent

  init(_ name: String, _ keys: String, _ summary: String, _ intent: Intent) {
    self.name = name
    self.keys = keys.split(separator: " ").map(String.init)
    self.summary = summary
    self.intent = intent
  }

  /// All of them, in the order help lists them.
  package static let all: [Command] = [
    Command("down", "j ↓", "next row", .down),
    Command("up", "k ↑", "row above", .up),
    Command("left", "h ←", "column to the left", .left),
    Command("right", "l →", "column to the right", .right),
    Command("page-down", "Ctrl-F PgDn f", "a page down", .pageDown),
    Command("page-up", "Ctrl-B PgUp b", "a page up", .pageUp),
    Command("half-page-down", "Ctrl-D", "half a page down", .halfPageDown),
    Command("half-page-up", "Ctrl-U", "half a page up", .halfPageUp),
    Command("line-down", "Ctrl-E", "scroll by a row", .lineDown),
    Command("line-up", "Ctrl-Y", "scroll back by a row", .lineUp),
    Command("first-row", "gg Home", "first row; 123G goes to row 123", .firstRow),
    Command("last-row", "G End", "last row", .lastRow),
    Command("first-column", "^ 0", "first column", .firstColumn),
    Command("last-column", "$", "last column", .lastColumn),
    Command("window-top", "H", "first row of the window", .windowTop),
    Command("window-middle", "M", "middle row of the window", .windowMiddle),
    Command("window-bottom", "L", "last row of the window", .windowBottom),
    Command("row-to-top", "zt", "put this row at the top", .rowToTop),
    Command("row-to-middle", "zz", "put this row in the middle", .rowToMiddle),
    Command("row-to-bottom", "zb", "put this row at the bottom", .rowToBottom),
    Command("go-to-column", "c", "go to a column by name", .goToColumn),

    Command("search", "/", "search this column downwards", .search),
    Command("search-backwards", "?", "search this column upwards", .searchBackwards),
    Command("search-everywhere", "g/", "search all columns", .searchEverywhere),
    Command("find-next", "n", "next match", .findNext),
    Command("find-previous", "N", "previous match", .findPrevious),
    Command("next-same", "#", "next row with this value", .nextSame),
    Command("previous-same", "*", "previous row with this value", .previousSame),

    Command("keep-same", ",", "keep only the rows with this value", .keepSame),
    Command("drop-same", "z,", "drop the rows with this value", .dropSame),
    Command("filter", "&", "keep the rows that meet a condition", .filter),
    Command("sort-ascending", "[ a", "sort by this column", .sortAscending),
    Command("sort-descending", "] d", "sort by this column, greatest first", .sortDescending),
    Command("then-ascending", "z[", "sort by this column within the last sorting", .thenAscending),
    Command("then-descending", "z]", "the same, greatest first", .thenDescending),

    Command("hide", "-", "hide this column", .hide),
    Command("show-all", "gv", "show all columns again", .showAll),
    Command("move-left", "{", "move this column to the left", .moveLeft),
    Command("move-right", "}", "move this column to the right", .moveRight),
    Command("freeze", "!", "keep this column in sight; 2! the first two", .freeze),
    Command("fit", "_", "as wide as what is shown", .fit),
    Command("usual-width", "g_", "the usual width again", .usualWidth),
    Command("narrower", "<", "narrower", .narrower),
    Command("wider", ">", "wider", .wider),
    Command("add-column", "=", "add a column: name = expression", .addColumn),
    Command("expand", "( zM", "a row an item of this list, a column a field of this structure", .expand),

    Command("open", "Enter", "open this row, or the rows that a count counts", .open),
    Command("open-cell", "zEnter", "open this value in full", .openCell),
    Command("counts", "F", "how often each value of this column occurs", .counts),
    Command("count-frozen", "gF", "how often each combination of the frozen columns occurs", .countFrozen),
    Command("pivot", "W", "the frozen columns against the values of this one", .pivot),
    Command("describe", "I", "describe all columns", .describe),
    Command("swap-sheets", "Tab Ctrl-^", "the sheet before this one", .swapSheets),

    Command("undo", "u", "undo the last change", .undo),
    Command("redo", "U", "redo it", .redo),
    Command("reset", "r", "back to what was opened", .reset),
    Command("again", ".", "repeat the last change", .again),

    Command("copy-cell", "y", "copy this value", .copyCell),
    Command("copy-row", "Y", "copy this row, parted by tabs", .copyRow),
    Command("save", "Ctrl-S", "save this view to a file", .save),
    Command("pipeline", "D", "this view as a pipeline; Enter takes it to the prompt", .pipeline),
    Command("information", "Ctrl-G", "where this is: row, type, table", .information),
    Command("help", "F1 z?", "the keys", .help),
    Command("palette", "Space :", "find a command by name; a number goes to that row", .palette),
    Command("redraw", "Ctrl-L", "draw everything again", .redraw),
    Command("cancel", "Ctrl-C", "stop what runs", .cancel),
    Command("suspend", "Ctrl-Z", "leave to the shell; fg comes back", .suspend),
    Command("close", "q", "close this sheet", .close),
    Command("close-all", "gq Ctrl-Q", "close the viewer", .closeAll),
  ]

  /// The commands whose names or summaries hold the letters of `query` in order; the closest first.
  package static func matching(_ query: String) -> [Command] {
    let wanted = query.lowercased().filter { $0 != " " }
    func rank(_ command: Command) -> Int? {
      if command.name.hasPrefix(wanted) { return 0 }
      if command.name.contains(wanted) { return 1 }
      if command.summary.lowercased().contains(query.lowercased()) { return 2 }
      var rest = wanted[...]
      for letter in command.name where letter == rest.first { rest.removeFirst() }
      return rest.isEmpty ? 3 : nil
    }
    let ranked = all.enumerated().compactMap { index, command in rank(command).map { ($0, index, command) } }
    return ranked.sorted { ($0.0, $0.1) < ($1.0, $1.1) }.map(\.2)
  }
}
