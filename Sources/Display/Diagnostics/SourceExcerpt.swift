import Diagnostics

/// The lines of one source to which a diagnostic's labels point, with carets and texts under them.
struct SourceExcerpt {
  let source: Source
  /// The marks by line, from 0. A label over several lines has marks on its first and last line.
  private let marks: [Int: [Mark]]
  private let place: String
  private let lines: [Substring]

  /// The part of a line that is underlined.
  private struct Mark {
    /// In characters of the line; never empty.
    var columns: Range<Int>
    var text: String
    var isPrimary: Bool
  }

  /// The excerpts for all labels: one for each source, in first-occurrence order.
  static func excerpts(of labels: [Diagnostic.Label]) -> [SourceExcerpt] {
    var sources: [Source] = []
    for label in labels where !sources.contains(label.span.source) { sources.append(label.span.source) }
    return sources.map { source in
      let own = labels.enumerated().filter { $0.element.span.source == source }
      return SourceExcerpt(source, own.map { (label: $0.element, isPrimary: $0.offset == 0) })
    }
  }

  private init(_ source: Source, _ labels: [(label: Diagnostic.Label, isPrimary: Bool)]) {
    self.source = source
    let positions = SourcePositions(source.text)
    lines = positions.lines
    var marks: [Int: [Mark]] = [:]
    for (label, isPrimary) in labels {
      let start = positions.position(of: label.span.range.lowerBound)
      let end = positions.position(of: max(label.span.range.upperBound, label.span.range.lowerBound))
      if start.line == end.line {
        let columns = start.column..<max(end.column, start.column + 1)
        marks[start.line, default: []].append(Mark(columns: columns, text: label.text, isPrimary: isPrimary))
      } else {
        let rest = start.column..<max(positions.lines[start.line].count, start.column + 1)
        marks[start.line, default: []].append(Mark(columns: rest, text: "", isPrimary: isPrimary))
        let lead = positions.lines[end.line].prefix { $0 == " " || $0 == "\t" }.count
        let last = min(lead, max(0, end.column - 1))..<max(end.column, 1)
        marks[end.line, default: []].append(Mark(columns: last, text: label.text, isPrimary: isPrimary))
      }
    }
    self.marks = marks.mapValues { $0.sorted { $0.columns.lowerBound < $1.columns.lowerBound } }
    let first = positions.position(of: labels.first?.label.span.range.lowerBound ?? 0)
    place = "\(source.name):\(source.firstLine + first.line):\(first.column + 1)"
  }

  /// The number of digits of the largest line number.
  var gutterWidth: Int { "\(source.firstLine + (marks.keys.max() ?? 0))".utf8.count }

  static func placeLine(_ place: String, gutter: Int, _ page: Page) -> StyledLine {
    var line = StyledLine()
    line.append(spaces: gutter + 1)
    line.append((page.isASCII ? "-->" : "┌─") + " " + place, .dim)
    return line.cut(to: page.width, page.measure, ellipsis: page.ellipsis)
  }

  func styledText(gutter: Int, _ page: Page) -> StyledText {
    var text = StyledText([SourceExcerpt.placeLine(place, gutter: gutter, page)])
    var previous: Int?
    for number in marks.keys.sorted() {
      if let previous, number == previous + 2 {
        append(lines[previous + 1], previous + 1, [], gutter, page, to: &text)
      } else if let previous, number > previous + 2 {
        text.append(StyledLine(page.ellipsis, .dim).cut(to: page.width))
      }
      append(lines[number], number, marks[number] ?? [], gutter, page, to: &text)
      previous = number
    }
    return text
  }

  private func append(
    _ line: Substring, _ number: Int, _ marks: [Mark], _ gutter: Int, _ page: Page, to text: inout StyledText
  ) {
    let bar = page.isASCII ? "|" : "│"
    let label = "\(source.firstLine + number)"
    let width = max(1, page.width - gutter - 3)
    let view = SourceLine(line, showing: marks.first { $0.isPrimary }?.columns ?? marks.first?.columns, width, page)

    var shown = StyledLine()
    shown.append(spaces: gutter - label.utf8.count)
    shown.append(label + " " + bar + " ", .dim)
    shown.append(view.text)
    text.append(shown.trimmed.cut(to: page.width, page.measure))

    for row in SourceExcerpt.underlines(marks.map { ($0, view.cells(of: $0.columns)) }, width, page) {
      var line = StyledLine()
      line.append(spaces: gutter + 1)
      line.append(bar + " ", .dim)
      line.append(row)
      text.append(line.trimmed.cut(to: page.width, page.measure))
    }
  }

