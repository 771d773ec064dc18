import Diagnostics
import Display
import Tables
import Terminal

extension ViewerState {
  /// The number of lines of aggregates below the table. They never take more than a third of the rows' space.
  var footerHeight: Int { footerHeight(of: sheet) }

  func footerHeight(of sheet: Sheet) -> Int {
    if sheet.isRecord || sheet.view.aggregates.isEmpty { return 0 }
    let lines = sheet.view.order.reduce(0) { max($0, sheet.view.aggregates[$1]?.count ?? 0) }
    return min(lines, max(0, (size.rows - 3) / 3))
  }

  // MARK: Choosing

  /// The aggregates that the column under the cursor can have, and which it has.
  func aggregateChoices(_ query: String) -> [(name: String, description: String)] {
    guard let column = sheet.column else { return [] }
    let shown = sheet.view.aggregates[column] ?? []
    return Aggregate.allCases.filter { $0.fits(sheet.source.schema[column].type) && $0.rawValue.hasPrefix(query) }.map {
      ($0.rawValue, $0.summary + (shown.contains($0) ? " (shown; Enter takes it away)" : ""))
    }
  }

  /// Shows an aggregate below the column under the cursor, or takes it away.
  mutating func toggleAggregate(_ name: String) -> [Effect] {
    guard let column = sheet.column, let field = sheet.field else { return failWithoutColumns() }
    if let reason = reasonAgainstTable { return fail(reason) }
    guard let aggregate = Aggregate(rawValue: name) else { return fail("no aggregate is called `\(name)`") }
    guard aggregate.fits(field.type) else { return fail("a column of \(field.type) has no \(name)") }
    sheet.willChange()
    var shown = sheet.view.aggregates[column] ?? []
    if let place = shown.firstIndex(of: aggregate) { shown.remove(at: place) } else { shown.append(aggregate) }
    sheet.view.aggregates[column] = shown.isEmpty ? nil : shown
    return []
  }

  // MARK: In the language

  /// The shown aggregates as assignments, but for those of some columns: `price_sum = sum(price)`.
  ///
  /// - Parameter taken: the names that they must not have.
  func aggregateAssignments(without keys: [String] = [], taken: [String] = []) -> [String] {
    var taken = Set(keys + taken)
    var assignments: [String] = []
    for column in sheet.view.order where !keys.contains(sheet.source.schema[column].name) {
      let field = sheet.source.schema[column].name
      for aggregate in sheet.view.aggregates[column] ?? [] {
        let base = "\(field)_\(aggregate.rawValue)"
        var name = base
        var number = 2
        while !taken.insert(name).inserted {
          name = "\(base)_\(number)"
          number += 1
        }
        assignments.append("\(Spelling.name(name)) = \(aggregate.expression(of: field))")
      }
    }
    return assignments
  }

  mutating func openAggregates() -> [Effect] {
    let assignments = aggregateAssignments()
    if assignments.isEmpty { return fail("nothing is below the columns; + chooses an aggregate") }
    let stage = Stage.summary("agg " + assignments.joined(separator: ", "))
    return run([stage], title: stage.text, .push(.table))
  }

  // MARK: Computing

  /// The request for the aggregates that the frame still lacks; nil if there is none.
  package mutating func aggregatesRequest() -> AggregatesRequest? {
    guard footerHeight > 0 else { return nil }
    if sheet.aggregates.version != sheet.version { sheet.aggregates = AggregateValues(version: sheet.version) }
    let schema = sheet.source.schema
    let wanted = sheet.view.order.flatMap { column in
      (sheet.view.aggregates[column] ?? []).map { AggregateValues.Key(column: column, aggregate: $0) }
    }
    let missing = wanted.filter { sheet.aggregates.cells[$0] == nil }
    if missing.isEmpty { return nil }
    for key in missing { sheet.aggregates.cells[key] = .waiting }
    return AggregatesRequest(
      sheet: sheet.id, version: sheet.version, source: sheet.source,
      entries: missing.map { ($0, schema[$0.column].name) }, ellipsis: theme.ellipsis)
  }

  /// Takes computed aggregates, unless the rows have changed.
  package mutating func receive(_ answer: AggregatesRequest.Answer) {
    guard let index = sheets.firstIndex(where: { $0.id == answer.sheet }),
      sheets[index].aggregates.version == answer.version
    else { return }
    sheets[index].aggregates.cells.merge(answer.cells) { _, new in new }
    if let failure = answer.failure { message = Message(text: failure, isError: true) }
  }
}
