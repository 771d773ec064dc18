import Diagnostics
import Experiments
import Formats
import Query
import Recommenders
import Tables

/// The possible completions at the cursor.
public struct CompletionList: Sendable, Hashable {
  /// A possible completion.
  public struct Candidate: Sendable, Hashable {
    /// What a candidate is.
    public enum Kind: String, Sendable {
      case command, setting, choice, file, name, topic, verb, function, model, metric, column, keyword, option
    }

    public var kind: Kind
    public var text: String
    public var description: String

    init(_ kind: Kind, _ text: String, _ description: String = "") {
      (self.kind, self.text, self.description) = (kind, text, description)
    }
  }

  /// The bytes of the line that a candidate replaces.
  public var range: Range<Int>
  public var candidates: [Candidate]
  /// Whether a space follows a completed word. None follows a folder, the bracket of a function, or the `=` of an
  /// option.
  public var addsSpace: Bool
}

extension Session {
  /// Returns the possible completions at the cursor: verbs after `|`, columns of the pipeline, variables, options and
  /// their values, models after `fit`, files in quotes, commands after `:`.
  ///
  /// Nothing is read or computed: the columns come from planning alone.
  ///
  /// - Parameter cursor: a UTF-8 offset into `text`.
  public func completions(in text: String, at cursor: Int) -> CompletionList {
    let place = CompletionPlace(text, cursor: cursor)
    var found: [CompletionList.Candidate] = []
    var addsSpace = true
    switch place.kind {
    case .command:
      found = commands.map { .init(.command, ":" + $0.name, $0.summary) }
    case .setting:
      found = Settings.all.map { .init(.setting, $0.name, $0.summary) }
    case .settingValue(let name):
      found = (Settings.all.first { $0.name == name }?.choices ?? []).map { .init(.choice, $0) }
    case .argument(let command):
      found = argumentCandidates(command)
    case .file(let kind):
      addsSpace = false
      found = fileCandidates(place.word, kind)
    case .sessionValue:
      found = names.compactMap { name in
        if case .constant(let constant)? = values[name] {
          .init(.name, "$" + name, constant.type.description)
        } else {
          nil
        }
      }
    case .topic:
      found = helpTopics.map { .init(.topic, place.prefix + $0.name, $0.summary) }
    case .start:
      found = variableCandidates
      found += (Session.declarations + definitions.map(\.declaration)).filter(\.isSource).map {
        .init(.verb, $0.name, $0.summary)
      }
    case .verb(let before):
      let kind = kind(of: before)
      let verbs = Session.declarations + definitions.map(\.declaration)
      let model = model(named: before.trimmed)
      var fitting = verbs.filter { !$0.isSource && CompletionCatalog.verb($0.name, fits: kind, model) }
      if kind == .model {
        let first = CompletionCatalog.firstOfModels.compactMap { name in fitting.first { $0.name == name } }
        fitting = first + fitting.filter { verb in !first.contains { $0.name == verb.name } }
      }
      found = fitting.map { .init(.verb, $0.name, $0.summary) }
    case .optionValue(let verb, let option, let before) where isAssignment(option, of: verb):
      // `with n2=pr`: the name of a new column and its expression.
      found = insideCandidates(verb: verb, pipeline: before, [option], isTyping: !place.word.isEmpty)
      addsSpace = false
    case .optionValue(let verb, let option, let before):
      found = optionValues(verb: verb, option: option, pipeline: before)
    case .inside(let verb, let before, let words):
      found = insideCandidates(verb: verb, pipeline: before, words, isTyping: !place.word.isEmpty)
      addsSpace = false
    case .nothing: break
    }
    let wanted = place.word.lowercased()
    var seen: Set<String> = []
    let matching = found.filter { $0.text.lowercased().hasPrefix(wanted) && seen.insert($0.text).inserted }
    if matching.count == 1, let last = matching[0].text.last, "(=/".contains(last) { addsSpace = false }
    return CompletionList(range: place.range, candidates: matching, addsSpace: addsSpace)
  }

  /// Whether `name=` after a verb names a column and not an option.
  private func isAssignment(_ name: String, of verb: String) -> Bool {
    guard let declaration = declaration(of: verb), case .assignments = declaration.arguments else { return false }
    return !declaration.options.contains { $0.name == name }
  }

  private var variableCandidates: [CompletionList.Candidate] {
    names.compactMap { name in values[name].map { .init(.name, Spelling.name(name), $0.kind) } }
  }

