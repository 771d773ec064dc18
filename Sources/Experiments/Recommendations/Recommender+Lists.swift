public import Diagnostics
import Recommenders
public import Tables

extension Recommender {
  /// The best items for one user: `user_id, rank, product_id, score`.
  ///
  /// - Throws: a user who is not in train, if the model cannot recommend to such users.
  public func recommend(user: Value, _ options: RecommendationOptions) throws(Diagnostic) -> ResultTable {
    try recommend(users: [user], options)
  }

  /// The best items for some users, in their order. Users to whom the model cannot recommend are left out; a note names
  /// them.
  ///
  /// - Throws: users to none of whom the model can recommend.
  public func recommend(users ids: [Value], _ options: RecommendationOptions) throws(Diagnostic) -> ResultTable {
    var notes: [String] = []
    var served = ids
    if try model.recommend(strangers: [], RecommendationRequest()) == nil {
      var strangers: [Value] = []
      served = []
      for id in ids {
        if try dataset.users.index(of: id) == nil { strangers.append(id) } else { served.append(id) }
      }
      if let first = strangers.first {
        if served.isEmpty { throw .unknownID(first, dataset.users) }
        let shown = strangers.prefix(5).map(\.shown).joined(separator: ", ")
        let rest = strangers.count > 5 ? ", …" : ""
        notes.append("\(counted(strangers.count, "user")) not in train: \(shown)\(rest)")
      }
    }
    let column = try Column(dataset.users.ids.type, served)
    let lists = try lists(for: UserRows(users: column), options)
    var rows: [UInt32] = []
    var ranked = RankedLists()
    for (row, place) in lists.places.enumerated() {
      guard let place else { continue }
      ranked.append(RankedLists([lists.ranked[place]]))
      rows += repeatElement(UInt32(row), count: lists.ranked.items(of: place).count)
    }
    return ResultTable(
      Table([(dataset.userColumn, try gather(column, rows: rows))] + (try rankedColumns(ranked))),
      notes: notes + lists.notes)
  }

  /// The best items for a user whom the model has not seen, from the items of a basket: `rank, product_id, score`.
  ///
  /// - Throws: a basket without any item that is in train.
  public func recommend(basket ids: [Value], _ options: RecommendationOptions) throws(Diagnostic) -> ResultTable {
    var wanted = try ListRequest(options, in: dataset)
    var items: [Int32] = []
    for id in ids { if let item = try dataset.items.index(of: id) { items.append(item) } }
    guard !items.isEmpty || ids.isEmpty else { throw .noKnownItem(in: "basket", dataset.items) }
    if items.count < ids.count {
      wanted.notes.append("\(counted(ids.count - items.count, "id")) of `basket` not in train")
    }
    let basket = Basket(items)
    let ranked =
      try wanted.lists(1) { (_, request) throws(Diagnostic) in
        try model.recommend(basket: basket, request)
      } ?? RankedLists()
    return ResultTable(Table(try rankedColumns(ranked)), notes: wanted.notes + notes(on: ranked, options, wanted))
  }

  /// The best items for every user in train. If the model gives all users the same list, only that list.
  public func recommendAll(_ options: RecommendationOptions) throws(Diagnostic) -> ResultTable {
    if model.givesEveryoneTheSame, options.seen == .keep { return try recommend(basket: [], options) }
    let wanted = try ListRequest(options, in: dataset)
    let ranked =
      try wanted.lists(dataset.users.count) { (users, request) throws(Diagnostic) in
        try model.recommend(users.map { Int32($0) }, request)
      } ?? RankedLists()
    let users = (0..<ranked.count).flatMap { [UInt32](repeating: UInt32($0), count: ranked.items(of: $0).count) }
    return ResultTable(
      Table([(dataset.userColumn, try gather(dataset.users.ids, rows: users))] + (try rankedColumns(ranked))),
      notes: wanted.notes + notes(on: ranked, options, wanted))
  }

  /// The columns `rank, product_id, score` of all lists, one after the other.
  private func rankedColumns(_ lists: RankedLists) throws(Diagnostic) -> [(name: String, column: Column)] {
    let ranks = (0..<lists.count).flatMap { list in (0..<lists.items(of: list).count).map { Int32($0 + 1) } }
    return [
      ("rank", Column(ranks)), (dataset.itemColumn, try dataset.items.ids(at: lists.items)),
      ("score", Column(lists.scores)),
    ]
  }

  /// Notes about lists: short ones, ties, negative scores.
  func notes(on lists: RankedLists, _ options: RecommendationOptions, _ wanted: ListRequest) -> [String] {
    shortNotes(lists, top: options.top) + wanted.scoreNotes(lists)
  }

  private func shortNotes(_ lists: RankedLists, top: Int) -> [String] {
    let short = lists.shortLists(top: top)
    if short == 0 { return tieNotes(lists) }
    if lists.count == 1 { return ["\(lists.items.count) of \(top) items: there are no more to recommend"] }
    return ["\(counted(short, "list")) shorter than \(top), of \(counted(lists.count, "list"))"] + tieNotes(lists)
  }

  /// A note about lists that a tie decided, from models that record ties.
  private func tieNotes(_ lists: RankedLists) -> [String] {
    if lists.tied.isEmpty { return [] }
    if lists.count == 1 { return ["a tie decided who is last: an item that was left out has the same score"] }
    return ["\(counted(lists.tied.count, "list")) decided by a tie (`ties`), of \(counted(lists.count, "list"))"]
  }
}
