import Diagnostics
import Tables

extension Diagnostic {
  static func unknownMetric(_ name: String, at span: SourceSpan?) -> Diagnostic {
    let names = Metrics.all.flatMap { [$0.name] + $0.aliases }
    return Diagnostic(
      "no metric named `\(name)`", at: span, hint: didYouMean(name, among: names),
      notes: ["metrics: " + Metrics.all.map(\.name).joined(separator: ", ")])
  }

  static let noMetrics = Diagnostic("no metric to show", hint: "`show=[recall, precision]`")

  static let noCutoffs = Diagnostic("no cutoff to measure at", hint: "`top=[5, 10, 20]`")

  static func mixedMetrics(_ one: String, _ other: String) -> Diagnostic {
    Diagnostic(
      "`\(one)` and `\(other)` cannot stand in one table: one scores lists, the other ratings",
      hint: "ask for them separately: `show=[\(one)]`, `show=[\(other)]`")
  }

  static func metricNeedsTrain(_ metric: String) -> Diagnostic {
    Diagnostic("`\(metric)` needs the table the models were fitted to", hint: "`train=train`")
  }

  static func metricNeedsUsers(_ metric: String, _ column: String) -> Diagnostic {
    Diagnostic("`\(metric)` looks up what users had, and there is no column `\(column)`")
  }

  static func metricNeedsCategories(_ metric: String) -> Diagnostic {
    Diagnostic("`\(metric)` needs a table with a category for every item", hint: "`labels=products`")
  }

  static func noModelColumns(suffix: String, _ schema: Schema) -> Diagnostic {
    let verb = suffix == NamedRecommender.listSuffix ? "recommend" : "predict"
    return Diagnostic(
      "no column of a model, `NAME\(suffix)`", hint: "`| \(verb) tp, ease` makes them",
      notes: ["columns: " + schema.summary])
  }

  static func notMeasurable(_ name: String, _ type: DataType, suffix: String) -> Diagnostic {
    let wanted = suffix == NamedRecommender.listSuffix ? "lists of items" : "numbers"
    return Diagnostic("column `\(name)` is `\(type)`; it must hold \(wanted)")
  }

  static func noHeldOutItems(_ name: String, _ schema: Schema) -> Diagnostic {
    Diagnostic(
      "no column `\(name)` of held-out items",
      hint: "`truth=…` names it; `test | group_by user_id agg ids = unique(product_id)` makes one",
      notes: ["columns: " + schema.summary])
  }

  static func notLists(_ name: String, _ type: DataType) -> Diagnostic {
    Diagnostic(
      "column `\(name)` is `\(type)`; it must hold lists of held-out items",
      hint: "`test | group_by user_id agg ids = unique(product_id)` makes them")
  }

  static func notItemIDs(_ type: DataType) -> Diagnostic {
    Diagnostic(
      "item ids are `\(type)`, and have to be whole numbers or text",
      hint: "`test | group_by user_id agg ids = unique(product_id)` makes lists of ids")
  }

  static let mixedItemIDs = Diagnostic(
    "item ids are numbers in one column and text in another", hint: "cast one of them: `with ids = cast(ids, …)`")

  static func tooManySegments(_ column: String, _ count: Int) -> Diagnostic {
    Diagnostic(
      "`\(column)` has \(counted(count, "value")), and `by=` allows at most \(Evaluation.mostSegments)",
      hint: "group the values first: `with segment = cut(\(Spelling.name(column)), [10, 100])`")
  }

  static func nothingToCompare(_ models: [String]) -> Diagnostic {
    Diagnostic(
      "there is only one model to compare: \(models.joined(separator: ", "))",
      hint: "`users | recommend tp, ease | compare`")
  }
}
