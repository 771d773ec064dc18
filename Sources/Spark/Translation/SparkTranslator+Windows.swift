import Diagnostics
import Query
import Tables

extension SparkTranslator {
  /// Window functions without a special form, with Spark's names.
  private static let places = [
    "row_number": "row_number", "rank": "rank", "dense_rank": "dense_rank", "percent_rank": "percent_rank",
    "ntile": "ntile", "lag": "lag", "lead": "lead",
  ]

  /// Functions whose value can differ between rows with equal order keys, which therefore need a total order.
  private static let tellsEqualRowsApart: Set = [
    "row_number", "ntile", "lag", "lead", "cum_sum", "cum_max", "forward_fill", "backward_fill",
  ]

  static let windows = Set(places.keys).union(tellsEqualRowsApart)

  mutating func window(
    _ function: Function, _ arguments: [BoundExpression], _ window: BoundWindow, in expression: BoundExpression,
    _ step: inout SparkStep
  ) throws(Diagnostic) -> SparkExpression {
    var keys: [SparkExpression] = []
    for key in window.keys { keys.append(groupKey(try self.expression(key, &step), key.type)) }
    var order: [SparkSortKey] = []
    for key in window.order { order += try sortKeys(key, &step) }
    let isPlace = function.kind == .window
    let needsOrder = isPlace || window.frame != nil || ["first", "last"].contains(function.name)
    if needsOrder, order.isEmpty {
      throw refusal(
        "`\(function.name)` of rows that are in no order", at: expression.span,
        hint: "`over (… order by …)` gives them one")
    }
    var goesRowByRow = SparkTranslator.tellsEqualRowsApart.contains(function.name)
    if case .rows? = window.frame { goesRowByRow = true }
    if ["first", "last"].contains(function.name) { goesRowByRow = true }
    if goesRowByRow {
      let others = tieBreakers(step, besides: order)
      if isPlain {
        note("rows that are equal in a window's order come in any order")
      } else {
        if !others.isEmpty { note("rows that are equal in a window's order are ordered by their other columns") }
        order += others
      }
    }
    if isPlace { return try place(function, arguments, keys, order, in: expression, &step) }
    if ["first", "last"].contains(function.name), window.frame == nil {
      let value = try self.expression(arguments[0], &step)
      return .window(
        .call(function.name, [value]), partitionedBy: keys, orderedBy: order, SparkFrame(.unbounded, .unbounded))
    }
    isOfWindow = true
    defer { isOfWindow = false }
    let value = try aggregate(function, arguments, in: expression, &step)
    let frame = try window.frame.map { (frame) throws(Diagnostic) in try self.frame(frame, at: expression.span) }
    let own = frame == nil ? [] : order
    let windowed = try value.over { (aggregate) throws(Diagnostic) in
      .window(aggregate, partitionedBy: keys, orderedBy: own, frame)
    }
    return shaped(windowed, try carrier(expression.type, at: expression.span))
  }

  private func frame(_ frame: Frame, at span: SourceSpan?) throws(Diagnostic) -> SparkFrame {
    guard case .rows(let before, let after) = frame else { throw refusal("frames by `range`", at: span) }
    return SparkFrame(
      before == .max ? .unbounded : before == 0 ? .current : .rows(-before), after == 0 ? .current : .rows(after))
  }

  private mutating func place(
    _ function: Function, _ arguments: [BoundExpression], _ keys: [SparkExpression], _ order: [SparkSortKey],
    in expression: BoundExpression, _ step: inout SparkStep
  ) throws(Diagnostic) -> SparkExpression {
    var values: [SparkExpression] = []
    for argument in arguments { values.append(try self.expression(argument, &step)) }
    let type = try carrier(expression.type, at: expression.span)
    func over(_ value: SparkExpression, _ frame: SparkFrame?) -> SparkExpression {
      SparkExpression.window(value, partitionedBy: keys, orderedBy: order, frame)
    }
    let running = SparkFrame(.unbounded, .current)
    switch function.name {
    case "lag", "lead":
      var distance = 1
      if arguments.count > 1 {
        guard case .integer(let number)? = arguments[1].constantValue, number.magnitude < 1 << 31 else {
          throw refusal("this distance", at: expression.span)
        }
        distance = Int(number)
      }
      return shaped(over(.call(function.name, [values[0], .int(distance)]), nil), type)
    case "ntile":
      guard case .integer(let count)? = arguments[0].constantValue, count < 1 << 31 else {
        throw refusal("this number of parts", at: expression.span)
      }
      return shaped(over(.call("ntile", [.int(Int(count))]), nil), type)
    case "cum_sum":
      let call = SparkForm.Call(
        name: "cum_sum", values: values, arguments: arguments, type: expression.type, carrier: type,
        span: expression.span)
      guard expression.type.isNumeric, expression.type != .u64, expression.type != .f32 else {
        throw refusal("a running sum of \(call.inputType)", at: expression.span)
      }
      let value = call.inputType == .bool ? values[0].cast(.long) : shaped(values[0], type)
      return .when((values[0].isKnown, shaped(over(.call("sum", [value]), running), type)))
    case "cum_max":
      if expression.type.isFloat || expression.type.isNested {
        throw refusal("a running maximum of \(expression.type)", at: expression.span)
      }
      return .when((values[0].isKnown, over(.call("max", values), running)))
    case "forward_fill": return over(.call("last", values + [.literal(.bool(true))]), running)
    case "backward_fill":
      return over(.call("first", values + [.literal(.bool(true))]), SparkFrame(.current, .unbounded))
    default:
      guard let name = SparkTranslator.places[function.name] else {
        throw refusal("it has no `\(function.name)`", at: expression.span)
      }
      return shaped(over(.call(name, []), nil), type)
    }
  }
}
