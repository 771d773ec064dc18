public import Diagnostics
import Tables

extension Binder {
  /// Binds a function call, with or without `over`.
  func call(
    _ name: Identifier, _ arguments: [Expression], where condition: Expression? = nil, _ window: Window?,
    at span: SourceSpan
  ) throws(Diagnostic) -> BoundExpression {
    if name.name == "cast" || name.name == "try_cast", condition == nil {
      return try conversion(name, arguments, at: span)
    }
    let function = try function(name, arguments, at: span)
    try requirePlace(for: function, where: condition, window, at: span)
    if function.kind == .window, window == nil {
      // Without `over`, the group is the whole table in its order.
      return try BoundExpression.window(function, operands(function, arguments), BoundWindow(keys: [], order: []), span)
    }
    guard let window else {
      if let condition {
        let (filtered, operands) = try self.filtered(function, arguments, by: condition)
        return try apply(filtered, to: operands, at: span)
      }
      let operands = try operands(function, arguments)
      if function == .listContains, case .list(let list) = operands[0].node,
        case .list(let element) = operands[0].type, element.isComparable(with: operands[1].type)
      {
        return try membership(operands[1], in: list, at: span).folded()
      }
      return try apply(function, to: operands, at: span)
    }
    if function.kind == .aggregate, !window.order.isEmpty, window.frame == nil,
      !function.traits.contains(.dependsOnOrder)
    {
      throw .orderWithoutMeaning(function, arguments, window, at: span)
    }
    if let frame = window.frame, function.kind == .window { throw .frameOfPlaces(function, at: frame.span) }
    guard function.kind != .row else {
      throw Diagnostic(
        "`\(function.name)` works on single rows and takes no `over`", at: window.span,
        hint: "aggregates and windows take `over`: `sum(x) over key`")
    }
    var binder = self
    binder.groupKeys = window.keys
    let (own, operands) =
      if let condition {
        try binder.filtered(function, arguments, by: condition)
      } else {
        (function, try binder.operands(function, arguments))
      }
    return try BoundExpression.window(own, operands, bound(window), span)
  }

  private func function(
    _ name: Identifier, _ arguments: [Expression], at span: SourceSpan
  ) throws(Diagnostic) -> Function {
    let candidates = functions.filter { $0.name == name.name || $0.synonyms.contains(name.name) }
    guard let function = candidates.first(where: { $0.accepts(count: arguments.count) }) ?? candidates.first else {
      if schema.index(of: name.name) != nil {
        throw Diagnostic("`\(name.name)` is a column, not a function", at: name.span)
      }
      throw .unknownFunction(name)
    }
    guard function.accepts(count: arguments.count) else {
      throw .argumentCount(function, found: arguments.count, at: span)
    }
    return function
  }

  /// - Throws: an aggregate in an aggregate or without a table; `where` after another kind of function.
  private func requirePlace(
    for function: Function, where condition: Expression?, _ window: Window?, at span: SourceSpan
  ) throws(Diagnostic) {
    if function.kind != .row, !allowsAggregates {
      throw Diagnostic(
        "`\(function.name)` inside another aggregate", at: span,
        hint: "compute the inner one first: `with inner = \(span.text)\(overGroups) | …`")
    }
    if function.kind != .row, schema.count == 0, !(function == .len && window == nil) {
      throw Diagnostic("`\(function.name)` needs a table's rows", at: span)
    }
    if let condition, function.kind != .aggregate {
      throw Diagnostic(
        "`\(function.name)` is not an aggregate and takes no `where`", at: condition.span,
        hint: "`sum(x) where c` is an aggregate of some rows; for single rows write `if c then x else null`")
    }
  }

  /// How a window of the groups' keys is written; empty where there are none.
  private var overGroups: String {
    if groupKeys.isEmpty { return "" }
    if groupKeys.count == 1, case .name = groupKeys[0].node { return " over \(groupKeys[0].span.text)" }
    return " over (\(groupKeys.map(\.span.text).joined(separator: ", ")))"
  }

