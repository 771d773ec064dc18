import Foundation
import TestSupport
import Testing

/// Where a golden file lies.
func goldenPath(_ name: String) -> String {
  URL(fileURLWithPath: #filePath).deletingLastPathComponent().appendingPathComponent("Goldens/\(name)").path
}

/// Expects a text to be what the golden file holds. `RECORD_GOLDENS=1` writes the file instead; git shows the change.
func expectGolden(_ text: String, _ name: String, sourceLocation: SourceLocation = #_sourceLocation) throws {
  let path = goldenPath(name)
  if ProcessInfo.processInfo.environment["RECORD_GOLDENS"] == "1" {
    try (text + "\n").write(toFile: path, atomically: true, encoding: .utf8)
  }
  let expected = try String(contentsOfFile: path, encoding: .utf8)
  expectText(text + "\n", equals: expected, sourceLocation: sourceLocation)
}

/// Several texts in one file, each under a title.
func sections(_ parts: [(title: String, text: String)]) -> String {
  parts.map { "## \($0.title)\n\($0.text)" }.joined(separator: "\n\n")
}
