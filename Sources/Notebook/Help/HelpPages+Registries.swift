import Diagnostics
import Display
import Experiments
import Formats
import Query
import Recommenders

// Help pages that are generated from the other registries: models, metrics, formats and so on.

extension HelpTopic {
  init(model: any Model.Type) {
    self.init(
      model.name, summary: model.summary, synonyms: model.aliases,
      // A model of an engine needs a server.
      examples: model is any EngineModel.Type ? [] : [Example(model.exampleCode, "")]
    ) {
      var page = "## \(model.name)\n\n\(model.summary.capitalizedSentence).\n"
      if !model.parameterDeclarations.isEmpty {
        page += "\n| parameter | default | takes | meaning |\n|---|---|---|---|\n"
        for parameter in model.parameterDeclarations {
          page += "| `\(parameter.name)` | \(parameter.defaultText) | \(escaped(parameter.domainText)) "
          page += "| \(escaped(parameter.meaning)) |\n"
        }
      }
      for paragraph in model.help { page += "\n\(paragraph)\n" }
      if !model.steps.isEmpty {
        page += "\n`walk \(model.name)` shows its steps: " + model.steps.joined(separator: " · ") + ".\n"
      }
      return page
    }
  }
}

extension Metric {
  var helpTopic: HelpTopic {
    HelpTopic(name, summary: summary, synonyms: aliases, examples: [Example(exampleCode, "")]) {
      var page = "## \(name)\n\n\(summary.capitalizedSentence).\n\n\(formula)\n\n\(edges)\n"
      for (dialect, meaning) in dialects.sorted(by: { $0.key.rawValue < $1.key.rawValue }) {
        page += "\n- `dialect=\(dialect.rawValue)`: \(meaning)"
      }
      return page
    }
  }
}

extension Command {
  var helpTopic: HelpTopic {
    let line = ":" + name
    return HelpTopic(
      line, summary: summary, synonyms: [name],
      examples: [Example(example.isEmpty ? line : line + " " + example, "")]
    ) {
      let page = "## \(line)\n\n\(summary.capitalizedSentence).\n\n```\n\((line + " " + synopsis).trimmed)\n```\n"
      return discussion.isEmpty ? page : page + "\n\(discussion)\n"
    }
  }

  static let help = Command("help", "⟨word⟩", summary: "shows an overview, or the help for a word", example: "group_by")
  {
    (argument, session) throws(Diagnostic) in
    let topic = argument.text.isEmpty ? nil : Identifier(argument.text, argument.span)
    session.emit(.page(try session.helpPage(topic: topic, pipeline: nil)))
  }
}

extension Model {
  /// An example call with some parameters at their defaults.
  fileprivate static var exampleCode: String {
    let written = parameterDeclarations.prefix(2).map { parameter in
      if case .models = parameter.domain { parameter.defaultText } else { "\(parameter.name)=\(parameter.defaultText)" }
    }
    return (["train | fit \(name)"] + written).joined(separator: " ")
  }
}

extension Metric {
  fileprivate var exampleCode: String {
    switch needs {
    case .ratings:
      "svd = train | fit SVD; train | with rating = 3 + product_id % 2 | predict svd | metrics truth=rating show=[\(name)]"
    case .lists, .train, .history, .categories:
      "test | group_by user_id agg ids = unique(product_id) | recommend tp | metrics show=[\(name)]"
        + (needs == .train || needs == .history
          ? " train=train" : needs == .categories ? " labels=products" : "")
    }
  }
}

extension Split {
  var helpTopic: HelpTopic {
    let call = "split \(name)"
    return HelpTopic(
      call, summary: summary, synonyms: [name],
      examples: NotebookVerb.split.declaration.examples.filter { $0.code.contains(call) }
    ) {
      "## \(call)\n\n\(summary.capitalizedSentence).\n\n```\n\(([call] + options).joined(separator: " "))\n```\n\n\(details)\n"
    }
  }
}

extension Plot.Kind {
  var helpTopic: HelpTopic {
    let call = "plot \(rawValue)"
    return HelpTopic(
      call, summary: summary, synonyms: [rawValue],
      examples: NotebookVerb.plot.declaration.examples.filter { $0.code.contains(call) }
    ) { "## \(call)\n\n\(summary.capitalizedSentence).\n" }
  }

  private var summary: String {
    switch self {
    case .bar: "draws one bar per row; its length is the number in `y`"
    case .line: "draws a line per column in `y`, in the order of `x`"
    case .histogram: "draws a histogram: how many rows fall into each of `bins` ranges of `x`"
    case .scatter: "draws one point per row"
    case .loglog: "draws one point per row on logarithmic axes, where a power law is a straight line"
    case .intervals: "draws a metric of each model as a point with its interval, for a result of `metrics`"
    }
  }
}

extension FileFormat {
  var helpTopic: HelpTopic {
    let file = "\"orders.\(extensions.first ?? name)\""
    return HelpTopic(
      name, summary: summary, synonyms: extensions.filter { $0 != name },
      examples: isWritten ? [Example("train | save \(file) format=\(name) overwrite=true", "")] : []
    ) {
      "## \(name)\n\n\(summary.capitalizedSentence).\n\nExtensions: "
        + extensions.map { "`.\($0)`" }.joined(separator: ", ") + ".\n"
    }
  }
}

extension Setting {
  var helpTopic: HelpTopic {
    let line = ":set \(name)"
    return HelpTopic(
      line, summary: summary, synonyms: [], examples: [Example("\(line) \(read(Settings()))", "")]
    ) { "## \(line)\n\n\(summary.capitalizedSentence). Takes \(values).\n" }
  }
}
