import Diagnostics
import Tables

// Aggregates: one value per group of rows. The kernels are in `Tables`; this file declares the functions.

extension Function {
  static let len = Function(
    "len", topic: "aggregates", [], summary: "the number of rows",
    examples: [Example("train | group_by product_id agg n = len()", "rows a product")], merging: .bySum,
    typing: gives(.u32),
    body: .aggregate { (call) throws(Diagnostic) in
      try Tables.aggregate(.len, of: .nulls(.null, count: call.rowCount), over: call.slices)
    },
    framed: { (call) throws(Diagnostic) in
      try Tables.aggregate(.len, of: .nulls(.null, count: call.rowCount), over: call.frames)
    })

  static let count = aggregate(.count, "the number of values that are not null")
  static let sum = aggregate(.sum, "the sum; for booleans the number of true values")
  static let mean = aggregate(.mean, synonyms: ["avg", "average"], "the arithmetic mean")
  static let median = aggregate(.median, "the middle value, or the mean of the two middle values")
  static let deviation = aggregate(
    .deviation(ddof: 1), synonyms: ["stddev"], "the standard deviation of a sample (with n − 1)")
  static let variance = aggregate(
    .variance(ddof: 1), synonyms: ["variance"], "the variance of a sample (with n − 1)")
  static let min = aggregate(.min, "the smallest value")
  static let max = aggregate(.max, "the greatest value")
  static let first = aggregate(.first, "the value of the first row, which may be null")
  static let last = aggregate(.last, "the value of the last row, which may be null")
  static let unique = aggregate(
    .unique, synonyms: ["distinct"], "the distinct values as a list, in the order of first occurrence")
  static let list = aggregate(
    .list, synonyms: ["implode", "collect_list"], "all values as a list, in the order of the rows")
  static let mode = aggregate(.mode, "the most frequent value; of several, the smallest")
  static let any = aggregate(.any, "whether the condition is true in at least one row")
  static let all = aggregate(.all, "whether the condition is true in every row")

  static let distinctCount = Function(
    "n_unique", synonyms: ["nunique", "count_distinct", "n_distinct"], topic: "aggregates", [Parameter("x", .anything)],
    summary: "the number of distinct values; null counts as one",
    examples: [Example("train | agg n_unique(user_id), n_unique(product_id)", "exact, however many")],
    traits: .seesDistinctValues, typing: gives(.u32),
    body: .aggregate { (call) throws(Diagnostic) in
      let column = try call.column(0)
      guard call.slices.count == 1, call.slices.isInTableOrder else {
        return try Tables.aggregate(.distinctCount, of: column, over: call.slices)
      }
      return Column([UInt32(clamping: try Tables.distinctCount(of: [column], count: column.count))])
    },
    framed: { (call) throws(Diagnostic) in
      try Tables.aggregate(.distinctCount, of: call.column(0), over: call.frames)
    })

  static let quantile = Function(
    "quantile", synonyms: ["percentile"], topic: "aggregates",
    [Parameter("x", .anything), Parameter("q", .number, constant: true)],
    summary: "the value below which the fraction `q` of the values lies, interpolated between the two nearest values",
    examples: [Example("train | agg q = quantile(product_id, 0.9)", "the ninth decile")], traits: .skipsNulls,
    merging: .byCounts { arguments in arguments[1].constantValue?.number.map { .quantile($0) } },
    typing: { (arguments) throws(Diagnostic) in
      guard let share = arguments[1].constantValue?.number, 0...1 ~= share else {
        throw Diagnostic("`q` of `quantile` must be between 0 and 1", at: arguments[1].span)
      }
      let input = arguments[0]
      return try located(at: input.span) { () throws(Diagnostic) in try Aggregate.quantile(share).type(of: input.type) }
    },
    body: .aggregate { (call) throws(Diagnostic) in
      try Tables.aggregate(.quantile(call.arguments[1].value?.number ?? 0.5), of: call.column(0), over: call.slices)
    },
    framed: { (call) throws(Diagnostic) in
      try Tables.aggregate(.quantile(call.arguments[1].value?.number ?? 0.5), of: call.column(0), over: call.frames)
    })

