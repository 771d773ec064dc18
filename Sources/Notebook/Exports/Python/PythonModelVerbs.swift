import Diagnostics
import Query
import Recommenders
import Tables

// Translates verbs of models and metrics.

extension PythonTranslator {
  /// The models with a numpy implementation, and the parameters that it supports.
  private static let written: [String: (helper: PythonHelper, parameters: Set<String>)] = [
    "TopPopular": (.popular, ["by"]), "PersonalTopPopular": (.popular, []), "Random": (.random, ["by", "seed"]),
    "EASE": (.ease, ["regularization", "orientation"]),
  ]

  /// The libraries that have the other models.
  private static let libraries: [String: String] = [
    "iALS": "`implicit.als.AlternatingLeastSquares` (other initial factors for a seed)",
    "ALS": "`lenskit.als.BiasedMFScorer`", "MatrixFactorization": "`torch.nn.Embedding` with `torch.optim.Adam`",
    "SVD": "`surprise.SVD`", "SVDpp": "`surprise.SVDpp`", "NMF": "`surprise.NMF`",
    "CoClustering": "`surprise.CoClustering`", "SlopeOne": "`surprise.SlopeOne`", "Baseline": "`surprise.BaselineOnly`",
    "UserKNN": "`surprise.KNNBasic` with `user_based=True`",
    "ItemKNN": "`implicit.nearest_neighbours.CosineRecommender` or `surprise.KNNBasic`",
    "BPR": "`implicit.bpr.BayesianPersonalizedRanking`", "SLIM": "`sklearn.linear_model.ElasticNet`, a column an item",
    "PureSVD": "`sklearn.utils.extmath.randomized_svd`", "RP3beta": "`similaripy.rp3beta`",
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
    guard let (helper, parameters) = PythonTranslator.written[name] else {
      throw PythonGap(
        reason: "`\(name)` has no Python version here; the nearest is \(PythonTranslator.libraries[name] ?? "none")")
    }
    needs.helpers.insert(helper)
    var arguments = [table.chain.text()]
    var columns: [String: String] = [:]
    for option in call.options {
      guard case .expression(let value) = option.value else { continue }
      let option = option.name.name
      if ["user", "item", "weight"].contains(option) {
        columns[option] = value.span.text
      } else if parameters.contains(option) {
        let isWord = if case .name = value.node { true } else { false }
        arguments.append("\(option)=\(isWord ? PythonSpelling.text(value.span.text) : try self.value(of: value))")
      } else if !["time", "basket"].contains(option) {
        throw PythonGap(reason: "`\(name) \(option)=` is not written out in Python")
      }
    }
    let names = table.schema.names
    if columns["item"] == nil, !names.contains("product_id"), names.contains("item_id") { columns["item"] = "item_id" }
    if columns["weight"] == nil, name == "EASE" {
      columns["weight"] = ["weight", "rating"].first(where: names.contains)
    }
    for key in ["user", "item", "weight"] {
      if let column = columns[key] { arguments.append("\(key)=\(PythonSpelling.text(column))") }
    }
    if name == "EASE" { remarks.insert("EASE is computed in double precision here: the last digits of scores differ") }
    return .value("\(name)(\(arguments.joined(separator: ", ")))")
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
