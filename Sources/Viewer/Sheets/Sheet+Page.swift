import Diagnostics
import Display
import Tables

extension Sheet {
  /// Moves the window to the cursor and returns the page that must be read; nil if nothing is missing. A page may
  /// widen columns and so push the cursor's column off the screen: call it again after each answer.
  package mutating func nextPage(height: Int, columns: Int) -> PageRequest? {
    view.showRow(of: rowCount, height: height)
    for _ in 0..<4 {
      showColumn(columns: columns)
      let wanted = candidates(columns: columns)
      let rows = wantedRows(height)
      guard page.covers(rows, wanted) else {
        return PageRequest(
          sheet: id, version: version, source: source, rows: rows, columns: wanted,
          unsampled: wanted.filter { samples[$0] == nil && !unsampled.contains($0) })
      }
      let before = view.widths
      for column in wanted {
        if !view.chosen.contains(column) { widen(column) }
        view.scales[column] = max(view.scales[column] ?? 0, page.magnitude(of: column))
      }
      if before == view.widths { break }
    }
    placeWrapped(height: height, columns: columns)
    return nil
  }

  /// Takes a page that was read, unless the sheet has changed since the request.
  package mutating func take(_ answer: PageAnswer) {
    let request = answer.request
    guard request.sheet == id, request.version == version else { return }
    samples.merge(answer.samples) { known, _ in known }
    unsampled.formUnion(request.unsampled)
    page = SheetPage(rows: request.rows)
    for (index, column) in zip(request.columns, answer.columns) {
      if let column {
        page.add(column, at: index, sample: samples[index], ellipsis: theme.ellipsis)
      } else {
        page.addUnreadable(at: index)
      }
    }
    for (index, sample) in answer.samples where !view.chosen.contains(index) {
      let type = source.schema[index].type
      guard type.isNumeric || type.isTemporal else { continue }
      var whole = SheetPage(rows: 0..<sample.count)
      whole.add(sample, at: index, sample: nil, ellipsis: theme.ellipsis)
      view.widths[index] = max(
        view.widths[index] ?? SheetGeometry.headerWidth(of: index, self), whole.width(of: index, theme.measure))
    }
  }

  /// The rows that the window may need. Wrapped rows are taller, so the window may have to move down to show the
  /// cursor.
  private func wantedRows(_ height: Int) -> Range<Int> {
    let reach = max(1, height) * (view.isWrapped ? 2 : 1)
    return view.top..<max(view.top, min(rowCount, view.top + reach))
  }

  /// Columns become wider with what is read, but never narrower by scrolling, so nothing jumps.
  private mutating func widen(_ column: Int) {
    let type = source.schema[column].type
    var limit = type.isNumeric || type.isTemporal ? SheetView.greatestWidth : SheetView.usualWidth
    if case .record = kind { limit = SheetView.greatestWidth }
    let needed = max(
      SheetGeometry.headerWidth(of: column, self), min(limit, page.width(of: column, theme.measure)),
      aggregateWidth(of: column))
    view.widths[column] = max(view.widths[column] ?? 0, needed)
  }

  /// The columns on the screen, by the widths known so far.
  private func candidates(columns: Int) -> [Int] { SheetGeometry(self, columns: columns).slots.map(\.column) }

  /// Scrolls until the cursor's column is on the screen, completely if possible.
  private mutating func showColumn(columns: Int) {
    view.go(toColumn: view.column)
    guard view.column >= view.frozen else { return }
    while view.left < view.column {
      let slots = SheetGeometry(self, columns: columns).slots
      if let slot = slots.first(where: { $0.position == view.column }), !slot.isCut { return }
      view.left += 1
    }
  }

  // MARK: Wrapping

  /// A wrapped row in the window; the lines of each column, by index into the schema.
  struct WrappedRow {
    var row: Int
    var lines: [Int: [String]]
    var height: Int
  }

  /// The rows in a window of `height` lines, with wide cells wrapped. The last row may be cut.
  func wrappedRows(_ geometry: SheetGeometry, height: Int) -> [WrappedRow] {
    var rows: [WrappedRow] = []
    // A single long text must not hide all other rows.
    let limit = isRecord ? height : max(1, min(height, max(3, height / 3)))
    var used = 0
    var row = view.top
    while used < height, row < rowCount {
      var wrapped = WrappedRow(row: row, lines: [:], height: 1)
      for slot in geometry.slots {
        // A column that is cut by the edge of the screen is wrapped only if the cursor is on it.
        guard !slot.isCut || slot.position == view.column, let cell = page.cell(row: row, column: slot.column)
        else { continue }
        // Lines beyond the screen need not be wrapped.
        let room = slot.width * height
        var isCut = false
        var lines: [String] = []
        for paragraph in paragraphs(of: cell, row: row, column: slot.column, limit: room) where lines.count <= limit {
          let text = theme.measure.prefix(of: paragraph, fitting: room).text
          isCut = isCut || text.endIndex < paragraph.endIndex
          lines += StyledLine(String(text)).wrapped(to: max(1, slot.width), theme.measure).map(\.plain)
        }
        if isCut || lines.count > limit {
          lines = Array(lines.prefix(limit))
          let last = theme.measure.prefix(of: lines[lines.count - 1], fitting: max(0, slot.width - 1)).text
          lines[lines.count - 1] = last + theme.ellipsis
        }
        wrapped.lines[slot.column] = lines
        wrapped.height = max(wrapped.height, lines.count)
      }
      rows.append(wrapped)
      used += wrapped.height
      row += 1
    }
    return rows
  }

  /// The lines of a cell's text, which only wrapped text shows separately.
  private func paragraphs(of cell: SheetPage.Cell, row: Int, column: Int, limit: Int) -> [String] {
    guard case .text(let text)? = page.value(row: row, column: column),
      text.bytes.withUnsafeBufferPointer({ $0.contains(UInt8(ascii: "\n")) })
    else { return [cell.text] }
    return text.string.prefix(limit).split(separator: "\n", omittingEmptySubsequences: false).map {
      sanitised(String($0))
    }
  }

  /// Moves a wrapped window down until the cursor is inside, and stores how many rows it shows.
  private mutating func placeWrapped(height: Int, columns: Int) {
    guard view.isWrapped else { return }
    let geometry = SheetGeometry(self, columns: columns)
    while true {
      let rows = wrappedRows(geometry, height: height)
      let above = rows.prefix { $0.row <= view.row }.reduce(0) { $0 + $1.height }
      let whole = rows.reduce((lines: 0, rows: 0)) {
        $0.lines + $1.height <= height ? ($0.lines + $1.height, $0.rows + 1) : $0
      }
      view.wrappedRowCount = max(1, whole.rows)
      if view.top >= view.row || above <= height && rows.contains(where: { $0.row == view.row }) { return }
      view.top += 1
    }
  }
}
