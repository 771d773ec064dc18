import Diagnostics
import Query
import Tables

extension SparkFunctions {
  /// Spark's aggregate functions that the forms use.
  static let aggregatesThere: Set<String> = [
    "count", "sum", "avg", "percentile", "stddev_samp", "var_samp", "min", "max", "max_by", "min_by", "bool_or",
    "bool_and", "corr", "skewness", "kurtosis", "collect_list", "collect_set", "first", "last", "median",
    "count_distinct", "count_if", "stddev", "variance",
  ]

  /// Hints for refused aggregates.
  static let hints: [String: String] = [
    "first": "`arg_min(x, by)` is the value of the row where `by` is smallest",
    "last": "`arg_max(x, by)` is the value of the row where `by` is greatest",
  ]

  static let aggregates: [String: SparkForm] = [
    "len": .of { _ in .call("count", [.int(1)]) },
    "count": .of { .call("count", [$0.first]) },
    "sum": SparkForm { (call, translator) throws(Diagnostic) in
      let value = try summed(call, translator)
      return .call("coalesce", [.call("sum", [value]), SparkExpression.int(0).cast(call.carrier)])
    }.plainly("of no values it is null") { .call($0.inputType == .bool ? "count_if" : "sum", $0.values) },
    "mean": SparkForm { (call, translator) throws(Diagnostic) in .call("avg", [try number(call, translator)]) }
      .plainly { .call("avg", [plainNumber($0)]) },
    "median": SparkForm { (call, translator) throws(Diagnostic) in
      .call("percentile", [try number(call, translator), .double(0.5)])
    }.plainly { .call("median", [plainNumber($0)]) },
    "quantile": SparkForm { (call, translator) throws(Diagnostic) in
      .call("percentile", [try number(call, translator), .double(call.arguments[1].constantValue?.number ?? 0.5)])
    }.plainly { call in
      .call("percentile", [plainNumber(call), .double(call.arguments[1].constantValue?.number ?? 0.5)])
    },
    "std": SparkForm { (call, translator) throws(Diagnostic) in .call("stddev_samp", [try number(call, translator)]) }
      .plainly { .call("stddev", [plainNumber($0)]) },
    "var": SparkForm { (call, translator) throws(Diagnostic) in .call("var_samp", [try number(call, translator)]) }
      .plainly { .call("variance", [plainNumber($0)]) },
    "skew": SparkForm { (call, translator) throws(Diagnostic) in shape("skewness", try number(call, translator)) }
      .plainly("of equal values it is null") { .call("skewness", [plainNumber($0)]) },
    "kurtosis": SparkForm { (call, translator) throws(Diagnostic) in shape("kurtosis", try number(call, translator)) }
      .plainly("of equal values it is null") { .call("kurtosis", [plainNumber($0)]) },
    "corr": .of { call in
      let (x, y) = (call.values[0].cast(.double), call.values[1].cast(.double))
      let pairs = SparkExpression.call("count", [SparkExpression.when((x.isKnown.and(y.isKnown), .int(1)))])
      // The correlation of columns without variance is NaN in Lectern and null in Spark.
      let value = SparkExpression.call("coalesce", [.call("corr", [x, y]), .double(.nan)])
      return .when((.call(">=", [pairs, .int(2)]), value))
    }.plainly("of columns without variance it is null") { .call("corr", $0.values) },
    "min": .of { .call("min", [$0.first]) },
    "max": .of { call in
      guard call.type.isFloat else { return .call("max", [call.first]) }
      // NaN is the maximum only if there is no number.
      let isNumber = SparkExpression.call("isnan", [call.first]).negated
      return .call("coalesce", [.call("max", [.when((isNumber, call.first))]), .call("max", [call.first])])
    }.plainly("NaN is greater than all numbers", ofFloats: true) { .call("max", $0.values) },
    "any": .of { .call("coalesce", [.call("bool_or", [$0.first]), .literal(.bool(false))]) }
      .plainly("of no values it is null") { .call("bool_or", $0.values) },
    "all": .of { .call("coalesce", [.call("bool_and", [$0.first]), .literal(.bool(true))]) }
      .plainly("of no values it is null") { .call("bool_and", $0.values) },
    "n_unique": .of { call in
      // Null counts as a value.
      let hasNull = SparkExpression.when((isNull(call), .whole(1)), otherwise: .whole(0))
      let known = SparkExpression.call("size", [.call("collect_set", [distinct(call)])]).cast(.long)
      return SparkExpression.call("coalesce", [known, .whole(0)]).plus(
        .call("coalesce", [.call("max", [hasNull]), .whole(0)]))
    }.plainly("null is not counted") { call in
      // Windows have no distinct aggregates.
      call.isOfWindow
        ? .call("size", [.call("collect_set", [known(call)])]) : .call("count_distinct", [known(call)])
    },
    "unique": SparkForm { (call, translator) throws(Diagnostic) in
      translator.note("`unique` gives its elements in ascending order")
      let values = SparkExpression.call("sort_array", [.call("collect_set", [distinct(call)])])
      let hasNull = SparkExpression.call("coalesce", [.call("bool_or", [isNull(call)]), .literal(.bool(false))])
      return listed(values, .when((hasNull, .int(1)), otherwise: .int(0)), call)
    }.plainly("its elements are in ascending order, without null") { call in
      .call("sort_array", [.call("collect_set", [known(call)])])
    },
    "list": SparkForm { (call, translator) throws(Diagnostic) in
      translator.note("`list` gives its elements in ascending order")
      let values = SparkExpression.call("sort_array", [.call("collect_list", [known(call)])])
      let nulls = SparkExpression.call("count", [.when((isNull(call), .int(1)))])
      return listed(values, nulls.cast(.integer), call)
    }.plainly("its elements are in ascending order, without null") { call in
      .call("sort_array", [.call("collect_list", [known(call)])])
    },
    "arg_max": extreme("max_by"), "arg_min": extreme("min_by"),
  ]

