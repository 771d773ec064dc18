import Diagnostics
import Query
import Tables

// Translates splits.

extension PythonTranslator {
  func split(_ call: VerbCall, on input: Product?) throws(PythonGap) -> Product {
    guard case .table(let table)? = input, let kind = call.wordArgument(0)?.name else {
      throw PythonGap(reason: "`split` of something that is no table")
    }
    let helpers: [String: PythonHelper] = [
      "random": .splitRandom, "folds": .splitFolds, "last": .splitLast, "baskets": .splitBaskets,
      "users": .splitUsers, "time": .splitTime,
    ]
    guard let helper = helpers[kind] else { throw PythonGap(reason: "`split \(kind)` has no translation") }
    needs.helpers.insert(helper)
    var arguments = ["split_\(kind)"]
    if kind == "time" { arguments += try moments(call) }
    for name in ["n", "test", "seed", "by", "order", "user", "hold"] {
      if let value = try option(name, of: call) { arguments.append("\(name)=\(value)") }
    }
    if ["random", "folds", "users"].contains(kind), !arguments.contains(where: { $0.hasPrefix("seed=") }) {
      let drawn = trace.seeds.first { $0.offset == call.span.range.upperBound }?.seed ?? 0
      arguments.append("seed=\(drawn)")
    }
    if let time = try timeOfSplit(kind, call, table.schema) { arguments.append("time=\(time)") }
    return .value(table.chain.then(self.call("pipe", arguments)).text())
  }

  /// The column of times, if it is not what the function expects without being told.
  private func timeOfSplit(_ kind: String, _ call: VerbCall, _ schema: Schema) throws(PythonGap) -> String? {
    let hold = try option("hold", of: call)
    let isNeeded = kind == "last" || kind == "users" && hold != nil
    guard isNeeded || ["time", "baskets"].contains(kind) else { return nil }
    let given = try option("time", of: call)
    let found = given ?? ["date", "timestamp"].first(where: schema.names.contains).map(PythonSpelling.text)
    return !isNeeded && found == "\"date\"" ? nil : found
  }

  /// The moments of `at=`, as dates.
  private func moments(_ call: VerbCall) throws(PythonGap) -> [String] {
    guard let at = expressions(call).first(where: { $0.name == "at" })?.value else {
      throw PythonGap(reason: "`split time` without a moment")
    }
    let items = if case .list(let items) = at.node { items } else { [at] }
    needs.modules.insert(.dates)
    var moments: [String] = []
    for item in items {
      let text = try value(of: item)
      let parts = text.dropFirst().dropLast().split(separator: "-").compactMap { Int($0) }
      if text.hasPrefix("\""), parts.count == 3 {
        moments.append("date(\(parts[0]), \(parts[1]), \(parts[2]))")
      } else {
        moments.append(text.hasPrefix("\"") ? "datetime.fromisoformat(\(text))" : text)
      }
    }
    return moments
  }
}
