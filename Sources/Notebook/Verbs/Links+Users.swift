import Diagnostics
import Display
import Experiments
import Query
import Recommenders
import Tables

/// One user's lists from several models, with the items that the user had before and after.
struct UserLists {
  /// The name of each model, and its items.
  var models: [(name: String, items: Column)] = []
  /// The held-out items: bought after.
  var after: Column?
  /// The items in the models' train data: bought before.
  var before: Column?
}

extension Session {
  /// The lists in the row of one user.
  ///
  /// - Throws: if the table has no lists, or the user is not in it.
  func userLists(
    _ plan: Plan, user: Value, truth: String, at span: SourceSpan?
  ) throws(Diagnostic) -> UserLists {
    let table = try table(plan)
    let suffix = NamedRecommender.listSuffix
    let names = table.schema.names.filter { $0.hasSuffix(suffix) }
    let users = table.columns[try table.schema.requireIndex(of: "user_id", in: inputName, at: span)]
    guard !names.isEmpty else {
      throw Diagnostic(
        "no column of lists, `NAME\(suffix)`", at: span, hint: "`users | recommend tp, ease | links user=…`",
        notes: ["columns: " + table.schema.summary])
    }
    guard let row = (0..<table.rowCount).first(where: { users[$0] == user }) else {
      throw Diagnostic("user \(user.description) is not in the table", at: span)
    }
    var lists = UserLists()
    for name in names {
      let model = String(name.dropLast(suffix.count))
      guard let index = table.schema.index(of: name), let items = table.columns[index].list(at: row) else { continue }
      lists.models.append((model, items))
      if lists.before == nil, case .model(let known)? = value(named: model),
        let place = try known.dataset.users.index(of: user)
      {
        lists.before = try known.dataset.items.ids(at: Array(known.dataset.interactions.items(of: place)))
      }
    }
    lists.after = table.schema.index(of: truth).flatMap { table.columns[$0].list(at: row) }
    return lists
  }
}

extension UserLists {
  /// The lists with names and addresses. An item that occurs twice in a list is shown twice.
  func sideBySide(names: (Value) -> String?, template: LinkTemplate) -> ListsSideBySide {
    let (taken, had) = (Self.values(after), Self.values(before))
    let (hits, known) = (Set(taken), Set(had))
    func item(_ id: Value, _ mark: MarkedItem.Mark) -> MarkedItem {
      MarkedItem(names(id) ?? id.description, url: template.url(for: id), mark: mark)
    }
    func mark(_ id: Value) -> MarkedItem.Mark {
      hits.contains(id) ? known.contains(id) ? .again : .hit : known.contains(id) ? .known : .none
    }
    let found = models.map { Self.values($0.items) }
    let recommended = Set(found.joined())
    let lists = zip(models, found).map { model, ids in
      (title: model.name, items: ids.map { item($0, mark($0)) })
    }
    var others: [(mark: MarkedItem.Mark, title: String, items: [MarkedItem])] = []
    if after != nil {
      others.append((.hit, "bought after", taken.map { item($0, recommended.contains($0) ? .hit : .none) }))
    }
    if before != nil { others.append((.known, "bought before", had.map { item($0, .none) })) }
    return ListsSideBySide(lists: lists, others: others)
  }

  /// The distinct shown items.
  var items: Set<Value> {
    Set(models.flatMap { Self.values($0.items) }).union(Self.values(after)).union(Self.values(before))
  }

  private static func values(_ column: Column?) -> [Value] {
    guard let column else { return [] }
    return (0..<column.count).map { column[$0] }.filter { $0 != .null }
  }
}

extension Column {
  /// The items of the list in a row; nil if it is null.
  fileprivate func list(at row: Int) -> Column? {
    guard case .list(let lists) = values, !isNull(row) else { return nil }
    return lists.child[lists.offsets[row]..<lists.offsets[row + 1]]
  }
}
