import Diagnostics
import Experiments
import Query
import Recommenders
import Tables

// Translates verbs that measure, compare, tune and explain models.

extension PythonTranslator {
  private func result(of call: VerbCall) throws(PythonGap) -> Plan {
    guard case .table(let result)? = trace.values[call.written.span.range.lowerBound] else {
      throw PythonGap(reason: "what `\(call.name)` gave is not known")
    }
    return result
  }

  private func product(_ text: String, _ result: Plan) -> Product {
    .table(PythonTable(chain: PythonChain(head: text), schema: result.schema, plan: result))
  }

  private func table(_ input: Product?, of call: VerbCall) throws(PythonGap) -> PythonTable {
    guard case .table(let table)? = input else {
      throw PythonGap(reason: "`\(call.name)` of something that is no table")
    }
    return table
  }

  // MARK: - Models

  func stepped(_ call: VerbCall, on input: Product?) throws(PythonGap) -> Product {
    guard case .value(let text)? = input, model(text)?.goesOn == true else {
      throw PythonGap(reason: "the fit of this model does not go on in Python; fit it anew with more iterations")
    }
    var count = "1"
    if case .expression(let value)? = call.arguments.first { count = try self.value(of: value) }
    return .value("\(text).step(\(count))")
  }

  func recounted(_ call: VerbCall, on input: Product?) throws(PythonGap) -> Product {
    let result = try result(of: call)
    guard case .value(let text)? = input, model(text)?.hasHistory == true else {
      throw PythonGap(reason: "of this model Python keeps no history")
    }
    remarks.insert("history: without the seconds")
    let schema = Schema(result.schema.fields.filter { $0.name != "seconds" })
    return .table(PythonTable(chain: PythonChain(head: "\(text).history()"), schema: schema, plan: nil))
  }

  func predicted(_ call: VerbCall, on input: Product?) throws(PythonGap) -> Product {
    let (table, result) = (try table(input, of: call), try result(of: call))
    guard call.options.isEmpty else { throw PythonGap(reason: "`predict` with options is not written out in Python") }
    let models = try call.nameArguments.map { (name) throws(PythonGap) -> String in
      let variable = PythonSpelling.variable(name.name)
      guard case .model(let model)? = trace.value(named: name.name) else {
        throw PythonGap(reason: "`\(name.name)` is no model")
      }
      if PythonModel.all[model.kind]?.predicts == true { return "\(PythonSpelling.text(name.name)): \(variable)" }
      guard let rated = ratedModels[variable] else {
        throw PythonGap(reason: "`\(name.name)` predicts no ratings in Python")
      }
      useSurprise(rated)
      return "\(PythonSpelling.text(name.name)): \(rated)"
    }
    needs.helpers.insert(.predict)
    let step = self.call("pipe", ["predict", "{\(models.joined(separator: ", "))}"])
    return .table(PythonTable(chain: table.chain.then(step), schema: result.schema, plan: result))
  }

  func likened(_ call: VerbCall, on input: Product?) throws(PythonGap) -> Product {
    let result = try result(of: call)
    guard case .value(let text)? = input, model(text)?.comparesItems == true,
      case .expression(let item)? = call.arguments.first
    else { throw PythonGap(reason: "items are not compared by this in Python") }
    var arguments = [text, try value(of: item)]
    for (name, value) in expressions(call) { arguments.append("\(name)=\(try self.value(of: value))") }
    needs.helpers.insert(.similar)
    return product("similar(\(arguments.joined(separator: ", ")))", result)
  }

  func explained(_ call: VerbCall, on input: Product?) throws(PythonGap) -> Product {
    if case .table(let table)? = input { return .lines([try explained(table)]) }
    guard case .value(let text)? = input, let model = model(text), model.isExplained else {
      throw PythonGap(reason: "the scores of this are not explained in Python")
    }
    let result = try result(of: call)
    var arguments = [text]
    for (name, value) in expressions(call) { arguments.append("\(name)=\(try self.value(of: value))") }
    let isOfFactors = model.helper == .implicitALS
    needs.helpers.insert(isOfFactors ? .explainFactors : .explain)
    return product("\(isOfFactors ? "explain_factors" : "explain")(\(arguments.joined(separator: ", ")))", result)
  }

