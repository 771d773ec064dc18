public import Diagnostics

/// The result of running a session again and comparing it with its recording.
public struct CheckResult: Sendable {
  /// A cell whose output differs.
  public struct CellDifference: Sendable {
    public var cell: Int
    /// The line of the file at which its code starts.
    public var line: Int
    package var lines: [RecordingComparison.Difference]
  }

  /// A failure of a cell, or of the session as a whole.
  public struct Failure: Sendable {
    public var cell: Int?
    public var line: Int?
    public var diagnostic: Diagnostic
  }

  /// The result of a check in one word.
  public enum Status: String, Sendable {
    case asRecorded = "as recorded"
    case differs
    case failed
    /// The tables are not those of the recording, so nothing was compared.
    case otherData = "other data"
    case interrupted

    /// The exit status of the program.
    public var exitStatus: Int32 {
      switch self {
      case .asRecorded: 0
      case .differs, .failed: 1
      case .otherData: 2
      case .interrupted: 130
      }
    }
  }

  public var path: String
  /// The version of Lectern that recorded the session, if it is known.
  public var recordedVersion: String?
  public var comparedCells = 0
  public var differences: [CellDifference] = []
  public var failures: [Failure] = []
  /// The tables that differ from the recorded ones.
  var data: [DataWatch.Mismatch] = []
  public var isCompared = true
  public var wasInterrupted = false
  /// Messages about the session itself rather than a cell.
  public var said: [Piece] = []

  public init(path: String, recordedVersion: String? = nil) {
    self.path = path
    self.recordedVersion = recordedVersion
  }

  public var status: Status {
    if wasInterrupted { return .interrupted }
    if !isCompared { return .otherData }
    if !failures.isEmpty { return .failed }
    return differences.isEmpty ? .asRecorded : .differs
  }
}
