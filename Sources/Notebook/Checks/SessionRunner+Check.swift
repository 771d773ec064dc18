import Diagnostics
import Display

extension SessionRunner {
  /// Runs the session again and compares its output with the recording.
  ///
  /// - Parameter anyway: whether to compare even if the data differ from the recorded ones.
  public func compare(settings: Settings, anyway: Bool = false) -> CheckResult {
    let session = Session(settings: settings)
    session.isChecked = true
    let watch = DataWatch(recorded: document.frontMatter.tables, stops: !anyway)
    session.dataWatch = watch
    var result = CheckResult(path: path, recordedVersion: document.frontMatter.recordedVersion)
    // Messages about the session itself rather than a cell.
    session.emit = { result.said.append($0) }
    session.onStatement = onStatement
    let report: Report
    do throws(Diagnostic) {
      report = try record(in: session)
    } catch {
      result.failures.append(.init(cell: nil, line: nil, diagnostic: error))
      return result
    }
    result.data = watch.mismatches
    result.wasInterrupted = report.wasInterrupted
    // With other data, all numbers differ, and a comparison would say nothing.
    result.isCompared = watch.mismatches.isEmpty || anyway && !watch.mismatches.contains { $0.found == nil }
    guard result.isCompared else { return result }
    result.failures = report.failures.map {
      .init(cell: $0.cell, line: document.cells[$0.cell - 1].line, diagnostic: $0.diagnostic)
    }
    var codes = SessionMeasures()
    let measures = document.cells.map { codes.next($0.code) }
    for ((index, cell), output) in zip(document.cells.enumerated(), report.outputs)
    where !cell.options.isSkipped && !cell.options.isVolatile {
      result.comparedCells += 1
      let comparison = RecordingComparison(tolerance: cell.options.tolerance, measures: measures[index])
      let lines = comparison.differences(recorded: cell.recorded ?? "", found: output ?? "", limit: 100)
      if !lines.isEmpty { result.differences.append(.init(cell: index + 1, line: cell.line, lines: lines)) }
    }
    return result
  }

  /// The same as the report of a run.
  public func check(settings: Settings, anyway: Bool = false) -> Report {
    let result = compare(settings: settings, anyway: anyway)
    var report = Report(pieces: result.pieces)
    report.failedCells = max(result.failures.count, result.differences.count, result.isCompared ? 0 : 1)
    report.wasInterrupted = result.wasInterrupted
    return report
  }
}
