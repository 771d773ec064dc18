import Diagnostics
import Display
import Formats
import Query
import Tables

private struct PlotOptions: VerbOptions {
  var x: Identifier?
  var y: [Identifier]?
  var bins = 30
  var title = ""
  var save: String?
  var overwrite = false

  static let declared: [VerbOption<Self>] = [
    .column("x", \.x, "the column of the horizontal axis; by default the first that fits"),
    .columns("y", \.y, "the column or columns of the vertical axis"),
    .integer("bins", \.bins, in: 1...1_000, "how many bins a histogram has"),
    .text("title", \.title, "the title above the plot"),
    .text("save", \.save, "an SVG file to write instead"),
    .flag("overwrite", \.overwrite, "whether to replace an existing file"),
  ]
}

extension NotebookVerb {
  static let plot = NotebookVerb(
    VerbDeclaration(
      "plot", summary: "draws a table as bars, lines, a histogram or points",
      discussion:
        """
        The plot consists of characters; `save="f.svg"` writes a picture instead. A line connects its points from left \
        to right, whatever their order in the table. Bars are in the order of the table. For a result of `metrics`, \
        `plot cutoffs` draws a metric against the cutoff, with one line per model, and `plot intervals` draws one \
        point per model in the middle of its interval; `y=` names the metric, by default the first. A line is broken \
        where a value is missing. Several series have marks, dashes or hatching of their own beside their colours. Of \
        more points than a picture has places, one is drawn at each place; the line below the plot says so.
        """,
      arguments: .word(name: "kind", choices: NotebookVerb.plotKinds, then: []),
      examples: [
        Example("actions | group_by action_type | plot bar x=action_type y=len", "one bar a kind of action"),
        Example("train | plot hist x=product_id bins=20", "how ids are spread"),
        Example("train | group_by date | plot line x=date y=len", "orders a day"),
        Example("train | plot scatter x=user_id y=product_id", "who bought what"),
        Example(
          "train | group_by product_id | value_counts len | rename times = len | plot loglog x=times y=rows",
          "how many products were bought how often"),
        Example(
          "test | group_by user_id agg ids = unique(product_id) | recommend tp, ease | metrics top=[1, 2, 4] | plot cutoffs",
          "recall against the cutoff"),
        Example(
          "test | group_by user_id agg ids = unique(product_id) | recommend tp, ease | metrics | plot intervals y=`precision@10`",
          "a metric with intervals"),
      ]), PlotOptions.self
  ) { (call, options, input, session) throws(Diagnostic) in
    let plan = try call.plan(input)
    let kinds = NotebookVerb.plotKinds
    guard let word = call.wordArgument(0), kinds.contains(word.name) else {
      let written = call.wordArgument(0)
      throw Diagnostic(
        "`plot` draws no `\(written?.name ?? "nothing")`", at: written?.span ?? call.written.span,
        label: written.flatMap { didYouMean($0.name, among: kinds) } ?? "",
        hint: "there are " + kinds.map { "`\($0)`" }.joined(separator: ", "))
    }
    let place = options.nameSpan(of: \.save)
    if let path = options.save, try !session.mayWrite(call, path, overwrite: options.overwrite, at: place) {
      return .nothing
    }
    let drawing =
      if let kind = Plot.Kind(rawValue: word.name), kind != .intervals {
        try session.plot(kind, plan, call, options)
      } else {
        try session.plotMetrics(word, plan, options)
      }
    if let take = session.takePlot {
      take(drawing)
      if options.save == nil { return .nothing }
    }
    guard let path = options.save else {
      let text = drawing.styledText(session.presentation.tables.page)
      if session.plots != nil { session.plots?.append((text.plain, drawing.svg())) }
      return .shown(text)
    }
    do throws(Diagnostic) {
      let bytes = try replaceFile(at: path, with: drawing.svg(), overwrite: options.overwrite)
      session.note("wrote \(path) (\(sizeText(bytes: bytes)))")
    } catch {
      throw error.located(at: place)
    }
    return .nothing
  }
}

extension NotebookVerb {
  /// All kinds of plots: those of columns, and those of results of `metrics`.
  fileprivate static let plotKinds = Plot.Kind.allCases.map(\.rawValue) + ["cutoffs"]
}

