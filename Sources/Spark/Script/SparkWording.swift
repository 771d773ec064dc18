package import Diagnostics
package import Query
package import Tables

/// Expressions as a person writes them for Spark, by the tables that also translate for a server.
///
/// Columns have the names of the plan. What the translation for a server adds for exact results (checks of overflow,
/// division by zero, NaN) is left out, and `differences` says so. What a server refuses is refused here too.
package struct SparkWording {
  private var translator = SparkTranslator(engine: "Spark", isPlain: true) { (_) throws(Diagnostic) in
    throw .fault("a table within an expression")
  }

  package init() {}

  /// How the expressions so far differ from Lectern's.
  package var differences: [String] { translator.notes }

  /// - Parameter inGroups: whether aggregates are those of a group.
  package mutating func expression(
    _ expression: BoundExpression, columns: [String], inGroups: Bool = false
  ) throws(Diagnostic) -> SparkExpression {
    var step = SparkStep(relation: .range(0, 0), columns: columns, types: [])
    return try translator.expression(expression, &step, inGroups: inGroups)
  }

  package mutating func sortKeys(_ keys: [BoundSortKey], columns: [String]) throws(Diagnostic) -> [SparkSortKey] {
    var step = SparkStep(relation: .range(0, 0), columns: columns, types: [])
    var result: [SparkSortKey] = []
    for key in keys { result += try translator.sortKeys(key, &step) }
    return result
  }

  /// A value as a literal.
  package func literal(_ value: Value, _ type: DataType) throws(Diagnostic) -> SparkExpression {
    try translator.literal(value, type, at: nil)
  }
}
