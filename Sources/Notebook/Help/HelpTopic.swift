import Diagnostics
import Display
import Experiments
import Formats
import Query
import Recommenders
import Tables

/// A topic of the help: a verb, a function, a model, a metric, a command, or a list of them.
struct HelpTopic: Sendable {
  let name: String
  let summary: String
  /// Other names by which it is found.
  let synonyms: [String]
  /// Examples that can be run, shown on the page.
  let examples: [Example]
  /// The page in Markdown, without its examples.
  private let text: @Sendable () -> String

  init(
    _ name: String, summary: String, synonyms: [String] = [], examples: [Example] = [],
    text: @escaping @Sendable () -> String
  ) {
    self.name = name
    self.summary = summary
    self.synonyms = synonyms
    self.examples = examples
    self.text = text
  }

  /// The page in Markdown.
  func page() -> String { text() + examplesText(examples) }
}

/// The topics of one kind, a chapter of the reference.
struct HelpChapter: Sendable {
  let title: String
  /// A sentence about all of them.
  let introduction: String
  let topics: [HelpTopic]
}

/// All chapters. Everything in a registry gets a page automatically.
let helpChapters: [HelpChapter] = [
  HelpChapter(
    title: "Verbs", introduction: "Verbs come after `|` or begin a pipeline.",
    topics: Session.declarations.map(\.helpTopic)),
  HelpChapter(
    title: "Functions", introduction: "Functions are used in expressions.", topics: functions.map(\.helpTopic)),
  HelpChapter(
    title: "Language", introduction: "Words that are neither verbs nor functions.", topics: languageTopics),
  HelpChapter(
    title: "Models",
    introduction: "The models for `fit`: `train | fit NAME parameter=value …`. Names are not case-sensitive.",
    topics: Models.everywhere.map { HelpTopic(model: $0) }),
  HelpChapter(
    title: "Metrics", introduction: "What `metrics` and `compare` measure: `show=[name, …]`.",
    topics: Metrics.all.map(\.helpTopic)),
  HelpChapter(
    title: "Splits", introduction: "How `split` parts a table.", topics: Splits.all.map(\.helpTopic)),
  HelpChapter(
    title: "Plots", introduction: "What `plot` draws.", topics: Plot.Kind.allCases.map(\.helpTopic)),
  HelpChapter(
    title: "Formats", introduction: "What `load` reads and `save` writes.", topics: formats.map(\.helpTopic)),
  HelpChapter(
    title: "Commands", introduction: "Lines that start with a colon; they act on the session.",
    topics: commands.map(\.helpTopic)),
  HelpChapter(
    title: "Settings", introduction: "What `:set` changes.", topics: Settings.all.map(\.helpTopic)),
]

let helpTopics: [HelpTopic] = overviewTopics + helpChapters.flatMap(\.topics)

extension Session {
  /// The help page of a topic, of a variable, or of a verb for a given table; the overview if there is no topic.
  func helpPage(topic: Identifier?, pipeline: Pipeline?) throws(Diagnostic) -> String {
    guard let topic else { return overviewPage }
    let wanted = topic.name.lowercased()
    let found = helpTopics.filter { topic in
      topic.name.lowercased() == wanted || topic.synonyms.contains { $0.lowercased() == wanted }
    }
    if let pipeline, let verb = Session.declarations.first(where: { $0.name.lowercased() == wanted }) {
      return try helpPage(of: verb, on: pipeline)
    }
    if case .verb(let definition)? = value(named: topic.name) {
      return "## \(definition.name)\n\nA verb of this session.\n\n```lectern\n\(definition.text)\n```\n"
    }
    if let value = value(named: topic.name) {
      // A variable may have the name of a verb, such as `count`; then both are shown.
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

  /// The page of a verb with examples for the columns of a pipeline.
  private func helpPage(of verb: VerbDeclaration, on pipeline: Pipeline) throws(Diagnostic) -> String {
    guard case .table(let plan) = try evaluate(pipeline) else { return verb.helpTopic.page() }
    let examples = translated(verb.examples, for: plan.schema).map { "\(pipeline.span.text) \($0)" }
    var page = "## \(verb.name)\n\n\(verb.summary.capitalizedSentence).\n\n```\n\(verb.synopsis)\n```\n"
    if !examples.isEmpty {
      page += "\nOn this table:\n\n```lectern\n" + examples.joined(separator: "\n") + "\n```\n"
    }
    return page + "\nIts columns: " + plan.schema.fields.map { "`\($0.name)` \($0.type)" }.joined(separator: ", ") + "."
  }

  /// Rewrites examples for a table's columns, and keeps those that can be run there.
  private func translated(_ examples: [Example], for schema: Schema) -> [String] {
    let translator = ExampleTranslator(schema: schema)
    let rows = translator.madeUpRows()
    for fit in [ExampleTranslator.Fit.alike, .any] {
      var found: [String] = []
      for example in examples {
        guard let text = translator.translated(example, fit), !found.contains(text), canRun(text, on: rows) else {
          continue
        }
        found.append(text)
      }
      if !found.isEmpty { return found }
    }
    return []
  }

  /// Whether stages, from the first `|` on, can be run on a table. Relational verbs are planned; `split`, which has
  /// no side effects, is run; other verbs are not tried.
  private func canRun(_ stages: String, on table: Table) -> Bool {
    let before = (notes, drawnSeeds, seeds, inputName)
    defer { (notes, drawnSeeds, seeds, inputName) = before }
    do throws(Diagnostic) {
      let statements = try parser.statements(in: Source(name: "help", text: stages))
      guard case .evaluation(_, let pipeline)? = statements.first?.body else { return false }
      var value = NotebookValue.table(table)
      for stage in pipeline.stages {
        if let verb = notebookVerbs.first(where: { $0.declaration.name == stage.name }) {
          guard verb.declaration.name == "split" else { return true }
          value = try verb.run(stage, value, self)
        } else {
          value = .table(try plan([stage], on: value))
        }
      }
      return true
    } catch {
      return false
    }
  }
}

extension String {
  /// The text with a capital first letter. Summaries have none, since they are also parts of lists.
  var capitalizedSentence: String { prefix(1).uppercased() + dropFirst() }
}
