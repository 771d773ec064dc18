import Diagnostics
import Display

extension CheckResult {
  /// The largest number of lines shown for a cell; the number of further lines is shown too.
  private static let shownLines = 5

  /// The report for the user.
  ///
  /// - Parameter version: the version of this program, to compare with the one that recorded the session.
  public func pieces(version: String? = nil) -> [Piece] {
    var pieces = said
    if !isCompared {
      for mismatch in data { pieces.append(.diagnostic(Diagnostic(mismatch.sentence, place: fileName(path)))) }
      let reason =
        data.contains { $0.found == nil }
        ? "as a table that it was recorded on is missing; `--data DIR` says where its tables are"
        : "as its numbers are those of other data; `--anyway` compares all the same"
      pieces.append(.note("\(fileName(path)): not compared, \(reason)"))
      return pieces
    }
    for mismatch in data { pieces.append(.note(mismatch.sentence)) }
    pieces += failures.map { .diagnostic($0.diagnostic) }
    pieces += differences.map { .text(text(of: $0)) }
    if status != .asRecorded, let recordedVersion, let version, recordedVersion != version {
      pieces.append(.note("it was recorded by Lectern \(recordedVersion), and this is \(version)"))
    }
    pieces.append(.note(summary))
    return pieces
  }

  public var pieces: [Piece] { pieces() }

  /// `seminar.md: 54 cells, all as recorded`.
  public var summary: String {
    let isReadable = comparedCells > 0 || failures.allSatisfy { $0.cell != nil }
    guard isReadable else { return "\(fileName(path)): cannot be checked" }
    let cells = "\(fileName(path)): \(counted(comparedCells, "cell"))"
    let numbers = differences.map { String($0.cell) }
    let failed = failures.isEmpty ? "" : ", \(failures.count) failed"
    if numbers.isEmpty { return failures.isEmpty ? "\(cells), all as recorded" : cells + failed }
    let accepted = failures.isEmpty ? "; `lectern promote \(fileName(path))` accepts what they print now" : ""
    return "\(cells), \(numbers.count) not as recorded (\(numbers.joined(separator: ", ")))\(failed)\(accepted)"
  }

  private func text(of difference: CellDifference) -> StyledText {
    var lines = [
      StyledLine([
        .init("cell \(difference.cell)", .strong),
        .init(" prints \(counted(difference.lines.count, "line")) not as recorded "),
        .init("(\(fileName(path)):\(difference.line))", .dim),
      ])
    ]
    for line in difference.lines.prefix(CheckResult.shownLines) { lines += text(of: line) }
    if difference.lines.count > CheckResult.shownLines {
      lines.append(StyledLine("  … \(difference.lines.count - CheckResult.shownLines) more", .dim))
    }
    return StyledText(lines)
  }

  /// The numbers that changed within their row, or both lines if more than numbers changed.
  private func text(of line: RecordingComparison.Difference) -> [StyledLine] {
    if line.row == nil, let expected = line.expected, let text = marked(expected, line.changes) { return text }
    guard !line.changes.isEmpty, line.row != nil else {
      var lines: [StyledLine] = []
      if let expected = line.expected { lines.append(StyledLine("  - \(expected)", .dim)) }
      if let found = line.found { lines.append(StyledLine([.init("  + ", .dim), .init(found, .warning)])) }
      return lines.map { $0.cut(to: Page.standardWidth) }
    }
    var text = StyledLine("  ")
    if let row = line.row {
      text.append("\(row): ")
    }
    for (index, change) in line.changes.enumerated() {
      if index > 0 { text.append(", ") }
      if let column = change.column { text.append("\(column) ", .dim) }
      text.append("\(change.expected) → ")
      text.append(change.found, .warning)
    }
    return text.wrapped(to: Page.standardWidth, indent: StyledLine("    "))
  }
}

/// A line with its changed numbers in place, `12 → 15`; nil if there are none or they cannot be found in the line.
private func marked(_ line: String, _ changes: [RecordingComparison.Change]) -> [StyledLine]? {
  guard !changes.isEmpty else { return nil }
  var text = StyledLine("  ")
  var rest = line[...]
  for change in changes {
    guard let range = rest.firstRange(of: change.expected) else { return nil }
    text.append(String(rest[..<range.lowerBound]))
    text.append("\(change.expected) → ")
    text.append(change.found, .warning)
    rest = rest[range.upperBound...]
  }
  text.append(String(rest))
  return text.wrapped(to: Page.standardWidth, indent: StyledLine("    "))
}

/// A summary of several sessions.
public func checkSummary(of results: [CheckResult]) -> String {
  let count = counted(results.count, "session")
  let good = results.count { $0.status == .asRecorded }
  guard good < results.count else { return "\(count), all as recorded" }
  let others: [(CheckResult.Status, String)] = [
    (.differs, "not as recorded"), (.failed, "failed"), (.otherData, "on other data"), (.interrupted, "interrupted"),
  ]
  let parts = others.compactMap { status, words in
    let those = results.filter { $0.status == status }
    return those.isEmpty ? nil : "\(those.count) \(words) (\(those.map { fileName($0.path) }.joined(separator: ", ")))"
  }
  return "\(count): " + (["\(good) as recorded"] + parts).joined(separator: ", ")
}
