public import Diagnostics

/// What came of running a session anew beside its recording.
public struct CheckResult: Sendable {
  /// A cell that prints something else.
  public struct CellDifference: Sendable {
    public var cell: Int
    /// Where its code starts in the file.
    public var line: Int
    package var lines: [RecordingComparison.Difference]
  }

  /// A cell that failed, or the session as a whole.
  public struct Failure: Sendable {
    public var cell: Int?
    public var line: Int?
    public var diagnostic: Diagnostic
  }

  /// How a session stands to its recording.
  public enum Status: String, Sendable {
    case asRecorded = "as recorded"
    case differs
    case failed
    /// The tables are not those that it was recorded on: nothing was compared.
    case otherData = "other data"
    case interrupted

    /// The exit status of a program that checks it.
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
  /// The version of Lectern that recorded it, where it says so.
  public var recordedVersion: String?
  public var comparedCells = 0
  public var differences: [CellDifference] = []
  public var failures: [Failure] = []
  /// The tables that are not those that were recorded.
  var data: [DataWatch.Mismatch] = []
  public var isCompared = true
  public var wasInterrupted = false
  /// What was said of the session itself, and of no cell.
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