  private func argumentCandidates(_ command: String) -> [CompletionList.Candidate] {
    switch command {
    case "drop", "keep", "view": variableCandidates
    case "trace": ["on", "off"].map { .init(.choice, $0) }
    case "goto":
      (document?.document.cells ?? []).enumerated().map { index, cell in
        let first = cell.code.trimmed.split(whereSeparator: \.isNewline).first.map(String.init) ?? ""
        return .init(.choice, "\(index + 1)", first)
      }
    default: []
    }
  }

  private func model(named name: String) -> Recommender? {
    if case .model(let model)? = value(named: name) { model } else { nil }
  }

  /// The columns of a pipeline, from planning alone; empty if it would have to be run.
  private func columns(of pipeline: String) -> [Field] {
    guard !pipeline.allSatisfy(\.isWhitespace) else { return [] }
    let source = Source(name: "completion", text: pipeline)
    guard let statement = try? parser.statements(in: source).last,
      case .evaluation(_, let parsed) = statement.body, case .name(let head) = parsed.head,
      case .table(let input)? = value(named: head.name),
      parsed.stages.allSatisfy(CompletionCatalog.plans)
    else { return [] }
    let catalog = CompletionCatalog(session: self)
    let context = PlanningContext(catalog: catalog, environment: environment, verbs: CompletionCatalog.verbs)
    return (try? context.plan(parsed.stages, on: input))?.schema.fields ?? []
  }

  private func isTableName(_ declaration: VerbDeclaration) -> Bool {
    if case .tables = declaration.arguments { true } else { false }
  }

  private func columnCandidates(
    _ pipeline: String, where isMeant: (Field) -> Bool = { _ in true }
  ) -> [CompletionList.Candidate] {
    columns(of: pipeline).filter(isMeant).map { .init(.column, Spelling.name($0.name), $0.type.description) }
  }

  /// The kind of a pipeline's value, if its text shows it; nil otherwise.
  private func kind(of pipeline: String) -> NotebookVerb.Input? {
    let stages = pipeline.split(separator: "|").map(\.trimmed)
    guard let head = stages.first else { return nil }
    if stages.count == 1, let value = value(named: head) {
      switch value {
      case .model: return .model
      case .constant: return .constant
      case .table: return .table
      case .several, .shown, .engine, .verb, .nothing: return nil
      }
    }
    let last = stages.last?.prefix { $0.isLetter || $0 == "_" } ?? ""
    if notebookVerbs.contains(where: { $0.declaration.name == last && $0.givesModel }) { return .model }
    return relationalVerbs.contains { $0.declaration.name == last } ? .table : nil
  }

  /// The columns that both tables of a join have with the same type.
  private func commonColumns(_ pipeline: String, _ table: String) -> [CompletionList.Candidate] {
    let others = Set(columns(of: table).map(\.name))
    return columnCandidates(pipeline, where: { others.contains($0.name) })
  }

  private func insideCandidates(
    verb: String, pipeline: String, _ words: [String], isTyping: Bool
  ) -> [CompletionList.Candidate] {
    let isFirst = words.isEmpty
    guard let declaration = declaration(of: verb) else { return [] }
    var found: [CompletionList.Candidate] = []
    var options = declaration.options
    if declaration.clauses.contains(where: { $0.form != .assignments }), let table = words.first, words.contains("on") {
      let common = commonColumns(pipeline, table)
      if !common.isEmpty { return common }
    }
    switch declaration.arguments {
    case .none, .values: break
    case .word(_, let choices, _):
      if isFirst {
        found +=
          CompletionCatalog.modelVerbs.contains(verb)
          ? Models.everywhere.map { .init(.model, $0.name, $0.summary) }
          : choices.map { .init(.choice, $0) }
      }
    case .models:
      found += names.compactMap { name in
        if case .model(let model)? = values[name] {
          .init(.name, Spelling.name(name), model.kind)
        } else {
          nil
        }
      }
    case .tables:
      // After the table, the keys follow, and not another table.
      if !isFirst, !declaration.clauses.isEmpty { break }
      found += names.compactMap { name in
        if case .table? = values[name] { .init(.name, Spelling.name(name), "a table") } else { nil }
      }
    case .columns: found += columnCandidates(pipeline)
    case .expression, .claim, .assignments, .renames, .sortKeys:
      let columns = columnCandidates(pipeline)
      found += columns
      // Functions are listed only after the first letter: sixty functions would hide three columns.
      if isTyping || columns.isEmpty { found += functions.map { .init(.function, $0.name + "(", $0.summary) } }
    }
    if case .word = declaration.arguments, isFirst { return found }
    if !declaration.clauses.isEmpty, !isTableName(declaration) { found += columnCandidates(pipeline) }
    found += declaration.clauses.map { .init(.keyword, $0.keyword, $0.summary) }
    if CompletionCatalog.modelVerbs.contains(verb), !isFirst {
      // The parameters of the model named first.
      let kind = words.first ?? CompletionPlace.firstWord(after: verb, in: pipeline)
      let model = kind.flatMap { try? Models.named($0) }
      found += (model?.parameterDeclarations ?? []).map { .init(.option, $0.name + "=", $0.meaning) }
      if let model, !model.readsFeatures { options.removeAll { $0.name == "features" } }
    }
    found += options.map { .init(.option, $0.name + "=", $0.summary) }
    return found
  }

