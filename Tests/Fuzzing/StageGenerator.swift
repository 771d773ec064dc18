import Diagnostics
import Experiments
import Generators
import Notebook
import Query
import Recommenders
import Tables

/// Generates the stages of pipelines from the declarations of the verbs, so that every verb of the registry is tried.
struct StageGenerator {
  var expressions: ExpressionGenerator
  /// The folder in which files are saved and loaded.
  let folder: String
  /// The columns of a pipeline's result; empty if they are unknown.
  var columns: (_ pipeline: String) -> [Field] = { _ in [] }

  private var random: SplitMix {
    get { expressions.random }
    set { expressions.random = newValue }
  }

  private static let verbs = Session.declarations.filter { !$0.isSource }
  /// All verbs but those that need a model or end a pipeline; the latter are tried less often.
  private static let tableVerbs = verbs.filter {
    ![
      "step", "similar", "history", "parameters", "items", "factors", "explain", "recommend", "metrics", "compare",
      "predict", "tune", "walk", "fit", "value", "view",
    ]
    .contains($0.name)
  }
  private static let sources = Session.declarations.filter(\.isSource)
  /// The verbs that work on models.
  private static let modelVerbs = Session.declarations.filter {
    ["step", "recommend", "similar", "explain", "history", "parameters", "items", "factors", "save"].contains($0.name)
  }
  /// Files that stages write and read.
  private static let files = (0..<6).flatMap { number in
    ["parquet", "arrow", "arrows", "csv", "tsv", "ndjson", "csv.gz", "ndjson.zst", "md", "txt", "lectern"].map {
      "f\(number).\($0)"
    }
  }

  /// A pipeline of some stages, with its source.
  mutating func pipeline() -> String {
    if random.chance(12) { return model() }
    let before = expressions.columns
    defer { expressions.columns = before }
    var text = source()
    for _ in 0..<random.pick([0, 1, 1, 2, 2, 3, 4]) {
      let known = columns(text)
      // After a stage that cannot be planned, few stages make sense.
      if known.isEmpty, random.chance(80) { break }
      if !known.isEmpty { expressions.columns = known }
      text += " | " + stage(random.pick(random.chance(90) ? Self.tableVerbs : Self.verbs))
    }
    return text
  }

  private mutating func source() -> String {
    switch random.below(20) {
    case 0: stage(random.pick(Self.sources))
    case 1: "(\(random.pick(FuzzSession.tables)) | \(stage(random.pick(Self.verbs))))"
    case 2: "_"
    case 3: "r\(random.below(4))"
    case 4..<9: random.pick(FuzzSession.tables)
    default: "t"
    }
  }

  private mutating func model() -> String {
    let fitted = "\(random.pick(["train", "train", "test", "t"])) | " + stage(named: "fit")
    var text = random.chance(40) ? fitted : random.pick(FuzzSession.models)
    for _ in 0..<random.pick([0, 1, 1, 2]) {
      text += " | " + stage(random.pick(random.chance(85) ? Self.modelVerbs : Self.verbs))
    }
    return text
  }

  private mutating func stage(named name: String) -> String {
    Self.verbs.first { $0.name == name }.map { stage($0) } ?? name
  }

  /// A verb with arguments, clauses and options that its declaration allows.
  mutating func stage(_ verb: VerbDeclaration) -> String {
    var parts = [random.chance(4) ? random.pick(verb.synonyms + [verb.name]) : verb.name]
    parts.append(arguments(of: verb))
    for clause in verb.clauses where clause.isRequired || random.chance(60) {
      parts.append(clause.keyword)
      parts.append(clause.form == .assignments ? assignments(1...3, aggregates: true) : joinKeys(of: clause.form))
    }
    for option in verb.options where random.chance(20) { parts.append("\(option.name)=\(value(of: option))") }
    if verb.takesAnyOption { parts += parameters(of: parts[1]) }
    return parts.filter { !$0.isEmpty }.joined(separator: " ")
  }