  /// The plan of polars for a table that is made by methods of lazy frames.
  private func explained(_ table: PythonTable) throws(PythonGap) -> String {
    let chain = table.chain
    guard PythonSpelling.isIdentifier(chain.head), !chain.steps.contains(where: { $0.hasPrefix("pipe(") }) else {
      throw PythonGap(reason: "`explain` shows the plan of Lectern; the nearest is `.lazy()` … `.explain()` of polars")
    }
    remarks.insert("explain: this is the plan of polars")
    let lazy = PythonChain(head: chain.head, steps: ["lazy()"] + chain.steps + ["explain()"])
    return "print(\(lazy.text(width: 80)))"
  }

  // MARK: - Metrics

  private static let ofLists: Set<String> = [
    "recall", "precision", "f1", "r_precision", "hr", "mrr", "map", "ndcg", "short_lists",
  ]
  private static let ofTrain: Set<String> = [
    "repeat_recall", "explore_recall", "repeat_share", "popularity", "novelty", "surprisal", "coverage", "gini",
  ]
  private static let ofRatings: Set<String> = ["rmse", "mae", "mse"]
  /// Where metrics are found that are not written out.
  private static let elsewhere = [
    "auc": "`PAP` of RecTools", "roc_auc": "`roc_auc_score` of scikit-learn",
    "diversity": "`IntraListDiversity` of RecTools", "serendipity": "`Serendipity` of RecTools",
    "fcp": "`accuracy.fcp` of Surprise",
  ]

  func measured(_ call: VerbCall, on input: Product?) throws(PythonGap) -> Product {
    try evaluated(call, on: input, lists: ("metrics", .metrics), ratings: ("rating_metrics", .ratings))
  }

  func compared(_ call: VerbCall, on input: Product?) throws(PythonGap) -> Product {
    try evaluated(call, on: input, lists: ("compare", .compare), ratings: ("compare_ratings", .compareRatings))
  }

  /// The names of the metrics that are shown, as they stand in the names of columns.
  private func metrics(_ value: Expression) throws(PythonGap) -> [String] {
    var names: [String] = []
    for word in words(value) {
      guard let name = (try? Metrics.named(word))?.name else { throw PythonGap(reason: "`\(word)` is no metric") }
      guard Self.ofLists.union(Self.ofTrain).union(Self.ofRatings).contains(name) else {
        let nearest = Self.elsewhere[name].map { "; the nearest is \($0)" } ?? ""
        throw PythonGap(reason: "`\(name)` is not written out in Python\(nearest)")
      }
      names.append(name)
    }
    return names
  }

