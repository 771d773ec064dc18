/// Where a page of a text ends that starts at a line: after `height` lines, or after a blank one in the last third of them.
public func pageEnd(of lines: [String], from start: Int, height: Int) -> Int {
  let start = min(start, lines.count)
  guard lines.count - start > height else { return lines.count }
  let end = start + max(1, height)
  let earliest = start + max(1, height * 2 / 3)
  return lines[earliest..<end].lastIndex { $0.allSatisfy(\.isWhitespace) }.map { $0 + 1 } ?? end
}
