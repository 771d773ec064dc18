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

  /// Runs every cell, also after one that failed, and keeps what each of them printed, as a recording has it.
  public func record(in session: Session) throws(Diagnostic) -> Report {
    try prepare(session)
    var report = Report()
    let outer = session.emit
    defer { session.emit = outer }
    for cell in document.cells {
      guard !cell.options.isSkipped, !report.wasInterrupted else {
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
        report.failedCells += 1
        report.pieces.append(.diagnostic(unexpectedSuccess(of: cell)))
      case .failed where !cell.options.expectsError:
        report.failedCells += 1
        report.pieces += pieces.filter { if case .diagnostic = $0 { true } else { false } }
      case .interrupted: report.wasInterrupted = true
      case .finished, .failed: break
      }
    }
    return report
  }

  /// Runs the session anew and compares what it prints with what is recorded.
  public func check(settings: Settings) -> Report {
    let session = Session(settings: settings)
    session.isChecked = true
    // What is said of the session itself, and of no cell.
    var said: [Piece] = []
    session.emit = { said.append($0) }
    session.onStatement = onStatement
    var report: Report
    do throws(Diagnostic) {
      report = try record(in: session)
    } catch {
      return Report(pieces: said + [.diagnostic(error)], failedCells: 1)
    }
    report.pieces = said + report.pieces
    var different = 0
    var compared = 0
    for ((index, cell), output) in zip(document.cells.enumerated(), report.outputs)
    where !cell.options.isSkipped && !cell.options.isVolatile {
      compared += 1
      let comparison = RecordingComparison(tolerance: cell.options.tolerance)
      let differences = comparison.differences(recorded: cell.recorded ?? "", found: output ?? "")
      guard !differences.isEmpty else { continue }
      different += 1
      report.pieces.append(.diagnostic(difference(in: cell, number: index + 1, differences)))
    }
    report.failedCells = max(report.failedCells, different)
    report.pieces.append(
      .note(different == 0 ? "\(compared) cells, all as recorded" : "\(compared) cells, \(different) not as recorded"))
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

  private func difference(
    in cell: SessionDocument.Cell, number: Int, _ differences: [RecordingComparison.Difference]
  ) -> Diagnostic {
    var notes: [String] = []
    for difference in differences {
      notes.append("recorded: \(difference.expected ?? "nothing")")
      notes.append("printed:  \(difference.found ?? "nothing")")
    }
    return Diagnostic(
      "cell \(number) does not print what is recorded",
      hint: "`lectern promote \(fileName(path))` accepts what it prints now",
      notes: notes, place: "\(fileName(path)):\(cell.line)")
  }
}
