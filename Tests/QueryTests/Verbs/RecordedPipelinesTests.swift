import Diagnostics
import Foundation
import Generators
import Query
import Tables
import TestSupport
import Testing

/// The random pipelines of `make differential`, without polars: what it gave for some hundreds of them was written down
/// (`Scripts/differential/differential.py --record`). The engine and the naive evaluator run each of them.
@Suite struct RecordedPipelinesTests {
  private static let cases = RecordedCase.all()

  @Test func givesWhatPolarsGave() throws {
    #expect(Self.cases.count > 200)
    for recorded in Self.cases {
      let found = recorded.result()
      if found != recorded.expected { report(recorded, found, is: "polars") }
    }
  }

  @Test func givesWhatTheNaiveEvaluatorGives() throws {
    var compared = 0
    for recorded in Self.cases where !recorded.fails {
      let pipeline = try recorded.parsed()
      let tables = try recorded.tables().mapValues { table in
        NaiveTable(names: table.schema.names, rows: (0..<table.rowCount).map(table.row))
      }
      let evaluator = NaiveEvaluator(tables: tables)
      let naive = evaluator.table(pipeline)
      if evaluator.reach.isExceeded { continue }
      compared += 1
      let text = RecordedCase.text(naive.names, naive.rows.map { $0.map(RecordedValue.init) })
      let found = recorded.result()
      if found != text { report(recorded, found, is: "the naive evaluator", text) }
    }
    #expect(compared > 150, "\(compared) of \(Self.cases.count) pipelines are known to the naive evaluator")
  }

  private func report(_ recorded: RecordedCase, _ found: String, is other: String, _ text: String? = nil) {
    Issue.record(
      "case \(recorded.number): case | \(recorded.pipeline), beside \(other)\ncase = \(recorded.table)\nother = \(recorded.other)"
    )
    expectText(found, equals: text ?? recorded.expected)
  }
}

/// A line of the recording.
struct RecordedCase {
  let number: Int
  let table: String
  let other: String
  let pipeline: String
  /// Whether the last stage has to be an error.
  let fails: Bool
  /// What polars gave, as text.
  let expected: String

  static func all() -> [RecordedCase] {
    let text = (try? Checkout.text("Tests/QueryTests/recorded-pipelines.jsonl")) ?? ""
    return text.split(separator: "\n").compactMap { line in
      guard let json = try? JSONSerialization.jsonObject(with: Data(line.utf8)) as? [String: Any] else { return nil }
      return RecordedCase(json)
    }
  }

  private init?(_ json: [String: Any]) {
    guard let number = json["case"] as? Int, let table = json["table"] as? String, let other = json["other"] as? String,
      let pipeline = json["pipeline"] as? String
    else { return nil }
    (self.number, self.table, self.other, self.pipeline) = (number, table, other, pipeline)
    fails = json["fails"] as? Bool ?? false
    let rows = (json["rows"] as? [[Any]] ?? []).map { $0.map(RecordedValue.init(json:)) }
    expected = fails ? "an error" : RecordedCase.text(json["columns"] as? [String] ?? [], rows)
  }

  func parsed() throws -> Pipeline {
    guard case .evaluation(_, let pipeline) = try parse("case | " + pipeline)[0].body else {
      throw Diagnostic("no pipeline")
    }
    return pipeline
  }

  func tables() throws -> [String: Table] {
    ["case": try run(table, on: [:]).table, "other": try run(other, on: [:]).table]
  }

  /// What the engine gives, as text.
  func result() -> String {
    do {
      let found = try run("case | " + pipeline, on: tables()).table
      return RecordedCase.text(
        found.schema.names, (0..<found.rowCount).map { row in found.row(row).map(RecordedValue.init) })
    } catch {
      return fails ? "an error" : (error as? Diagnostic).map(transcript) ?? "\(error)"
    }
  }

  static func text(_ names: [String], _ rows: [[RecordedValue]]) -> String {
    ([names] + rows.map { $0.map(\.text) }).map { $0.joined(separator: " · ") }.joined(separator: "\n")
  }
}

/// A value as the recording has it: what is the same in polars, in the engine and in the naive evaluator.
struct RecordedValue {
  let text: String

  init(json: Any) {
    switch json {
    case let list as [Any]: text = "[" + list.map { RecordedValue(json: $0).text }.joined(separator: ", ") + "]"
    case let value as String:
      let kind = value.prefix { $0 != " " }
      let rest = value.dropFirst(kind.count + 1)
      switch kind {
      case "float": text = RecordedValue.number(Double(rest) ?? .nan)
      case "str": text = "\"\(rest)\""
      default: text = kind + " " + rest
      }
    default: text = "null"
    }
  }

  init(_ value: Value) {
    switch value {
    case .null: text = "null"
    case .bool(let truth): text = "bool \(truth)"
    case .integer(let number): text = "int \(number)"
    case .float(let number): text = RecordedValue.number(number)
    case .text(let own): text = "\"\(own.string)\""
    case .date(let days): text = "date \(days)"
    case .datetime(let ticks, .milliseconds): text = "moment \(ticks * 1000)"
    case .datetime(let ticks, .microseconds): text = "moment \(ticks)"
    case .datetime(let ticks, .nanoseconds): text = "moment \(ticks / 1000)"
    case .list(let elements): text = "[" + elements.map { RecordedValue($0).text }.joined(separator: ", ") + "]"
    default: text = "\(value)"
    }
  }

  /// Nine digits: sums are not added up in the same order everywhere.
  private static func number(_ value: Double) -> String {
    if value.isNaN { return "nan" }
    if value.isInfinite { return "\(value)" }
    return value == 0 ? "0" : String(format: "%.9g", abs(value) < 1e-9 ? 0 : value)
  }
}
