import Diagnostics
import Formats

extension Session {
  /// Applies the settings for memory: the limits for decoded columns (shared by all sessions) and for results.
  public func applySettings() {
    Formats.memoryBudget = settings.memory > 0 ? settings.memory << 30 : Formats.usualMemoryBudget
    memoryForResults = Formats.memoryBudget / 2
  }

  /// Reads the user's settings, lines of `name value`. Invalid lines give a warning and are skipped.
  public func readSettings(from path: String) {
    guard let text = try? readTextFile(at: path) else { return }
    for line in text.split(separator: "\n") {
      let words = line.split(separator: " ", maxSplits: 1).map(\.trimmed)
      guard words.count == 2, !words[0].hasPrefix("#") else { continue }
      do throws(Diagnostic) {
        try settings.set(words[0], to: words[1], at: nil)
      } catch {
        emit(.diagnostic(Diagnostic(error.message, kind: .warning, hint: error.hint, place: path)))
      }
    }
    applySettings()
  }
}