  private mutating func arguments(of verb: VerbDeclaration) -> String {
    switch verb.arguments {
    case .none: return ""
    case .expression: return expressions.expression(.truth)
    case .claim: return expressions.expression(.truth) + (random.chance(50) ? " \"a claim\"" : "")
    case .assignments(let counts):
      let most = min(max(counts.lowerBound, 1) + 2, counts.upperBound)
      if verb.name == "table" { return literalColumns() }
      return assignments(counts.lowerBound...most, aggregates: verb.name == "agg" || random.chance(10))
    case .renames:
      return list(1...2) { "\($0.newName()) = \($0.column())" }
    case .columns(let counts):
      return list(counts.lowerBound...min(counts.lowerBound + 3, counts.upperBound)) { $0.column() }
    case .sortKeys: return list(1...3) { $0.column() + ["", " desc", " asc"][$0.random.below(3)] }
    case .tables(let counts):
      return list(max(1, counts.lowerBound)...min(counts.lowerBound + 1, counts.upperBound)) { $0.table() }
    case .values(let names, let required):
      return (0..<Int.random(in: required...max(required, names.count), using: &random)).map { place in
        value(named: names[min(place, names.count - 1)])
      }.joined(separator: ", ")
    case .word(_, let choices, let then):
      let word = choices.isEmpty ? random.pick(Models.all.map { $0.name }) : random.pick(choices)
      let rest = then.isEmpty || word != "Blend" ? "" : " [TopPopular, \(random.pick(FuzzSession.models))]"
      return word + rest
    case .models(let counts):
      return list(counts.lowerBound...min(counts.lowerBound + 2, counts.upperBound)) {
        $0.random.pick(FuzzSession.models)
      }
    }
  }

  private mutating func list(_ counts: ClosedRange<Int>, _ one: (inout StageGenerator) -> String) -> String {
    var made: [String] = []
    for _ in 0..<Int.random(in: counts, using: &random) { made.append(one(&self)) }
    return made.joined(separator: ", ")
  }

  private mutating func assignments(_ counts: ClosedRange<Int>, aggregates: Bool) -> String {
    list(counts) { generator in
      let isPlain = generator.random.chance(15)
      let expression =
        isPlain
        ? generator.column()
        : aggregates && generator.random.chance(85)
          ? generator.expressions.aggregate() : generator.expressions.expression(.anything)
      return generator.random.chance(75) ? "\(generator.newName()) = \(expression)" : expression
    }
  }

  private mutating func literalColumns() -> String {
    let count = random.below(4)
    return list(1...3) { generator in
      let values = generator.random.some(count...count) { $0.pick(["1", "null", "0.5", "\"a\"", "true", "[1]", "-3"]) }
      return "\(generator.newName()) = [\(values.joined(separator: ", "))]"
    }
  }

  private mutating func joinKeys(of form: Clause.Form) -> String {
    list(1...(form == .joinKey ? 1 : 2)) { generator in
      if generator.random.chance(60) { return generator.column() }
      let sign = form == .joinConditions ? generator.random.pick(["==", "<", "<=", ">", ">="]) : "=="
      return "\(generator.column()) \(sign) \(generator.column())"
    }
  }

  private mutating func table() -> String {
    let name = random.pick(FuzzSession.tables)
    return random.chance(60) ? name : "(\(name) | \(stage(random.pick(Self.verbs.filter { $0.clauses.isEmpty }))))"
  }

  private mutating func column() -> String {
    if random.chance(3) {
      return random.pick(["user_id", "product_id", "len", "x0", "date", "name", "ids", "missing"])
    }
    return Spelling.name(random.pick(expressions.columns.map(\.name) + ["k"]))
  }

  private mutating func newName() -> String {
    random.chance(85)
      ? "x\(random.below(4))" : random.pick(["k", "`a b`", "len", "чай", "`\u{1B}[2J`", "`a\\`b`", "it"])
  }

