import Diagnostics
import Experiments
import Query
import Recommenders
import Tables

/// The options that choose the columns of interactions.
struct InteractionOptions: VerbOptions {
  var user: Identifier?
  var item: Identifier?
  var weight: Identifier?
  var time: Identifier?
  var basket: Identifier?
  var duplicates = Recommenders.DuplicatePolicy.sum
  var features: Pipeline?

  static let declared: [VerbOption<Self>] = [
    .column("user", \.user, "the user column; `user_id` by default"),
    .column("item", \.item, "the item column; `product_id` or `item_id` by default"),
    .column("weight", \.weight, "the weight column; by default `weight` or `rating` if there is one, else 1"),
    .column("time", \.time, "the time column; by default `date` or `timestamp` if there is one"),
    .column("basket", \.basket, "the basket column; by default the rows of one user and time are a basket"),
    .word("duplicates", \.duplicates, "how to combine several rows of one user and item"),
    .table("features", \.features, "a table of items whose other columns are their features, for EASE"),
  ]
}

/// The arguments of `fit`, `walk` or `tune`: the model, its parameters, and the columns.
struct ModelArguments {
  let kind: any Model.Type
  let parameters: [ParameterArgument]
  /// The model with its parameters; for `tune`, without those that are tried.
  let model: any Model
  /// For `tune`: the parameters with several values.
  let axes: [ParameterSearch.Axis]
  let roles: ColumnRoles
  let duplicates: Recommenders.DuplicatePolicy
  /// A table of items with their features.
  let features: Table?
  /// How the model, with every combination of `tune`, uses the times of rows.
  let times: TimeReading
  /// Common names of columns of ratings or weights.
  private static let namesOfWeights: Set = ["rating", "ratings", "value", "values", "score", "weights", "count"]

  /// - Throws: if the model or a parameter is unknown, or a value is invalid.
  init(
    _ call: VerbCall, _ rows: InteractionOptions, _ session: Session, schema: Schema, trying: Bool = false,
    passingOver passed: Set<String> = []
  ) throws(Diagnostic) {
    guard let name = call.wordArgument(0) else {
      throw Diagnostic(
        "`\(call.name)` which model?", at: call.written.span, hint: "`\(call.name) EASE`; `?models` lists them")
    }
    kind = try Models.named(name.name, at: name.span)
    func column(_ name: Identifier?) throws(Diagnostic) -> String? {
      guard let name else { return nil }
      _ = try schema.requireIndex(of: name.name, in: session.inputName, at: name.span)
      return name.name
    }
    roles = ColumnRoles(
      user: try column(rows.user), item: try column(rows.item), weight: try column(rows.weight),
      time: try column(rows.time), basket: try column(rows.basket))
    do throws(Diagnostic) { _ = try roles.columns(in: schema) } catch { throw error.located(at: call.span) }
    duplicates = rows.duplicates
    if rows.features != nil, !kind.readsFeatures {
      let readers = Models.all.filter { $0.readsFeatures }.map { $0.name }
      throw Diagnostic(
        "\(kind.name) does not read features of items", at: call.span,
        hint: "these do: " + readers.joined(separator: ", "))
    }
    features = try session.table(rows.features)
    (parameters, axes) = try Self.parameters(of: call, kind, session, trying: trying, passingOver: passed)
    // Errors in the parameters are reported before anything is read.
    model = try Models.configured(kind, parameters, weightsAreNamed: roles.weight != nil)
    times = try Self.times(model, kind, parameters, axes)
    do throws(Diagnostic) { try roles.require(times, in: schema) } catch { throw error.located(at: call.span) }
    if case .word("weight")? = model.settings.first(where: { $0.name == "by" })?.value {
      do throws(Diagnostic) {
        _ = try roles.weightColumn(in: schema)
      } catch {
        throw Diagnostic(
          "`by=weight` needs a column of weights", at: call.span, hint: "`weight=…` names it", notes: error.notes)
      }
    }
  }
}

extension ModelArguments {
  /// The parameters of the model, and those with several values to try.
  private static func parameters(
    of call: VerbCall, _ kind: any Model.Type, _ session: Session, trying: Bool, passingOver passed: Set<String>
  ) throws(Diagnostic) -> ([ParameterArgument], [ParameterSearch.Axis]) {
    var parameters: [ParameterArgument] = []
    for argument in call.arguments.dropFirst() {
      guard case .expression(let expression) = argument else { continue }
      parameters.append(
        ParameterArgument(nil, try session.parameterValue(expression), at: expression.span))
    }
    var axes: [ParameterSearch.Axis] = []
    let declared = notebookVerbs.first { $0.declaration.name == call.name }?.declaration.options ?? []
    let own = Set(declared.map(\.name)).union(passed)
    for option in call.options where !own.contains(option.name.name) {
      guard case .expression(let expression) = option.value else {
        throw Diagnostic("a parameter of a model is a value, not a table", at: option.name.span)
      }
      let span = option.name.span.union(expression.span)
      if trying, let values = try session.values(toTry: expression, of: option.name.name, kind) {
        if case .list(let list) = values, list.isEmpty {
          throw Diagnostic("`\(option.name.name)` has no value to try: its list is empty", at: expression.span)
        }
        for value in values.ends {
          _ = try kind.configured([ParameterArgument(option.name.name, value, at: span)])
        }
        axes.append(ParameterSearch.Axis(option.name.name, values))
        continue
      }
      let isItsOwn = kind.parameterDeclarations.contains { $0.name == option.name.name }
      if !isItsOwn, namesOfWeights.contains(option.name.name) {
        throw Diagnostic(
          "unknown parameter `\(option.name.name)` of \(kind.name)", at: span,
          hint: "`weight=` names the column of ratings or weights")
      }
      parameters.append(ParameterArgument(option.name.name, try session.parameterValue(expression), at: span))
    }
    return (parameters, axes)
  }

