import Diagnostics
import Experiments
import Query
import Recommenders
import Tables

// Translates verbs that make models and use them.

extension PythonTranslator {
  /// The options of a call that are expressions, by name.
  func expressions(_ call: VerbCall) -> [(name: String, value: Expression)] {
    call.options.compactMap { option in
      if case .expression(let value) = option.value { (option.name.name, value) } else { nil }
    }
  }

  func texts(_ call: VerbCall) -> [String: String] {
    Dictionary(expressions(call).map { ($0.name, $0.value.span.text) }) { _, last in last }
  }

  func fitted(_ call: VerbCall, on input: Product?) throws(PythonGap) -> Product {
    guard case .table(let table)? = input, let word = call.wordArgument(0)?.name,
      let kind = try? Models.named(word)
    else { throw PythonGap(reason: "`fit` of something that is no table") }
    if call.options.contains(where: { $0.name.name == "features" }) {
      throw PythonGap(reason: "`\(kind.name) features=` is not written out in Python")
    }
    if kind.name == "Blend" { return .value(try blended(call, table)) }
    return .value(try fitted(kind.name, expressions(call), table))
  }

  private func blended(_ call: VerbCall, _ table: PythonTable) throws(PythonGap) -> String {
    needs.helpers.insert(.blend)
    var parts: [String] = []
    for case .expression(let expression) in call.arguments.dropFirst() {
      guard case .list(let items) = expression.node else { continue }
      for name in items.map(\.span.text) {
        if case .model? = trace.value(named: name) {
          parts.append(PythonSpelling.variable(name))
        } else if let kind = try? Models.named(name) {
          parts.append(try fitted(kind.name, expressions(call).filter { Self.roles.contains($0.name) }, table))
        } else {
          throw PythonGap(reason: "`\(name)` is no model")
        }
      }
    }
    return "Blend([\(parts.joined(separator: ", "))])"
  }

  /// The options that name columns.
  private static let roles = ["user", "item", "weight", "time", "basket"]

  /// A model that is fitted to a table.
  private func fitted(
    _ kind: String, _ options: [(name: String, value: Expression)], _ table: PythonTable
  ) throws(PythonGap) -> String {
    let written = Dictionary(options.map { ($0.name, $0.value.span.text) }) { _, last in last }
    let rated = try ratedNeighbors(kind, written, table)
    let isRated =
      written["centering"] ?? "none" != "none" || Self.similaritiesOfRatings.contains(written["similarity"] ?? "cosine")
    if let rated, isRated {
      useSurprise(rated)
      ratedFits[rated] = rated
      return rated
    }
    guard let model = PythonModel.named(kind, written) else {
      throw PythonGap(reason: "`\(kind)` has no Python version here")
    }
    needs.helpers.insert(model.helper)
    if let remark = model.remark { remarks.insert("\(kind): \(remark)") }
    var columns: [String: String] = [:]
    var own: [String] = []
    var outer: [String] = []
    for (option, value) in options {
      if ["user", "item", "weight"].contains(option) || model.readsBaskets && ["time", "basket"].contains(option) {
        columns[option] = value.span.text
      } else if let parameter = model.parameters[option] {
        if !parameter.isEmpty { own.append("\(parameter)=\(try argument(value, of: option))") }
      } else if option == "scale", model.helper == .surprise {
        outer.append("scale=\(try argument(value, of: option))")
      } else if !["time", "basket"].contains(option) {
        throw PythonGap(reason: "`\(kind) \(option)=` is not written out in Python")
      }
    }
    for (name, value) in model.fixed where !model.isGrouped && !own.contains(where: { $0.hasPrefix(name + "=") }) {
      own.append("\(name)=\(value)")
    }
    let ids = try columnArguments(kind, model, columns, table.schema)
    guard model.helper == .surprise else {
      let fit = "\(model.name)(\(([table.chain.text()] + own + ids).joined(separator: ", ")))"
      ratedFits[fit] = rated
      return fit
    }
    needs.surprise.insert(model.name)
    let entries = own.map { $0.asEntry }.joined(separator: ", ")
    let grouped = (own.isEmpty ? [] : ["bsl_options={\(entries)}"]) + model.fixed.map { "\($0.key)=\($0.value)" }
    let inner = "\(model.name)(\((model.isGrouped ? grouped : own).joined(separator: ", ")))"
    return "Surprise(\(([inner, table.chain.text()] + ids + outer).joined(separator: ", ")))"
  }

