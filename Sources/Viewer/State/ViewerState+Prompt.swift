import Diagnostics
import Display
import Tables
import Terminal

extension ViewerState {
  mutating func ask(_ purpose: TextPrompt.Purpose, text: String = "") -> [Effect] {
    prompt = TextPrompt(purpose, text: text)
    if case .search = purpose { searchOrigin = SearchOrigin(row: sheet.view.row, top: sheet.view.top) }
    return []
  }

  mutating func pressInPrompt(_ key: Key) -> [Effect] {
    guard var typed = prompt else { return [] }
    if key == .control("r"), case .search(let backwards, let everywhere) = typed.purpose {
      searchesPatterns.toggle()
      return searchAsTyped(typed.text, backwards: backwards, everywhere: everywhere)
    }
    let before = typed.text
    let outcome = typed.press(key)
    prompt = typed
    switch outcome {
    case .typing:
      guard case .search(let backwards, let everywhere) = typed.purpose, typed.text != before else { return [] }
      message = nil
      return searchAsTyped(typed.text, backwards: backwards, everywhere: everywhere)
    case .completing:
      let request = CompletionRequest(
        source: sheet.source, verb: typed.purpose.verb ?? "", text: typed.text, cursor: typed.cursor)
      return [.complete(request)]
    case .abandoned:
      prompt = nil
      if case .search = typed.purpose { return abandonSearch() }
      return []
    case .accepted:
      let chosen = choices.indices.contains(typed.choice) ? choices[typed.choice].name : choices.last?.name
      prompt = nil
      message = nil
      return accept(typed, chosen: chosen)
    }
  }

  mutating func accept(_ typed: TextPrompt, chosen: String?) -> [Effect] {
    let text = typed.text
    switch typed.purpose {
    case .search(let backwards, _): return acceptSearch(text, backwards: backwards)
    case .filter:
      lastChange = .typed(typed)
      return text.isEmpty ? withoutFilters() : revise(adding: .filter(text))
    case .addColumn:
      lastChange = .typed(typed)
      return text.isEmpty ? [] : revise(adding: .with(text))
    case .rename: return rename(to: text)
    case .table(let use): return choose(chosen, for: use)
    case .join: return text.isEmpty ? [] : revise(adding: .verb(text))
    case .compare(let other): return compare(with: other, by: text)
    case .type:
      let type = chosen ?? text
      lastChange = .typed(TextPrompt(.type, text: type))
      return cast(to: type)
    case .aggregate:
      let name = chosen ?? text
      lastChange = .typed(TextPrompt(.aggregate, text: name))
      return toggleAggregate(name)
    case .plot: return text.isEmpty ? [] : openPlot(text)
    case .save:
      if text.isEmpty { return [] }
      if case .plot(let shown) = sheet.kind { return savePlot(shown, to: text) }
      let save = Stage.verb("save \(Spelling.text(text))")
      // Hidden columns are not saved.
      let choice = sheet.shownStages.dropFirst(sheet.stages.count)
      return run(choice + [save], title: save.text, .perform("saved to \(text)"))
    case .dump: return text.isEmpty ? [] : [.dump(path: text)]
    case .column:
      guard let chosen, let place = sheet.view.order.firstIndex(where: { sheet.source.schema[$0].name == chosen })
      else { return fail("no column like `\(text)`") }
      sheet.view.go(toColumn: place)
      return []
    case .palette: return command(text, chosen: chosen)
    }
  }

  /// Performs a line of the palette: a row number, a command name, or a command name with the text for its prompt.
  private mutating func command(_ text: String, chosen: String?) -> [Effect] {
    if let row = Int(text.filter { $0 != "_" }) {
      goToRow(row - 1)
      return []
    }
    let words = text.split(separator: " ", maxSplits: 1)
    if words.count == 2, let command = Command.all.first(where: { $0.name == words[0] }) {
      let effects = apply(command.intent, count: nil)
      guard let asked = prompt else { return effects }
      let answer = TextPrompt(asked.purpose, text: String(words[1]))
      prompt = answer
      let chosen = choices.first?.name
      prompt = nil
      if case .search(let backwards, let everywhere) = answer.purpose {
        return effects + searchAsTyped(answer.text, backwards: backwards, everywhere: everywhere)
      }
      return effects + accept(answer, chosen: chosen)
    }
    guard let command = Command.all.first(where: { $0.name == chosen }) else {
      return fail("no command like `\(text)`")
    }
    return apply(command.intent, count: nil)
  }

  /// Takes completions of the line that is being typed.
  package mutating func receive(_ completions: PromptCompletions) { prompt?.complete(completions) }

  /// The list above the prompt: commands, columns or completions.
  package var choices: [(name: String, description: String)] {
    guard let prompt else { return [] }
    switch prompt.purpose {
    case .palette:
      if Int(prompt.text) != nil { return [] }
      return Command.matching(prompt.text).map { command in
        (command.name, command.keys.joined(separator: " ") + "  " + command.summary + " · " + command.russian)
      }
    case .column:
      let query = prompt.text.lowercased()
      let fields = sheet.view.order.map { sheet.source.schema[$0] }
      let starting = fields.filter { $0.name.lowercased().hasPrefix(query) }
      // Text that is not a valid regular expression is searched literally.
      let pattern = try? Regex(query).ignoresCase()
      let holding = fields.filter { field in
        let name = field.name.lowercased()
        return !name.hasPrefix(query) && (name.contains(query) || pattern.map { name.contains($0) } ?? false)
      }
      return (starting + holding).map { ($0.name, "\($0.type)") }
    case .table: return tableChoices(prompt.text).map { ($0.pipeline, $0.description) }
    case .filter, .addColumn, .join, .compare, .plot:
      return prompt.completions?.candidates.map { ($0.text, $0.description) } ?? []
    case .type: return CastChoice.matching(prompt.text)
    case .aggregate: return aggregateChoices(prompt.text)
    case .search, .rename, .save, .dump: return []
    }
  }
}
