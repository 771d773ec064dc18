/// A command of the viewer: its intent, its keys, and its texts for the help and the palette.
package struct Command: Sendable {
  /// The name in the palette.
  package let name: String
  /// Keys and key sequences, for example `gg Home`.
  package let keys: [String]
  package let summary: String
  /// The summary in Russian, which the palette also searches.
  package let russian: String
  package let intent: Intent

  init(_ name: String, _ keys: String, _ summary: String, _ russian: String, _ intent: Intent) {
    self.name = name
    self.keys = keys.split(separator: " ").map(String.init)
    self.summary = summary
    self.russian = russian
    self.intent = intent
  }

  /// All commands, in the order of the help.
  package static let all: [Command] =
    movingCommands + findingCommands + rowCommands + columnCommands + typeCommands + aggregateCommands + sheetCommands
    + tableCommands + plotCommands + leavingCommands

  /// The commands whose name or summary contains the letters of `query` in this order; best matches first.
  package static func matching(_ query: String) -> [Command] {
    let query = query.lowercased()
    let wanted = query.filter { $0 != " " }
    func rank(_ command: Command) -> Int? {
      if command.name == wanted { return 0 }
      if command.name.hasPrefix(wanted) { return 1 }
      if command.name.contains(wanted) { return 2 }
      if command.summary.lowercased().contains(query) || command.russian.lowercased().contains(query) { return 3 }
      var rest = wanted[...]
      for letter in command.name where letter == rest.first { rest.removeFirst() }
      return rest.isEmpty ? 4 : nil
    }
    let ranked = all.enumerated().compactMap { index, command in rank(command).map { ($0, index, command) } }
    return ranked.sorted { ($0.0, $0.1) < ($1.0, $1.1) }.map(\.2)
  }
}

private let movingCommands = [
  Command("down", "j ↓", "next row", "следующая строка", .move(.down)),
  Command("up", "k ↑", "row above", "строка выше", .move(.up)),
  Command("left", "h ←", "column to the left", "столбец слева", .move(.left)),
  Command("right", "l →", "column to the right", "столбец справа", .move(.right)),
  Command("page-down", "Ctrl-F PgDn f", "a page down", "страница вниз", .move(.pageDown)),
  Command("page-up", "Ctrl-B PgUp b", "a page up", "страница вверх", .move(.pageUp)),
  Command("half-page-down", "Ctrl-D", "half a page down", "полстраницы вниз", .move(.halfPageDown)),
  Command("half-page-up", "Ctrl-U", "half a page up", "полстраницы вверх", .move(.halfPageUp)),
  Command("line-down", "Ctrl-E", "scroll by a row", "прокрутить на строку", .move(.lineDown)),
  Command("line-up", "Ctrl-Y", "scroll back by a row", "прокрутить на строку назад", .move(.lineUp)),
  Command("first-row", "gg Home", "first row", "первая строка", .move(.firstRow)),
  Command(
    "last-row", "G End", "last row; 123G goes to row 123", "последняя строка; 123G — строка 123", .move(.lastRow)),
  Command("first-column", "^ 0", "first column", "первый столбец", .move(.firstColumn)),
  Command("last-column", "$", "last column", "последний столбец", .move(.lastColumn)),
  Command("window-top", "H", "first row of the window", "верх окна", .move(.windowTop)),
  Command("window-middle", "M", "middle row of the window", "середина окна", .move(.windowMiddle)),
  Command("window-bottom", "L", "last row of the window", "низ окна", .move(.windowBottom)),
  Command("row-to-top", "zt", "put this row at the top", "эту строку наверх", .move(.rowToTop)),
  Command("row-to-middle", "zz", "put this row in the middle", "эту строку в середину", .move(.rowToMiddle)),
  Command("row-to-bottom", "zb", "put this row at the bottom", "эту строку вниз", .move(.rowToBottom)),
  Command("cell-left", "zh", "scroll back inside wide cells", "назад внутри широкой ячейки", .move(.cellLeft)),
  Command("cell-right", "zl", "scroll inside wide cells", "вперёд внутри широкой ячейки", .move(.cellRight)),
  Command("go-to-column", "c", "go to a column by name", "к столбцу по имени", .ask(.column)),
]

