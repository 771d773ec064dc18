/// The end of a page of text that begins at line `start`: after as many lines as fit the screen, or after a blank
/// line in the last third of them.
///
/// - Parameters:
///   - height: the number of lines on the screen.
///   - taken: how many of them show earlier output that should stay visible, such as the result that the text
///     explains. If they leave too little space, the page is empty: it ends at `start`.
public func pageEnd(of lines: [String], from start: Int, height: Int, taken: Int = 0) -> Int {
  let start = min(start, lines.count)
  let room = height - taken
  guard lines.count - start > room else { return lines.count }
  if taken > 0, room < min(6, height / 2) { return start }
  let end = start + max(1, room)
  let earliest = start + max(1, room * 2 / 3)
  return lines[earliest..<end].lastIndex { $0.allSatisfy(\.isWhitespace) }.map { $0 + 1 } ?? end
}
