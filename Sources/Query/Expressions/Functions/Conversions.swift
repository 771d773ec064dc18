import Diagnostics
import Tables

// `cast` and `try_cast`. The binder converts calls of them to cast nodes, because their second argument is a type. The
// declarations here serve only help and completion.

extension Function {
  static let cast = conversion(
    "cast", "the value in another type; an error if it cannot be converted exactly",
    [
      Example("train | with day = cast(date, str) | head 3", "dates as text"),
      Example("table price = [\"1.10\"] | with price = cast(price, decimal[5,2])", "exact to the second digit"),
    ])

  static let tryCast = conversion(
    "try_cast", "the value in another type; null if it cannot be converted exactly",
    [Example("table a = [\"7\", \"x\"] | with b = try_cast(a, i64)", "7 and null")])

  private static func conversion(_ name: String, _ summary: String, _ examples: [Example]) -> Function {
    Function(
      name, topic: "types", [Parameter("x", .anything), Parameter("type", .typeName)], summary: summary,
      examples: examples, typing: { _ throws(Diagnostic) in throw .fault("`\(name)` is bound as a conversion") },
      body: .row { _ throws(Diagnostic) in throw .fault("`\(name)` is bound as a conversion") })
  }
}
