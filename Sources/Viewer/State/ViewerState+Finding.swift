import Diagnostics
import Display
import Tables

extension ViewerState {
  /// A name that no table has of its own.
  private static let rowName = "viewer_row"

  mutating func search(_ text: String, backwards: Bool, everywhere: Bool) -> [Effect] {
    guard !text.isEmpty else {
      guard let lastSearch else { return fail("nothing was searched for yet") }
      return find(Search(condition: lastSearch.condition, text: lastSearch.text, backwards: backwards), wrapped: false)
    }
    let shown = everywhere ? sheet.view.order.map { sheet.source.schema[$0] } : sheet.field.map { [$0] } ?? []
    let searched = shown.filter { !$0.type.isNested && $0.type != .binary }
    if searched.isEmpty { return fail("there is no text to search here") }
    let condition = searched.map { PipelineText.condition($0, contains: text) }.joined(separator: " or ")
    return find(Search(condition: condition, text: text, backwards: backwards), wrapped: false)
  }

  mutating func find(_ intent: Intent) -> [Effect] {
    if intent == .nextSame || intent == .previousSame {
      guard let field = sheet.field, let value = sheet.value,
        let condition = PipelineText.condition(field.name, is: value)
      else { return fail("there is no value to look for here") }
      return find(
        Search(condition: condition, text: "\(value)", backwards: intent == .previousSame), wrapped: false,
        remembering: false)
    }
    guard var search = lastSearch else { return fail("nothing was searched for yet") }
    if intent == .findPrevious { search.backwards.toggle() }
    return find(search, wrapped: false, remembering: false)
  }

  private mutating func find(_ search: Search, wrapped: Bool, remembering: Bool = true) -> [Effect] {
    if remembering { lastSearch = search }
    let row = sheet.view.row
    let bound = wrapped ? "" : "\(Self.rowName) \(search.backwards ? "<" : ">") \(row) and "
    let stages: [Stage] = [
      .verb("row_index name=\(Self.rowName)"), .filter("\(bound)(\(search.condition))"),
      .verb(search.backwards ? "tail 1" : "head 1"), .select([Self.rowName]),
    ]
    return run(sheet.stages + stages, title: "search for \(search.text)", .find(search, wrapped: wrapped))
  }

  mutating func found(_ search: Search, wrapped: Bool, in source: any ViewerSource) -> [Effect] {
    do throws(Diagnostic) {
      if source.rowCount == 0 {
        if wrapped { return fail("`\(search.text)` is not here") }
        return find(search, wrapped: true, remembering: false)
      }
      let table = try source.page(rows: 0..<1, columns: [0])
      guard case .integer(let row) = table.columns[0][0] else { return fail("`\(search.text)` is not here") }
      goToRow(Int(clamping: row))
      if wrapped {
        message = Message(text: "went on from the \(search.backwards ? "last" : "first") row")
      }
      return []
    } catch {
      return fail(error.message)
    }
  }
}
