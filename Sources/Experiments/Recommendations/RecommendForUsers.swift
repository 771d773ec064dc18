public import Diagnostics
import Recommenders
public import Tables

/// A recommender under the name that its columns carry.
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

/// The table of users with a list column `NAME_recs` a model, best item first.
///
/// A list is null for a user the model cannot serve, empty or short where it has no more to say; how many of each there
/// are is said.
public func recommend(
  _ table: Table, _ recommenders: [NamedRecommender], _ options: RecommendationOptions
) throws(Diagnostic) -> ResultTable {
  var result = ResultTable(table)
  for named in recommenders {
    let dataset = named.recommender.dataset
    let users = try table.requireColumn(dataset.userColumn)
    let lists = try named.recommender.lists(for: users, options)
    var offsets = [0]
    offsets.reserveCapacity(users.count + 1)
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

/// The table of (user, item) pairs with a column `NAME_prediction` a model: the rating expected.
///
/// - `clip`: the scale predictions are cut to.
/// - Throws: a model that predicts no ratings.
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
    if let clip { predictions = predictions.map { $0.map { min(max($0, clip.lowerBound), clip.upperBound) } } }
    guard table.rowCount == 0 || predictions.contains(where: { $0 != nil }) else { throw .noPredictions(model.kind) }
    let strangers = users.count { $0 < 0 }
    let unknown = items.count { $0 < 0 }
    if strangers > 0 { result.notes.append("\(named.name): \(counted(strangers, "row")) with a user not in train") }
    if unknown > 0 { result.notes.append("\(named.name): \(counted(unknown, "row")) with an item not in train") }
    result.table = result.table.replacing(named.name + NamedRecommender.predictionSuffix, with: Column(predictions))
  }
  return result
}

extension Table {
  /// The table with a column added at the end, or in the place of one of that name.
  func replacing(_ name: String, with column: Column) -> Table {
    var named = Array(zip(schema.names, columns))
    if let place = schema.index(of: name) { named[place].1 = column } else { named.append((name, column)) }
    return Table(Schema(named.map { Field($0.0, $0.1.type) }), named.map(\.1), rowCount: rowCount)
  }
}
