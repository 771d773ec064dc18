import Diagnostics
import Query
import Tables

/// Computes fingerprints of the tables that a session loads, and compares them with the recorded ones.
final class DataWatch {
  /// A table that differs from the recorded one.
  struct Mismatch: Sendable {
    /// The name that was given to `load`.
    var name: String
    var recorded: TableFingerprint
    /// Nil if the table cannot be loaded.
    var found: TableFingerprint?

    /// A sentence that says what differs.
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

  /// The recorded fingerprints, by the names that were given to `load`.
  let recorded: [String: TableFingerprint]
  /// Whether the session is being recorded, so that tables without a recorded fingerprint are examined too.
  let isRecording: Bool
  /// Whether different data end the session.
  let stops: Bool
  private(set) var found: [(name: String, fingerprint: TableFingerprint)] = []
  private(set) var mismatches: [Mismatch] = []

  init(recorded: [String: TableFingerprint] = [:], isRecording: Bool = false, stops: Bool = false) {
    (self.recorded, self.isRecording, self.stops) = (recorded, isRecording, stops)
  }

  /// Whether different data have ended the session.
  var hasStopped: Bool { stops && !mismatches.isEmpty }

  /// Examines a loaded table.
  ///
  /// - Throws: if the data differ from the recording and this ends the session.
  func see(_ source: any TableSource, named name: String, at span: SourceSpan) throws(Diagnostic) {
    guard isRecording || recorded[name] != nil, !found.contains(where: { $0.name == name }) else { return }
    let fingerprint = try TableFingerprint(of: source)
    found.append((name, fingerprint))
    guard let before = recorded[name], before != fingerprint else { return }
    let mismatch = Mismatch(name: name, recorded: before, found: fingerprint)
    mismatches.append(mismatch)
    if stops { throw Diagnostic(mismatch.sentence, at: span) }
  }

  /// Records that a table could not be loaded.
  func miss(_ name: String) {
    guard let before = recorded[name], !found.contains(where: { $0.name == name }) else { return }
    mismatches.append(Mismatch(name: name, recorded: before, found: nil))
  }
}
