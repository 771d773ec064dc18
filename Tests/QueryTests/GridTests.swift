import Diagnostics
import Foundation
import Query
import Tables
import Testing

// Everything the language does × every type, executed: nothing traps, whatever goes wrong is said at a place inside the
// text, no message blames us, and what comes has the type that was announced. What looks at one row gives the same in a
// column as in a row alone.
//
// A trap ends the tests without a word: with `GRID_TRACE=FILE` in the environment the last line of the file is what
// trapped.

@Suite struct GridTests {
  @Test(arguments: GridColumn.all.map(\.name)) func operatorsAndFunctions(_ name: String) throws {
    let grid = try Grid(seed: name)
    for other in GridColumn.all.map(\.name) {
      for expression in GridExpressions.ofRows(name, other) { try grid.examine(expression, with: [name, other]) }
    }
    for expression in GridExpressions.casts(of: name) { try grid.examine(expression, with: [name]) }
    grid.expectNoFault()
  }

  @Test(arguments: GridColumn.all.map(\.name)) func aggregatesAndWindows(_ name: String) throws {
    let grid = try Grid(seed: name)
    for pipeline in GridExpressions.aggregates(name) + GridExpressions.windows(name) { grid.run(pipeline) }
    for other in GridColumn.all.map(\.name) {
      for pipeline in GridExpressions.pairs(name, other) { grid.run(pipeline) }
    }
    grid.expectNoFault()
  }

  @Test(arguments: GridColumn.all.map(\.name)) func verbs(_ name: String) throws {
    let grid = try Grid(seed: name)
    for pipeline in GridExpressions.verbs(name) { grid.run(pipeline) }
    for other in GridColumn.all.map(\.name) {
      for pipeline in GridExpressions.verbs(name, other) { grid.run(pipeline) }
    }
    grid.expectNoFault()
  }
}

/// Runs one piece of the grid after another and keeps what is wrong with it.
final class Grid {
  private let session: Session
  /// Tables of one row each.
  private let rows: [Session]
  private var faults: [String] = []
  private var dice: SplitMix

  /// One case of so many is tried, others for each column: a debug build is slow. `GRID_STRIDE=1` tries all.
  private static let stride: Int = {
    if let wanted = ProcessInfo.processInfo.environment["GRID_STRIDE"].flatMap(Int.init) { return max(1, wanted) }
    #if DEBUG
    return 23
    #else
    return 1
    #endif
  }()

  private static let trace: FileHandle? = ProcessInfo.processInfo.environment["GRID_TRACE"].flatMap { path in
    FileManager.default.createFile(atPath: path, contents: nil) ? FileHandle(forWritingAtPath: path) : nil
  }

  init(seed: String) throws {
    dice = SplitMix(seed: seed.utf8.reduce(UInt64(0)) { ($0 * 31 + UInt64($1)) % 1_000_003 })
    let key = ("k", Column([0, 0, 1, 1, 0, 1]))
    let all = Table([key] + GridColumn.all.map { ($0.name, $0.values) })
    let constants: [String: Constant] = Dictionary(
      uniqueKeysWithValues: GridColumn.all.map { ("list_" + $0.name, Constant.list($0.values)) })
    func session(_ table: Table) -> Session {
      var session = Session(["t": table, "e": all[0..<0]])
      session.environment.constants = constants
      return session
    }
    self.session = session(all)
    rows = (0..<all.rowCount).map { row in
      var own = session(all[row..<row + 1])
      for column in GridColumn.all {
        let value = column.values[row]
        own.environment.constants["one_" + column.name] =
          if case .list(let elements) = value, case .list(let type) = column.type,
            let held = try? Column(type, elements)
          {
            .list(held)
          } else {
            .scalar(value, column.type)
          }
      }
      return own
    }
  }

  func expectNoFault(_ location: SourceLocation = #_sourceLocation) {
    let shown = faults.prefix(20).joined(separator: "\n")
    #expect(faults.isEmpty, "\(faults.count) cases:\n\(shown)", sourceLocation: location)
  }

  /// An expression over a table's rows, over each row alone, over no rows, and over the session's values.
  func examine(_ expression: String, with columns: [String]) throws {
    guard Int.random(in: 0..<Grid.stride, using: &dice) == 0 else { return }
    let whole = outcome("t | select x = \(expression)", in: session)
    _ = outcome("e | select x = \(expression)", in: session)
    guard case .table(let table) = whole else {
      // Whoever fails in a column fails in some row.
      if case .mistakeOfRow = whole,
        !rows.contains(where: { outcome("t | select x = \(expression)", in: $0).isMistake })
      {
        faults.append("\(expression): fails in the column, in no row")
      }
      return
    }
    for (row, own) in rows.enumerated() {
      let one = outcome("t | select x = \(expression)", in: own)
      if case .table(let single) = one, single.rowCount == 1, single.columns[0][0] == table.columns[0][row] { continue }
      faults.append("\(expression): row \(row) is \(table.columns[0][row]) in the column, alone it is \(one)")
    }
    let constant = columns.reduce(expression) { $0.replacingOccurrences(of: "\($1)\u{200B}", with: "$one_" + $1) }
    for own in rows { _ = outcome("t | select x = \(constant)", in: own) }
  }

  func run(_ pipeline: String) {
    guard Int.random(in: 0..<Grid.stride, using: &dice) == 0 else { return }
    for name in ["t", "e"] { _ = outcome(pipeline.replacingOccurrences(of: "TABLE", with: name), in: session) }
  }

  private enum Outcome: CustomStringConvertible {
    case table(Table)
    case mistake(String)
    /// Found while running, in some row.
    case mistakeOfRow(String)

    var isMistake: Bool { if case .table = self { false } else { true } }

    var description: String {
      switch self {
      case .table(let table): table.rowCount == 1 ? "\(table.columns[0][0])" : "\(table.rowCount) rows"
      case .mistake(let message), .mistakeOfRow(let message): message
      }
    }
  }

  private func outcome(_ written: String, in session: Session) -> Outcome {
    let code = written.replacingOccurrences(of: "\u{200B}", with: "")
    Grid.trace?.write(Data((code + "\n").utf8))
    do throws(Diagnostic) {
      let plan = try session.plan(code)
      do throws(Diagnostic) {
        let (table, _) = try execute(plan)
        check(table, of: plan, code)
        return .table(table)
      } catch {
        check(error, code)
        return .mistakeOfRow(error.message)
      }
    } catch {
      check(error, code)
      return .mistake(error.message)
    }
  }

  private func check(_ table: Table, of plan: Plan, _ code: String) {
    _ = explain(plan)
    if table.schema != plan.schema {
      faults.append("\(code): announced \(plan.schema.summary), came \(table.schema.summary)")
    }
    for (column, field) in zip(table.columns, table.schema.fields) {
      if column.count != table.rowCount || column.type != field.type {
        faults.append("\(code): a column of \(column.count) \(column.type) in \(table.rowCount) rows of \(field.type)")
      }
      for row in 0..<column.count { _ = column[row].description }
    }
  }

  private func check(_ error: Diagnostic, _ code: String) {
    if error.kind == .fault { faults.append("\(code): blames us: \(error.message)") }
    guard let span = error.span else {
      faults.append("\(code): points nowhere: \(error.message)")
      return
    }
    if span.range.lowerBound < 0 || span.range.upperBound > span.source.text.utf8.count || span.range.isEmpty {
      faults.append("\(code): points outside, at \(span.range): \(error.message)")
    }
  }
}