private let findingCommands = [
  Command(
    "search", "/", "search this column downwards; Ctrl-R: regular expressions", "искать в столбце вниз",
    .ask(.search(backwards: false, everywhere: false))),
  Command(
    "search-backwards", "?", "search this column upwards", "искать в столбце вверх",
    .ask(.search(backwards: true, everywhere: false))),
  Command(
    "search-everywhere", "g/", "search all columns", "искать во всех столбцах",
    .ask(.search(backwards: false, everywhere: true))),
  Command("find-next", "n", "next match", "следующее совпадение", .find(.next)),
  Command("find-previous", "N", "previous match", "предыдущее совпадение", .find(.previous)),
  Command("next-same", "#", "next row with this value", "следующая строка с этим значением", .find(.nextSame)),
  Command("previous-same", "*", "previous row with this value", "предыдущая с этим значением", .find(.previousSame)),
]

private let rowCommands = [
  Command("keep-same", ",", "keep only the rows with this value", "оставить строки с этим значением", .rows(.keepSame)),
  Command("drop-same", "z,", "drop the rows with this value", "убрать строки с этим значением", .rows(.dropSame)),
  Command("filter", "&", "keep the rows that meet a condition", "отобрать строки по условию", .ask(.filter)),
  Command("keep-found", "z/", "keep only the rows that the last search finds", "оставить найденное", .rows(.keepFound)),
  Command("sort-ascending", "[ a", "sort by this column", "сортировать по столбцу", .rows(.sortAscending)),
  Command("sort-descending", "] d", "sort by this column, greatest first", "по убыванию", .rows(.sortDescending)),
  Command(
    "then-ascending", "z[", "sort by this column within the last sorting", "затем по этому столбцу",
    .rows(.thenAscending)),
  Command("then-descending", "z]", "the same, greatest first", "затем по убыванию", .rows(.thenDescending)),
  Command("mark", "m", "mark this row, or unmark it", "отметить строку", .mark(.flip)),
  Command("select", "s", "mark this row and go on", "отметить и дальше", .mark(.addAndGoOn)),
  Command("toggle", "t", "change this row's mark and go on", "сменить отметку и дальше", .mark(.flipAndGoOn)),
  Command("select-all", "gs", "mark all rows", "отметить все строки", .mark(.all)),
  Command("toggle-all", "gt", "change all marks", "обратить отметки", .mark(.flipAll)),
  Command("select-none", "gu", "unmark all rows", "снять отметки", .mark(.none)),
  Command("mark-found", "|", "mark the rows that the last search finds", "отметить найденное", .mark(.found)),
]

private let columnCommands = [
  Command("hide", "-", "hide this column", "скрыть столбец", .columns(.hide)),
  Command("show-all", "gv", "show all columns again", "показать все столбцы", .columns(.showAll)),
  Command("move-left", "{", "move this column to the left", "столбец левее", .columns(.moveLeft)),
  Command("move-right", "}", "move this column to the right", "столбец правее", .columns(.moveRight)),
  Command(
    "freeze", "!", "keep this column in sight; 2! or f2 Enter the first two", "закрепить столбец", .columns(.freeze)),
  Command("rename", "zc", "rename this column", "переименовать столбец", .ask(.rename)),
  Command("fit", "_", "as wide as what is shown", "ширина по содержимому", .columns(.fit)),
  Command("usual-width", "g_", "the usual width again", "обычная ширина", .columns(.usualWidth)),
  Command("narrower", "<", "narrower", "уже", .columns(.narrower)),
  Command("wider", ">", "wider", "шире", .columns(.wider)),
  Command("wrap", "v -S", "wrap wide cells, or cut them again", "переносить длинные ячейки", .columns(.wrap)),
  Command("heat-map", "zv", "colour numbers by their size", "тепловая карта", .columns(.heatMap)),
  Command("values", "V", "the values of this column beside the table", "значения столбца рядом", .columns(.values)),
  Command("add-column", "=", "add a column: name = expression; Tab completes", "добавить столбец", .ask(.addColumn)),
  Command("expand", "( zM", "one row per list item, one column per struct field", "развернуть список", .rows(.expand)),
]