  /// The value, or null in rows that the condition excludes.
  private static func known(_ call: SparkForm.Call) -> SparkExpression {
    call.condition.map { .when(($0, call.first)) } ?? call.first
  }

  /// The value that `collect_set` tells from others: some servers take -0.0 and 0.0 for two.
  private static func distinct(_ call: SparkForm.Call) -> SparkExpression { known(call).asKey(call.inputType) }

  /// Whether the value is null in a row that the condition includes.
  private static func isNull(_ call: SparkForm.Call) -> SparkExpression {
    call.condition.map { $0.and(call.first.isNull) } ?? call.first.isNull
  }

  /// Appends nulls to a list.
  private static func listed(
    _ values: SparkExpression, _ nulls: SparkExpression, _ call: SparkForm.Call
  ) -> SparkExpression {
    let none = SparkExpression.literal(.null(call.inputType.carrier ?? .null))
    // Some servers return null instead of an empty list.
    let empty = SparkExpression.call("array", []).cast(call.carrier)
    return .call("concat", [.call("coalesce", [values, empty]), .call("array_repeat", [none, nulls])])
  }

  private static func summed(
    _ call: SparkForm.Call, _ translator: SparkTranslator
  ) throws(Diagnostic) -> SparkExpression {
    switch call.inputType {
    case .bool: return call.first.cast(.long)
    case .decimal(_, let scale): return call.first.cast(.decimal(precision: 38, scale: scale))
    case .f32: return call.first.cast(.double)
    case let type where type.isNumeric && type != .u64: return call.first
    default: throw translator.refusal("a sum of \(call.inputType)", at: call.span)
    }
  }

  private static func number(
    _ call: SparkForm.Call, _ translator: SparkTranslator
  ) throws(Diagnostic) -> SparkExpression {
    guard call.inputType.isNumeric || call.inputType == .bool else {
      throw translator.refusal("`\(call.name)` of \(call.inputType)", at: call.span)
    }
    return call.inputType == .bool ? call.first.cast(.integer).cast(.double) : call.first.cast(.double)
  }

  private static func plainNumber(_ call: SparkForm.Call) -> SparkExpression {
    call.inputType == .bool ? call.first.cast(.integer) : call.first
  }

  /// Skewness or kurtosis. If all values are equal, Lectern returns NaN and Spark null.
  private static func shape(_ name: String, _ value: SparkExpression) -> SparkExpression {
    let moment = SparkExpression.call("coalesce", [.call(name, [value]), .double(.nan)])
    return .when((.call("bool_or", [value.isKnown]), moment))
  }

  private static func extreme(_ name: String) -> SparkForm {
    SparkForm { (call, translator) throws(Diagnostic) in
      if call.arguments.count > 1, call.arguments[1].type.isFloat {
        throw translator.refusal("`\(call.name)` by floats, which may be NaN", at: call.span)
      }
      translator.note("of several rows with the same greatest or smallest `by`, any gives its value")
      return .call(name, call.values)
    }
  }
}
