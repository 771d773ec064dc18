import Diagnostics
import Foundation
import Generators
import Query
import Tables
import Testing

// Everything the language does × every type, executed: nothing traps, whatever goes wrong is said at a place inside the
// text, no message blames us, and what comes has the type that was announced. What looks at one row gives the same in a
// column as in a row alone, and the values, the types and the refusals are those of the naive evaluator; what that does
// not compute stands in `NaiveGap`.
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
    for call in GridExpressions.aggregateCalls(name) { grid.compareAggregate(call) }
    for call in GridExpressions.windowCalls(name) { grid.compareWindow(call, of: name) }
    for call in GridExpressions.aggregateCalls(name) {
      for frame in NaiveFrame.allCases { grid.compareFrame(call, frame, of: name) }
      grid.compareCondition(call, of: name)
    }
    for other in GridColumn.all.map(\.name) {
      for pipeline in GridExpressions.pairs(name, other) { grid.run(pipeline) }
      for call in GridExpressions.pairCalls(name, other) { grid.compareAggregate(call) }
    }
    grid.expectNoFault()
  }

  @Test(arguments: GridColumn.all.map(\.name)) func verbs(_ name: String) throws {
    let grid = try Grid(seed: name)
    for pipeline in GridExpressions.verbs(name) { grid.run(pipeline, isCompared: true) }
    for pipeline in GridExpressions.options(name) { grid.run(pipeline) }
    for other in GridColumn.all.map(\.name) {
      for pipeline in GridExpressions.verbs(name, other) { grid.run(pipeline, isCompared: true) }
    }
    grid.expectNoFault()
  }

  /// A verb that is registered and that no pipeline of the grid has would not be executed here.
  @Test func everyVerbIsTried() throws {
    let pipelines = GridExpressions.verbs("a") + GridExpressions.verbs("a", "b") + GridExpressions.aggregates("a")
    var tried: Set<String> = []
    for pipeline in pipelines {
      guard case .evaluation(_, let parsed)? = try? parse(pipeline.replacing("TABLE", with: "t"))[0].body else {
        continue
      }
      tried.formUnion(parsed.stages.map(\.name))
    }
    // `table` makes what the others read: the grid's tables, and one in a pipeline.
    let missing = relationalVerbs.map(\.declaration.name).filter { !tried.contains($0) && $0 != "table" }
    #expect(missing.isEmpty, "add pipelines to `GridExpressions.verbs`: \(missing)")
  }
}

