public import Diagnostics
import Recommenders
public import Tables

extension Recommender {
  /// The items most similar to one: `rank, product_id, score`.
  ///
  /// - Throws: `top` below 1; an item that is not in train; a model that cannot compare items.
  public func similar(to id: Value, top: Int) throws(Diagnostic) -> ResultTable {
    guard top >= 1 else { throw .badTop(top) }
    let item = try dataset.items.requireIndex(of: id)
    let nearest = try model.similar(to: item, top: min(top, dataset.items.count))
    return ResultTable(
      Table([
        ("rank", Column(nearest.indices.map { Int32($0 + 1) })),
        (dataset.itemColumn, try dataset.items.ids(at: nearest.map(\.item))),
        ("score", Column(nearest.map(\.score))),
      ]))
  }

  /// Why an item has its score for a user. `terms` sum to the score: `product_id, part, contribution`, the largest
  /// first. `subject` names the item and the user: `3 for 100`.
  ///
  /// - Throws: a user or item that is not in train; a model that cannot explain.
  public func explain(user: Value, item: Value) throws(Diagnostic) -> (terms: Table, score: Float, subject: String) {
    let explanation = try model.explain(
      dataset.users.requireIndex(of: user), dataset.items.requireIndex(of: item))
    var items: [UInt32] = []
    var parts: [String?] = []
    for term in explanation.terms {
      switch term.source {
      case .item(let item):
        items.append(UInt32(item))
        parts.append(nil)
      case .part(let part):
        items.append(missingRow)
        parts.append(part)
      }
    }
    var columns = [(name: dataset.itemColumn, column: try gather(dataset.items.ids, rows: items))]
    if parts.contains(where: { $0 != nil }) { columns.append(("part", Column(parts))) }
    columns.append(("contribution", Column(explanation.terms.map { Float($0.contribution) })))
    return (Table(columns), Float(explanation.score), "\(item.shown) for \(user.shown)")
  }
}
