import Diagnostics
import Display
import Tables
import Terminal

/// Two sheets beside each other, by their numbers.
struct SheetPair: Sendable, Hashable {
  var left: Int
  var right: Int
}

/// A sheet and the screen columns that it has.
struct Pane: Sendable {
  var index: Int
  var columns: Range<Int>
}

extension ViewerState {
  /// The sheets on the screen, from the left; the shown sheet alone, or two with a line between them.
  var panes: [Pane] {
    let top = sheets.count - 1
    guard let pair, let left = sheets.firstIndex(where: { $0.id == pair.left }),
      let right = sheets.firstIndex(where: { $0.id == pair.right }), left == top || right == top,
      size.columns >= Self.leastColumns
    else { return [Pane(index: top, columns: 0..<max(0, size.columns - valuesWidth))] }
    let middle = (size.columns - 1) / 2
    return [Pane(index: left, columns: 0..<middle), Pane(index: right, columns: middle + 1..<size.columns)]
  }

  private static let leastColumns = 40

  /// The sheet beside the one with the cursor; nil if there is none.
  var otherPane: Pane? { panes.first { $0.index != sheets.count - 1 } }

  /// The screen columns of the sheet with the cursor.
  var ownColumns: Range<Int> { panes.first { $0.index == sheets.count - 1 }?.columns ?? 0..<size.columns }

  /// Shows the sheet below this one beside it, or one sheet alone again.
  mutating func togglePanes() -> [Effect] {
    if otherPane != nil {
      pair = nil
      return []
    }
    guard sheets.count > 1 else { return fail("there is no other sheet; F, zF, I or \" opens one") }
    if size.columns < Self.leastColumns { return fail("two sheets need \(Self.leastColumns) columns of the screen") }
    linked = nil
    pair = SheetPair(left: sheets[sheets.count - 2].id, right: sheet.id)
    message = Message(text: "Tab goes to the other sheet, which follows the cursor; Z shows one again")
    return []
  }

  /// Moves the cursor to the other of two sheets. Returns false if there is only one.
  mutating func goToOtherPane() -> Bool {
    guard let other = otherPane else { return false }
    sheets.append(sheets.remove(at: other.index))
    return true
  }

  // MARK: Linked rows

  /// The request for the row of the other sheet that belongs to the cursor's row; nil if it need not be looked for.
  package mutating func linkRequest() -> LinkRequest? {
    guard let pane = otherPane else { return nil }
    let other = sheets[pane.index]
    guard sheet.isTable, other.isTable else { return nil }
    let key = LinkRequest.Key(
      from: sheet.id, fromVersion: sheet.version, row: sheet.view.row, to: other.id, toVersion: other.version,
      columns: linkedColumns(with: other))
    if key == linked { return nil }
    linked = key
    return LinkRequest(key: key, source: sheet.source, other: other.source, present: other.view.row)
  }

  /// The columns by which two sheets are linked: what one counts, or the column under the cursor, or a frozen one.
  private func linkedColumns(with other: Sheet) -> LinkRequest.Pair? {
    var names: [String] = []
    for case .counts(let field, _, _) in [sheet.kind, other.kind] { names.append(field.name) }
    names += [sheet.field?.name].compactMap { $0 } + frozenNames
    for name in names {
      if let from = sheet.source.schema.index(of: name), let to = other.source.schema.index(of: name) {
        return LinkRequest.Pair(from: from, to: to)
      }
    }
    return nil
  }

  /// Moves the other sheet to the row that was found, unless the cursor has moved on.
  package mutating func receive(_ answer: LinkRequest.Answer) {
    guard answer.key == linked, let pane = otherPane, sheets[pane.index].id == answer.key.to,
      sheets[pane.index].version == answer.key.toVersion
    else { return }
    let height = bodyHeight(of: sheets[pane.index])
    sheets[pane.index].view.go(toRow: answer.row, of: sheets[pane.index].rowCount, height: height)
  }
}
