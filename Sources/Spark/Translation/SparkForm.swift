import Diagnostics
import Query
import Tables

/// The translation of a function: makes Spark's expression from the translated arguments.
///
/// The tables of `SparkFunctions` list all forms by function name, or by name and number of arguments (`strip/1`).
struct SparkForm: Sendable {
  /// A function call to translate.
  struct Call {
    let name: String
    /// The translated arguments.
    let values: [SparkExpression]
    let arguments: [BoundExpression]
    let type: DataType
    let carrier: SparkType
    let span: SourceSpan?
    /// The condition of `where`; nil without one.
    var condition: SparkExpression?
    /// Whether it is an aggregate of a window.
    var isOfWindow = false

    var first: SparkExpression { values[0] }
    var inputType: DataType { arguments.first?.type ?? .null }

    /// The value of an integer constant.
    func integer(_ index: Int) -> Int? {
      guard arguments.indices.contains(index), case .integer(let number)? = arguments[index].constantValue else {
        return nil
      }
      return Int(exactly: number)
    }

    /// The value of a text constant.
    func text(_ index: Int) -> String? {
      guard arguments.indices.contains(index), case .text(let text)? = arguments[index].constantValue else {
        return nil
      }
      return text.string
    }
  }

  let make: @Sendable (Call, inout SparkTranslator) throws(Diagnostic) -> SparkExpression

  /// The same without care for edges, as a person writes it; nil if `make` is that already.
  private(set) var plain: (@Sendable (Call) -> SparkExpression)?
  /// What `plain` does in another way.
  private(set) var difference: String?
  /// Whether that is so of floats alone.
  private var isOfFloats = false

  init(_ make: @escaping @Sendable (Call, inout SparkTranslator) throws(Diagnostic) -> SparkExpression) {
    self.make = make
  }

  /// The form with another one for people to read, and how the two differ.
  func plainly(
    _ difference: String? = nil, ofFloats: Bool = false, _ plain: @escaping @Sendable (Call) -> SparkExpression
  ) -> SparkForm {
    var form = self
    (form.plain, form.difference, form.isOfFloats) = (plain, difference, ofFloats)
    return form
  }

  /// Makes the expression in the way that the translator asks for.
  func expression(_ call: Call, _ translator: inout SparkTranslator) throws(Diagnostic) -> SparkExpression {
    guard translator.isPlain, let plain else { return try make(call, &translator) }
    if let difference, !isOfFloats || call.type.isFloat { translator.note("\(call.name): \(difference)") }
    return plain(call)
  }

  /// A Spark function with the same arguments.
  static func same(_ name: String) -> SparkForm {
    SparkForm { (call, _) throws(Diagnostic) in .call(name, call.values) }
  }

  /// A form that cannot fail and makes no notes.
  static func of(_ make: @escaping @Sendable (Call) -> SparkExpression) -> SparkForm {
    SparkForm { (call, _) throws(Diagnostic) in make(call) }
  }
}

extension SparkTranslator {
  /// Translates a row function.
  mutating func row(
    _ function: Function, _ arguments: [BoundExpression], in expression: BoundExpression, _ step: inout SparkStep,
    inGroups: Bool
  ) throws(Diagnostic) -> SparkExpression {
    guard let form = SparkFunctions.form(function.name, count: arguments.count, in: SparkFunctions.rows) else {
      throw refusal("it has no `\(function.name)`", at: expression.span)
    }
    if ["list_map", "list_filter"].contains(function.name), arguments.count == 2 {
      return try formula(function, arguments, in: expression, &step, inGroups: inGroups)
    }
    var values: [SparkExpression] = []
    for argument in arguments { values.append(try self.expression(argument, &step, inGroups: inGroups)) }
    let carrier = try carrier(expression.type, at: expression.span)
    let call = SparkForm.Call(
      name: function.name, values: values, arguments: arguments, type: expression.type, carrier: carrier,
      span: expression.span)
    return shaped(try form.expression(call, &self), carrier)
  }

  private mutating func formula(
    _ function: Function, _ arguments: [BoundExpression], in expression: BoundExpression, _ step: inout SparkStep,
    inGroups: Bool
  ) throws(Diagnostic) -> SparkExpression {
    let list = try self.expression(arguments[0], &step, inGroups: inGroups)
    let name = "e\(elements.count)"
    elements.append(name)
    defer { elements.removeLast() }
    let formula = try self.expression(arguments[1], &step, inGroups: inGroups)
    return shaped(
      .call(function.name == "list_map" ? "transform" : "filter", [list, .lambda(formula, [name])]),
      try carrier(expression.type, at: expression.span))
  }

  /// Translates an aggregate of a group.
  mutating func aggregate(
    _ function: Function, _ arguments: [BoundExpression], in expression: BoundExpression, _ step: inout SparkStep
  ) throws(Diagnostic) -> SparkExpression {
    let name = function.unfilteredName ?? function.name
    guard let form = SparkFunctions.aggregates[name] else {
      throw refusal("it has no `\(name)`", at: expression.span, hint: SparkFunctions.hints[name])
    }
    var values: [SparkExpression] = []
    for argument in arguments { values.append(try self.expression(argument, &step)) }
    let condition = function.unfilteredName == nil ? nil : values.popLast()
    let call = SparkForm.Call(
      name: name, values: values, arguments: arguments, type: expression.type,
      carrier: try carrier(expression.type, at: expression.span), span: expression.span, condition: condition,
      isOfWindow: isOfWindow)
    return try form.expression(call, &self)
  }

  /// Evaluates an aggregate over the whole table, beside every row.
  func overWholeTable(_ value: SparkExpression) throws(Diagnostic) -> SparkExpression {
    try value.over { (aggregate) throws(Diagnostic) in
      .window(aggregate, partitionedBy: [], orderedBy: [], nil)
    }
  }
}

extension SparkExpression {
  /// Replaces every aggregate call in the expression.
  func over(
    _ change: (SparkExpression) throws(Diagnostic) -> SparkExpression
  ) throws(Diagnostic) -> SparkExpression {
    switch self {
    case .call(let name, _, _) where SparkFunctions.aggregatesThere.contains(name): return try change(self)
    case .call(let name, let arguments, let isDistinct):
      return .call(
        name, try arguments.map { (part) throws(Diagnostic) in try part.over(change) }, isDistinct: isDistinct)
    case .cast(let value, let type, let isTry): return .cast(try value.over(change), type, isTry: isTry)
    case .part(let value, let name): return .part(try value.over(change), name)
    default: return self
    }
  }
}
