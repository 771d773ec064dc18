import Experiments
import Query
import Recommenders

/// The pages that list other pages.
let overviewTopics: [HelpTopic] = [
  HelpTopic("verbs", summary: "what stands after `|`") {
    "## Verbs\n\n" + table(Session.declarations.map { ($0.name, $0.summary) })
  },
  HelpTopic("functions", summary: "what stands in expressions") {
    var page = "## Functions\n"
    for topic in functions.map(\.topicName).uniqued {
      page += "\n### \(topic.capitalizedSentence)\n\n"
      page += table(functions.filter { $0.topicName == topic }.map { ($0.signature, $0.summary) })
    }
    return page
  },
  HelpTopic("models", summary: "what `fit` fits") {
    "## Models\n\n" + table(Models.everywhere.map { ($0.name, $0.summary) })
      + "\nFitted by `train | fit NAME parameter=value …`; `?NAME` lists its parameters."
  },
  HelpTopic("metrics", summary: "what `metrics` measures") {
    "## Metrics\n\n" + table(Metrics.all.map { ($0.name, $0.summary) })
  },
  HelpTopic("commands", summary: "lines that start with a colon") {
    "## Commands\n\n"
      + table(commands.map { (":" + $0.name + ($0.synopsis.isEmpty ? "" : " " + $0.synopsis), $0.summary) })
  },
  HelpTopic("settings", summary: "what `:set` changes") {
    "## Settings\n\n" + table(Settings.all.map { ($0.name, "\($0.summary); takes \($0.values)") })
  },
]

/// The page of `:help`: how to begin, and where to find everything else.
let overviewPage = """
  ## Lectern

  A cell is a value and what is done to it, left to right:

  ```lectern
  train = load "train_orders"
  train | filter user_id % 100 == 0 | group_by product_id agg n = len() | sort n desc
  ease = train | fit EASE regularization=500
  ease | recommend user=100 top=5
  ```

  - `train | group_by ?` shows a verb with examples for that table; `?group_by` and `EASE?` show a page.
  - `?verbs`, `?functions`, `?models`, `?metrics`, `?commands`, `?settings` list what there is.
  - `_` is the last result, `_7` that of cell 7; a line that starts with `|` goes on from the last result.
  - Tab completes verbs, columns, names, options, files. ↑ after some letters finds earlier lines.
  - `;` at the end of a line silences it. Ctrl-C stops what runs, Ctrl-D leaves.
  """

/// A Markdown table of names (as code) and their meanings.
private func table(_ rows: [(name: String, meaning: String)]) -> String {
  "| | |\n|---|---|\n" + rows.map { "| `\(escaped($0.name))` | \(escaped($0.meaning)) |\n" }.joined()
}

/// Escapes bars for a cell of a Markdown table.
func escaped(_ text: String) -> String {
  text.split(separator: "|", omittingEmptySubsequences: false).joined(separator: "\\|")
}

extension Array where Element: Hashable {
  /// The distinct elements in first-occurrence order.
  var uniqued: [Element] {
    var seen: Set<Element> = []
    return filter { seen.insert($0).inserted }
  }
}
