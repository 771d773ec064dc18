import Diagnostics
import Experiments
import Query
import Recommenders
import Tables

/// What may stand at the cursor.
public struct CompletionList: Sendable, Hashable {
  public struct Candidate: Sendable, Hashable {
    public var text: String
    public var description: String
  }

  /// The bytes of the line that a candidate replaces.
  public var range: Range<Int>
  public var candidates: [Candidate]
  /// Whether a space belongs after a finished word: not after a folder, a function's bracket, an option's `=`.
  public var addsSpace: Bool
}

extension Session {
  /// What can stand where the cursor is: verbs after `|`, the columns that the pipeline has there, names, options and
  /// their words, models after `fit`, files in quotes, commands after `:`.
  ///
  /// Nothing is read or computed for it: columns come from planning alone.
  ///
  /// - Parameter cursor: a UTF-8 offset into `text`.
  public func completions(in text: String, at cursor: Int) -> CompletionList {
    let place = CompletionPlace(text, cursor: cursor)
    var found: [CompletionList.Candidate] = []
    var addsSpace = true
    switch place.kind {
    case .command:
      found = commands.map { .init(text: ":" + $0.name, description: $0.summary) }
    case .setting:
      found = Settings.all.map { .init(text: $0.name, description: $0.summary) }
    case .settingValue(let name):
      found = (Settings.all.first { $0.name == name }?.choices ?? []).map { .init(text: $0, description: "") }
    case .file(let onlySessions):
      addsSpace = false
      found = fileCandidates(place.word, onlySessions: onlySessions)
    case .sessionValue:
      found = names.compactMap { name in
        if case .constant(let constant)? = values[name] {
          .init(text: "$" + name, description: constant.type.description)
        } else {
          nil
        }
      }
    case .topic:
      found = helpTopics.map { .init(text: place.prefix + $0.name, description: $0.summary) }
    case .start:
      found = names.compactMap { name in values[name].map { .init(text: Spelling.name(name), description: $0.kind) } }
      found += (Session.declarations + definitions.map(\.declaration)).filter(\.isSource).map {
        .init(text: $0.name, description: $0.summary)
      }
    case .verb:
      found = (Session.declarations + definitions.map(\.declaration)).filter { !$0.isSource }.map {
        .init(text: $0.name, description: $0.summary)
      }
    case .optionValue(let verb, let option, let before):
      found = optionValues(verb: verb, option: option, pipeline: before)
    case .inside(let verb, let before, let words):
      found = insideCandidates(verb: verb, pipeline: before, isFirst: words == 0)
      addsSpace = false
    case .nothing: break
    }
    let wanted = place.word.lowercased()
    var seen: Set<String> = []
    let matching = found.filter { $0.text.lowercased().hasPrefix(wanted) && seen.insert($0.text).inserted }
    if matching.count == 1, let last = matching[0].text.last, "(=/".contains(last) { addsSpace = false }
    return CompletionList(range: place.range, candidates: matching, addsSpace: addsSpace)
  }

  /// The columns of a pipeline's text, from planning alone; empty where it cannot be planned without running it.
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

  private func columnCandidates(_ pipeline: String) -> [CompletionList.Candidate] {
    columns(of: pipeline).map { .init(text: Spelling.name($0.name), description: $0.type.description) }
  }

  private func insideCandidates(verb: String, pipeline: String, isFirst: Bool) -> [CompletionList.Candidate] {
    guard let declaration = declaration(of: verb) else { return [] }
    var found: [CompletionList.Candidate] = []
    switch declaration.arguments {
    case .none, .values: break
    case .word(_, let choices, _):
      if isFirst {
        found +=
          modelVerbs.contains(verb)
          ? Models.all.map { .init(text: $0.name, description: $0.summary) }
          : choices.map { .init(text: $0, description: "") }
      }
    case .models:
      found += names.compactMap { name in
        if case .model(let model)? = values[name] {
          .init(text: Spelling.name(name), description: model.kind)
        } else {
          nil
        }
      }
    case .tables:
      found += names.compactMap { name in
        if case .table? = values[name] { .init(text: Spelling.name(name), description: "a table") } else { nil }
      }
    case .columns: found += columnCandidates(pipeline)
    case .expression, .claim, .assignments, .renames, .sortKeys:
      found += columnCandidates(pipeline)
      found += functions.map { .init(text: $0.name + "(", description: $0.summary) }
    }
    if case .word = declaration.arguments, isFirst { return found }
    if !declaration.clauses.isEmpty { found += columnCandidates(pipeline) }
    found += declaration.clauses.map { .init(text: $0.keyword, description: $0.summary) }
    found += declaration.options.map { .init(text: $0.name + "=", description: $0.summary) }
    if modelVerbs.contains(verb), !isFirst {
      // The parameters of the model that is named first.
      let kind = CompletionPlace.firstWord(after: verb, in: pipeline)
      let parameters = (kind.flatMap { try? Models.named($0) })?.parameterDeclarations ?? []
      found += parameters.map { .init(text: $0.name + "=", description: $0.meaning) }
    }
    return found
  }

  private var modelVerbs: Set<String> { ["fit", "walk", "tune"] }

  private func optionValues(verb: String, option: String, pipeline: String) -> [CompletionList.Candidate] {
    let declaration = declaration(of: verb)
    switch declaration?.options.first(where: { $0.name == option })?.kind {
    case .word(let choices): return choices.map { .init(text: $0, description: "") }
    case .column, .columns: return columnCandidates(pipeline)
    case .table:
      return names.compactMap { name in
        if case .table? = values[name] { .init(text: Spelling.name(name), description: "a table") } else { nil }
      }
    case .flag: return ["true", "false"].map { .init(text: $0, description: "") }
    case .value, .integer, .integers, .real, .text, .list:
      return names.compactMap { name in
        if case .constant? = values[name] { .init(text: "$" + name, description: "") } else { nil }
      }
    case nil:
      let words = Models.all.flatMap { $0.parameterDeclarations }.filter { $0.name == option }.flatMap(\.words)
      return words.map { .init(text: $0, description: "") }
    }
  }

  private func fileCandidates(_ typed: String, onlySessions: Bool) -> [CompletionList.Candidate] {
    let folder = typed.contains("/") ? folderName(typed) + "/" : ""
    var found: [CompletionList.Candidate] = []
    let roots = folder.hasPrefix("/") ? [folder] : [dataFolder, "."].compactMap { $0 }.map { $0 + "/" + folder }
    for root in onlySessions ? roots.suffix(1) : roots[...] {
      for entry in folderEntries(root) where !entry.name.hasPrefix(".") {
        found.append(.init(text: folder + entry.name + (entry.isFolder ? "/" : ""), description: ""))
      }
    }
    return found.sorted { $0.text < $1.text }
  }
}

extension ParameterDeclaration {
  /// The words it may be set to.
  fileprivate var words: [String] {
    if case .word(let words) = domain { words } else { [] }
  }
}
