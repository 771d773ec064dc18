import Diagnostics
import Query
import Tables

/// Looks at the tables that a session loads: remembers what they were, or compares them with those it was recorded on.
final class DataWatch {
  /// A table that is not the one that was recorded.
  struct Mismatch: Sendable {
    /// As `load` names it.
    var name: String
    var recorded: TableFingerprint
    /// Nil where it is not there.
    var found: TableFingerprint?

    /// What is other about it, as a sentence.
    var sentence: String {
      guard let found else { return "`\(name)` cannot be loaded, and the session was recorded with it" }
      let size = "\(counted(found.rows, "row")) × \(counted(found.columns, "column"))"
      let was = "\(counted(recorded.rows, "row")) × \(counted(recorded.columns, "column"))"
      if size != was { return "`\(name)` is \(size), and the session was recorded on \(was)" }
      if found.schema != recorded.schema {
        return "`\(name)` has other columns or types than the one that was recorded"
      }
      return "`\(name)` holds other values than the one that was recorded; both are \(size)"
    }
  }

  /// What the session was recorded on, by the names that `load` is given.
  let recorded: [String: TableFingerprint]
  /// Whether tables that were not recorded are looked at too: the session is recorded now.
  let isRecording: Bool
  /// Whether other data end the session.
  let stops: Bool
  private(set) var found: [(name: String, fingerprint: TableFingerprint)] = []
  private(set) var mismatches: [Mismatch] = []

  init(recorded: [String: TableFingerprint] = [:], isRecording: Bool = false, stops: Bool = false) {
    (self.recorded, self.isRecording, self.stops) = (recorded, isRecording, stops)
  }

  /// Whether the session has come to data that end it.
  var hasStopped: Bool { stops && !mismatches.isEmpty }

  /// Looks at a table that was loaded.
  ///
  /// - Throws: data other than those that were recorded, where they end the session.
  func see(_ source: any TableSource, named name: String, at span: SourceSpan) throws(Diagnostic) {
    guard isRecording || recorded[name] != nil, !found.contains(where: { $0.name == name }) else { return }
    let fingerprint = try TableFingerprint(of: source)
    found.append((name, fingerprint))
    guard let before = recorded[name], before != fingerprint else { return }
    let mismatch = Mismatch(name: name, recorded: before, found: fingerprint)
    mismatches.append(mismatch)
    if stops { throw Diagnostic(mismatch.sentence, at: span) }
  }

  /// A table could not be loaded.
  func miss(_ name: String) {
    guard let before = recorded[name], !found.contains(where: { $0.name == name }) else { return }
    mismatches.append(Mismatch(name: name, recorded: before, found: nil))
  }
}
