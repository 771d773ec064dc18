import TestSupport
import Testing

/// Expects a text to be what the golden file holds.
func expectGolden(_ text: String, _ name: String, sourceLocation: SourceLocation = #_sourceLocation) throws {
  try RecordedText("Tests/DisplayTests/Goldens/\(name)").expect(text + "\n", sourceLocation: sourceLocation)
}

/// Several texts in one file, each under a title.
func sections(_ parts: [(title: String, text: String)]) -> String {
  parts.map { "## \($0.title)\n\($0.text)" }.joined(separator: "\n\n")
}
