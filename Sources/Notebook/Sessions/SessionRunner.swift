public import Diagnostics

/// Runs a session file from its first cell to its last, apart from any terminal: `run`, `check`, `promote`.
public struct SessionRunner {
  public let document: SessionDocument
  public let path: String
  /// Where `load` starts; nil is what the session says.
  public let dataFolder: String?
  public var onStatement: (StatementTiming) -> Void = { _ in }
  /// What its cells may touch.
  public var access = FileAccess.everywhere

  public init(document: SessionDocument, path: String, dataFolder: String? = nil) {
    self.document = document
    self.path = path
    self.dataFolder = dataFolder
  }

  /// How a run went.
  public struct Report {
    /// What is to be said of it.
    public var pieces: [Piece] = []
    public var failedCells = 0
    public var wasInterrupted = false
    /// The output of each cell, as it is recorded; nil for cells that were not run.
    public var outputs: [String?] = []
    /// The cells that failed and were not there to, or did not fail and were, from 1.
    var failures: [(cell: Int, diagnostic: Diagnostic)] = []
    /// The tables that were loaded, where they were looked at.
    var tables: [(name: String, fingerprint: TableFingerprint)] = []

    public var isSuccess: Bool { failedCells == 0 && !wasInterrupted }
  }

  /// Runs every cell; a cell that fails ends the run, unless it is there to fail.
  ///
  /// - Parameter onCell: told each cell and its number before it runs.
  public func run(
    in session: Session, onCell: (SessionDocument.Cell, Int) -> Void = { _, _ in }
  ) throws(Diagnostic) -> Report {
    try prepare(session)
    var report = Report()
    for (index, cell) in document.cells.enumerated() where !cell.options.isSkipped {
      onCell(cell, index + 1)
      let access = session.access(of: cell)
      switch session.run(cell.code, name: fileName(path), firstLine: cell.line, access: access) {
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

  /// Runs every cell and keeps what each of them printed, and what the tables were that they loaded.
  public func recordWithTables(in session: Session) throws(Diagnostic) -> Report {
    session.dataWatch = DataWatch(isRecording: true)
    return try record(in: session)
  }

  /// Runs every cell, also after one that failed, and keeps what each of them printed, as a recording has it.
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
      // Errors are placed in the cell, as at a prompt: a line of the file would change with the recordings above it.
      let outcome = session.run(cell.code, access: session.access(of: cell))
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
