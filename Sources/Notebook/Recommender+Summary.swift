import Diagnostics
import Display
import Experiments
import Recommenders
import Tables

extension Recommender {
  /// The kind of the model: `EASE`.
  var kind: String { model.kind }

  /// `EASE, 10_218 users × 16_539 items, 171_205 interactions`; of a model without users `EASE, 16_539 items`.
  var summary: String {
    guard model.userCount > 0 else { return "\(kind), \(counted(model.itemCount, "item"))" }
    return "\(kind), \(counted(model.userCount, "user")) × \(counted(model.itemCount, "item")), "
      + counted(model.interactions.cellCount, "interaction")
  }

  /// What printing a model shows: its data and its parameters.
  var description: Table {
    var rows: [(String, String)] = [
      ("model", kind), ("users", grouped(model.userCount)), ("items", grouped(model.itemCount)),
      ("interactions", grouped(model.interactions.cellCount)), ("rows", grouped(model.interactions.rowCount)),
    ]
    if !model.history.iterations.isEmpty { rows.append(("iterations done", "\(model.history.iterations.count)")) }
    rows += model.model.settings.map { ($0.name, $0.value.text) }
    return Table([("property", Column(rows.map(\.0))), ("value", Column(rows.map(\.1)))])
  }
}
