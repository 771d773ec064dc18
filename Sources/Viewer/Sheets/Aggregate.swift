import Diagnostics
import Display
import Tables

/// An aggregate that can stand below a column. The raw value is its name in the language, but for `nulls`.
package enum Aggregate: String, Sendable, Hashable, CaseIterable {
  case sum, mean, median, std, min, max, nulls
  case distinct = "n_unique"
  case mode

  /// Whether a column of this type has it.
  func fits(_ type: DataType) -> Bool {
    switch self {
    case .sum: type.isNumeric || type == .bool
    case .mean: type.isNumeric || type.isTemporal
    case .median, .std: type.isNumeric
    case .min, .max, .distinct, .mode: !type.isNested && type != .binary && type != .null
    case .nulls: true
    }
  }

  /// The aggregate of a column in the language.
  func expression(of column: String) -> String {
    let name = Spelling.name(column)
    return self == .nulls ? "len() - count(\(name))" : "\(rawValue)(\(name))"
  }

  var summary: String {
    switch self {
    case .sum: "the sum"
    case .mean: "the mean"
    case .median: "the middle value"
    case .std: "the standard deviation"
    case .min: "the smallest value"
    case .max: "the greatest value"
    case .nulls: "how many are null"
    case .distinct: "how many different values"
    case .mode: "the most frequent value"
    }
  }
}

/// The values of the aggregates below a table, as far as they are known.
package struct AggregateValues: Sendable, Hashable {
  package struct Key: Sendable, Hashable {
    var column: Int
    var aggregate: Aggregate
  }

  package enum Cell: Sendable, Hashable {
    case waiting, value(String)
    /// It has no value, or its computation was stopped.
    case failed
  }

  /// The version of the sheet that they belong to.
  var version = -1
  var cells: [Key: Cell] = [:]

  /// Whether some of them are being computed.
  var isRunning: Bool { cells.values.contains(.waiting) }
}

/// A request to a worker for aggregates of a sheet.
package struct AggregatesRequest: Sendable {
  package typealias Entry = (key: AggregateValues.Key, column: String)

  package let sheet: Int
  package let version: Int
  let source: any ViewerSource
  let entries: [Entry]
  let ellipsis: String

  package struct Answer: Sendable {
    let sheet: Int
    let version: Int
    var cells: [AggregateValues.Key: AggregateValues.Cell]
    /// Why some have no value.
    var failure: String?
  }

  /// Computes them. Any thread may call it.
  package func run(by host: ViewerHost) -> Answer {
    var answer = Answer(sheet: sheet, version: version, cells: [:])
    // All in one pass over the rows; if one of them fails, each alone, so that the others are shown.
    if entries.count > 1 {
      if compute(entries, host, &answer) || answer.failure == Self.stopped { return answer }
      answer.failure = nil
    }
    for entry in entries where answer.failure != Self.stopped { _ = compute([entry], host, &answer) }
    return answer
  }

  private static let stopped = "stopped"

  /// Whether all have a value.
  private func compute(_ entries: [Entry], _ host: ViewerHost, _ answer: inout Answer) -> Bool {
    do throws(Diagnostic) {
      let assignments = entries.enumerated().map { "a\($0) = \($1.key.aggregate.expression(of: $1.column))" }
      let result = try host.run(.shown(source), "agg " + assignments.joined(separator: ", "))
      let row = try result.page(rows: 0..<1, columns: Array(0..<entries.count))
      for (entry, column) in zip(entries, row.columns) {
        let text = ColumnFormat([column], ellipsis: ellipsis).text(column, 0)
        answer.cells[entry.key] = .value(String(text.drop { $0 == " " }))
      }
      return true
    } catch {
      for entry in self.entries where answer.cells[entry.key] == nil { answer.cells[entry.key] = .failed }
      answer.failure = error.kind == .interruption ? Self.stopped : error.message
      return false
    }
  }
}
