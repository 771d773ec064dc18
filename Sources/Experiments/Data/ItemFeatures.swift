import Diagnostics
import Tables

/// The features of items, from a table of items: every value of every column but the ids, such as a category or a
/// brand, is a feature. Of a column of lists, every element is one.
struct ItemFeatures {
  private let items: Column
  private let columns: [Column]

  /// - Throws: a table without ids or without features; numbers with fractions, which are no categories.
  init(_ table: Table, item: String) throws(Diagnostic) {
    guard let items = table.column(item) else {
      throw Diagnostic(
        "the table of features has no column `\(item)`", hint: "`features=(products | select \(item), category_id)`",
        notes: ["columns: " + table.schema.summary])
    }
    let others = table.schema.fields.indices.filter { table.schema[$0].name != item }
    guard !others.isEmpty else {
      throw Diagnostic(
        "the table of features has only ids", hint: "`features=(products | select \(item), category_id)`")
    }
    if let number = others.first(where: { table.schema[$0].type.isFloat }) {
      throw Diagnostic(
        "`\(table.schema[number].name)` is \(table.schema[number].type), and a feature is a category",
        hint: "`cut(\(table.schema[number].name), [10, 100])` makes categories of numbers")
    }
    self.items = items
    columns = others.map { table.columns[$0] }
  }

  /// Joins the features to the items of interactions: the ids of both, the places of the interactions' items among
  /// them, and the items of every feature, ascending. A feature of a single item says nothing and is left out.
  func joined(to ids: Column) throws(Diagnostic) -> (items: Vocabulary, indices: [Int32], features: [[Int32]]) {
    let own = items.type == ids.type ? items : try cast(items, to: ids.type)
    let (vocabulary, places) = try Vocabulary.encoding(concat([ids, own]), role: "item")
    let itemOfRow = Array(places[ids.count...])
    var features: [[Int32]] = []
    for column in columns { features += try Self.features(column, itemOfRow) }
    return (vocabulary, Array(places[..<ids.count]), features)
  }

  private static func features(_ column: Column, _ itemOfRow: [Int32]) throws(Diagnostic) -> [[Int32]] {
    var (values, items) = (column, itemOfRow)
    if case .list(let lists) = column.values {
      values = lists.child[lists.offsets[0]..<lists.offsets[lists.count]]
      items = (0..<lists.count).flatMap { row in
        [Int32](repeating: column.isNull(row) ? -1 : itemOfRow[row], count: lists.range(row).count)
      }
    }
    let grouping = try Grouping(by: [values], count: values.count)
    var members = [Set<Int32>](repeating: [], count: grouping.groupCount)
    for (row, group) in grouping.groupOfRow.enumerated() where items[row] >= 0 && !values.isNull(row) {
      members[Int(group)].insert(items[row])
    }
    return members.filter { $0.count > 1 }.map { $0.sorted() }
  }
}
