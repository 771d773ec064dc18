import Diagnostics
import Display
import Tables

// Sheets made of this one and another table.
extension ViewerState {
  // MARK: Transposing

  /// Rows as columns. Columns without a common type become text.
  mutating func openTransposed() -> [Effect] {
    let fields = sheet.view.order.map { sheet.source.schema[$0] }
    let names = frozenNames.first
    let turned = fields.filter { $0.name != names }
    if turned.isEmpty { return fail("no column is left to become a row") }
    var stages = Array(sheet.shownStages.dropFirst(sheet.stages.count))
    let isUniform = turned.allSatisfy { $0.type == turned[0].type }
    if !isUniform, !turned.allSatisfy({ $0.type.isInteger || $0.type.isFloat }) {
      if let nested = turned.first(where: { $0.type.isNested }) {
        return fail("`\(nested.name)` is \(nested.type), which has no common type with the others: hide it with -")
      }
      let casts = turned.filter { $0.type != .string }.map {
        "\(Spelling.name($0.name)) = cast(\(Spelling.name($0.name)), str)"
      }
      stages.append(.with(casts.joined(separator: ", ")))
    }
    stages.append(.summary("transpose" + (names.map { " names=\(Spelling.name($0))" } ?? "")))
    return run(stages, title: "transpose", .push(.table))
  }

  // MARK: Another table

  /// The tables that this one can be joined or compared with: open sheets from the top of the stack, then the session's.
  var otherTables: [NamedTable] {
    var found: [NamedTable] = []
    for other in sheets.dropLast().reversed() where other.isTable && !other.title.hasPrefix(":") {
      let fields = other.view.order.map { other.source.schema[$0] }
      // Inside parentheses nothing is assigned.
      let pipeline = PipelineText.withoutAssignment(other.pipeline)
      found.append(
        NamedTable(pipeline: pipeline, fields: fields, description: "sheet, \(counted(other.rowCount, "row"))"))
    }
    let open = Set(found.map(\.pipeline))
    return found + tables.filter { !open.contains($0.pipeline) && $0.pipeline != sheet.pipeline }
  }

  func tableChoices(_ query: String) -> [NamedTable] {
    otherTables.filter { query.isEmpty || $0.pipeline.lowercased().contains(query.lowercased()) }
  }

  /// Asks how to join or compare with a table that was chosen.
  mutating func choose(_ pipeline: String?, for use: TextPrompt.TableUse) -> [Effect] {
    guard let pipeline, let other = otherTables.first(where: { $0.pipeline == pipeline }) else {
      return fail("there is no such table; open another sheet, or name a table in the session")
    }
    let keys = suggestedKeys(with: other).map(Spelling.name).joined(separator: ", ")
    switch use {
    case .join: return ask(.join, text: "join \(other.argument) on \(keys)")
    case .compare: return ask(.compare(other), text: keys)
    }
  }

  /// The columns by which rows probably belong together: the frozen ones that both have, or the one under the cursor,
  /// or the first.
  private func suggestedKeys(with other: NamedTable) -> [String] {
    let shared = Set(other.fields.map(\.name))
    let frozen = frozenNames.filter { shared.contains($0) }
    if !frozen.isEmpty { return frozen }
    if let name = sheet.field?.name, shared.contains(name) { return [name] }
    return sheet.view.order.map { sheet.source.schema[$0].name }.first { shared.contains($0) }.map { [$0] } ?? []
  }

  // MARK: Comparing

  /// The rows that only one of two tables has, and those with other values, by keys.
  mutating func compare(with other: NamedTable, by typed: String) -> [Effect] {
    let fields = sheet.view.order.map { sheet.source.schema[$0] }
    let wanted = names(in: typed)
    let comparison = Comparison(fields, with: other.fields, by: wanted)
    guard !wanted.isEmpty, Set(comparison.keys.map(\.here.name)) == Set(wanted) else {
      return fail("name the columns by which rows belong together, which both tables have, separated by commas")
    }
    if let name = comparison.incomparable { return fail("`\(name)` cannot be compared: hide it with -") }
    let stages = Array(sheet.shownStages.dropFirst(sheet.stages.count)) + comparison.stages(with: other.pipeline)
    let effects = run(stages, title: "compare with \(other.pipeline)", .push(.table))
    // It is seen once the rows are there.
    if !effects.isEmpty { message = Message(text: "rows with equal keys are compared in their order") }
    return effects
  }

  /// The names in a list separated by commas. They may stand in backticks, and those may hold commas.
  private func names(in typed: String) -> [String] {
    let known = sheet.source.schema.names.map { (spelled: Spelling.name($0), name: $0) }
    var found: [String] = []
    var rest = typed.drop { $0 == " " }
    while !rest.isEmpty {
      func end(after spelled: String) -> Substring? {
        let after = rest.dropFirst(spelled.count).drop { $0 == " " }
        return rest.hasPrefix(spelled) && (after.isEmpty || after.first == ",") ? after : nil
      }
      if let column = known.first(where: { end(after: $0.spelled) != nil }) {
        found.append(column.name)
        rest = end(after: column.spelled) ?? ""
      } else {
        let part = rest.prefix { $0 != "," }
        found.append(String(part.reversed().drop { $0 == " " }.reversed()))
        rest = rest.dropFirst(part.count)
      }
      rest = rest.dropFirst().drop { $0 == " " }
    }
    return found
  }
}
