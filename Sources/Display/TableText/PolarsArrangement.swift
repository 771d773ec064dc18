/// The column widths and the wrapping of polars' tables: the dynamic arrangement of the crate comfy-table.
///
/// Columns that need less than an equal share of the page get what they need. The others share the rest equally and
/// wrap, preferably at spaces. Widths exclude padding, bounds include it.
struct PolarsArrangement {
  enum Bounds {
    case exactly(Int)
    case between(Int, Int)
  }

  struct Column {
    var header: [String]
    var cells: [String]
    var bounds: Bounds

    var lines: [String] { header + cells }
  }

  private static let padding = 2
  private(set) var widths: [Int]
  private let measure: DisplayWidth

  init(_ columns: [Column], width: Int, _ measure: DisplayWidth) {
    self.measure = measure
    widths = []
    let contents = columns.map { $0.lines.reduce(0) { max($0, measure.cells(of: $1)) } }
    var fixed = PolarsArrangement.fixedFirst(columns, contents)
    var undecided = fixed.indices.filter { fixed[$0] == nil }
    var free = max(0, width - columns.count - 1 - columns.count * PolarsArrangement.padding)
    free = max(0, free - fixed.reduce(0) { $0 + ($1 ?? 0) })

    func fix(_ column: Int, _ width: Int) {
      fixed[column] = width
      free = max(0, free - width)
      undecided.removeAll { $0 == column }
    }

    // Columns whose minimum exceeds an equal share get their minimum.
    var found = true
    while found, !undecided.isEmpty {
      found = false
      for column in undecided {
        guard !undecided.isEmpty, case .between(let least, _) = columns[column].bounds,
          free / undecided.count < least
        else { continue }
        fix(column, max(1, least - PolarsArrangement.padding))
        found = true
      }
    }
    // Columns that need less than an equal share get what they need, which increases the share of the others.
    found = true
    while found, !undecided.isEmpty, free / undecided.count > 0 {
      found = false
      for column in undecided {
        let share = free / undecided.count
        if case .between(_, let most) = columns[column].bounds, most <= share + PolarsArrangement.padding,
          contents[column] + PolarsArrangement.padding >= most
        {
          fix(column, max(1, most - PolarsArrangement.padding))
          found = true
        } else if contents[column] <= share {
          fix(column, contents[column])
          found = true
        }
        if undecided.isEmpty { break }
      }
    }
    // Columns that wrapping makes at least three cells narrower than their share get that smaller width.
    found = !undecided.isEmpty
    while found {
      found = false
      for column in undecided {
        let share = free / undecided.count
        let longest = columns[column].lines.reduce(0) { longest, line in
          let parts = measure.cells(of: line) > share ? PolarsArrangement.split(line, share, measure) : [line]
          return parts.reduce(longest) { max($0, $1.utf8.count) }
        }
        if share - longest >= 3 {
          fix(column, longest)
          found = true
        }
        if undecided.isEmpty { break }
      }
    }
    // The other columns share the rest equally; the first ones get the remainder, one cell each.
    if !undecided.isEmpty {
      free = max(free, undecided.count)
      let (share, excess) = free.quotientAndRemainder(dividingBy: undecided.count)
      for (position, column) in undecided.enumerated() { fixed[column] = share + (position < excess ? 1 : 0) }
    }
    widths = fixed.map { $0 ?? 1 }
  }

  /// The widths that the bounds alone determine; nil for the other columns.
  private static func fixedFirst(_ columns: [Column], _ contents: [Int]) -> [Int?] {
    zip(columns, contents).map { column, content in
      switch column.bounds {
      case .exactly(let width): max(1, width - padding)
      case .between(let least, _): content + padding <= least ? max(1, least - padding) : nil
      }
    }
  }

  /// Wraps a cell to the width of its column.
  func wrapped(_ text: String, column: Int) -> [String] {
    measure.cells(of: text) > widths[column] ? PolarsArrangement.split(text, widths[column], measure) : [text]
  }

  /// Breaks a line wider than `width`. It breaks before a word if that leaves at most two cells unused or if the word
  /// fits a line of its own; otherwise inside the word.
  private static func split(_ line: String, _ width: Int, _ measure: DisplayWidth) -> [String] {
    var lines: [String] = []
    var current = ""
    var words = Array(line.split(separator: " ", omittingEmptySubsequences: false).map { String($0) }.reversed())

    func closeIfFull() {
      if measure.cells(of: current) > max(0, width - 2) {
        lines.append(current)
        current = ""
      }
    }
    while let word = words.popLast() {
      let used = measure.cells(of: current)
      let cells = measure.cells(of: word)
      let space = current.isEmpty ? 0 : 1
      let rest = max(0, width - used - space)
      if used + space + cells <= width {
        current += (current.isEmpty ? "" : " ") + word
        closeIfFull()
      } else if !current.isEmpty, rest <= 2 {
        words.append(word)
        lines.append(current)
        current = ""
      } else if cells > width {
        var (start, _) = measure.prefix(of: word, fitting: rest)
        // A character wider than the column is placed anyway.
        if current.isEmpty, start.isEmpty { start = word.prefix(1) }
        words.append(String(word[start.endIndex...]))
        lines.append(current + (current.isEmpty ? "" : " ") + start)
        current = ""
      } else {
        lines.append(current)
        current = word
        closeIfFull()
      }
    }
    if !current.isEmpty { lines.append(current) }
    return lines
  }
}
