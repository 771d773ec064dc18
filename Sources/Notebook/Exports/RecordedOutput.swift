/// A part of a cell's recorded output: a table, or text between tables.
enum RecordedBlock: Hashable {
  struct Table: Hashable {
    /// The caption `shape: (5, 3)`.
    var caption: String?
    var names: [String]
    var types: [String]
    var rows: [[String]]
  }

  case table(Table)
  case text(String)
  /// An empty line next to a table: the output of the next statement follows.
  case gap
}

/// Parses recorded output. A table whose cells cannot be separated reliably stays text.
func recordedBlocks(_ text: String) -> [RecordedBlock] {
  var blocks: [RecordedBlock] = []
  var open: [String] = []
  var lines = text.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)[...]
  /// Ends the text between tables.
  func close(beforeTable: Bool) {
    let leading = open.prefix { $0.isEmpty }.count
    let text = open[leading...].reversed().drop { $0.isEmpty }.reversed()
    if leading > 0, !blocks.isEmpty, beforeTable || !text.isEmpty { blocks.append(.gap) }
    if !text.isEmpty {
      blocks.append(.text(text.joined(separator: "\n")))
      if beforeTable, open.last == "" { blocks.append(.gap) }
    }
    open = []
  }
  while let line = lines.first {
    guard line.hasPrefix("┌"), let end = lines.firstIndex(where: { $0.hasPrefix("└") }),
      var table = table(Array(lines[lines.startIndex...end]))
    else {
      open.append(line)
      lines = lines.dropFirst()
      continue
    }
    if let shape = open.last, shape.hasPrefix("shape: (") {
      table.caption = shape
      open.removeLast()
    }
    close(beforeTable: true)
    blocks.append(.table(table))
    lines = lines[(end + 1)...]
  }
  close(beforeTable: false)
  return blocks
}

private func table(_ lines: [String]) -> RecordedBlock.Table? {
  guard lines.count > 3, let rule = lines.firstIndex(where: { $0.hasPrefix("╞") }), rule > 1 else { return nil }
  let count = lines[0].count { $0 == "┬" } + 1
  var header: [[String]] = []
  var rows: [[String]] = []
  for (index, line) in lines.enumerated().dropFirst().dropLast() where index != rule {
    guard line.first == "│", line.last == "│" else { return nil }
    let cells = line.dropFirst().dropLast().split(separator: "┆", omittingEmptySubsequences: false).map(\.trimmed)
    // A value contains the separator itself, so the cells cannot be separated.
    guard cells.count == count else { return nil }
    if index < rule { header.append(cells) } else { rows.append(cells) }
  }
  // polars prints a line between names and types.
  header.removeAll { $0.allSatisfy { $0 == "---" || $0.isEmpty } }
  guard let names = header.first else { return nil }
  return RecordedBlock.Table(
    names: names, types: header.count > 1 ? header[1] : names.map { _ in "" }, rows: rows)
}