  /// An aggregate of the rows for which a condition holds. What passes over nulls gets null in the other rows; what
  /// counts them sees only the rows in question.
  private func filtered(
    _ function: Function, _ arguments: [Expression], by condition: Expression
  ) throws(Diagnostic) -> (Function, [BoundExpression]) {
    var inner = self
    inner.allowsAggregates = false
    let truth = try requireTruth(inner.bound(condition), by: "`where`")
    if function == .len { return (.sum, [truth]) }
    var operands = try operands(function, arguments)
    for index in operands.indices where function.parameter(index)?.isConstant != true {
      let own = operands[index]
      let none = BoundExpression(.constant(.null), own.type, span: own.span)
      operands[index] = BoundExpression(.conditional(truth, then: own, otherwise: none), own.type, span: own.span)
    }
    return function.traits.contains(.skipsNulls) ? (function, operands) : (function.filtered, operands + [truth])
  }

  private func operands(_ function: Function, _ arguments: [Expression]) throws(Diagnostic) -> [BoundExpression] {
    var inner = self
    if function.kind == .aggregate { inner.allowsAggregates = false }
    var bound: [BoundExpression] = []
    for (index, argument) in arguments.enumerated() {
      if function.takesFormula, index == 1 {
        bound.append(try formula(argument, of: function, over: bound[0]))
      } else {
        bound.append(try inner.bound(argument))
      }
    }
    return bound
  }

  /// Binds the formula that a list function computes for each element `it`.
  private func formula(
    _ expression: Expression, of function: Function, over list: BoundExpression
  ) throws(Diagnostic) -> BoundExpression {
    guard Parameter.Accepts.list.matches(list.type) else {
      throw .wrongType(list, expected: Parameter.Accepts.list.rawValue, by: "`\(function.name)`")
    }
    var inner = self
    inner.elementType = if case .list(let element) = list.type { element } else { .null }
    let formula = try inner.bound(expression)
    if let beyond = formula.firstPart(where: { $0.looksBeyondItsRow && $0.holdsElement }) {
      throw Diagnostic(
        "aggregates look at rows, not at the elements of a list", at: beyond.span,
        hint: "`list_sum(list_map(xs, it * 2))` sums the elements")
    }
    return formula
  }

  private func bound(_ window: Window) throws(Diagnostic) -> BoundWindow {
    var keys: [BoundExpression] = []
    for key in window.keys { keys.append(try bound(key)) }
    var order: [BoundSortKey] = []
    for key in window.order {
      order.append(BoundSortKey(try bound(key.expression), isDescending: key.isDescending))
    }
    return BoundWindow(
      keys: keys, order: order,
      frame: try window.frame.map { (frame) throws(Diagnostic) in
        try self.frame(frame, along: order)
      })
  }

  /// Applies a function to bound arguments.
  func apply(
    _ function: Function, to arguments: [BoundExpression], at span: SourceSpan?
  ) throws(Diagnostic) -> BoundExpression {
    try BoundExpression.call(function, arguments, at: span)
  }

  private func conversion(
    _ name: Identifier, _ arguments: [Expression], at span: SourceSpan
  ) throws(Diagnostic) -> BoundExpression {
    guard arguments.count == 2 else {
      throw Diagnostic(
        "`\(name.name)` takes 2 arguments, found \(arguments.count)", at: span, hint: "write `\(name.name)(x, i64)`")
    }
    let operand = try bound(arguments[0])
    let written: String
    if case .literal(.text(let text)) = arguments[1].node {
      written = text.string
    } else {
      written = arguments[1].span.text
    }
    guard let type = DataType(named: written) else {
      if let unknown = DataType.unknownZone(in: written) { throw unknown.located(at: arguments[1].span) }
      let names = DataType.simpleTypes.map(\.description) + ["datetime[ms]", "datetime[us]", "datetime[ns]"]
      throw Diagnostic(
        "no type `\(written)`", at: arguments[1].span, label: didYouMean(written, among: names) ?? "",
        notes: ["types: " + names.joined(separator: " ") + " duration[us] decimal[p,s] list[T]"])
    }
    guard operand.type.canBecome(type) else {
      throw .wrongType(
        operand, expected: "something that can become \(type)", by: "`\(name.name)`",
        hint: operand.zoneHint(as: type))
    }
    if operand.type == type { return operand }
    return try BoundExpression(.cast(operand, name.name == "try_cast" ? .lenient : .strict), type, span: span).folded()
  }
}

