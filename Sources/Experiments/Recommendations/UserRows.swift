import Diagnostics
import Parallelism
import Recommenders
import Tables

/// A column of lists of item ids for the users of a table: their candidates, or their baskets.
struct ItemColumn: Sendable {
  /// The option that names the column.
  let option: String
  private let column: Column
  private let lists: ListValues

  /// - Throws: a missing column; a column without lists.
  init(_ table: Table, _ name: String, _ option: String) throws(Diagnostic) {
    column = try table.requireColumn(name)
    self.option = option
    guard case .list(let lists) = column.values else { throw .notLists(name, column.type, option: option) }
    self.lists = lists
  }

  func isNull(_ row: Int) -> Bool { column.isNull(row) }

  /// The items of every row as indices; −1 for unknown ids.
  func items(in vocabulary: Vocabulary) throws(Diagnostic) -> [ArraySlice<Int32>] {
    let first = lists.offsets[0]
    let places = try vocabulary.indices(of: lists.child[first..<lists.offsets[lists.count]])
    return (0..<lists.count).map { row in
      isNull(row) ? [] : places[lists.range(row).lowerBound - first..<lists.range(row).upperBound - first]
    }
  }
}

/// The rows of a table for which lists are requested.
struct UserRows {
  var users: Column
  var candidates: ItemColumn?
  var baskets: ItemColumn?
}

/// The lists of rows; some rows may have none.
struct UserLists {
  var ranked = RankedLists()
  /// For every row, the position of its list in `ranked`; nil for a user to whom the model cannot recommend.
  var places: [Int?]
  var notes: [String]

  /// Appends the lists of some rows, in the order of `rows`.
  mutating func append(_ lists: RankedLists, of rows: [Int]) {
    for (place, row) in rows.enumerated() { places[row] = ranked.count + place }
    ranked.append(lists)
  }
}

extension Recommender {
  /// The lists of rows: first of all users in train, then of users with a basket, then of all other users.
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

  /// Reads the candidates of every row. Returns the rows whose candidates are not null.
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

  /// Recommends for rows by their baskets. Returns the other rows: those whose baskets have no known item.
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
