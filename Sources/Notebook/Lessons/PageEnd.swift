/// Where a page of a text ends that starts at a line: after as many lines as the screen has room for, or after a blank one
/// in the last third of them.
///
/// - Parameters:
///   - height: the lines that the screen holds.
///   - taken: those that hold what was shown before and stays in sight, such as the result that the text is about. Where
///     they leave too little room for a beginning, the page ends where it starts.
public func pageEnd(of lines: [String], from start: Int, height: Int, taken: Int = 0) -> Int {
  let start = min(start, lines.count)
  let room = height - taken
  guard lines.count - start > room else { return lines.count }
  if taken > 0, room < min(6, height / 2) { return start }
  let end = start + max(1, room)
  let earliest = start + max(1, room * 2 / 3)
  return lines[earliest..<end].lastIndex { $0.allSatisfy(\.isWhitespace) }.map { $0 + 1 } ?? end
}
