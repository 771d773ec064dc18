/// Compares the output of a cell with its recording: text exactly, numbers within a tolerance.
///
/// - Layout is ignored: repeated spaces and repeated rule characters (`─`) count as one, since a longer number moves
///   borders.
/// - Numbers agree if they differ by at most one unit of the recorded number's last digit, or by the cell's relative
///   tolerance.
/// - Times and sizes that Lectern itself measured are ignored; those of the user's data are compared.
/// - Calendar and clock times, lengths of time and versions have no last digit that may differ.
/// - Rows whose last fractional number ties within 1e-6 may be in another order.
package struct RecordingComparison {
  /// The relative tolerance of the cell; nil means one unit of the last printed digit.
  package var tolerance: Double?
  /// What the cell shows of Lectern's own measurements.
  package var measures: OwnMeasures

  package init(tolerance: Double? = nil, measures: OwnMeasures = []) {
    (self.tolerance, self.measures) = (tolerance, measures)
  }

  /// A line that differs.
  package struct Difference: Hashable, Sendable {
    /// The line number in the recording, from 1; nil if the recording has no such line.
    package var line: Int?
    package var expected: String?
    package var found: String?
    /// The first cell of the row, by which a reader finds it; nil outside of tables.
    package var row: String?
    /// The values that changed if the rest of the line is the same; empty otherwise.
    package var changes: [Change] = []
  }

  /// A value that differs.
  package struct Change: Hashable, Sendable {
    /// The column; nil outside of tables.
    package var column: String?
    package var expected: String
    package var found: String

    package init(column: String? = nil, expected: String, found: String) {
      (self.column, self.expected, self.found) = (column, expected, found)
    }
  }

  /// The first lines that differ, at most `limit`; empty if the texts agree.
  package func differences(recorded: String, found: String, limit: Int = 5) -> [Difference] {
    let showsSteps = measures.contains(.steps)
    let actual = comparedLines(found, withoutTimes: showsSteps)
    // Recordings that people made at the prompt have the times of statements, which are not printed here: a line that
    // looks alike is a text of the user's, and is compared.
    let expected = comparedLines(
      recorded, withoutTimes: showsSteps || !actual.contains { RecordingComparison.isTime($0.text) })
    var differences: [Difference] = []
    var position = 0
    while position < max(expected.count, actual.count), differences.count < limit {
      let left = position < expected.count ? expected[position] : nil
      let right = position < actual.count ? actual[position] : nil
      if let left, let right {
        if agree(left, right) {
          position += 1
          continue
        }
        if let end = endOfTiedRows(expected, actual, from: position) {
          position = end
          continue
        }
      }
      var difference = Difference(
        line: left.map { $0.number }, expected: left.map { $0.text }, found: right.map { $0.text })
      if let left, let right { describeChanges(from: left, to: right, &difference) }
      differences.append(difference)
      position += 1
    }
    return differences
  }

  // MARK: - Lines

  private struct Line {
    var number: Int
    var text: String
    /// The cells of a table row, between its vertical rules; other lines have one cell.
    var cells: [String]
    /// The column names, for a line of a table.
    var header: [String] = []
    /// The columns without a tolerance.
    var exact: Set<Int> = []
  }

  /// Whether a line is a duration and nothing else.
  private static func isTime(_ line: String) -> Bool { OwnMeasures.isElapsedTime(line.split(separator: " ")[...]) }

  /// The lines to compare, with ignored columns blanked.
  private func comparedLines(_ text: String, withoutTimes: Bool = false) -> [Line] {
    var masked: Set<Int> = []
    var exact: Set<Int> = []
    var header: [String] = []
    var isWritten = false
    var lines: [Line] = []
    for (index, raw) in text.split(separator: "\n", omittingEmptySubsequences: false).enumerated() {
      let line = withoutCellNumber(raw.trimmed)
      if line.isEmpty || withoutTimes && RecordingComparison.isTime(line) { continue }
      let isRow = line.contains { $0 == "│" || $0 == "┆" || $0 == "|" }
      var cells = isRow ? line.split(whereSeparator: { $0 == "│" || $0 == "┆" || $0 == "|" }).map(\.trimmed) : [line]
      if isRow {
        if header.count != cells.count {
          (header, exact) = (cells, [])
          masked = measures.columns(of: cells)
        } else if exact.isEmpty, cells.allSatisfy({ !$0.contains(where: \.isWhitespace) }) {
          exact = Set(cells.indices.filter { isOfTime(cells[$0]) })
        }
        for column in masked where column < cells.count && cells[column].contains(where: \.isNumber) {
          cells[column] = "⟨masked⟩"
        }
      } else if !line.contains(where: { "┌╞├└+".contains($0) }) {
        isWritten = line.hasPrefix("wrote ") || isWritten && !line.hasPrefix("shape: ")
        cells[0] = measures.masking(line, isWritten: isWritten)
        (masked, exact, header) = ([], [], [])
      } else if line.contains(where: { "┌└".contains($0) }) {
        // Two tables one under another may have as many columns.
        (masked, exact, header) = ([], [], [])
      }
      lines.append(
        Line(
          number: index + 1, text: line, cells: cells.map(foldingRules), header: isRow ? header : [], exact: exact))
    }
    return lines
  }

  /// Whether a word in the row of types is one of times, whose values are exact.
  private func isOfTime(_ type: String) -> Bool {
    ["date", "time", "datetime", "duration"].contains(type.prefix { $0.isLetter })
  }

  /// The place of an error without its cell number, which may differ: cells that were not saved counted at the
  /// prompt.
  private func withoutCellNumber(_ line: String) -> String {
    guard line.hasPrefix("┌─ In ["), let end = line.firstIndex(of: "]") else { return line }
    return "┌─ In [" + line[end...]
  }

  private func foldingRules(_ text: String) -> String {
    var folded = ""
    for character in text {
      let isRule = "─═-=—".contains(character)
      if isRule, let last = folded.last, "─═-=—".contains(last) { continue }
      if character == " ", folded.last == " " { continue }
      folded.append(character)
    }
    return folded
  }

  // MARK: - Changes

  /// Determines which values of a line changed, if the rest of the line is the same.
  private func describeChanges(from left: Line, to right: Line, _ difference: inout Difference) {
    guard left.cells.count == right.cells.count else { return }
    guard left.cells.count > 1 else {
      difference.changes = changedNumbers(left.text, right.text)
      return
    }
    // If the first cells differ, it is another row.
    guard agree(left.cells[0], right.cells[0]) else { return }
    difference.row = left.cells[0]
    for (index, pair) in zip(left.cells, right.cells).enumerated()
    where !agree(pair.0, pair.1, isExact: left.exact.contains(index)) {
      let column = index < left.header.count ? left.header[index] : nil
      difference.changes.append(Change(column: column, expected: pair.0, found: pair.1))
    }
  }

  /// The numbers that differ between two lines with the same words; empty if the words differ.
  private func changedNumbers(_ left: String, _ right: String) -> [Change] {
    let expected = RecordingToken.split(left)
    let found = RecordingToken.split(right)
    guard expected.count == found.count else { return [] }
    var changes: [Change] = []
    for pair in zip(expected, found) {
      switch pair {
      case (.word(let a), .word(let b)): if a != b { return [] }
      case (.number(let a), .number(let b)):
        if a.text != b.text, !isNear(a, b) { changes.append(Change(expected: a.text, found: b.text)) }
      default: return []
      }
    }
    return changes
  }

  // MARK: - Agreement

  private func agree(_ left: Line, _ right: Line) -> Bool {
    left.cells.count == right.cells.count
      && left.cells.indices.allSatisfy { agree(left.cells[$0], right.cells[$0], isExact: left.exact.contains($0)) }
  }

  /// Whether two cells agree: equal words, and numbers within the tolerance.
  private func agree(_ left: String, _ right: String, isExact: Bool = false) -> Bool {
    if left == right { return true }
    if isExact { return false }
    let leftTokens = RecordingToken.split(left)
    let rightTokens = RecordingToken.split(right)
    guard leftTokens.count == rightTokens.count else { return false }
    return zip(leftTokens, rightTokens).allSatisfy { pair in
      switch pair {
      case (.word(let a), .word(let b)): a == b
      case (.number(let a), .number(let b)): a.text == b.text || isNear(a, b)
      default: false
      }
    }
  }

  private func isNear(_ expected: RecordingToken.Number, _ found: RecordingToken.Number) -> Bool {
    if let tolerance {
      return abs(expected.value - found.value) <= tolerance * max(abs(expected.value), abs(found.value))
    }
    // Integers are counts or ids, and must be equal.
    guard expected.isFractional || found.isFractional else { return expected.value == found.value }
    return abs(expected.value - found.value) <= expected.lastDigit * 1.000001
  }

  /// The end of the tied rows around `start`, if they agree in some order; nil if they do not.
  private func endOfTiedRows(_ expected: [Line], _ found: [Line], from start: Int) -> Int? {
    func score(_ line: Line) -> Double? {
      guard line.cells.count > 1 else { return nil }
      return line.cells.reversed().lazy.compactMap { cell -> Double? in
        if case .number(let number)? = RecordingToken.split(cell).first, number.isFractional {
          number.value
        } else {
          nil
        }
      }.first
    }
    guard let tied = score(expected[start]) else { return nil }
    var first = start
    while first > 0, let other = score(expected[first - 1]), abs(other - tied) <= 1e-6 { first -= 1 }
    var end = start
    while end < min(expected.count, found.count), let other = score(expected[end]), abs(other - tied) <= 1e-6 {
      end += 1
    }
    guard end - first > 1, end <= found.count else { return nil }
    let width = expected[first].cells.count
    for column in 0..<width {
      let rows = first..<end
      guard rows.allSatisfy({ expected[$0].cells.count == width && found[$0].cells.count == width }) else { return nil }
      var open = rows.map { found[$0].cells[column] }
      for row in rows {
        guard
          let match = open.firstIndex(where: {
            agree(expected[row].cells[column], $0, isExact: expected[row].exact.contains(column))
          })
        else { return nil }
        open.remove(at: match)
      }
    }
    return end
  }
}
