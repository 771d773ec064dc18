import Terminal
import TestSupport
import Testing

/// As much of a terminal as drawing a line needs.
private struct SmallTerminal {
  var rows: [[Character]]
  var row = 0
  var column = 0
  var scrolled = 0
  let columns: Int

  init(rows: Int, columns: Int) {
    self.columns = columns
    self.rows = Array(repeating: Array(repeating: " ", count: columns), count: rows)
  }

  mutating func receive(_ text: String) {
    var scalars = text.unicodeScalars[...]
    while let scalar = scalars.popFirst() {
      switch scalar {
      case "\r": column = 0
      case "\n":
        if row == rows.count - 1 {
          rows.removeFirst()
          rows.append(Array(repeating: " ", count: columns))
          scrolled += 1
        } else {
          row += 1
        }
      case "\u{1B}":
        scalars.removeFirst()
        let digits = scalars.prefix { $0.properties.numericType != nil }
        scalars = scalars.dropFirst(digits.count)
        let count = Int(String(String.UnicodeScalarView(digits))) ?? 1
        switch scalars.popFirst() {
        case "A": row = max(0, row - count)
        case "B": row = min(rows.count - 1, row + count)
        case "G": column = count - 1
        case "K": for each in min(column, columns)..<columns { rows[row][each] = " " }
        case "J":
          for each in min(column, columns)..<columns { rows[row][each] = " " }
          for below in (row + 1)..<max(row + 1, rows.count) { rows[below] = Array(repeating: " ", count: columns) }
        default: Issue.record("an escape that a line does not need")
        }
      default:
        guard column < columns else {
          Issue.record("the terminal would break the row itself")
          return
        }
        rows[row][column] = Character(scalar)
        column += 1
      }
    }
  }

  var text: String {
    var lines = rows.map { String($0).trimmingTrailingSpaces }
    while lines.last == "" { lines.removeLast() }
    return lines.joined(separator: "\n")
  }
}

extension String {
  fileprivate var trimmingTrailingSpaces: String {
    var copy = self[...]
    while copy.last == " " { copy.removeLast() }
    return String(copy)
  }
}

@Suite struct LineDrawingTests {
  /// Whatever is typed, deleted, broken into lines or listed: what the terminal shows is the layout, at its cursor.
  @Test(arguments: 0..<40) func theTerminalShowsTheLayout(seed: Int) {
    var state = UInt64(seed) &* 0x9E37_79B9_7F4A_7C15 | 1
    func random(_ bound: Int) -> Int {
      state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      return Int(state >> 33) % bound
    }
    let columns = 8 + random(20)
    let height = 4 + random(8)
    var terminal = SmallTerminal(rows: height, columns: columns)
    var drawing = LineDrawing()
    var line = ""
    for _ in 0..<60 {
      switch random(6) {
      case 0: line += "\n"
      case 1: line = String(line.dropLast(random(12)))
      case 2: line += String(repeating: "ж", count: random(15))
      case 3: line += " "
      default: line += "a\(random(100))"
      }
      let offsets =
        Array(line.utf8.indices.filter { $0.samePosition(in: line.unicodeScalars) != nil }) + [line.endIndex]
      let cursor = line.utf8.distance(from: line.startIndex, to: offsets[random(offsets.count)])
      var layout = LineLayout(prompt: "> ", continuation: ". ", line: line, cursor: cursor, columns: columns)
      if random(3) == 0 && layout.rows.count + 2 <= height {
        layout.append(menu: [LineLayout.Row(text: "menu", width: 4), LineLayout.Row(text: "more", width: 4)])
      }
      terminal.receive(drawing.update(to: layout, height: height))
      let rows = layout.rows.map { $0.text.trimmingTrailingSpaces }
      if rows.count <= height && terminal.scrolled == 0 {
        var expected = rows
        while expected.last == "" { expected.removeLast() }
        expectText(terminal.text, equals: expected.joined(separator: "\n"))
        #expect(terminal.row == layout.cursorRow)
      }
      let shown = String(terminal.rows[terminal.row]).trimmingTrailingSpaces
      #expect(shown == rows[layout.cursorRow])
      #expect(terminal.column == layout.cursorColumn)
    }
  }

  @Test func onlyChangedRowsAreSent() {
    var drawing = LineDrawing()
    func layout(_ line: String) -> LineLayout {
      LineLayout(prompt: "> ", continuation: ". ", line: line, cursor: line.utf8.count, columns: 20)
    }
    _ = drawing.update(to: layout("first\nsecond"), height: 10)
    let next = drawing.update(to: layout("first\nsecond!"), height: 10)
    #expect(!next.contains("first") && next.contains("second!"))
  }
}