  private func evaluated(
    _ call: VerbCall, on input: Product?, lists: (name: String, helper: PythonHelper),
    ratings: (name: String, helper: PythonHelper)
  ) throws(PythonGap) -> Product {
    let (table, result) = (try table(input, of: call), try result(of: call))
    var shown: [String] = []
    if let show = expressions(call).first(where: { $0.name == "show" }) { shown = try metrics(show.value) }
    let isOfRatings = !shown.isEmpty && Self.ofRatings.isSuperset(of: shown)
    var arguments = [isOfRatings ? ratings.name : lists.name]
    if !shown.isEmpty { arguments.append("show=[\(shown.map(PythonSpelling.text).joined(separator: ", "))]") }
    var step: String?
    for given in call.options {
      switch (given.name.name, given.value) {
      case ("show", _), ("on", _): break
      case ("train", .table(let pipeline)):
        guard !Self.ofTrain.isDisjoint(with: shown), case .table(let train) = try product(of: pipeline) else { break }
        needs.helpers.insert(.facts)
        let isItem = !train.schema.names.contains("product_id") && train.schema.names.contains("item_id")
        arguments.append("facts=Facts(\(train.chain.text())\(isItem ? ", item=\"item_id\"" : ""))")
      case ("columns", .expression(let value)):
        arguments.append("columns=[\(words(value).map(PythonSpelling.text).joined(separator: ", "))]")
      case ("top", .expression(let value)) where !isOfRatings, ("seed", .expression(let value)):
        arguments.append("\(given.name.name)=\(try self.value(of: value))")
      case ("cold", .expression(let value)) where !isOfRatings, ("truth", .expression(let value)):
        arguments.append("\(given.name.name)=\(PythonSpelling.text(value.span.text))")
      case ("intervals", .expression(let value)):
        if value.span.text == "false" { step = "drop(pl.selectors.ends_with(\" ±\"))" }
      default: throw PythonGap(reason: "`\(call.name) \(given.name.name)=` is not written out in Python")
      }
    }
    needs.helpers.insert(isOfRatings ? ratings.helper : lists.helper)
    let chain = table.chain.then(self.call("pipe", arguments))
    return .table(PythonTable(chain: step.map(chain.then) ?? chain, schema: result.schema, plan: result))
  }

  // MARK: - Tuning

  func tuned(_ call: VerbCall, on input: Product?) throws(PythonGap) -> Product {
    let (table, result) = (try table(input, of: call), try result(of: call))
    guard let word = call.wordArgument(0)?.name, let kind = try? Models.named(word),
      let model = PythonModel.named(kind.name, texts(call)), model.helper != .surprise
    else {
      throw PythonGap(reason: "this model is not tuned in Python; `GridSearchCV` of Surprise tunes those of ratings")
    }
    var (tried, fixed, others): ([String], [String], [String]) = ([], [], [])
    for option in call.options {
      let name = option.name.name
      switch option.value {
      case .table(let pipeline) where name == "on":
        guard case .table(let held) = try product(of: pipeline) else { break }
        others.append("on=\(held.chain.text())")
      case .expression(let value):
        if let parameter = model.parameters[name] {
          if parameter.isEmpty { continue }
          if case .list = value.node {
            tried.append("\(PythonSpelling.text(parameter)): \(try argument(value, of: name))")
          } else {
            fixed.append("\(parameter)=\(try argument(value, of: name))")
          }
        } else if name == "metric" {
          others.append("metric=\(PythonSpelling.text(try metrics(value).first ?? "ndcg"))")
        } else if ["cold", "seen", "user", "item", "weight"].contains(name) {
          others.append("\(name)=\(PythonSpelling.text(value.span.text))")
        } else if name == "top", case .list = value.node {
          throw PythonGap(reason: "`tune` at several cutoffs is not written out in Python")
        } else if name == "top" {
          others.append("top=\(try self.value(of: value))")
        } else {
          throw PythonGap(reason: "`tune … \(name)=` is not written out in Python")
        }
      default: throw PythonGap(reason: "`tune … \(name)=` is not written out in Python")
      }
    }
    guard others.contains(where: { $0.hasPrefix("on=") }), !tried.isEmpty else {
      throw PythonGap(reason: "`tune` without `on` is not written out in Python")
    }
    let names = table.schema.names
    if !others.contains(where: { $0.hasPrefix("item=") }), !names.contains("product_id"), names.contains("item_id") {
      fixed.append("item=\"item_id\"")
    }
    if model.readsWeights, !others.contains(where: { $0.hasPrefix("weight=") }),
      let weight = ["weight", "rating"].first(where: names.contains)
    {
      fixed.append("weight=\(PythonSpelling.text(weight))")
    }
    needs.helpers.formUnion([.tune, model.helper])
    if let remark = model.remark { remarks.insert("\(kind.name): \(remark)") }
    let arguments = [model.name, table.chain.text()] + others + ["tried={\(tried.joined(separator: ", "))}"] + fixed
    return product("tune(\(arguments.joined(separator: ", ")))", result)
  }

  /// The items of a list, or the one that stands alone, as they are written.
  private func words(_ value: Expression) -> [String] {
    if case .list(let items) = value.node { items.map(\.span.text) } else { [value.span.text] }
  }
}