  static let correlation = Function(
    "corr", synonyms: ["correlation"], topic: "aggregates", [Parameter("x", .number), Parameter("y", .number)],
    summary: "the Pearson correlation of two columns, over the rows where both have a value",
    examples: [Example("train | agg r = corr(user_id, product_id)", "between -1 and 1")], traits: .skipsNulls,
    typing: gives(.f64),
    body: .aggregate { (call) throws(Diagnostic) in try correlations(call.column(0), call.column(1), over: call.slices)
    },
    framed: { (call) throws(Diagnostic) in try correlations(call.column(0), call.column(1), over: call.frames) })

  static let skewness = moment(
    "skew", synonyms: ["skewness"], "the skewness, 0 for a symmetric distribution", .skewness)
  static let kurtosis = moment("kurtosis", synonyms: [], "the excess kurtosis, 0 for a normal distribution", .kurtosis)

  static let greatestBy = extreme("arg_max", synonyms: ["max_by"], "greatest", isGreatest: true)
  static let leastBy = extreme("arg_min", synonyms: ["min_by"], "smallest", isGreatest: false)

  private static func moment(_ name: String, synonyms: [String], _ summary: String, _ shape: DistributionShape)
    -> Function
  {
    Function(
      name, synonyms: synonyms, topic: "aggregates", [Parameter("x", .number)],
      summary: summary + "; without a correction for the sample size",
      examples: [Example("train | agg s = \(name)(product_id)", "of all rows")],
      traits: .skipsNulls, typing: gives(.f64),
      body: .aggregate { (call) throws(Diagnostic) in try shapes(shape, of: call.column(0), over: call.slices) },
      framed: { (call) throws(Diagnostic) in try shapes(shape, of: call.column(0), over: call.frames) })
  }

  private static func extreme(_ name: String, synonyms: [String], _ which: String, isGreatest: Bool) -> Function {
    Function(
      name, synonyms: synonyms, topic: "aggregates", [Parameter("x", .anything), Parameter("by", .anything)],
      summary: "the value of `x` in the row where `by` is \(which), in the first of several",
      examples: [
        Example("train | group_by user_id agg latest = \(name)(product_id, date) | head 3", "one value a user")
      ],
      traits: [.dependsOnOrder, .skipsNulls], typing: keepsType,
      body: .aggregate { (call) throws(Diagnostic) in
        try valuesAtExtremes(of: call.column(1), isGreatest: isGreatest, in: call.column(0), over: call.slices)
      },
      framed: { (call) throws(Diagnostic) in
        try valuesAtExtremes(of: call.column(1), isGreatest: isGreatest, in: call.column(0), over: call.frames)
      })
  }

  private static func traits(of kind: Aggregate) -> Traits {
    switch kind {
    case .first, .last, .list: .dependsOnOrder
    case .unique: [.dependsOnOrder, .seesDistinctValues]
    case .len, .distinctCount: []
    default: .skipsNulls
    }
  }

  private static func merging(of kind: Aggregate) -> Merging? {
    switch kind {
    case .min, .max, .first, .last, .any, .all: .byItself
    case .len, .count, .sum: .bySum
    case .mean: .byMoments(.mean)
    case .variance: .byMoments(.variance)
    case .deviation: .byMoments(.deviation)
    case .median, .mode, .quantile: .byCounts { _ in kind }
    case .distinctCount, .unique, .list: nil
    }
  }

  private static func aggregate(_ kind: Aggregate, synonyms: [String] = [], _ summary: String) -> Function {
    let column =
      switch kind {
      case .any, .all: "product_id > 0"
      default: "product_id"
      }
    return Function(
      kind.name, synonyms: synonyms, topic: "aggregates", [Parameter("x", .anything)], summary: summary,
      examples: [Example("train | group_by user_id agg x = \(kind.name)(\(column)) | head 3", "one value a user")],
      traits: traits(of: kind), merging: merging(of: kind),
      typing: { (arguments) throws(Diagnostic) in
        let input = arguments[0]
        return try located(at: input.span) { () throws(Diagnostic) in try kind.type(of: input.type) }
      },
      body: .aggregate { (call) throws(Diagnostic) in try Tables.aggregate(kind, of: call.column(0), over: call.slices)
      },
      framed: { (call) throws(Diagnostic) in try Tables.aggregate(kind, of: call.column(0), over: call.frames) })
  }
}
