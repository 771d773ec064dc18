public import Testing

/// Expects two texts to be equal. If they are not, it shows the first five lines that differ instead of both texts.
public func expectText(
  _ found: String, equals expected: String, sourceLocation: SourceLocation = #_sourceLocation
) {
  guard found != expected else { return }
  let foundLines = found.split(separator: "\n", omittingEmptySubsequences: false)
  let expectedLines = expected.split(separator: "\n", omittingEmptySubsequences: false)
  var report: [String] = []
  for line in 0..<max(foundLines.count, expectedLines.count) {
    let left = line < expectedLines.count ? String(expectedLines[line]) : "⟨no line⟩"
    let right = line < foundLines.count ? String(foundLines[line]) : "⟨no line⟩"
    if left == right { continue }
    report.append("line \(line + 1)\n  expected: \(left)\n  found:    \(right)")
    if report.count == 5 { break }
  }
  let comment = Comment(rawValue: "the texts differ:\n" + report.joined(separator: "\n"))
  Issue.record(comment, sourceLocation: sourceLocation)
}