extension Session {
  /// Plots a result of `metrics`: a metric against the cutoff, or with its intervals.
  fileprivate func plotMetrics(
    _ kind: Identifier, _ plan: Plan, _ options: OptionValues<PlotOptions>
  ) throws(Diagnostic) -> Plot {
    let table = try table(plan)
    guard let models = table.column("model") else {
      throw Diagnostic(
        "`plot \(kind.name)` draws what `metrics` gives", at: kind.span, hint: "`users | metrics | plot \(kind.name)`")
    }
    let measured = table.schema.names.filter { $0.contains("@") && !$0.hasSuffix(" ±") }
    // With `by=`, a model has one row for each segment; the segment is in the second column.
    let segments = table.columnCount > 1 && !measured.contains(table.schema[1].name) ? table.columns[1] : nil
    let repeats = Set((0..<table.rowCount).map { models[$0] }).count < table.rowCount
    let names = (0..<table.rowCount).map { row in
      models[row].description + (repeats ? segments.map { ", \($0[row])" } ?? "" : "")
    }
    let wanted = options.y?.first
    if kind.name == "intervals" {
      let metric = wanted?.name ?? measured.first ?? ""
      let values = table.columns[try table.schema.requireIndex(of: metric, at: wanted?.span ?? kind.span)]
      let halves = table.column(metric + " ±")
      return Plot(
        .intervals, title: options.title, xLabel: metric, categories: names,
        series: [
          Plot.Series(
            name: metric, y: (0..<table.rowCount).map { values[$0].number ?? .nan },
            halves: (0..<table.rowCount).map { halves?[$0].number ?? .nan })
        ])
    }
    let metric = wanted?.name ?? measured.first.map { String($0.prefix { $0 != "@" }) } ?? ""
    let columns = measured.compactMap { name -> (cutoff: Double, name: String)? in
      guard name.hasPrefix(metric + "@") else { return nil }
      return Double(name.dropFirst(metric.count + 1).prefix { $0.isNumber }).map { ($0, name) }
    }.sorted { $0.cutoff < $1.cutoff }
    guard columns.count > 1 else {
      throw Diagnostic(
        "`\(metric)` is there at \(counted(columns.count, "cutoff")), and a line takes two",
        at: wanted?.span ?? kind.span,
        hint: "`metrics top=[5, 10, 20] | plot cutoffs y=recall`")
    }
    let across = columns.map(\.cutoff)
    return Plot(
      .line, title: options.title, xLabel: "cutoff", yLabel: metric,
      series: names.indices.map { row in
        Plot.Series(name: names[row], x: across, y: columns.map { table.column($0.name)?[row].number ?? .nan })
      })
  }

