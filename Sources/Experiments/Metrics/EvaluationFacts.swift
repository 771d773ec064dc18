public import Diagnostics
import ElementaryFunctions
import Recommenders
public import Tables

/// The facts about items that metrics can use in addition to the lists. Items have common numbers in all tables of an
/// evaluation.
struct EvaluationFacts: Sendable {
  /// How many items have a number.
  var numberCount = 0
  /// How many items there are in train.
  var itemCount = 0
  /// The number of each item's rows in train; 0 for items that are not in train.
  var rowsOfItem: [Int] = []
  /// −log₂ of the share of users who have the item in train; an item that is not in train counts as having one user.
  var surprise: [Double] = []
  /// The dense rank of `rowsOfItem` from the most popular, which is 1; nil for items that are not in train.
  var popularityRank: [Int?] = []
  /// The index of each item in train's vocabulary; −1 for items that are not in train.
  var placeInTrain: [Int32] = []
  /// The number of users in train.
  var userCount = 0
  /// The number of each item's category; an item without a category is a category of its own.
  var categoryOfItem: [Int32] = []

  /// Reads the facts of train.
  ///
  /// - `items`: the number of every item of `train`, in the order of its vocabulary.
  mutating func read(_ train: Dataset, items: ArraySlice<Int32>, count: Int) {
    itemCount = train.items.count
    userCount = train.users.count
    placeInTrain = [Int32](repeating: -1, count: count)
    rowsOfItem = [Int](repeating: 0, count: count)
    popularityRank = [Int?](repeating: nil, count: count)
    let users = Double(train.users.count)
    surprise = [Double](repeating: Elementary.log2(users), count: count)
    let rows = train.interactions.rowsPerItem()
    let usersOfItem = train.interactions.usersPerItem()
    let distinct = Set(rows).sorted(by: >)
    let rank = Dictionary(uniqueKeysWithValues: distinct.enumerated().map { ($1, $0 + 1) })
    for (own, number) in items.enumerated() {
      placeInTrain[Int(number)] = Int32(own)
      rowsOfItem[Int(number)] = rows[own]
      popularityRank[Int(number)] = rank[rows[own]]
      surprise[Int(number)] = -Elementary.log2(Double(max(1, usersOfItem[own])) / users)
    }
  }

  func isInTrain(_ item: Int32) -> Bool { placeInTrain[Int(item)] >= 0 }

  /// Whether the history of a user has the item.
  func isKnown(_ item: Int32, in history: ArraySlice<Int32>) -> Bool {
    let place = placeInTrain[Int(item)]
    return place >= 0 && history.sortedIndex(of: place) != nil
  }

  /// Reads the categories.
  ///
  /// - `items`: the number of every row's item; −1 for a null.
  mutating func read(_ labels: ItemLabels, items: ArraySlice<Int32>, count: Int) throws(Diagnostic) {
    categoryOfItem = (0..<Int32(count)).map { -1 - $0 }
    let (_, categories) = try Vocabulary.encoding(labels.labels, role: "category")
    for (row, number) in items.enumerated() where number >= 0 && categories[row] >= 0 {
      categoryOfItem[Int(number)] = categories[row]
    }
  }
}

/// The categories of items: two columns of a table.
public struct ItemLabels: Sendable {
  let items: Column
  let labels: Column

  /// - `item`: the item column; by default `product_id` or `item_id`.
  /// - `label`: the category column; by default `category_id`, `category` or `category_name`.
  /// - Throws: columns that the table does not have.
  public init(_ table: Table, item: String? = nil, label: String? = nil) throws(Diagnostic) {
    items = try ItemLabels.column(item, ColumnRoles.itemNames, "item", in: table)
    labels = try ItemLabels.column(label, ["category_id", "category", "category_name"], "label", in: table)
  }

  private static func column(
    _ given: String?, _ names: [String], _ role: String, in table: Table
  ) throws(Diagnostic) -> Column {
    if let given { return try table.requireColumn(given) }
    for name in names { if let column = table.column(name) { return column } }
    throw .noRole(role, names: names, table.schema)
  }

  /// The number of the category of every item of a vocabulary; −1 for an item without one. If an item has several rows,
  /// the last one counts.
  func categories(of vocabulary: Vocabulary) throws(Diagnostic) -> [Int32] {
    let (_, numbers) = try Vocabulary.encoding(labels, role: "category")
    var categories = [Int32](repeating: -1, count: vocabulary.count)
    for (row, item) in try vocabulary.indices(of: items).enumerated() where item >= 0 && numbers[row] >= 0 {
      categories[Int(item)] = numbers[row]
    }
    return categories
  }
}
