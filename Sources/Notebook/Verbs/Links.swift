import Diagnostics
import Display
import Query
import Tables

private struct LinksOptions: VerbOptions {
  var column: Identifier?
  var names: Pipeline?
  var template: String?

  static let declared: [VerbOption<Self>] = [
    .column("column", \.column, "the column of item ids; `product_id` or `item_id` by default"),
    .table("names", \.names, "a table with the same column and a `name`"),
    .text("template", \.template, "the address, with `{id}` in place of the item's id"),
  ]
}

extension NotebookVerb {
  static let links = NotebookVerb(
    VerbDeclaration(
      "links", summary: "lists items with their rank, name and address",
      discussion: """
        Takes a table, a list of ids, or recommendations. The address is the one of `:set link`, with the id in place \
        of `{id}`. It can be clicked in a terminal that supports links.
        """,
      examples: [
        Example("tp | recommend top=3 | links names=products", "what is popular, with names"),
        Example("products | head 3 | links", "addresses alone"),
      ]), LinksOptions.self
  ) { (call, options, input, session) throws(Diagnostic) in
    guard let template = LinkTemplate(options.template ?? session.settings.link) else {
      throw Diagnostic(
        "the template has no `{id}`", at: options.span(of: \.template) ?? call.span, hint: "`https://shop.example/{id}`"
      )
    }
    let (ids, name) = try itemColumn(of: call, input, options.column, session)
    let names = try session.table(options.names).map { (table) throws(Diagnostic) in
      try itemNames(table, ids: ids, column: name, at: options.span(of: \.names))
    }
    return .shown(linkLines(ids, names: names, template: template, session))
  }

  /// The ids, cut to what a person can read, and the name of their column.
  private static func itemColumn(
    of call: VerbCall, _ input: NotebookValue?, _ chosen: Identifier?, _ session: Session
  ) throws(Diagnostic) -> (Column, String) {
    switch input {
    case .constant(.list(let column))?: return (column, "product_id")
    case .table(let plan)?:
      let name = chosen?.name ?? ["product_id", "item_id"].first { plan.schema.index(of: $0) != nil } ?? "product_id"
      let index = try plan.schema.requireIndex(of: name, in: session.inputName, at: chosen?.span ?? call.written.span)
      let column = try session.table(.project(plan, [plan.columns[index]])).columns[0]
      if case .list(let lists) = column.values {
        let first = lists.offsets[0]
        return (lists.child[first..<lists.offsets[lists.count]], name)
      }
      return (column, name)
    default: throw .wrongInput(of: call, found: input, needs: "a table or a list of ids")
    }
  }

  /// The name of every id, from a table with the same column and one called `name`.
  private static func itemNames(
    _ table: Table, ids: Column, column: String, at span: SourceSpan?
  ) throws(Diagnostic) -> [String?] {
    let keys = try table.schema.requireIndex(of: column, at: span)
    let texts = try table.schema.requireIndex(of: "name", at: span)
    let wanted = Set((0..<ids.count).map { ids[$0] })
    var names: [Value: String] = [:]
    for row in 0..<table.rowCount {
      let key = table.columns[keys][row]
      if wanted.contains(key), names[key] == nil, !table.columns[texts].isNull(row) {
        names[key] = table.columns[texts][row].description
      }
    }
    return (0..<ids.count).map { names[ids[$0]] }
  }

  private static func linkLines(
    _ ids: Column, names: [String?]?, template: LinkTemplate, _ session: Session
  ) -> StyledText {
    let limit = max(session.settings.rows, 100)
    var links: [ItemLink] = []
    for row in 0..<min(ids.count, limit) where !ids.isNull(row) {
      links.append(ItemLink(rank: row + 1, name: names?[row] ?? nil, url: template.url(for: ids[row])))
    }
    if ids.count > limit { session.note("the first \(limit) of \(grouped(ids.count)) items") }
    let unnamed = names.map { $0.prefix(limit).count { $0 == nil } } ?? 0
    if unnamed > 0 { session.note("\(counted(unnamed, "item")) not in the table of names") }
    return itemLinks(links, session.presentation.tables.page)
  }
}