  private func optionValues(verb: String, option: String, pipeline: String) -> [CompletionList.Candidate] {
    let declaration = declaration(of: verb)
    if option == "show", ["metrics", "compare", "tune"].contains(verb) {
      return Metrics.all.map { .init(.metric, $0.name, $0.summary) }
    }
    switch declaration?.options.first(where: { $0.name == option })?.kind {
    case .word(let choices): return choices.map { .init(.choice, $0) }
    case .column, .columns, .listOrColumn: return columnCandidates(pipeline)
    case .table:
      return names.compactMap { name in
        if case .table? = values[name] { .init(.name, Spelling.name(name), "a table") } else { nil }
      }
    case .flag: return ["true", "false"].map { .init(.choice, $0) }
    case .value, .integer, .integers, .real, .text, .list:
      return names.compactMap { name in
        if case .constant? = values[name] { .init(.name, "$" + name) } else { nil }
      }
    case nil:
      let words = Models.everywhere.flatMap { $0.parameterDeclarations }.filter { $0.name == option }.flatMap(\.words)
      return words.map { .init(.choice, $0) }
    }
  }

  private func fileCandidates(_ typed: String, _ kind: CompletionPlace.FileKind) -> [CompletionList.Candidate] {
    let folder = typed.contains("/") ? folderName(typed) + "/" : ""
    var found: [CompletionList.Candidate] = []
    let roots = folder.hasPrefix("/") ? [folder] : [dataFolder, "."].compactMap { $0 }.map { $0 + "/" + folder }
    for root in kind == .sessions ? roots.suffix(1) : roots[...] {
      for entry in folderEntries(root)
      where !entry.name.hasPrefix(".")
        && (entry.isFolder || kind.takes(entry.name) && !(kind == .tables && isProgram(root + "/" + entry.name)))
      {
        found.append(.init(.file, folder + entry.name + (entry.isFolder ? "/" : "")))
      }
    }
    return found.sorted { $0.text < $1.text }
  }
}

/// Whether a file without an extension is a program or a script.
private func isProgram(_ path: String) -> Bool {
  guard !fileName(path).contains(".") else { return false }
  return fileBegins(at: path, with: [0x7F] + Array("ELF".utf8)) || fileBegins(at: path, with: Array("#!".utf8))
}

extension ParameterDeclaration {
  /// The words that the parameter may have.
  fileprivate var words: [String] {
    if case .word(let words) = domain { words } else { [] }
  }
}

extension CompletionPlace.FileKind {
  /// Whether a file may be meant. The format is recognised by the content, so only extensions of other kinds are
  /// excluded.
  fileprivate func takes(_ name: String) -> Bool {
    let parts = name.lowercased().split(separator: ".")
    guard parts.count > 1, let end = parts.last.map(String.init) else { return self != .sessions }
    switch self {
    case .any: return true
    case .sessions: return ["md", "markdown"].contains(end)
    case .tables:
      let others: Set<String> = [
        "sh", "py", "swift", "c", "h", "md", "markdown", "html", "htm", "pdf", "png", "jpg", "jpeg", "gif", "svg",
        "ipynb",
        "js", "css", "rs", "toml", "yml", "yaml", "log", "lock", "o", "so", "exe", "deb",
      ]
      return !others.contains(end)
    }
  }
}
