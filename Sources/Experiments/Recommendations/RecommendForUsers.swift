public import Diagnostics
import Parallelism
import Recommenders
public import Tables

/// A recommender with the name from which the names of its result columns are made.
public struct NamedRecommender: Sendable {
  public var name: String
  public var recommender: Recommender

  public init(_ name: String, _ recommender: Recommender) {
    self.name = name
    self.recommender = recommender
  }

  public static let listSuffix = "_recs"
  public static let predictionSuffix = "_prediction"
}

/// The table of users with one column of lists per model, `NAME_recs`, the best item first.
///
/// A list is null if the model cannot recommend to the user, and short or empty if the model has no more items. Notes
/// count both.
///
/// - `only`: the name of a column of lists: the candidates of each user. A user whose candidates are null gets no list.
/// - `basket`: the name of a column of lists: the items of users who are not in train (fold-in). Then the table needs
///   no column of users.
public func recommend(
  _ table: Table, _ recommenders: [NamedRecommender], _ options: RecommendationOptions, only: String? = nil,
  basket: String? = nil
) throws(Diagnostic) -> ResultTable {
  let candidates = try only.map { (name) throws(Diagnostic) in try ItemColumn(table, name, "only") }
  let baskets = try basket.map { (name) throws(Diagnostic) in try ItemColumn(table, name, "basket") }
  var result = ResultTable(table)
  for named in recommenders {
    let dataset = named.recommender.dataset
    var rows = UserRows(users: .nulls(.null, count: table.rowCount), candidates: candidates, baskets: baskets)
    if baskets == nil || table.column(dataset.userColumn) != nil {
      rows.users = try table.requireColumn(dataset.userColumn)
    }
    let start = ContinuousClock.now
    let lists = try named.recommender.lists(for: rows, options)
    named.recommender.times.record(
      WorkingTimes.Lists(seconds: (ContinuousClock.now - start) / .seconds(1), users: table.rowCount))
    var offsets = [0]
    offsets.reserveCapacity(table.rowCount + 1)
    var items: [Int32] = []
    for place in lists.places {
      if let place { items += lists.ranked.items(of: place) }
      offsets.append(items.count)
    }
    let ids = try dataset.items.ids(at: items)
    let unserved = lists.places.contains { $0 == nil }
    let column = Column(
      .list(ids.type), .list(ListValues(offsets: Buffer(offsets), child: ids)),
      validity: unserved ? Bitmap(lists.places.lazy.map { $0 != nil }) : nil)
    result.table = result.table.replacing(named.name + NamedRecommender.listSuffix, with: column)
    result.notes += lists.notes.map { "\(named.name): \($0)" }
  }
  return result
}

/// The table of (user, item) pairs with one column per model, `NAME_prediction`: the predicted rating. A model that
/// predicts no ratings gives the score by which it ranks instead, null for a user or an item that is not in train.
///
/// - `clip`: predictions are clipped to this range.
/// - Throws: a model with neither for any pair that it knows.
public func predict(
  _ table: Table, _ recommenders: [NamedRecommender], clip: ClosedRange<Double>? = nil
) throws(Diagnostic) -> ResultTable {
  var result = ResultTable(table)
  for named in recommenders {
    let dataset = named.recommender.dataset
    let model = named.recommender.model
    let users = try dataset.users.indices(of: try table.requireColumn(dataset.userColumn))
    let items = try dataset.items.indices(of: try table.requireColumn(dataset.itemColumn))
    var predictions = try model.predict(users: users, items: items)
    let knowsPairs = zip(users, items).contains { $0 >= 0 && $1 >= 0 }
    if knowsPairs, predictions.allSatisfy({ $0 == nil }) {
      predictions = try scores(of: model, users: users, items: items)
      guard predictions.contains(where: { $0 != nil }) else { throw .noPredictions(model.kind) }
      result.notes.append("\(named.name): scores that order items, not ratings")
      let silent = predictions.indices.count { users[$0] >= 0 && items[$0] >= 0 && predictions[$0] == nil }
      if silent > 0 {
        result.notes.append(
          "\(named.name): \(counted(silent, "row")) without a score: the model does not recommend that item to that user"
        )
      }
    }
    if table.rowCount > 1, let first = predictions[0], predictions.allSatisfy({ $0 == first }) {
      result.notes.append("\(named.name): every row has the prediction \(Value.float(first).shown)")
    }
    if let clip { predictions = predictions.map { $0.map { min(max($0, clip.lowerBound), clip.upperBound) } } }
    let strangers = users.count { $0 < 0 }
    let unknown = items.count { $0 < 0 }
    if strangers > 0 { result.notes.append("\(named.name): \(counted(strangers, "row")) with a user not in train") }
    if unknown > 0 { result.notes.append("\(named.name): \(counted(unknown, "row")) with an item not in train") }
    result.table = result.table.replacing(named.name + NamedRecommender.predictionSuffix, with: Column(predictions))
  }
  return result
}

/// The score of every pair of a known user and a known item. The scores of each user are computed once.
private func scores(
  of model: any FittedModel, users: [Int32], items: [Int32]
) throws(Diagnostic) -> [Double?] {
  let pairs = users.indices.filter { users[$0] >= 0 && items[$0] >= 0 }
  let rowsOfUser = Dictionary(grouping: pairs) { users[$0] }
  let known = rowsOfUser.keys.sorted()
  let found = try mapIndices(of: known.count) { (place) throws(Diagnostic) -> [Double] in
    let scores = try model.scores(for: known[place])
    return (rowsOfUser[known[place]] ?? []).map { Double(scores[Int(items[$0])]) }
  }
  var predictions = [Double?](repeating: nil, count: users.count)
  for (user, numbers) in zip(known, found) {
    for (row, number) in zip(rowsOfUser[user] ?? [], numbers) where number.isFinite { predictions[row] = number }
  }
  return predictions
}

extension Table {
  /// The table with a column added at the end, or in place of a column with the same name.
  func replacing(_ name: String, with column: Column) -> Table {
    var named = Array(zip(schema.names, columns))
    if let place = schema.index(of: name) { named[place].1 = column } else { named.append((name, column)) }
    return Table(Schema(named.map { Field($0.0, $0.1.type) }), named.map(\.1), rowCount: rowCount)
  }
}