  /// The carets under the marks. The text of the last mark is next to its carets; those of earlier marks are below,
  /// each under its own caret with a connecting line.
  private static func underlines(_ marks: [(mark: Mark, cells: Range<Int>)], _ width: Int, _ page: Page)
    -> [StyledLine]
  {
    if marks.isEmpty { return [] }
    var carets = StyledLine()
    var used = 0
    for (mark, cells) in marks {
      let start = max(used, cells.lowerBound)
      if start >= cells.upperBound { continue }
      carets.append(spaces: start - used)
      carets.append(
        String(repeating: mark.isPrimary ? "^" : "-", count: cells.upperBound - start), mark.isPrimary ? .error : .label
      )
      used = cells.upperBound
    }
    var pending = marks.filter { !$0.mark.text.isEmpty }
    if let last = pending.last, last.cells.upperBound == used {
      let words = StyledLine(last.mark.text, last.mark.isPrimary ? .hint : .label)
      if used + 1 + words.width(page.measure) <= width {
        carets.append(spaces: 1)
        carets.append(words)
        pending.removeLast()
      }
    }
    var rows = [carets]
    while let (mark, cells) = pending.popLast() {
      let words = StyledLine(mark.text, mark.isPrimary ? .hint : .label)
      let start = min(cells.lowerBound, max(0, width - words.width(page.measure)))
      for part in words.wrapped(to: max(1, width - start), page.measure) {
        var row = StyledLine()
        var used = 0
        for (other, place) in pending where place.lowerBound < start && place.lowerBound >= used {
          row.append(spaces: place.lowerBound - used)
          row.append(page.isASCII ? "|" : "│", other.isPrimary ? .error : .label)
          used = place.lowerBound + 1
        }
        row.append(spaces: start - used)
        row.append(part)
        rows.append(row)
      }
    }
    return rows
  }
}

/// Converts UTF-8 offsets to lines and columns.
private struct SourcePositions {
  let lines: [Substring]
  private let text: String

  init(_ text: String) {
    self.text = text
    lines = text.split(omittingEmptySubsequences: false) { $0 == "\n" || $0 == "\r\n" }
  }

  /// The line and the character of a UTF-8 offset, both from 0. An offset after the end counts as the end.
  func position(of offset: Int) -> (line: Int, column: Int) {
    let bytes = text.utf8
    let index = bytes.index(bytes.startIndex, offsetBy: min(max(0, offset), bytes.count))
    var line = lines.count - 1
    while line > 0, lines[line].startIndex > index { line -= 1 }
    let end = min(index, lines[line].endIndex)
    var column = 0
    var position = lines[line].startIndex
    while position < end {
      position = lines[line].index(after: position)
      if position > end { break }
      column += 1
    }
    return (line, column)
  }
}

/// A line of source as it is shown. Tabs become spaces up to the next multiple of four, unsafe characters are
/// escaped, and of a line that is too wide only the part around the mark is shown.
private struct SourceLine {
  private(set) var text = StyledLine()
  /// The first cell of every character, and finally the total number of cells.
  private var starts: [Int] = [0]
  private var offset = 0
  private var width = 0

  init(_ line: Substring, showing columns: Range<Int>?, _ width: Int, _ page: Page) {
    let measure = page.measure
    var pieces: [String] = []
    for character in line {
      let cell = starts[starts.count - 1]
      let piece = character == "\t" ? String(repeating: " ", count: 4 - cell % 4) : sanitised(String(character))
      pieces.append(piece)
      starts.append(cell + measure.cells(of: piece))
    }
    self.width = width
    let total = starts[starts.count - 1]
    if total <= width {
      text = StyledLine(pieces.joined())
      return
    }
    let mark = start(of: columns?.lowerBound ?? 0)..<start(of: columns?.upperBound ?? 1)
    let context = max(0, width - mark.count) / 3
    let mostSkipped = max(0, total - width)
    let wanted = mark.upperBound <= width * 3 / 4 ? 0 : min(max(0, mark.lowerBound - context), mostSkipped)
    offset = starts.first { $0 >= wanted } ?? 0
    var shown = ""
    for (piece, start) in zip(pieces, starts) where start >= offset && start - offset < width { shown += piece }
    text = StyledLine(shown).cut(to: width, measure, ellipsis: page.ellipsis)
    if total - offset > width, text.width(measure) <= width {
      text = StyledLine(
        measure.prefix(of: shown, fitting: width - measure.cells(of: page.ellipsis)).text + page.ellipsis)
    }
    if offset > 0 {
      // Replaces the first cells by the ellipsis, so that the rest keeps its position.
      let mark = measure.cells(of: page.ellipsis)
      let (head, cells) = measure.prefix(of: text.plain, fitting: mark)
      let rest = text.plain.dropFirst(head.count)
      text = StyledLine(measure.padded(page.ellipsis, to: cells) + rest)
    }
  }

  /// The visible cells of a range of characters; at least one.
  func cells(of columns: Range<Int>) -> Range<Int> {
    let lower = min(max(0, start(of: columns.lowerBound) - offset), max(0, width - 1))
    let upper = min(start(of: columns.upperBound) - offset, width)
    return lower..<max(upper, lower + 1)
  }

  /// The first cell of a character in the whole line. Characters after the end count as one cell each.
  private func start(of column: Int) -> Int {
    let last = starts.count - 1
    return column <= last ? starts[column] : starts[last] + column - last
  }
}
