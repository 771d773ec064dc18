import Diagnostics
import Display
import Experiments
import Recommenders
import Tables

extension Recommender {
  /// The verbs that the rows of a model's description open.
  var pages: [String: String] {
    var pages = ["model": "parameters", "items": "items", "interactions": "items", "rows": "items"]
    if model is any FactorizedModel { pages["users"] = "factors of=users" }
    if !model.history.iterations.isEmpty { pages["iterations"] = "history" }
    for setting in model.model.settings { pages[setting.name] = "parameters" }
    if model is any FactorizedModel { pages["factors"] = "factors" }
    return pages
  }
}

extension Session {
  /// The variables of the session, as `:vars` prints them.
  func variables() throws(Diagnostic) -> Table {
    var rows: [(name: String, kind: String, size: String, memory: String)] = []
    for name in names {
      guard let value = values[name] else { continue }
      rows.append((name, value.kind, try summary(of: value), sizeText(bytes: value.byteCount)))
    }
    return Table([
      ("name", Column(rows.map(\.name))), ("kind", Column(rows.map(\.kind))),
      ("what", Column(rows.map(\.size))), ("memory", Column(rows.map(\.memory))),
    ])
  }

  /// All help topics, one row each, with their pages.
  var helpTable: Table {
    Table([
      ("topic", Column(helpTopics.map(\.name))), ("summary", Column(helpTopics.map(\.summary))),
      ("page", Column(helpTopics.map { $0.page() })),
    ])
  }
}
