public import Diagnostics
import Foundation

/// A check result in the form of its JSON.
private struct CheckRecord: Encodable {
  struct Line: Encodable {
    var line: Int?
    var recorded: String?
    var printed: String?
    var row: String?
    var changes: [Change]
  }

  struct Change: Encodable {
    var column: String?
    var recorded: String
    var printed: String
  }

  struct Cell: Encodable {
    var cell: Int
    var line: Int
    var lines: [Line]
  }

  struct Failure: Encodable {
    var cell: Int?
    var line: Int?
    var message: String
  }

  struct Data: Encodable {
    var table: String
    var recorded: String
    var found: String?
  }

  var file: String
  var status: String
  var cells: Int
  var recordedBy: String?
  var differences: [Cell]
  var failures: [Failure]
  var data: [Data]
}

/// The results as a JSON array with one object for each session, for other programs.
public func checkJSON(of results: [CheckResult]) throws(Diagnostic) -> String {
  let records = results.map { result in
    CheckRecord(
      file: result.path, status: result.status.rawValue, cells: result.comparedCells,
      recordedBy: result.recordedVersion,
      differences: result.differences.map { difference in
        .init(
          cell: difference.cell, line: difference.line,
          lines: difference.lines.map { line in
            .init(
              line: line.line, recorded: line.expected, printed: line.found, row: line.row,
              changes: line.changes.map { .init(column: $0.column, recorded: $0.expected, printed: $0.found) })
          })
      },
      failures: result.failures.map { .init(cell: $0.cell, line: $0.line, message: $0.diagnostic.message) },
      data: result.data.map { .init(table: $0.name, recorded: $0.recorded.text, found: $0.found?.text) })
  }
  let encoder = JSONEncoder()
  encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
  guard let json = try? encoder.encode(records) else { throw .fault("results that cannot be written as JSON") }
  return String(decoding: json, as: UTF8.self)
}