  /// A value for an argument, by its name in the declaration.
  private mutating func value(named name: String) -> String {
    if name.contains("path") { return path() }
    if name == "item" { return random.pick(["11", "12", "519413018", "0", "\"a\"", "null"]) }
    return random.pick([
      "0", "1", "2", "10", "-1", "-3", "9223372036854775807", "-9223372036854775808", "0.5", "$n", "\"a\"",
    ])
  }

  private mutating func path() -> String {
    let file = random.pick(Self.files)
    return Spelling.text(random.chance(85) ? "\(folder)/\(file)" : file)
  }

  private mutating func value(of option: Query.Option) -> String {
    switch option.kind {
    case .word(let choices): return random.chance(95) && !choices.isEmpty ? random.pick(choices) : "nothing"
    case .column: return column()
    case .listOrColumn: return random.chance(50) ? column() : random.pick(["[11, 12]", "[]", "$n", "[null, \"a\"]"])
    case .columns: return random.chance(50) ? column() : "[\(list(0...3) { $0.column() })]"
    case .table: return table()
    case .integer(let range):
      let some = [range.lowerBound, range.lowerBound &+ 1, 2, 5, range.upperBound, range.lowerBound &- 1, .max, .min]
      return "\(random.pick(some))"
    case .integers(let range):
      let some = ["\(range.lowerBound)", "2", "5", "\(range.upperBound)", "0.5", "-1"]
      return random.chance(50) ? random.pick(some) : "[\(list(0...3) { $0.random.pick(some) })]"
    case .real(let range):
      return random.pick(["\(range.lowerBound)", "\(range.upperBound)", "0.5", "0.1", "-1", "1e300", "2"])
    case .flag: return random.pick(["true", "false", "1"])
    case .text:
      if ["save", "path", "log"].contains(option.name) { return Spelling.text("\(folder)/plot\(random.below(3)).svg") }
      return random.pick([
        "\",\"", "\"\"", "\"zstd\"", "\"none\"", "\"gzip\"", "\"utf-8\"", "\";\"", "\"чай\"", "\"{id}\"", "\".\"",
      ])
    case .value:
      return random.pick(["100", "200", "11", "\"2024-05-01\"", "null", "0.5", "$n", "[1]", "date(2024, 5, 1)"])
    case .list:
      return random.pick(["[100, 200]", "[11, 12]", "[]", "[null]", "[1, 5]", "ids", "$ids", "[\"a\"]", "100"])
    }
  }

  /// Parameters for the model that a stage names, mostly small, so that fits are fast.
  private mutating func parameters(of word: String) -> [String] {
    let name = String(word.prefix { $0 != " " })
    guard let model = try? Models.named(name) else { return [] }
    return model.parameterDeclarations.compactMap { parameter in
      guard ["epochs", "iterations", "factors"].contains(parameter.name) || random.chance(20) else { return nil }
      switch parameter.domain {
      case .integer(let range):
        let hostile = [range.lowerBound, range.upperBound, range.lowerBound &- 1]
        return
          "\(parameter.name)=\(random.chance(92) ? min(max(range.lowerBound, 1 + random.below(4)), range.upperBound) : random.pick(hostile))"
      case .real(let range):
        return "\(parameter.name)=\(random.pick(["\(range.lowerBound)", "0.1", "1", "1e300", "1e-300", "0", "-1"]))"
      case .flag: return "\(parameter.name)=\(random.pick(["true", "false"]))"
      case .word(let words): return "\(parameter.name)=\(random.pick(words))"
      case .interval: return "\(parameter.name)=\(random.pick(["[1, 5]", "[0, 0]", "[-1e308, 1e308]"]))"
      case .optional(_, let word):
        return "\(parameter.name)=\(random.pick([word, "1", "3", "0.5", "-1", "1e300", "none"]))"
      case .models: return nil
      }
    }
  }
}