  /// The arguments that name columns: those that are given, and those that Python would not find.
  private func columnArguments(
    _ kind: String, _ model: PythonModel, _ given: [String: String], _ schema: Schema
  ) throws(PythonGap) -> [String] {
    var columns = given
    let names = schema.names
    if columns["item"] == nil, !names.contains("product_id"), names.contains("item_id") { columns["item"] = "item_id" }
    if columns["weight"] == nil, model.readsWeights {
      columns["weight"] = ["weight", "rating"].first(where: names.contains)
    }
    if model.readsBaskets, columns["time"] == nil, !names.contains("date"), names.contains("timestamp") {
      columns["time"] = "timestamp"
    }
    if model.helper == .surprise, columns["weight"] == nil {
      throw PythonGap(reason: "`\(kind)` of Surprise learns from ratings, and no column is `rating`")
    }
    if model.helper == .surprise, columns["weight"] == "rating" { columns["weight"] = nil }
    return Self.roles.compactMap { key in
      columns[key].map { "\(key)=\(PythonSpelling.text($0))" }
    }
  }

  private static let similaritiesOfRatings: Set<String> = ["msd", "pearson", "pearson_baseline"]

  /// Neighbors that predict ratings, by Surprise; nil of other models, and of a table without ratings.
  private func ratedNeighbors(
    _ kind: String, _ options: [String: String], _ table: PythonTable
  ) throws(PythonGap) -> String? {
    let classes = ["none": "KNNBasic", "means": "KNNWithMeans", "zscore": "KNNWithZScore", "baseline": "KNNBaseline"]
    let similarity = options["similarity"] ?? "cosine"
    guard ["UserKNN", "ItemKNN"].contains(kind), Self.similaritiesOfRatings.union(["cosine"]).contains(similarity),
      let name = classes[options["centering"] ?? "none"], let other = PythonModel.all["SlopeOne"],
      let ids = try? columnArguments(
        kind, other, options.filter { ["user", "item", "weight"].contains($0.key) }, table.schema)
    else { return nil }
    let inner =
      "\(name)(k=\(options["neighbors"] ?? "40"), sim_options={\"name\": \"\(similarity)\", "
      + "\"user_based\": \(kind == "UserKNN" ? "True" : "False")}, verbose=False)"
    let scale = options["scale"].map { ["scale=\($0)"] } ?? []
    return "Surprise(\(([inner, table.chain.text()] + ids + scale).joined(separator: ", ")))"
  }

  /// Imports the class of a model that is fitted by Surprise.
  func useSurprise(_ fit: String) {
    needs.helpers.insert(.surprise)
    needs.surprise.insert(String(fit.dropFirst("Surprise(".count).prefix { $0 != "(" }))
  }

  /// The value of a parameter: a word is a text, and `all` or `none` may stand for no number.
  func argument(_ value: Expression, of parameter: String = "") throws(PythonGap) -> String {
    let text = value.span.text
    if ["recency", "neighbors", "half_life"].contains(parameter), ["all", "none"].contains(text) { return "None" }
    if case .name = value.node, !["true", "false"].contains(text) { return PythonSpelling.text(text) }
    if case .list(let items) = value.node, items.contains(where: { if case .name = $0.node { true } else { false } }) {
      return "[\(items.map { PythonSpelling.text($0.span.text) }.joined(separator: ", "))]"
    }
    return try self.value(of: value)
  }

  /// The model that a Python expression is: a variable, or a call of its class.
  func model(_ text: String) -> PythonModel? {
    if case .model(let model)? = trace.value(named: text) { return PythonModel.all[model.kind] }
    let name = text.prefix { $0 != "(" }
    return PythonModel.all.values.first { $0.name == name }
  }