/// Runs one piece of the grid after another and keeps what is wrong with it.
final class Grid {
  private let session: Session
  /// Tables of one row each.
  private let rows: [Session]
  private let naive: NaiveGrid
  private let naiveTables: [String: NaiveTable]
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
    naive = NaiveGrid(all)
    let values = (0..<all.rowCount).map(all.row)
    naiveTables = [
      "t": NaiveTable(names: all.schema.names, rows: values), "e": NaiveTable(names: all.schema.names, rows: []),
    ]
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
    let (type, expected) = naive.outcomes(expression.replacingOccurrences(of: "\u{200B}", with: ""))
    switch whole {
    case .mistake(let message):
      // Before any row was looked at.
      if expected.allSatisfy(\.isValue) {
        faults.append("\(expression): \(message), where the naive evaluator gives \(expected)")
      }
      return
    case .mistakeOfRow:
      // Whoever fails in a column fails in some row.
      let alone = rows.map { outcome("t | select x = \(expression)", in: $0) }
      if !alone.contains(where: \.isMistake) { faults.append("\(expression): fails in the column, in no row") }
      for (row, one) in alone.enumerated() { compare(one, expected[row], "\(expression), row \(row)") }
      return
    case .table(let table):
      for (row, own) in rows.enumerated() {
        let one = outcome("t | select x = \(expression)", in: own)
        compare(one, expected[row], "\(expression), row \(row)")
        if case .table(let single) = one, single.rowCount == 1, single.columns[0][0] == table.columns[0][row] {
          continue
        }
        faults.append("\(expression): row \(row) is \(table.columns[0][row]) in the column, alone it is \(one)")
      }
      if let type, type != table.schema[0].type {
        faults.append("\(expression): is \(table.schema[0].type), by `callType` of the naive evaluator \(type)")
      }
    }
    let constant = columns.reduce(expression) { $0.replacingOccurrences(of: "\($1)\u{200B}", with: "$one_" + $1) }
    for own in rows { _ = outcome("t | select x = \(constant)", in: own) }
  }

  /// An aggregate of the whole table, of each group and beside each row.
  func compareAggregate(_ call: String) {
    guard Int.random(in: 0..<Grid.stride, using: &dice) == 0 else { return }
    let groups = Grid.groups
    let whole = naive.aggregate(call, of: Array(0..<GridColumn.rowCount))
    compare(outcome("t | agg x = \(call)", in: session), whole, call)
    let expected = groups.map { naive.aggregate(call, of: $0) }
    for (own, of) in zip(expected, ["0", "1"]) {
      compare(
        outcome("t | filter k == \(of) | group_by k agg x = \(call) | select x", in: session), own,
        "\(call) of group \(of)")
    }
    guard case .table(let table) = outcome("t | select x = \(call) over k", in: session) else { return }
    for (group, own) in zip(groups, expected) {
      for row in group where !own.agrees(with: table.columns[0][row], table.schema[0].type) {
        faults.append("\(call) over k, row \(row): is \(table.columns[0][row]), it should be \(own)")
      }
    }
  }

  /// A window function in the order of the table, and in both orders of a column, by groups.
  func compareWindow(_ call: String, of column: String) {
    guard Int.random(in: 0..<Grid.stride, using: &dice) == 0 else { return }
    for (over, order, isDescending) in [
      ("k", nil, false), ("(k order by \(column))", column, false), ("(k order by \(column) desc)", column, true),
    ] {
      let found = outcome("t | select x = \(call) over \(over)", in: session)
      let expected = naive.window(call, groups: Grid.groups, order: order, isDescending: isDescending)
      compare(found, with: expected, of: "\(call) over \(over)")
    }
  }

  /// Compares the rows of a window with those of the naive evaluator.
  private func compare(_ found: Outcome, with expected: [NaiveOutcome], of call: String) {
    guard case .table(let table) = found else {
      if expected.allSatisfy(\.isValue) {
        faults.append("\(call): \(found), where the naive evaluator gives \(expected)")
      }
      return
    }
    for (row, own) in expected.enumerated() where !own.agrees(with: table.columns[0][row], table.schema[0].type) {
      faults.append("\(call), row \(row): is \(table.columns[0][row]), it should be \(own)")
    }
  }

  /// An aggregate of the rows near each, by groups, in both orders of a column.
  func compareFrame(_ call: String, _ frame: NaiveFrame, of column: String) {
    guard Int.random(in: 0..<Grid.stride, using: &dice) == 0 else { return }
    for isDescending in [false, true] {
      let over = "(k order by \(column)\(isDescending ? " desc" : "") \(frame.text))"
      let found = outcome("t | select x = \(call) over \(over)", in: session)
      _ = outcome("e | select x = \(call) over \(over)", in: session)
      let expected = naive.framed(call, frame, groups: Grid.groups, order: column, isDescending: isDescending)
      compare(found, with: expected, of: "\(call) over \(over)")
    }
  }

  /// An aggregate of the rows for which a condition holds: of all, of each group, beside each row.
  func compareCondition(_ call: String, of column: String) {
    guard Int.random(in: 0..<Grid.stride, using: &dice) == 0 else { return }
    let first = Set(Grid.groups[0])
    let all = Array(0..<GridColumn.rowCount)
    compare(
      outcome("t | agg x = \(call) where k == 0", in: session), naive.aggregate(call, of: all.filter(first.contains)),
      "\(call) where k == 0")
    let early = "where row < 3"
    for (group, rows) in Grid.groups.enumerated() {
      let expected = naive.aggregate(call, of: rows.filter { $0 < 3 })
      let grouped = "t | row_index | group_by k agg x = \(call) \(early) | filter k == \(group) | select x"
      compare(outcome(grouped, in: session), expected, "\(call) \(early), group \(group)")
      let beside = outcome("t | row_index | select x = \(call) \(early) over k", in: session)
      guard case .table(let table) = beside else { continue }
      for row in rows where !expected.agrees(with: table.columns[0][row], table.schema[0].type) {
        faults.append("\(call) \(early) over k, row \(row): is \(table.columns[0][row]), it should be \(expected)")
      }
    }
  }

  /// The rows with each value of `k`.
  private static let groups = [[0, 1, 4], [2, 3, 5]]

  private func compare(_ found: Outcome, _ expected: NaiveOutcome, _ what: String) {
    switch (found, expected) {
    case (_, .unknown(.fault)):
      faults.append("\(what): its naive value belongs in `call` of Tests/QueryTests/Grid/NaiveMeaning+Functions.swift")
    case (_, .unknown), (.mistake, .types), (.mistake, .refused), (.mistakeOfRow, .refused), (.mistakeOfRow, .types):
      break
    case (.table(let table), _):
      if table.rowCount == 1, expected.agrees(with: table.columns[0][0], table.schema[0].type) { break }
      faults.append("\(what): is \(found), it should be \(expected)")
    default: faults.append("\(what): \(found), where the naive evaluator gives \(expected)")
    }
  }

  /// - Parameter isCompared: whether the naive evaluator of pipelines says what comes; of aggregates and windows others do.
  func run(_ pipeline: String, isCompared: Bool = false) {
    guard Int.random(in: 0..<Grid.stride, using: &dice) == 0 else { return }
    for name in ["t", "e"] {
      let code = pipeline.replacingOccurrences(of: "TABLE", with: name)
      let found = outcome(code, in: session)
      if isCompared, case .table(let table) = found { compareVerbs(code, table) }
    }
  }

  /// What a pipeline gives, with what the naive evaluator gives; nothing where that meets what it does not know.
  private func compareVerbs(_ code: String, _ table: Table) {
    guard case .evaluation(_, let pipeline)? = try? parse(code)[0].body else { return }
    let evaluator = NaiveEvaluator(tables: naiveTables)
    let expected = evaluator.table(pipeline)
    if evaluator.reach.isExceeded { return }
    if expected.names != table.schema.names || expected.rows.count != table.rowCount {
      faults.append(
        "\(code): has \(table.rowCount) rows of \(table.schema.names), it should have \(expected.rows.count) of "
          + "\(expected.names)")
      return
    }
    for row in expected.rows.indices {
      for (column, value) in expected.rows[row].enumerated() {
        let found = table.columns[column][row]
        let isSame =
          NaiveOutcome.value(value).agrees(with: found, table.schema[column].type)
          || !value.isMissing && !found.isMissing && value.order(found) == 0
        if !isSame {
          faults.append("\(code): row \(row) of \(expected.names[column]) is \(found), it should be \(value)")
        }
      }
    }
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