extension Function {
  func accepts(count: Int) -> Bool {
    let needed = parameters.filter { !$0.isOptional }.count
    return count >= needed && (count <= parameters.count || parameters.contains(where: \.isRepeated))
  }

  func parameter(_ index: Int) -> Parameter? {
    if index < parameters.count { return parameters[index] }
    return parameters.last.flatMap { $0.isRepeated ? $0 : nil }
  }
}

extension BoundExpression {
  /// A call of the function with that name, for verbs that add columns: `len()` in `value_counts`.
  public static func call(_ name: String, _ arguments: BoundExpression...) throws(Diagnostic) -> BoundExpression {
    guard let function = functions.first(where: { $0.name == name && $0.accepts(count: arguments.count) }) else {
      throw .fault("no function `\(name)`")
    }
    return try call(function, arguments, at: arguments.first?.span)
  }

  static func call(
    _ function: Function, _ arguments: [BoundExpression], at span: SourceSpan?
  ) throws(Diagnostic) -> BoundExpression {
    let (arguments, type) = try checked(function, arguments)
    switch function.kind {
    case .row: return try BoundExpression(.call(function, arguments), type, span: span).folded()
    case .aggregate: return BoundExpression(.aggregate(function, arguments), type, span: span)
    case .window:
      return BoundExpression(.window(function, arguments, BoundWindow(keys: [], order: [])), type, span: span)
    }
  }

  static func window(
    _ function: Function, _ arguments: [BoundExpression], _ window: BoundWindow, _ span: SourceSpan?
  ) throws(Diagnostic) -> BoundExpression {
    let (arguments, type) = try checked(function, arguments)
    return BoundExpression(.window(function, arguments, window), type, span: span)
  }

  /// Checks and converts the arguments; returns them with the type of the result.
  private static func checked(
    _ function: Function, _ arguments: [BoundExpression]
  ) throws(Diagnostic) -> ([BoundExpression], DataType) {
    var arguments = arguments
    for (index, argument) in arguments.enumerated() {
      guard let parameter = function.parameter(index) else { continue }
      if parameter.accepts == .list, argument.type == .null { arguments[index] = argument.cast(to: .list(.null)) }
      if parameter.isConstant { arguments[index] = try arguments[index].constant() }
      guard parameter.accepts.matches(argument.type) else {
        let readsText = parameter.accepts == .moment && argument.type == .string
        throw .wrongType(
          argument, expected: parameter.accepts.rawValue, by: "`\(function.name)`",
          hint: readsText ? "text is read as one by a cast: `\(function.name)(cast(\(argument), date))`" : nil)
      }
      if parameter.isConstant, !arguments[index].isConstant {
        throw Diagnostic(
          "`\(parameter.name)` of `\(function.name)` must be the same in every row", at: argument.span,
          label: "differs from row to row")
      }
    }
    let type = try function.typing(&arguments)
    for index in arguments.indices { arguments[index] = try arguments[index].folded() }
    return (arguments, type)
  }
}

extension DataType {
  /// Whether a conversion exists; single values may still fail to convert.
  func canBecome(_ other: DataType) -> Bool {
    switch (self, other) {
    case (.null, _): true
    case _ where self == other: true
    case (.list(let element), .list(let wanted)): element.canBecome(wanted)
    case (.structure, _), (_, .structure), (.list, _), (_, .list): false
    case (_, .null): false
    case (.string, _), (_, .string): true
    case (.binary, _), (_, .binary): false
    case (.bool, _): other.isNumeric
    case (_, .bool): isNumeric
    case (.date, .datetime), (.datetime, .date), (.datetime, .time), (.datetime, .datetime): true
    case (.zoned, .date), (.zoned, .time), (.zoned, .zoned): true
    case (.duration, .duration): true
    case _ where isNumeric && other.isNumeric: true
    case _ where isTemporal && other.isInteger: true
    case _ where isInteger && other.isTemporal: true
    default: false
    }
  }
}
