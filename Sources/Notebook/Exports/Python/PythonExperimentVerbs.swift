import Diagnostics
import Query
import Recommenders
import Tables

// Verbs that compare, tune and explain models.

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

  func stepped(_ call: VerbCall, on input: Product?) throws(PythonGap) -> Product {
    guard case .value(let model)? = input, needs.helpers.contains(.als) else {
      throw PythonGap(reason: "only iALS goes on with a fit in Python")
    }
    var count = "1"
    if case .expression(let value)? = call.arguments.first { count = try self.value(of: value) }
    return .value("\(model).step(\(count))")
  }

  func recounted(_ call: VerbCall, on input: Product?) throws(PythonGap) -> Product {
    let result = try result(of: call)
    guard case .value(let model)? = input, needs.helpers.contains(.als),
      result.schema.names == ["iteration", "loss", "seconds"]
    else { throw PythonGap(reason: "of this model Python keeps no history") }
    remarks.insert("history: without the seconds")
    return product("\(model).history()", result)
  }

  func predicted(_ call: VerbCall, on input: Product?) throws(PythonGap) -> Product {
    let (table, result) = (try table(input, of: call), try result(of: call))
    guard call.options.isEmpty else { throw PythonGap(reason: "`predict` with options is not written out in Python") }
    let models = try call.nameArguments.map { (name) throws(PythonGap) -> String in
      guard case .model(let model)? = trace.value(named: name.name),
        PythonModel.all[model.kind]?.helper == .surprise
      else { throw PythonGap(reason: "`\(name.name)` predicts no ratings in Python") }
      return "\(PythonSpelling.text(name.name)): \(PythonSpelling.variable(name.name))"
    }
    needs.helpers.insert(.surprise)
    let step = self.call("pipe", ["predict", "{\(models.joined(separator: ", "))}"])
    return .table(PythonTable(chain: table.chain.then(step), schema: result.schema, plan: result))
  }

  func compared(_ call: VerbCall, on input: Product?) throws(PythonGap) -> Product {
    let (table, result) = (try table(input, of: call), try result(of: call))
    var arguments = ["compare"]
    for option in call.options {
      guard case .expression(let value) = option.value else {
        throw PythonGap(reason: "`compare \(option.name.name)=` is not written out in Python")
      }
      switch option.name.name {
      case "show":
        let metrics = words(value).map { $0.lowercased().filter { $0 != "_" } }
        guard Set(metrics).isSubset(of: ["recall", "precision", "hitrate", "mrr", "map", "ndcg"]) else {
          throw PythonGap(reason: "of these metrics not all are compared in Python: \(metrics.joined(separator: ", "))")
        }
        arguments.append("show=[\(metrics.map(PythonSpelling.text).joined(separator: ", "))]")
      case "columns": arguments.append("columns=[\(words(value).map(PythonSpelling.text).joined(separator: ", "))]")
      case "top": arguments.append("top=\(try self.value(of: value))")
      case "cold", "truth": arguments.append("\(option.name.name)=\(PythonSpelling.text(value.span.text))")
      default: throw PythonGap(reason: "`compare \(option.name.name)=` is not written out in Python")
      }
    }
    needs.helpers.insert(.compare)
    remarks.insert("from, to and p are drawn anew by numpy: nearly the same, not equal")
    return .table(
      PythonTable(chain: table.chain.then(self.call("pipe", arguments)), schema: result.schema, plan: result))
  }

  func tuned(_ call: VerbCall, on input: Product?) throws(PythonGap) -> Product {
    let (table, result) = (try table(input, of: call), try result(of: call))
    guard let word = call.wordArgument(0)?.name, let kind = try? Models.named(word),
      let model = PythonModel.all[kind.name], model.helper != .surprise
    else { throw PythonGap(reason: "this model is not tuned in Python") }
    var (tried, fixed, others): ([String], [String], [String]) = ([], [], [])
    for option in call.options {
      let name = option.name.name
      switch option.value {
      case .table(let pipeline) where name == "on":
        guard case .table(let held) = try product(of: pipeline) else { break }
        others.append("on=\(held.chain.text())")
      case .expression(let value):
        if let parameter = model.parameters[name] {
          if case .list = value.node {
            tried.append("\(PythonSpelling.text(parameter)): \(try argument(value))")
          } else {
            fixed.append("\(parameter)=\(try argument(value))")
          }
        } else if ["metric", "cold", "seen", "user", "item", "weight"].contains(name) {
          others.append("\(name)=\(PythonSpelling.text(value.span.text))")
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
    needs.helpers.formUnion([.tune, model.helper])
    if let remark = model.remark { remarks.insert("\(kind.name): \(remark)") }
    remarks.insert("the intervals (±) are drawn anew by numpy: nearly the same, not equal")
    let arguments = [model.name, table.chain.text()] + others + ["tried={\(tried.joined(separator: ", "))}"] + fixed
    return product("tune(\(arguments.joined(separator: ", ")))", result)
  }

  func explained(_ call: VerbCall, on input: Product?) throws(PythonGap) -> Product {
    let explainable: Set<PythonHelper> = [.ease, .neighbors, .walks, .slim]
    guard case .value(let name)? = input,
      case .model(let model)? = trace.value(named: name), model.kind != "UserKNN",
      let helper = PythonModel.all[model.kind]?.helper, explainable.contains(helper)
    else { throw PythonGap(reason: "the scores of this are not explained in Python") }
    let result = try result(of: call)
    var arguments = [name]
    for option in call.options {
      guard case .expression(let value) = option.value else { continue }
      arguments.append("\(option.name.name)=\(try self.value(of: value))")
    }
    needs.helpers.insert(.explain)
    return product("explain(\(arguments.joined(separator: ", ")))", result)
  }

  /// Metrics that are computed by functions of their own: of the catalogue, and of ratings; nil of others.
  func measuredOtherwise(
    _ call: VerbCall, _ table: PythonTable, _ result: Plan
  ) throws(PythonGap) -> Product? {
    guard let show = call.options.first(where: { $0.name.name == "show" }), case .expression(let list) = show.value
    else { return nil }
    let shown = Set(words(list))
    guard !shown.isEmpty else { return nil }
    let isOfRatings = shown.isSubset(of: ["rmse", "mae"])
    guard isOfRatings || shown.isSubset(of: ["coverage", "popularity"]) else { return nil }
    var arguments = [isOfRatings ? "rating_metrics" : "catalogue_metrics"]
    for given in call.options {
      switch (given.name.name, given.value) {
      case ("train", .table(let pipeline)) where !isOfRatings:
        guard case .table(let train) = try product(of: pipeline) else { return nil }
        arguments.append("train=\(train.chain.text())")
      case ("show", .expression(let value)), ("columns", .expression(let value)):
        let list = words(value).map(PythonSpelling.text).joined(separator: ", ")
        arguments.append("\(given.name.name)=[\(list)]")
      case ("top", .expression(let value)): arguments.append("top=\(try self.value(of: value))")
      case ("cold", .expression(let value)) where !isOfRatings:
        arguments.append("cold=\(PythonSpelling.text(value.span.text))")
      case ("truth", .expression(let value)): arguments.append("truth=\(PythonSpelling.text(value.span.text))")
      default: throw PythonGap(reason: "`metrics \(given.name.name)=` is not written out in Python for these metrics")
      }
    }
    needs.helpers.insert(isOfRatings ? .ratingMetrics : .catalogue)
    remarks.insert("the intervals (±) are drawn anew by numpy: nearly the same, not equal")
    return .table(
      PythonTable(chain: table.chain.then(self.call("pipe", arguments)), schema: result.schema, plan: result))
  }

  /// The items of a list, or the one that stands alone, as they are written.
  private func words(_ value: Expression) -> [String] {
    if case .list(let items) = value.node { items.map(\.span.text) } else { [value.span.text] }
  }
}
