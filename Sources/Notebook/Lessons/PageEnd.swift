public import Display

/// The end of a page of text that begins at line `start`: after as many lines as fit the screen, or after a blank
/// line in the last third of them. A heading stays with the text below it.
///
/// - Parameters:
///   - height: the number of lines on the screen.
///   - taken: how many of them show earlier output that should stay visible, such as the result that the text
///     explains. If they leave too little space, the page is empty: it ends at `start`.
///   - headings: the lines that belong to headings.
public func pageEnd(
  of lines: [String], from start: Int, height: Int, taken: Int = 0, headings: Set<Int> = []
) -> Int {
  let start = min(start, lines.count)
  let room = height - taken
  guard lines.count - start > room else { return lines.count }
  if taken > 0, room < min(6, height / 2) { return start }
  let isBlank = { (line: Int) in lines[line].allSatisfy(\.isWhitespace) }
  let full = start + max(1, room)
  let earliest = start + max(1, room * 2 / 3)
  let end = (earliest..<full).last(where: isBlank).map { $0 + 1 } ?? full
  let tail = (start..<end).reversed().prefix { headings.contains($0) || isBlank($0) }
  guard let heading = tail.last(where: headings.contains) else { return end }
  if heading > start { return heading }
  return taken > 0 ? start : end
}

/// The lines of a page that belong to headings: titles, the rules below them, and lines that are strong from end to
/// end.
public func headingLines(of page: StyledText) -> Set<Int> {
  var headings = Set<Int>()
  for (index, line) in page.lines.enumerated() where !line.plain.allSatisfy(\.isWhitespace) {
    let role = line.runs.first?.role
    let isTitle = (role == .title || role == .strong) && !line.runs.contains { $0.role == .plain }
    let isRule = headings.contains(index - 1) && Set(line.plain).isSubset(of: "━─=-")
    if isTitle || isRule { headings.insert(index) }
  }
  return headings
}
