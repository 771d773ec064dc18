import Diagnostics
import Experiments
import Query
import Recommenders
import Tables

/// The options of `recommend`.
struct ListOptions: VerbOptions {
  var user: Value?
  var users: [Value]?
  var basket: ListOrColumn?
  var top: Int?
  var seen = SeenPolicy.keep
  var only: ListOrColumn?
  var except: [Value]?
  var per: Identifier?
  var limit: Int?
  var labels: Pipeline?
  var debias = 0.0

  static let declared: [VerbOption<Self>] = [
    .value("user", \.user, "the id of one user"),
    .list("users", \.users, "the ids of several users"),
    .listOrColumn(
      "basket", \.basket,
      "the items of a user whom the model has not seen; for a table of users, a column of such lists"),
    .integer("top", \.top, in: 1...1_000_000, default: "10", "the length of a list at most"),
    .word("seen", \.seen, "whether to recommend items that the user had"),
    .listOrColumn(
      "only", \.only, "recommend only these items; for a table of users, a column with the candidates of each"),
    .list("except", \.except, "do not recommend these items"),
    .column("per", \.per, "the column of categories that `limit` counts by"),
    .integer("limit", \.limit, in: 1...1_000_000, "how many items of one category a list may have"),
    .table("labels", \.labels, "the table with the column of `per`; by default the only variable that has it"),
    .real("debias", \.debias, in: 0...2, "divides scores by the item's rows in train to this power"),
  ]
}

extension OptionValues<ListOptions> {
  /// The columns for `only` and `basket`, which must exist in `schema`.
  func columns(
    in schema: Schema, of input: String?
  ) throws(Diagnostic) -> (only: String?, basket: String?) {
    for name in [values.only?.column, values.basket?.column].compactMap(\.self) {
      _ = try schema.requireIndex(of: name.name, in: input, at: name.span)
    }
    return (values.only?.column?.name, values.basket?.column?.name)
  }

  /// Throws if an option names a column although there is no table of users.
  func requireNoColumns() throws(Diagnostic) {
    let written: [(value: ListOrColumn?, property: PartialKeyPath<ListOptions>)] = [
      (values.only, \.only), (values.basket, \.basket),
    ]
    for (value, property) in written {
      guard let column = value?.column else { continue }
      let name = optionName(of: property)
      throw Diagnostic(
        "`\(column.name)` is a column, and there is no table of users", at: column.span,
        hint: "`\(name)=[…]`, `\(name)=$\(column.name)`, or pipe in a table: `users | recommend ease \(name)=…`")
    }
  }
}

extension Session {
  /// Converts the options for the given models.
  func recommendationOptions(
    _ written: OptionValues<ListOptions>, for models: [NamedRecommender]
  ) throws(Diagnostic) -> RecommendationOptions {
    var options = RecommendationOptions(top: written.top ?? settings.top)
    options.seen = written.seen
    options.only = written.only?.list
    options.except = written.except ?? []
    options.debias = written.debias
    options.cap = try cap(written, for: models)
    return options
  }

  private func cap(
    _ written: OptionValues<ListOptions>, for models: [NamedRecommender]
  ) throws(Diagnostic) -> RecommendationOptions.Cap? {
    guard let limit = written.limit else {
      let others: [PartialKeyPath<ListOptions>] = [\.per, \.labels]
      if let alone = others.first(where: written.has) {
        throw Diagnostic(
          "`\(written.optionName(of: alone))` needs `limit`", at: written.nameSpan(of: alone),
          hint: "`per=category_id limit=2` allows two items of each category")
      }
      return nil
    }
    guard let per = written.per else {
      throw Diagnostic(
        "`limit` needs `per`: the column of categories", at: written.nameSpan(of: \.limit),
        hint: "`top` is the length of a list; `per=category_id limit=2` allows two items of each category")
    }
    let item = models.first?.recommender.dataset.itemColumn
    let table =
      if let pipeline = written.labels { try plan(pipeline) } else { try tableOfCategories(per, item) }
    _ = try table.schema.requireIndex(of: per.name, in: "labels", at: per.span)
    let known = item.flatMap { table.schema.index(of: $0) == nil ? nil : $0 }
    do throws(Diagnostic) {
      return RecommendationOptions.Cap(
        try ItemLabels(self.table(table), item: known, label: per.name), limit: limit)
    } catch {
      throw error.located(at: written.span(of: \.labels) ?? per.span)
    }
  }

  /// The variable with the categories of items, if exactly one has such a column.
  private func tableOfCategories(_ per: Identifier, _ item: String?) throws(Diagnostic) -> Plan {
    let items = [item].compactMap(\.self) + ColumnRoles.itemNames
    let tables = names.compactMap { name -> (name: String, plan: Plan)? in
      guard case .table(let plan)? = value(named: name), plan.schema.index(of: per.name) != nil,
        items.contains(where: { plan.schema.index(of: $0) != nil })
      else { return nil }
      return (name, plan)
    }
    guard let first = tables.first, tables.count == 1 else {
      let found = tables.map { "`\($0.name)`" }.joined(separator: ", ")
      throw Diagnostic(
        tables.isEmpty
          ? "no table has items and a column `\(per.name)`" : "several tables have items and a column `\(per.name)`",
        at: per.span, hint: "`labels=\(tables.first?.name ?? "products")` says which table has the categories",
        notes: tables.isEmpty ? [] : ["they are \(found)"])
    }
    note("categories from `\(first.name)`")
    return first.plan
  }
}