  /// Plots columns of a table. Only these are computed.
  fileprivate func plot(
    _ kind: Plot.Kind, _ plan: Plan, _ call: VerbCall, _ options: OptionValues<PlotOptions>
  ) throws(Diagnostic) -> Plot {
    let schema = plan.schema
    func index(_ name: Identifier) throws(Diagnostic) -> Int {
      try schema.requireIndex(of: name.name, in: inputName, at: name.span)
    }
    let numeric = schema.fields.indices.filter { schema[$0].type.isNumeric || schema[$0].type.isTemporal }
    let title = options.title
    var x = try options.x.map(index)
    var y: [Int] = []
    for name in options.y ?? [] { y.append(try index(name)) }
    if kind == .histogram {
      x = x ?? numeric.first
    } else {
      // The duration of an iteration is the least interesting column of a history.
      let others = numeric.filter { $0 != x }
      let drawable = others.filter { schema[$0].name != "seconds" }
      // What `metrics` and `tune` give ends with how many users were scored; what is meant is the first metric. A
      // history has the metrics of train before those of valid.
      let isHistory = schema.names.contains { $0.hasPrefix("train_") }
      let metric = others.first {
        !isHistory && schema[$0].name.contains("@") || schema.index(of: schema[$0].name + " ±") != nil
      }
      if y.isEmpty { y = schema.withSibling(metric ?? (drawable.isEmpty ? others : drawable).last) }
      if x == nil { x = schema.fields.indices.first { !y.contains($0) } }
    }
    guard let x, kind == .histogram || !y.isEmpty else {
      throw Diagnostic(
        "there is nothing here to draw", at: call.written.span,
        hint: "name the columns: `plot \(kind.rawValue) x=… y=…`",
        notes: ["columns: " + schema.summary])
    }
    for column in kind == .bar ? y : [x] + y where !numeric.contains(column) {
      throw Diagnostic(
        "`\(schema[column].name)` is \(schema[column].type), and only numbers and dates can be drawn",
        at: call.span)
    }
    let label = schema[x].axisLabel
    let quantity = schema[x].type.quantity
    func histogram(_ drawn: (series: Plot.Series, thinning: Plot.Thinning?)) -> Plot {
      var plot = Plot(
        kind, title: title, xLabel: label, yLabel: "rows", xQuantity: quantity, series: [drawn.series],
        bins: options.bins)
      plot.thinning = drawn.thinning
      return plot
    }
    let drawn = Plan.project(plan, ([x] + y).map { plan.columns[$0] })
    if plan.engine != nil {
      let rows = try rowCount(of: drawn)
      if kind == .bar { try call.requireDrawable(bars: rows) }
      if kind == .histogram, y.isEmpty, let (values, times) = try countedValues(of: drawn, rows: rows) {
        return histogram(try PlottedRows.values(values, times: times, named: label, bins: options.bins))
      }
      try requireMemory(toDraw: drawn, rows: rows, at: call)
    }
    let table = try table(drawn)
    switch kind {
    case .bar:
      try call.requireDrawable(bars: table.rowCount)
      let format = ColumnFormat([table.columns[0]])
      let names = (0..<table.rowCount).map { format.text(table.columns[0], $0).trimmed }
      return Plot(
        kind, title: title, xLabel: schema[x].name, yLabel: y.count == 1 ? schema[y[0]].name : "", categories: names,
        series: try (1..<table.columnCount).map { column throws(Diagnostic) in
          Plot.Series(name: table.schema[column].name, y: try table.columns[column].plotted)
        })
    case .histogram:
      let values = table.columns[0]
      let rows = PlottedRows(kind: kind, x: values, y: values)
      return histogram(try rows.values(named: label, bins: options.bins))
    case .line, .scatter, .loglog, .intervals:
      let parts = try (1..<table.columnCount).map { column throws(Diagnostic) in
        try PlottedRows(kind: kind, x: table.columns[0], y: table.columns[column]).series(
          named: table.schema[column].name)
      }
      let ofSeries = Set(y.map { schema[$0].type.quantity })
      var plot = Plot(
        kind, title: title, xLabel: label, yLabel: y.count == 1 ? schema[y[0]].axisLabel : "", xQuantity: quantity,
        yQuantity: ofSeries.count == 1 ? ofSeries.first ?? .number : .number, series: parts.map(\.series))
      plot.thinning = .sum(parts.map(\.thinning))
      return plot
    }
  }
}

extension VerbCall {
  /// - Throws: if a table has so many rows that a bar for each says nothing.
  fileprivate func requireDrawable(bars: Int) throws(Diagnostic) {
    let most = 100_000
    if bars <= most { return }
    throw Diagnostic(
      "\(counted(bars, "row")) are too many for a bar each", at: span,
      hint: "count them first, as `group_by brand | plot bar x=brand y=len`, or take some: `take 40 | plot bar`")
  }
}

extension Schema {
  /// A column to draw; for validation data, together with the same column for train data, if it exists.
  fileprivate func withSibling(_ column: Int?) -> [Int] {
    guard let column else { return [] }
    let name = self[column].name
    let sibling = name.hasPrefix("valid_") ? index(of: "train_" + name.dropFirst("valid_".count)) : nil
    return [sibling, column].compactMap { $0 }
  }
}

extension DataType {
  fileprivate var quantity: Plot.Quantity {
    switch self {
    case .date: .date
    case .datetime, .zoned: .moment
    case .time: .timeOfDay
    default: .number
    }
  }
}

extension Field {
  /// The name, with a unit if the numbers do not show it.
  fileprivate var axisLabel: String {
    if case .duration = type { return name + ", s" }
    return name
  }
}