private let sheetCommands = [
  Command("open", "Enter", "open this row, or what it stands for", "открыть строку", .open(.row)),
  Command("open-cell", "zEnter", "open this value in full", "открыть значение целиком", .open(.cell)),
  Command("counts", "F", "how often each value of this column occurs", "частоты значений", .open(.counts)),
  Command(
    "count-frozen", "gF", "how often each combination of frozen values occurs", "частоты закреплённых",
    .open(.countsOfFrozen)),
  Command("histogram", "zF", "the numbers of this column in twenty bins", "гистограмма столбца", .open(.histogram)),
  Command("pivot", "W", "the frozen columns against the values of this one", "сводная таблица", .open(.pivot)),
  Command("describe", "I", "describe all columns", "описать столбцы", .open(.description)),
  Command("marked", "\"", "a sheet of the marked rows", "лист из отмеченных строк", .open(.marked)),
  Command("previous-sheet", "Ctrl-^", "the sheet before this one, and back", "предыдущий лист", .sheets(.previous)),
  Command("next-sheet", "Tab", "the next sheet of the stack", "следующий лист", .sheets(.next)),
  Command("beside", "Z", "the sheet below beside this one, linked", "два листа рядом", .sheets(.beside)),
  Command("undo", "u", "undo the last change", "отменить", .history(.undo)),
  Command("redo", "U", "redo it", "вернуть", .history(.redo)),
  Command("reset", "r", "back to what was opened", "как было", .history(.reset)),
  Command("reload", "R", "read it anew", "прочитать заново", .history(.reload)),
  Command("again", ".", "repeat the last change", "повторить", .history(.again)),
]

private let leavingCommands = [
  Command("copy-cell", "y", "copy this value", "скопировать значение", .take(.cell)),
  Command("copy-row", "Y", "copy this row, separated by tabs", "скопировать строку", .take(.row)),
  Command("copy-column", "zy", "copy this column", "скопировать столбец", .take(.column)),
  Command("copy-marked", "gy", "copy the marked rows", "скопировать отмеченное", .take(.marked)),
  Command("open-link", "zo", "open the address of this item", "открыть ссылку", .take(.link)),
  Command("save", "Ctrl-S", "save this view to a file", "сохранить в файл", .ask(.save)),
  Command("dump", "", "write this screen to a file: dump FILE", "записать экран в файл", .ask(.dump)),
  Command(
    "pipeline", "D", "this view as a pipeline; Enter takes it to the prompt", "показать конвейер", .take(.pipeline)),
  Command(
    "keep", "Q", "leave, and run the pipeline in the session", "выйти, оставив конвейер в сессии", .take(.session)),
  Command(
    "information", "Ctrl-G", "where this is: row, type, file", "где мы: строка, тип, файл", .viewer(.information)),
  Command("help", "F1 z?", "the keys", "клавиши", .viewer(.help)),
  Command("palette", "Space :", "find a command by name; a number goes to that row", "найти команду", .ask(.palette)),
  Command("redraw", "Ctrl-L", "draw everything again", "перерисовать", .viewer(.redraw)),
  Command("cancel", "Ctrl-C", "stop what runs; Esc too", "остановить", .viewer(.cancel)),
  Command("suspend", "Ctrl-Z", "leave to the shell; fg comes back", "уйти в оболочку", .viewer(.suspend)),
  Command("close", "q", "close this sheet", "закрыть лист", .sheets(.close)),
  Command("close-all", "gq Ctrl-Q", "close the viewer", "закрыть всё", .sheets(.closeAll)),
]
