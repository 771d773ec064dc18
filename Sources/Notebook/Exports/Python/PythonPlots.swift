import Diagnostics
import Display
import Query
import Tables

// Translates plots to matplotlib.

extension PythonTranslator {
  func plotted(_ call: VerbCall, on input: Product?) throws(PythonGap) -> [String] {
    guard case .table(let table)? = input, let kind = call.wordArgument(0)?.name else {
      throw PythonGap(reason: "`plot` of something that is no table")
    }
    let (chain, schema) = (table.chain, table.schema)
    if ["intervals", "cutoffs"].contains(kind) { return try plottedMetrics(kind, call, table) }
    guard let drawn = Plot.Kind(rawValue: kind) else { throw PythonGap(reason: "`plot \(kind)` has no translation") }
    func names(_ option: String) -> [String] {
      guard let value = call.options.first(where: { $0.name.name == option })?.value,
        case .expression(let expression) = value
      else { return [] }
      if case .list(let items) = expression.node { return items.compactMap(\.writtenName) }
      return [expression.writtenName].compactMap(\.self)
    }
    let numeric = schema.fields.filter { $0.type.isNumeric || $0.type.isTemporal }.map(\.name)
    var x = names("x").first
    var y = names("y")
    if drawn == .histogram {
      x = x ?? numeric.first
    } else {
      let others = numeric.filter { $0 != x }
      // Of what `metrics` gives, the first metric is meant.
      let metric = schema.names.first == "model" ? others.first { $0.contains("@") } : nil
      if y.isEmpty { y = [metric ?? others.last { $0 != "seconds" } ?? others.last].compactMap(\.self) }
      x = x ?? schema.names.first { !y.contains($0) }
    }
    guard let x, drawn == .histogram || !y.isEmpty else { throw PythonGap(reason: "there is nothing here to draw") }
    needs.modules.formUnion([.matplotlib, .polars])
    let column = { (name: String) in "shown[\(PythonSpelling.text(name))]" }
    // A line plot connects its points from left to right, whatever the row order.
    let rows = drawn == .line ? chain.then("sort(\(PythonSpelling.text(x)))") : chain
    var lines = ["shown = \(rows.text())", "figure, axes = plt.subplots()"]
    switch drawn {
    case .histogram:
      lines.append("axes.hist(\(column(x)).drop_nulls(), bins=\(try option("bins", of: call) ?? "30"))")
    case .bar:
      for name in y {
        let bars = "\(column(x)).cast(pl.String).fill_null(\"null\")"
        lines.append("axes.bar(\(bars), \(column(name)), label=\(PythonSpelling.text(name)))")
      }
    case .line:
      for name in y { lines.append("axes.plot(\(column(x)), \(column(name)), label=\(PythonSpelling.text(name)))") }
    case .scatter, .loglog, .intervals:
      for name in y { lines.append("axes.scatter(\(column(x)), \(column(name)), label=\(PythonSpelling.text(name)))") }
      if drawn == .loglog { lines.append("axes.loglog()") }
    }
    lines.append("axes.set_xlabel(\(PythonSpelling.text(x)))")
    if y.count == 1 { lines.append("axes.set_ylabel(\(PythonSpelling.text(y[0])))") }
    if y.count > 1 { lines.append("axes.legend()") }
    return lines + (try plotEnd(call))
  }

  /// A metric with its intervals, a row for each model; or against the cutoff, a line for each model.
  private func plottedMetrics(
    _ kind: String, _ call: VerbCall, _ table: PythonTable
  ) throws(PythonGap) -> [String] {
    let measured = table.schema.names.filter { $0.contains("@") && !$0.hasSuffix(" ±") }
    guard let first = measured.first else { throw PythonGap(reason: "`plot \(kind)` draws what `metrics` gives") }
    let wanted = expressions(call).first { $0.name == "y" }?.value.writtenName
    needs.modules.formUnion([.matplotlib, .polars])
    var lines = ["shown = \(table.chain.text())", "figure, axes = plt.subplots()"]
    if kind == "intervals" {
      let metric = wanted ?? first
      let half = table.schema.names.contains(metric + " ±") ? ", xerr=shown[\(PythonSpelling.text(metric + " ±"))]" : ""
      lines += [
        "axes.errorbar(shown[\(PythonSpelling.text(metric))], shown[\"model\"]\(half), fmt=\"o\")",
        "axes.invert_yaxis()", "axes.set_xlabel(\(PythonSpelling.text(metric)))",
      ]
    } else {
      let metric = wanted ?? String(first.prefix { $0 != "@" })
      let cutoffs = measured.filter { $0.hasPrefix(metric + "@") }.compactMap { Int($0.dropFirst(metric.count + 1)) }
      let list = "[\(cutoffs.sorted().map { "\($0)" }.joined(separator: ", "))]"
      lines += [
        "for row in shown.iter_rows(named=True):",
        "    axes.plot(\(list), [row[f\"\(metric)@{k}\"] for k in \(list)], label=row[\"model\"])",
        "axes.set_xlabel(\"cutoff\")", "axes.set_ylabel(\(PythonSpelling.text(metric)))", "axes.legend()",
      ]
    }
    return lines + (try plotEnd(call))
  }

  private func plotEnd(_ call: VerbCall) throws(PythonGap) -> [String] {
    let title = try option("title", of: call).map { ["axes.set_title(\($0))"] } ?? []
    return title + [try option("save", of: call).map { "figure.savefig(\($0))" } ?? "plt.show()"]
  }

  /// The value of an option of a call.
  func option(_ name: String, of call: VerbCall) throws(PythonGap) -> String? {
    guard let value = expressions(call).first(where: { $0.name == name })?.value else { return nil }
    if let name = value.writtenName { return PythonSpelling.text(name) }
    return try self.value(of: value)
  }
}

extension Expression {
  /// The bare name of an expression, as in options that take columns.
  var writtenName: String? {
    if case .name(let name) = node { name } else { nil }
  }
}