  private static func times(
    _ model: any Model, _ kind: any Model.Type, _ parameters: [ParameterArgument], _ axes: [ParameterSearch.Axis]
  ) throws(Diagnostic) -> TimeReading {
    var times = model.readsTimes
    for axis in axes {
      for value in axis.values.ends {
        let others = parameters.filter { $0.name != axis.name }
        times = max(times, try kind.configured(others + [ParameterArgument(axis.name, value)]).readsTimes)
      }
    }
    return times
  }
}

extension Session {
  /// The values that `tune` tries for a parameter; nil if there is only one.
  fileprivate func values(
    toTry expression: Expression, of name: String, _ kind: any Model.Type
  ) throws(Diagnostic) -> ParameterSearch.Axis.Values? {
    let domain = kind.parameterDeclarations.first { $0.name == name }?.domain
    switch domain {
    case .interval, .models: return nil
    default: break
    }
    if case .call(let function, let ends, nil) = expression.node, ends.count == 2 {
      let isLogarithmic = function.name == "log"
      if isLogarithmic || function.name == "uniform" {
        return try range(ends, isLogarithmic: isLogarithmic, domain, at: expression.span)
      }
    }
    if case .list(let items) = expression.node {
      return .list(try items.map { item throws(Diagnostic) in try parameterValue(item) })
    }
    if case .numbers(let numbers) = try parameterValue(expression) {
      return .list(numbers.map { number in Int(exactly: number).map { .integer($0) } ?? .real(number) })
    }
    return nil
  }

  /// Parses a range such as `log(0.001, 10)`.
  private func range(
    _ ends: [Expression], isLogarithmic: Bool, _ domain: ParameterDeclaration.Domain?, at span: SourceSpan
  ) throws(Diagnostic) -> ParameterSearch.Axis.Values {
    var numbers: [Double] = []
    for end in ends {
      switch try parameterValue(end) {
      case .integer(let number): numbers.append(Double(number))
      case .real(let number): numbers.append(number)
      default: throw Diagnostic("a range is between two numbers", at: end.span, hint: "`log(0.001, 10)`")
      }
    }
    guard numbers[0] < numbers[1], numbers[0] > 0 || !isLogarithmic, numbers.allSatisfy(\.isFinite) else {
      throw Diagnostic(
        isLogarithmic
          ? "`log` goes from a number above 0 to a larger one" : "`uniform` goes from a number to a larger one",
        at: span, hint: "`log(0.001, 10)`, `uniform(0, 1)`")
    }
    let isWhole = if case .integer? = domain { true } else { false }
    if isWhole, numbers[0].rounded(.up) > numbers[1].rounded(.down) {
      throw Diagnostic("there is no whole number in this range", at: span)
    }
    return .range(numbers[0]...numbers[1], isLogarithmic: isLogarithmic, isWhole: isWhole)
  }

  /// The value of a parameter: a number, a word, or a list of numbers or models.
  func parameterValue(_ expression: Expression) throws(Diagnostic) -> ParameterValue {
    switch expression.node {
    case .name(let word): return .word(word)
    case .list(let items) where items.contains { if case .name = $0.node { true } else { false } }:
      var models: [ModelReference] = []
      for item in items {
        guard case .name(let name) = item.node else { throw Diagnostic("a model is named by a word", at: item.span) }
        if case .model(let model)? = value(named: name) {
          models.append(.fitted(model.model, name: name))
        } else {
          _ = try Models.named(name, at: item.span)
          models.append(.named(name))
        }
      }
      return .models(models)
    default: break
    }
    switch try Query.evaluate(expression, environment: environment).value {
    case .integer(let value): return Int(exactly: value).map { .integer($0) } ?? .real(Double(value))
    case .float(let value): return .real(value)
    case .decimal(let value, let scale): return .real(Value.decimal(value, scale: scale).number ?? .nan)
    case .bool(let value): return .flag(value)
    case .text(let text): return .word(text.string)
    case .list(let values) where values.allSatisfy { $0.number != nil }: return .numbers(values.compactMap(\.number))
    default: throw Diagnostic("this is not a parameter value", at: expression.span)
    }
  }
}

extension ParameterSearch.Axis.Values {
  /// The values that must all be valid: the elements of a list, or the ends of a range.
  fileprivate var ends: [ParameterValue] {
    switch self {
    case .list(let values): values
    case .range(let range, _, let isWhole):
      isWhole
        ? [.integer(Int(range.lowerBound.rounded(.up))), .integer(Int(range.upperBound.rounded(.down)))]
        : [.real(range.lowerBound), .real(range.upperBound)]
    }
  }
}