  func recommended(_ call: VerbCall, on input: Product?) throws(PythonGap) -> Product {
    guard case .table(let result)? = trace.values[call.written.span.range.lowerBound] else {
      throw PythonGap(reason: "what `recommend` gave is not known")
    }
    var options: [String] = []
    var users: String?
    for (option, value) in expressions(call) {
      switch option {
      case "top": options.append("top=\(try self.value(of: value))")
      case "seen": options.append("seen=\(PythonSpelling.text(value.span.text))")
      case "user": users = "users=[\(try self.value(of: value))]"
      case "users": users = "users=\(try self.value(of: value))"
      case "basket":
        guard case .value(let model)? = input, self.model(model)?.takesBaskets == true else {
          throw PythonGap(reason: "to users who are known by a basket alone this is not written out in Python")
        }
        options.append("basket=\(try self.value(of: value))")
      default: throw PythonGap(reason: "`recommend \(option)=` is not written out in Python")
      }
    }
    if session.settings.top != 10, !options.contains(where: { $0.hasPrefix("top=") }) {
      options.append("top=\(session.settings.top)")
    }
    switch input {
    case .value(let model)?:
      needs.helpers.insert(.recommend)
      let arguments = [model] + [users].compactMap(\.self) + options
      let chain = PythonChain(head: "recommend(\(arguments.joined(separator: ", ")))")
      return .table(PythonTable(chain: chain, schema: result.schema, plan: result))
    case .table(let table)?:
      needs.helpers.insert(.lists)
      let models = call.nameArguments.map {
        "\(PythonSpelling.text($0.name)): \(PythonSpelling.variable($0.name))"
      }
      let arguments = ["recommend_lists", "{\(models.joined(separator: ", "))}"] + options
      return .table(
        PythonTable(chain: table.chain.then(self.call("pipe", arguments)), schema: result.schema, plan: result))
    default: throw PythonGap(reason: "`recommend` of something that is neither a model nor a table")
    }
  }

  /// The lists of all models for one user.
  private func linkedOfUser(_ call: VerbCall, _ table: PythonTable) throws(PythonGap) -> Product {
    var arguments = [table.chain.text()]
    if let user = try option("user", of: call) { arguments.append("user=\(user)") }
    // What the user had before is in the data of any of the models.
    let lists = table.schema.names.filter { $0.hasSuffix(NamedRecommender.listSuffix) }
      .map { String($0.dropLast(NamedRecommender.listSuffix.count)) }
    for name in lists {
      guard case .model? = trace.value(named: name) else { continue }
      arguments.append("model=\(PythonSpelling.variable(name))")
      break
    }
    for option in call.options {
      switch (option.name.name, option.value) {
      case ("user", _), ("template", _): break
      case ("names", .table(let pipeline)):
        guard case .table(let names) = try product(of: pipeline) else { break }
        arguments.append("names=\(names.chain.text())")
      case ("column", .expression(let value)), ("truth", .expression(let value)):
        arguments.append("\(option.name.name)=\(PythonSpelling.text(value.span.text))")
      default: throw PythonGap(reason: "`links \(option.name.name)=` is not written out in Python")
      }
    }
    needs.helpers.insert(.linksOfUser)
    return .lines([self.call("links_of_user", arguments)])
  }

  func linked(_ call: VerbCall, on input: Product?) throws(PythonGap) -> Product {
    if case .table(let table)? = input, call.options.contains(where: { $0.name.name == "user" }) {
      return try linkedOfUser(call, table)
    }
    var arguments: [String]
    switch input {
    case .table(let table)?: arguments = [table.chain.text(indent: 0)]
    case .value(let list)?: arguments = [list]
    default: throw PythonGap(reason: "`links` of something that is no table")
    }
    for option in call.options {
      switch (option.name.name, option.value) {
      case ("names", .expression(let value)): arguments.append("names=\(PythonSpelling.variable(value.span.text))")
      case ("names", .table(let pipeline)):
        guard case .table(let names) = try product(of: pipeline) else { break }
        arguments.append("names=\(names.chain.text())")
      case ("column", .expression(let value)): arguments.append("column=\(PythonSpelling.text(value.span.text))")
      case ("template", .expression(let value)): arguments.append("template=\(try self.value(of: value))")
      default: throw PythonGap(reason: "`links \(option.name.name)=` is not written out in Python")
      }
    }
    needs.helpers.insert(.links)
    return .lines(["links(\(arguments.joined(separator: ", ")))"])
  }
}
