import Diagnostics
import Display
import Query
import Tables

private struct LinksOptions: VerbOptions {
  var column: Identifier?
  var names: Pipeline?
  var template: String?
  var user: Value?
  var truth: Identifier?

  static let declared: [VerbOption<Self>] = [
    .column("column", \.column, "the column of item ids; `product_id` or `item_id` by default"),
    .table("names", \.names, "a table with the same column and a `name`"),
    .text("template", \.template, "the address, with `{id}` in place of the item's id"),
    .value("user", \.user, "a user of a table of users with lists: shows the lists of all models side by side"),
    .column("truth", \.truth, default: "ids", "the column of the items that the user had later"),
  ]
}

extension NotebookVerb {
  static let links = NotebookVerb(
    VerbDeclaration(
      "links", summary: "lists items with their rank, name and address",
      discussion: """
        Takes a table, a list of ids, or recommendations. The address is the one of `:set link`, with the id in place \
        of `{id}`. It can be clicked in a terminal that supports links. \
        For a table of users with one list column per model, `user=ID` shows all lists of one user side by side, in \
        several blocks if the page is narrow: `✓` marks items that the user had later, `·` items that the user had \
        before, if the model is in the session.
        """,
      examples: [
        Example("tp | recommend top=3 | links names=products", "what is popular, with names"),
        Example("products | head 3 | links", "addresses alone"),
        Example(
          "test | group_by user_id agg ids = unique(product_id) | recommend tp, ease | links user=100 names=products",
          "two models for one user"),
      ]), LinksOptions.self, takes: [.table, .constant]
  ) { (call, options, input, session) throws(Diagnostic) in
    guard let template = LinkTemplate(options.template ?? session.settings.link) else {
      throw Diagnostic(
        "the template has no `{id}`", at: options.span(of: \.template) ?? call.span, hint: "`https://shop.example/{id}`"
      )
    }
    if let user = options.user {
      return try sideBySide(user, call, input, options, template, session)
    }
    let (ids, name) = try itemColumn(of: call, input, options.column, session)
    let names = try session.table(options.names).map { (table) throws(Diagnostic) in
      try itemNames(table, ids: ids, column: name, at: options.span(of: \.names))
    }
    return .shown(linkLines(ids, names: names, template: template, session))
  }

  /// Shows all lists of one user.
  private static func sideBySide(
    _ user: Value, _ call: VerbCall, _ input: NotebookValue?, _ options: OptionValues<LinksOptions>,
    _ template: LinkTemplate, _ session: Session
  ) throws(Diagnostic) -> NotebookValue {
    let lists = try session.userLists(
      call.plan(input), user: user, truth: options.truth?.name ?? "ids", at: options.span(of: \.user) ?? call.span)
    var names: [Value: String] = [:]
    if let table = try session.table(options.names) {
      let name =
        options.column?.name ?? ["product_id", "item_id"].first { table.schema.index(of: $0) != nil } ?? "product_id"
      let ids = Array(lists.items)
      let keys = table.columns[try table.schema.requireIndex(of: name, at: options.span(of: \.names))]
      let known = try itemNames(
        table, ids: Column(keys.type, ids), column: name, at: options.span(of: \.names))
      for (id, name) in zip(ids, known) where name != nil { names[id] = name }
      let unnamed = ids.count - names.count
      if unnamed > 0 { session.note("\(counted(unnamed, "item")) not in the table of names") }
    }
    return .shown(
      lists.sideBySide(names: { names[$0] }, template: template).styledText(session.presentation.tables.page))
  }

  /// The ids, limited to a readable number, and the name of their column.
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

  /// The names of ids, from a table with the same column and a column `name`.
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
