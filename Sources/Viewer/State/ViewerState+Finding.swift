import Diagnostics
import Display
import Tables

/// The position of the window before a search was typed.
struct SearchOrigin: Sendable {
  var row = 0
  var top = 0
}

/// A search and its matches so far.
package struct Finding: Sendable {
  let id: Int
  /// The searched sheet and its version.
  let sheet: Int
  let version: Int
  /// The name of the search in messages.
  let text: String
  let columns: [String]
  let matcher: TextMatcher
  let start: Int
  let isBackwards: Bool
  let rowCount: Int
  /// The matching rows in ascending order: all of them, or the first ones up to a limit.
  var rows: [Int] = []
  package var count = 0
  var scanned = 0
  /// Whether the cursor should go to the next match that is found.
  var isWaiting = true
  /// Whether the status line shows the search.
  var isShown = true
  var wasStopped = false
  /// Why it ended early, if it failed.
  var failure: String?
  static let rowLimit = 1_000_000

  package var isRunning: Bool { scanned < rowCount && !wasStopped }

  mutating func add(_ events: SearchTask.Event) {
    scanned = events.scanned
    count += events.rows.count
    guard rows.count < Self.rowLimit, let first = events.rows.first else { return }
    rows.insert(contentsOf: events.rows, at: place(of: first))
  }

  /// The number of matches above `row`.
  func place(of row: Int) -> Int {
    var low = 0
    var high = rows.count
    while low < high {
      let middle = (low + high) / 2
      if rows[middle] < row { low = middle + 1 } else { high = middle }
    }
    return low
  }

  /// `match 3 of 57`, `57 matches so far, 12 %`.
  func status(at row: Int) -> String {
    if isRunning {
      let percent = rowCount == 0 ? 100 : scanned * 100 / rowCount
      return "\(counted(count, "match", plural: "matches")) of \(text) so far, \(percent) %"
    }
    let place = place(of: row)
    guard rows.indices.contains(place), rows[place] == row else {
      return "\(counted(count, "match", plural: "matches")) of \(text)"
    }
    return "match \(grouped(place + 1)) of \(grouped(count)) of \(text)"
  }
}

extension ViewerState {
  // MARK: A search that is being typed

  mutating func searchAsTyped(_ text: String, backwards: Bool, everywhere: Bool) -> [Effect] {
    sheet.view.row = searchOrigin.row
    sheet.view.top = searchOrigin.top
    if text.isEmpty {
      finding = nil
      return [.stopSearch]
    }
    let shown = everywhere ? sheet.view.order.map { sheet.source.schema[$0] } : sheet.field.map { [$0] } ?? []
    let searched = shown.filter { !$0.type.isNested && $0.type != .binary }
    if searched.isEmpty { return fail("there is no text to search here") }
    // As in a plain search, case matters only if there are capital letters.
    let pattern = text == text.lowercased() ? "(?i)" + text : text
    return find(
      TextMatcher(searchesPatterns ? .pattern(pattern) : .part(text)), in: searched.map(\.name), text: "`\(text)`",
      from: searchOrigin.row,
      backwards: backwards)
  }

  mutating func abandonSearch() -> [Effect] {
    sheet.view.row = searchOrigin.row
    sheet.view.top = searchOrigin.top
    finding = nil
    return [.stopSearch]
  }

  /// Keeps the search that was typed. An empty one repeats the last search.
  mutating func acceptSearch(_ text: String, backwards: Bool) -> [Effect] {
    if text.isEmpty { return goToMatch(backwards: backwards) }
    guard let finding, !finding.isRunning, finding.count == 0 else { return [] }
    if let failure = finding.failure { return fail(failure) }
    return fail("no match for \(finding.text)")
  }

  // MARK: Going from match to match

  mutating func find(_ direction: Intent.Direction) -> [Effect] {
    switch direction {
    case .nextSame, .previousSame:
      guard let field = sheet.field, let value = sheet.value, !value.isNull else {
        return fail("there is no value to look for here")
      }
      let backwards = direction == .previousSame
      return find(
        TextMatcher(.value(value)), in: [field.name], text: "`\(value)`", from: sheet.view.row, backwards: backwards)
    case .previous: return goToMatch(backwards: !(finding?.isBackwards ?? false))
    case .next: return goToMatch(backwards: finding?.isBackwards ?? false)
    }
  }

  private mutating func goToMatch(backwards: Bool) -> [Effect] {
    guard let known = finding else { return fail("there was no search yet") }
    let row = sheet.view.row
    guard known.sheet == sheet.id, known.version == sheet.version else {
      // Repeats the search on the current sheet.
      let columns = known.columns.filter { sheet.source.schema.index(of: $0) != nil }
      if columns.isEmpty { return fail("this sheet has none of the searched columns") }
      return find(known.matcher, in: columns, text: known.text, from: row, backwards: backwards)
    }
    finding?.isShown = true
    let place = known.place(of: backwards ? row : row + 1)
    if backwards ? place > 0 : place < known.rows.count {
      goToRow(known.rows[backwards ? place - 1 : place])
      return []
    }
    if known.isRunning {
      if backwards == known.isBackwards { finding?.isWaiting = true }
      return []
    }
    if known.wasStopped || known.rows.count < known.count {
      return find(known.matcher, in: known.columns, text: known.text, from: row, backwards: backwards)
    }
    guard let next = backwards ? known.rows.last : known.rows.first else { return fail("no match for \(known.text)") }
    goToRow(next)
    message = Message(text: "continued from the \(backwards ? "last" : "first") row; \(known.status(at: next))")
    return []
  }

  private mutating func find(
    _ matcher: TextMatcher, in names: [String], text: String, from row: Int, backwards: Bool
  ) -> [Effect] {
    let columns = names.compactMap { sheet.source.schema.index(of: $0) }
    let start = backwards ? row : row + 1
    let found = Finding(
      id: newID(), sheet: sheet.id, version: sheet.version, text: text, columns: names, matcher: matcher,
      start: start, isBackwards: backwards, rowCount: sheet.rowCount)
    finding = found
    if sheet.rowCount == 0 { return [.stopSearch] }
    return [
      .search(
        SearchTask(
          id: found.id, source: sheet.source, columns: columns, matcher: matcher, start: start, isBackwards: backwards))
    ]
  }

  // MARK: What a search tells

  package mutating func receive(_ events: SearchTask.Event) {
    guard var found = finding, found.id == events.id else { return }
    found.add(events)
    let isHere = found.sheet == sheet.id && found.version == sheet.version
    if found.isWaiting, isHere, let row = found.isBackwards ? events.rows.last : events.rows.first {
      found.isWaiting = false
      goToRow(row)
      if found.isBackwards ? row >= found.start : row < found.start {
        message = Message(text: "continued from the \(found.isBackwards ? "last" : "first") row")
      }
    }
    finding = found
    if !found.isRunning, found.count == 0, prompt == nil {
      _ = fail("no match for \(found.text)")
    }
  }

  /// Handles a search that ended early: it was stopped, or a page could not be read.
  package mutating func searchStopped(_ id: Int, because reason: String?) {
    guard finding?.id == id else { return }
    finding?.wasStopped = true
    finding?.failure = reason
    message = Message(text: reason ?? "stopped", isError: true)
  }
}
