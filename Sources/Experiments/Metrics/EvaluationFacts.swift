public import Diagnostics
import ElementaryFunctions
import Recommenders
public import Tables

/// What metrics may know of an item beside the lists it is in. Items are numbered over all tables of an evaluation.
struct EvaluationFacts: Sendable {
  /// How many items there are in train.
  var itemCount = 0
  /// Rows in train, 0 for items that are not there.
  var rowsOfItem: [Int] = []
  /// −log₂ of the share of users who have the item in train.
  var surprise: [Double] = []
  /// The dense rank of `rowsOfItem` from the most popular, which is 1; nil for items that are not in train.
  var popularityRank: [Int?] = []
  /// The own number in train of an item; −1 for items that are not there.
  var placeInTrain: [Int32] = []
  /// How many users train has.
  var userCount = 0
  /// A number per category; every item without one is a category of its own.
  var categoryOfItem: [Int32] = []

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

  /// Whether a user with this history has the item in train.
  func isKnown(_ item: Int32, in history: ArraySlice<Int32>) -> Bool {
    let place = placeInTrain[Int(item)]
    return place >= 0 && history.sortedIndex(of: place) != nil
  }

  /// - `items`: the number of every row's item; −1 for a null.
  mutating func read(_ labels: ItemLabels, items: ArraySlice<Int32>, count: Int) throws(Diagnostic) {
    categoryOfItem = (0..<Int32(count)).map { -1 - $0 }
    let (_, categories) = try Vocabulary.encoding(labels.labels, role: "category")
    for (row, number) in items.enumerated() where number >= 0 && categories[row] >= 0 {
      categoryOfItem[Int(number)] = categories[row]
    }
  }
}

/// A category for items: a table's two columns.
public struct ItemLabels: Sendable {
  let items: Column
  let labels: Column

  /// - `item`: nil means `product_id` or `item_id`; `label`: nil means `category_id`, `category` or `category_name`.
  /// - Throws: columns that are not there.
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

  /// A number for the category of every item of a vocabulary; −1 where it has none. The last row of an item counts.
  func categories(of vocabulary: Vocabulary) throws(Diagnostic) -> [Int32] {
    let (_, numbers) = try Vocabulary.encoding(labels, role: "category")
    var categories = [Int32](repeating: -1, count: vocabulary.count)
    for (row, item) in try vocabulary.indices(of: items).enumerated() where item >= 0 && numbers[row] >= 0 {
      categories[Int(item)] = numbers[row]
    }
    return categories
  }
}
