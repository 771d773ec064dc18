import Diagnostics
import Experiments
import Query
import Recommenders
import Tables

/// Something `?` can tell about: a verb, a function, a model, a metric, a command, or a list of them.
struct HelpTopic: Sendable {
  let name: String
  let summary: String
  /// Other names it is found by.
  let synonyms: [String]
  /// The page, in Markdown.
  let page: @Sendable () -> String

  init(_ name: String, summary: String, synonyms: [String] = [], page: @escaping @Sendable () -> String) {
    self.name = name
    self.summary = summary
    self.synonyms = synonyms
    self.page = page
  }
}

/// All topics: what stands in a registry has a page without anyone writing one.
let helpTopics: [HelpTopic] =
  overviewTopics + Session.declarations.map(\.helpTopic) + functions.map(\.helpTopic)
  + Models.all.map { HelpTopic(model: $0) } + Metrics.all.map(\.helpTopic) + commands.map(\.helpTopic)

extension Session {
  /// The page that help shows: of a topic, of a name of this session, of a verb on a given table, or the overview.
  func helpPage(topic: Identifier?, pipeline: Pipeline?) throws(Diagnostic) -> String {
    guard let topic else { return overviewPage }
    let wanted = topic.name.lowercased()
    let found = helpTopics.filter { topic in
      topic.name.lowercased() == wanted || topic.synonyms.contains { $0.lowercased() == wanted }
    }
    if let pipeline, let verb = Session.declarations.first(where: { $0.name.lowercased() == wanted }) {
      return try helpPage(of: verb, on: pipeline)
    }
    if let value = value(named: topic.name) {
      // A session's own name hides nothing: `count` may be a table and a verb.
      let own = "**\(topic.name)** is \(value.kind): \(try summary(of: value))."
      guard case .table(let plan) = value else { return ([own] + found.map { $0.page() }).joined(separator: "\n\n") }
      let columns = plan.schema.fields.map { "- `\($0.name)` \($0.type)" }.joined(separator: "\n")
      return ([own + "\n\n" + columns] + found.map { $0.page() }).joined(separator: "\n\n")
    }
    guard !found.isEmpty else {
      let near = nearNames(to: topic.name, among: helpTopics.map(\.name) + names, limit: 3)
      throw Diagnostic(
        "there is no help on `\(topic.name)`", at: topic.span,
        label: near.isEmpty ? "" : "did you mean " + near.map { "`\($0)`" }.joined(separator: ", ") + "?",
        hint: near.isEmpty ? "`:help` lists what there is" : nil)
    }
    return found.map { $0.page() }.joined(separator: "\n\n")
  }

  /// A verb's page with its examples rewritten for the columns that a pipeline has there.
  private func helpPage(of verb: VerbDeclaration, on pipeline: Pipeline) throws(Diagnostic) -> String {
    guard case .table(let plan) = try evaluate(pipeline) else { return verb.helpTopic.page() }
    let translator = ExampleTranslator(schema: plan.schema, pipeline: pipeline.span.text)
    let examples = verb.examples.compactMap { translator.translated($0, verb: verb) }
    var page = "## \(verb.name)\n\n\(verb.summary.capitalizedSentence).\n\n```\n\(verb.synopsis)\n```\n"
    if !examples.isEmpty {
      page += "\nOn this table:\n\n```lectern\n" + examples.joined(separator: "\n") + "\n```\n"
    }
    return page + "\nIts columns: " + plan.schema.fields.map { "`\($0.name)` \($0.type)" }.joined(separator: ", ") + "."
  }
}

extension String {
  /// With a capital first letter: summaries are written without, as parts of lists.
  var capitalizedSentence: String { prefix(1).uppercased() + dropFirst() }
}
