import Diagnostics
import Experiments
import Query
import Recommenders

extension VerbDeclaration {
  /// The syntax of the verb: `group_by KEY, … ⟨agg NAME = EXPRESSION, …⟩`. If it is too long for a line, it continues
  /// on the next, indented.
  var synopsis: String {
    var lines = [""]
    for part in synopsisParts {
      if lines[lines.count - 1].count + part.count > 72, !lines[lines.count - 1].isEmpty { lines.append("   ") }
      lines[lines.count - 1] += (lines.last == "" ? "" : " ") + part
    }
    return lines.joined(separator: "\n")
  }

  private var synopsisParts: [String] {
    var parts = [name]
    switch arguments {
    case .none: break
    case .expression(let name): parts.append(name)
    case .claim(let name, let message): parts += [name, "⟨\(message)⟩"]
    case .assignments(let count):
      parts.append(count.lowerBound == 0 ? "⟨name = expression, …⟩" : "⟨name =⟩ expression, …")
    case .renames: parts.append("new = old, …")
    case .columns(let count): parts.append(repeated("column", count))
    case .sortKeys: parts.append("column ⟨desc⟩, …")
    case .tables(let count): parts.append(repeated("table", count))
    case .values(let names, let required):
      for (index, name) in names.enumerated() { parts.append(index < required ? name : "⟨\(name)⟩") }
    case .word(let name, let choices, let then):
      parts.append(choices.isEmpty || choices.count > 6 ? name.uppercased() : choices.joined(separator: "|"))
      parts += then.map { "⟨\($0)⟩" }
    case .models(let count): parts.append(repeated("model", count))
    }
    for clause in clauses {
      let form = clause.form == .assignments ? "name = expression, …" : "column, left == right, …"
      parts.append(clause.isRequired ? "\(clause.keyword) \(form)" : "⟨\(clause.keyword) \(form)⟩")
    }
    for option in options { parts.append("⟨\(option.name)=\(option.defaultValue ?? option.valueText)⟩") }
    if takesAnyOption { parts.append("⟨parameter=value …⟩") }
    return parts
  }

  private func repeated(_ word: String, _ count: ClosedRange<Int>) -> String {
    let text = count.upperBound > 1 ? "\(word), …" : word
    return count.lowerBound == 0 ? "⟨\(text)⟩" : text
  }

  /// The help page in Markdown.
  var helpTopic: HelpTopic {
    HelpTopic(name, summary: summary, synonyms: synonyms, examples: examples) {
      var page = "## \(name)\n\n\(summary.capitalizedSentence).\n\n```\n\(synopsis)\n```\n"
      if !discussion.isEmpty { page += "\n\(discussion)\n" }
      if !synonyms.isEmpty { page += "\nAlso known as " + synonyms.map { "`\($0)`" }.joined(separator: ", ") + ".\n" }
      if !clauses.isEmpty || !options.isEmpty {
        page += "\n| | |\n|---|---|\n"
        for clause in clauses { page += "| `\(clause.keyword)` | \(escaped(clause.summary)) |\n" }
        for option in options {
          let standard = option.defaultValue.map { "; \($0) by default" } ?? ""
          page += "| `\(option.name)=\(escaped(option.valueText))` | \(escaped(option.summary + standard)) |\n"
        }
      }
      return page
    }
  }
}

extension Option {
  /// The value of the option, as shown in a synopsis.
  var valueText: String {
    switch kind {
    case .word(let words): words.isEmpty ? "name" : words.joined(separator: "|")
    case .column: "column"
    case .columns: "[columns]"
    case .table: "table"
    case .integer: "n"
    case .integers: "n|[n, …]"
    case .real: "x"
    case .flag: "true|false"
    case .text: "\"…\""
    case .value: "value"
    case .list: "[values]"
    case .listOrColumn: "[values]|column"
    }
  }
}

/// Examples as shown on a help page.
func examplesText(_ examples: [Example]) -> String {
  guard !examples.isEmpty else { return "" }
  let width = examples.map(\.code.count).max() ?? 0
  return "\n```lectern\n"
    + examples.map { example in
      example.comment.isEmpty || width > 60
        ? example.code + "\n"
        : example.code + String(repeating: " ", count: width - example.code.count) + "  # " + example.comment + "\n"
    }.joined() + "```\n"
}

extension Function {
  var topicName: String { kind == .row ? topic : kind == .aggregate ? "aggregates" : "windows" }

  var helpTopic: HelpTopic {
    HelpTopic(name, summary: summary, synonyms: synonyms, examples: examples) {
      var page = "## \(name)\n\n\(summary.capitalizedSentence).\n\n```\n\(signature)\n```\n"
      if kind == .aggregate {
        page +=
          "\nAn aggregate: in `agg` one value per group; in `with` and `filter` the value of the whole table in each row.\n"
      }
      if kind == .window {
        page += "\nA window function: write `over key` or `over (keys order by d desc)` after it.\n"
      }
      return page
    }
  }
}
