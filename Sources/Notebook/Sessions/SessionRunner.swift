public import Diagnostics

/// Runs a session file from the first to the last cell without a terminal: for `run`, `check` and `promote`.
public struct SessionRunner {
  public let document: SessionDocument
  public let path: String
  /// The folder in which `load` looks up paths; nil takes it from the session.
  public let dataFolder: String?
  public var onStatement: (StatementTiming) -> Void = { _ in }
  /// The file access of its cells.
  public var access = FileAccess.everywhere

  public init(document: SessionDocument, path: String, dataFolder: String? = nil) {
    self.document = document
    self.path = path
    self.dataFolder = dataFolder
  }

  /// The report of a run.
  public struct Report {
    /// Messages about the run.
    public var pieces: [Piece] = []
    public var failedCells = 0
    public var wasInterrupted = false
    /// The output of each cell in its recorded form; nil for cells that were not run.
    public var outputs: [String?] = []
    /// Cells that failed unexpectedly, or were expected to fail and did not; numbered from 1.
    var failures: [(cell: Int, diagnostic: Diagnostic)] = []
    /// The loaded tables, if their fingerprints were computed.
    var tables: [(name: String, fingerprint: TableFingerprint)] = []

    public var isSuccess: Bool { failedCells == 0 && !wasInterrupted }
  }

  /// Runs every cell. A cell that fails unexpectedly ends the run.
  ///
  /// - Parameter onCell: receives each cell and its number before it runs.
  public func run(
    in session: Session, onCell: (SessionDocument.Cell, Int) -> Void = { _, _ in }
  ) throws(Diagnostic) -> Report {
    try prepare(session)
    var report = Report()
    for (index, cell) in document.cells.enumerated() where !cell.options.isSkipped {
      onCell(cell, index + 1)
      let access = session.access(of: cell)
      let outcome = session.run(
        cell.code, name: fileName(path), firstLine: cell.line, access: access, options: cell.options)
      switch outcome {
      case .finished where cell.options.expectsError:
        report.pieces.append(.diagnostic(unexpectedSuccess(of: cell)))
        report.failedCells += 1
      case .failed where !cell.options.expectsError:
        report.failedCells += 1
        return report
      case .interrupted:
        report.wasInterrupted = true
        return report
      case .finished, .failed: break
      }
    }
    return report
  }

  /// Runs every cell, and keeps its output and the fingerprints of the loaded tables.
  public func recordWithTables(in session: Session) throws(Diagnostic) -> Report {
    session.dataWatch = DataWatch(isRecording: true)
    return try record(in: session)
  }

  /// Runs every cell, even after a failed one, and keeps its output in the recorded form.
  public func record(in session: Session) throws(Diagnostic) -> Report {
    try prepare(session)
    var report = Report()
    let outer = session.emit
    defer { session.emit = outer }
    for (index, cell) in document.cells.enumerated() {
      guard !cell.options.isSkipped, !report.wasInterrupted, session.dataWatch?.hasStopped != true else {
        report.outputs.append(cell.recorded)
        continue
      }
      var pieces: [Piece] = []
      session.emit = { pieces.append($0) }
      // Errors are located in the cell, as at a prompt: line numbers of the file would change with the recordings
      // above.
      let outcome = session.run(cell.code, access: session.access(of: cell), options: cell.options)
      report.outputs.append(recordedText(pieces, .recording(session.settings)))
      switch outcome {
      case .finished where cell.options.expectsError:
        report.failures.append((index + 1, unexpectedSuccess(of: cell)))
      case .failed where !cell.options.expectsError:
        report.failures += pieces.compactMap {
          if case .diagnostic(let diagnostic) = $0 { (index + 1, diagnostic) } else { nil }
        }
      case .interrupted: report.wasInterrupted = true
      case .finished, .failed: break
      }
    }
    report.failedCells = report.failures.count
    report.pieces += report.failures.map { .diagnostic($0.diagnostic) }
    report.tables = session.dataWatch?.found ?? []
    return report
  }

  private func prepare(_ session: Session) throws(Diagnostic) {
    session.dataFolder = dataFolder
    session.onStatement = onStatement
    session.confine(to: access)
    try session.adopt(document, at: path)
  }

  private func unexpectedSuccess(of cell: SessionDocument.Cell) -> Diagnostic {
    Diagnostic("this cell was expected to fail and did not", place: "\(fileName(path)):\(cell.line)")
  }
}
