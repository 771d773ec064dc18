import Diagnostics
import Query
import Recommenders
import Tables

// Translates verbs of models and metrics.

extension PythonTranslator {
  /// Where other models are found.
  private static let libraries: [String: String] = [
    "SVDpp": "`surprise.SVDpp`", "NMF": "`surprise.NMF`", "ALS": "`lenskit.als.BiasedMFScorer`",
    "MatrixFactorization": "`torch.nn.Embedding` with `torch.optim.Adam`",
    "UPCF": "the authors' class", "TIFUKNN": "the authors' code",
  ]

  func fitted(_ call: VerbCall, on input: Product?) throws(PythonGap) -> Product {
    guard case .table(let table)? = input, let word = call.wordArgument(0)?.name,
      let kind = try? Models.named(word)
    else { throw PythonGap(reason: "`fit` of something that is no table") }
    let name = kind.name
    if name == "Blend" {
      needs.helpers.insert(.blend)
      let parts = call.arguments.dropFirst().compactMap { argument -> [String]? in
        guard case .expression(let expression) = argument, case .list(let items) = expression.node else { return nil }
        return items.map(\.span.text)
      }.joined()
      guard parts.allSatisfy({ if case .model? = trace.value(named: $0) { true } else { false } }) else {
        throw PythonGap(reason: "`Blend` of models that are not fitted yet; fit them first")
      }
      return .value("Blend([\(parts.map(PythonSpelling.variable).joined(separator: ", "))])")
    }
    guard let model = PythonModel.all[name] else {
      throw PythonGap(
        reason: "`\(name)` has no Python version here; the nearest is \(PythonTranslator.libraries[name] ?? "none")")
    }
    needs.helpers.insert(model.helper)
    if let remark = model.remark { remarks.insert("\(name): \(remark)") }
    var arguments = [table.chain.text()]
    var columns: [String: String] = [:]
    var own: [String] = []
    for option in call.options {
      guard case .expression(let value) = option.value else { continue }
      let option = option.name.name
      if ["user", "item", "weight"].contains(option) {
        columns[option] = value.span.text
      } else if let parameter = model.parameters[option] {
        own.append("\(parameter)=\(try argument(value))")
      } else if !["time", "basket"].contains(option) {
        throw PythonGap(reason: "`\(name) \(option)=` is not written out in Python")
      }
    }
    if model.helper == .surprise {
      let entries = own.map { $0.asEntry }.joined(separator: ", ")
      let isGrouped = model.isGrouped && !own.isEmpty
      let inner = isGrouped ? "bsl_options={\(entries)}" : own.joined(separator: ", ")
      arguments.insert("\(model.name)(\(inner))", at: 0)
    } else {
      arguments += own
    }
    let names = table.schema.names
    if columns["item"] == nil, !names.contains("product_id"), names.contains("item_id") { columns["item"] = "item_id" }
    if columns["weight"] == nil, model.readsWeights {
      columns["weight"] = ["weight", "rating"].first(where: names.contains)
    }
    for key in ["user", "item", "weight"] {
      if let column = columns[key] { arguments.append("\(key)=\(PythonSpelling.text(column))") }
    }
    if model.helper == .surprise, columns["weight"] == nil {
      throw PythonGap(reason: "`\(name)` of Surprise learns from ratings, and no column is `rating`")
    }
    let called = model.helper == .surprise ? "Surprise" : model.name
    return .value("\(called)(\(arguments.joined(separator: ", ")))")
  }

  /// The value of a parameter: a word is a text.
  func argument(_ value: Expression) throws(PythonGap) -> String {
    if case .name = value.node, !["true", "false"].contains(value.span.text) {
      return PythonSpelling.text(value.span.text)
    }
    if case .list(let items) = value.node, items.contains(where: { if case .name = $0.node { true } else { false } }) {
      return "[\(items.map { PythonSpelling.text($0.span.text) }.joined(separator: ", "))]"
    }
    return try self.value(of: value)
  }

  func recommended(_ call: VerbCall, on input: Product?) throws(PythonGap) -> Product {
    guard case .table(let result)? = trace.values[call.written.span.range.lowerBound] else {
      throw PythonGap(reason: "what `recommend` gave is not known")
    }
    var options: [String] = []
    var users: String?
    for option in call.options {
      guard case .expression(let value) = option.value else { continue }
      switch option.name.name {
      case "top": options.append("top=\(try self.value(of: value))")
      case "seen": options.append("seen=\(PythonSpelling.text(value.span.text))")
      case "user": users = "users=[\(try self.value(of: value))]"
      case "users": users = "users=\(try self.value(of: value))"
      default: throw PythonGap(reason: "`recommend \(option.name.name)=` is not written out in Python")
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

  func measured(_ call: VerbCall, on input: Product?) throws(PythonGap) -> Product {
    guard case .table(let table)? = input, case .table(let result)? = trace.values[call.written.span.range.lowerBound]
    else { throw PythonGap(reason: "`metrics` of something that is no table") }
    if let other = try measuredOtherwise(call, table, result) { return other }
    let known: Set<String> = ["recall", "precision", "hitrate", "mrr", "map", "ndcg"]
    var arguments = ["metrics"]
    for option in call.options {
      guard case .expression(let value) = option.value else {
        if option.name.name == "train" { continue }
        throw PythonGap(reason: "`metrics \(option.name.name)=` is not written out in Python")
      }
      let items = if case .list(let items) = value.node { items.map(\.span.text) } else { [value.span.text] }
      let list = "[\(items.map(PythonSpelling.text).joined(separator: ", "))]"
      switch option.name.name {
      case "show":
        let metrics = items.map { $0.lowercased().filter { $0 != "_" } }
        guard metrics.allSatisfy(known.contains) else {
          throw PythonGap(reason: "of these metrics not all are written out: \(items.joined(separator: ", "))")
        }
        arguments.append("show=[\(metrics.map(PythonSpelling.text).joined(separator: ", "))]")
      case "columns": arguments.append("columns=\(list)")
      case "top":
        guard items.count == 1 else { throw PythonGap(reason: "several cutoffs; call `metrics` once for each") }
        arguments.append("top=\(items[0])")
      case "cold", "truth": arguments.append("\(option.name.name)=\(PythonSpelling.text(value.span.text))")
      default: throw PythonGap(reason: "`metrics \(option.name.name)=` is not written out in Python")
      }
    }
    needs.helpers.insert(.metrics)
    remarks.insert("the intervals (±) are drawn anew by numpy: nearly the same, not equal")
    return .table(
      PythonTable(chain: table.chain.then(self.call("pipe", arguments)), schema: result.schema, plan: result))
  }

  func linked(_ call: VerbCall, on input: Product?) throws(PythonGap) -> Product {
    guard case .table(let table)? = input else { throw PythonGap(reason: "`links` of something that is no table") }
    var arguments = [table.chain.text(indent: 0)]
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
