import Display
import Terminal

extension ViewerState {
  /// The help for this kind of sheet, followed by all keys.
  var helpLines: [String] {
    var lines = wrappedHelp(helpOfKind)
    lines.append("")
    for command in Command.all where intentsOfKind.contains(command.intent) { lines += helpLines(of: command) }
    lines += ["", "All keys", ""]
    for command in Command.all { lines += helpLines(of: command) }
    lines.append("")
    return lines + wrappedHelp("A number before a key repeats it: 10j. The keys work in the Russian layout too.")
  }

  private var helpOfKind: String {
    switch sheet.kind {
    case .record: "This is one row. Enter shows a value in full, zo opens its link, q goes back."
    case .counts: "These are counts. Enter shows the rows that one counts, q goes back."
    case .plot: "This is a plot. Ctrl-S saves it as a picture, D says how to get it, q goes back."
    case .bins: "These are groups of rows; the bars are their sizes. q goes back."
    case .table where sheet.source.opening != nil: "Enter opens what a row stands for."
    case .table: "This is a table. Enter shows a row in full, D says how to get what is shown."
    }
  }

  /// The most useful intents for this kind of sheet.
  private var intentsOfKind: Set<Intent> {
    switch sheet.kind {
    case .record:
      [.open(.cell), .take(.link), .take(.cell), .ask(.search(backwards: false, everywhere: false)), .sheets(.close)]
    case .plot: [.ask(.save), .take(.pipeline), .sheets(.close)]
    case .counts, .bins:
      [
        .open(.row), .rows(.sortAscending), .rows(.sortDescending), .ask(.search(backwards: false, everywhere: false)),
        .take(.pipeline), .sheets(.close),
      ]
    case .table where sheet.source.isMatrix:
      [
        .open(.row), .columns(.heatMap), .rows(.sortDescending), .ask(.search(backwards: false, everywhere: false)),
        .sheets(.close),
      ]
    case .table where sheet.source.opening != nil:
      [.open(.row), .ask(.search(backwards: false, everywhere: false)), .sheets(.close)]
    case .table:
      [
        .ask(.search(backwards: false, everywhere: false)), .rows(.keepSame), .ask(.filter), .rows(.sortDescending),
        .open(.counts), .columns(.values), .open(.row), .history(.undo), .take(.pipeline), .sheets(.close),
      ]
    }
  }

  private func helpLines(of command: Command) -> [String] {
    let keys = command.keys.joined(separator: "  ")
    let keyWidth = Command.all.reduce(0) { max($0, theme.measure.cells(of: $1.keys.joined(separator: "  "))) }
    let summaryWidth = Command.all.reduce(0) { max($0, $1.summary.count) }
    if size.columns > keyWidth + summaryWidth + 40 {
      let summary = theme.measure.padded(command.summary, to: summaryWidth + 2)
      return [theme.measure.padded(keys, to: keyWidth) + "  " + summary + command.russian]
    }
    // On a narrow screen, the keys are above their meaning.
    if size.columns < keyWidth + summaryWidth / 2 { return [keys] + wrappedHelp(command.summary, indent: "  ") }
    let lines = wrappedHelp(
      theme.measure.padded(keys, to: keyWidth) + "  " + command.summary,
      indent: String(repeating: " ", count: keyWidth + 2))
    return lines
  }

  private func wrappedHelp(_ text: String, indent: String = "") -> [String] {
    let first = text.hasPrefix(" ") || indent.isEmpty || text.contains("  ") ? text : indent + text
    return StyledLine(first).wrapped(
      to: max(10, size.columns - 1), indent: StyledLine(indent), theme.measure
    ).map(\.plain)
  }
}
