import Diagnostics
import Parallelism
import Recommenders
import Tables

/// A column of lists of item ids beside users: what each may be recommended, or what each has had.
struct ItemColumn: Sendable {
  /// The option that names the column.
  let option: String
  private let column: Column
  private let lists: ListValues

  /// - Throws: a column that is not there, or holds no lists.
  init(_ table: Table, _ name: String, _ option: String) throws(Diagnostic) {
    column = try table.requireColumn(name)
    self.option = option
    guard case .list(let lists) = column.values else { throw .notLists(name, column.type, option: option) }
    self.lists = lists
  }

  func isNull(_ row: Int) -> Bool { column.isNull(row) }

  /// Every row's items as indices, −1 for ids that are not known.
  func items(in vocabulary: Vocabulary) throws(Diagnostic) -> [ArraySlice<Int32>] {
    let first = lists.offsets[0]
    let places = try vocabulary.indices(of: lists.child[first..<lists.offsets[lists.count]])
    return (0..<lists.count).map { row in
      isNull(row) ? [] : places[lists.range(row).lowerBound - first..<lists.range(row).upperBound - first]
    }
  }
}

/// The rows of a table that want lists.
struct UserRows {
  var users: Column
  var candidates: ItemColumn?
  var baskets: ItemColumn?
}

/// Lists for rows, some of which have none.
struct UserLists {
  var ranked = RankedLists()
  /// The list of every row; nil for a user the model cannot serve.
  var places: [Int?]
  var notes: [String]

  /// Adds the lists of some rows, in their order.
  mutating func append(_ lists: RankedLists, of rows: [Int]) {
    for (place, row) in rows.enumerated() { places[row] = ranked.count + place }
    ranked.append(lists)
  }
}

extension Recommender {
  /// The lists of rows: of users known at the fit together, then of those with a basket, then of strangers.
  func lists(for rows: UserRows, _ options: RecommendationOptions) throws(Diagnostic) -> UserLists {
    var wanted = try ListRequest(options, in: dataset)
    let indices = try dataset.users.indices(of: rows.users)
    var served = Array(indices.indices)
    if let candidates = rows.candidates {
      served = try read(candidates, into: &wanted, served)
    }
    var lists = UserLists(places: [Int?](repeating: nil, count: indices.count), notes: wanted.notes)
    let known = served.filter { indices[$0] >= 0 }
    let own = try wanted.lists(known.count, candidatesOf: known) { (places, request) throws(Diagnostic) in
      try model.recommend(places.map { indices[known[$0]] }, request)
    }
    lists.append(own ?? RankedLists(), of: known)
    var strangers = served.filter { indices[$0] < 0 }
    if let baskets = rows.baskets { strangers = try serve(strangers, by: baskets, wanted, &lists) }
    strangers.removeAll { rows.users.isNull($0) }
    if !strangers.isEmpty {
      let others = try wanted.lists(strangers.count, candidatesOf: strangers) { (places, request) throws(Diagnostic) in
        try model.recommend(strangers: places.map { Vocabulary.seed(of: rows.users[strangers[$0]]) }, request)
      }
      if let others {
        lists.append(others, of: strangers)
      } else {
        lists.notes.append("\(counted(strangers.count, "user")) not in train")
      }
    }
    lists.notes += notes(on: lists.ranked, options, wanted)
    return lists
  }

  /// Reads every row's candidates; the rows that have some, or at least a list without any.
  private func read(
    _ candidates: ItemColumn, into wanted: inout ListRequest, _ rows: [Int]
  ) throws(Diagnostic) -> [Int] {
    let items = try candidates.items(in: dataset.items)
    let total = items.reduce(0) { $0 + $1.count }
    let unknown = items.reduce(0) { $0 + $1.count { $0 < 0 } }
    guard total == 0 || unknown < total else { throw .noKnownItem(in: candidates.option, dataset.items) }
    if unknown > 0 { wanted.notes.append("\(counted(unknown, "id")) of `\(candidates.option)` not in train") }
    wanted.request.candidates = CandidateLists(items, itemCount: dataset.items.count)
    let served = rows.filter { !candidates.isNull($0) }
    if served.count < rows.count {
      wanted.notes.append("\(counted(rows.count - served.count, "row")) where `\(candidates.option)` is null: no list")
    }
    return served
  }

  /// Serves rows by their baskets; the rows that remain, whose baskets hold nothing known.
  private func serve(
    _ rows: [Int], by column: ItemColumn, _ wanted: ListRequest, _ lists: inout UserLists
  ) throws(Diagnostic) -> [Int] {
    let items = try column.items(in: dataset.items)
    let baskets = items.map { Basket($0.filter { $0 >= 0 }) }
    let served = rows.filter { !baskets[$0].items.isEmpty }
    guard !served.isEmpty else { return rows }
    let found = try wanted.lists(served.count, candidatesOf: served) { (places, request) throws(Diagnostic) in
      try mapIndices(of: places.count) { (place) throws(Diagnostic) in
        var own = request
        own.candidates = request.candidates?.selecting([place])
        return try model.recommend(basket: baskets[served[places[place]]], own)
      }.reduce(into: RankedLists()) { $0.append($1) }
    }
    lists.append(found ?? RankedLists(), of: served)
    lists.notes.append("\(counted(served.count, "list")) by `\(column.option)`, of users not in train")
    let unknown = served.reduce(0) { $0 + items[$1].count { $0 < 0 } }
    if unknown > 0 { lists.notes.append("\(counted(unknown, "id")) of `\(column.option)` not in train") }
    return rows.filter { baskets[$0].items.isEmpty }
  }
}
