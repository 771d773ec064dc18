import Query
import Tables

// Translates bound expressions to polars.

extension PythonTranslator {
  /// Translates an expression over the columns of a table.
  ///
  /// - Parameter inGroups: whether an aggregate is in a context in which polars itself makes lists of several values.
  func code(_ expression: BoundExpression, inGroups: Bool = false) throws(PythonGap) -> PythonCode {
    needs.modules.insert(.polars)
    switch expression.node {
    case .constant(let value):
      return .value(try literal(value, expression.type))
    case .list(let list): return .value(try code(of: list))
    case .column(_, let name): return PythonCode(text: "pl.col(\(PythonSpelling.text(name)))")
    case .element: return PythonCode(text: "pl.element()")
    case .field(let operand, _, let name):
      return PythonCode(
        text: try code(operand, inGroups: inGroups).receiver + ".struct.field(\(PythonSpelling.text(name)))")
    case .cast(let operand, let mode):
      let receiver = try code(operand, inGroups: inGroups).receiver
      if operand.type == .string, let method = PythonTranslator.readers(of: expression.type) {
        return PythonCode(text: "\(receiver).str.\(method)(\(mode == .lenient ? "strict=False" : ""))")
      }
      return PythonCode(
        text: "\(receiver).cast(\(typeName(expression.type))\(mode == .lenient ? ", strict=False" : ""))")
    case .negate(let operand):
      return PythonCode(text: "-" + (try code(operand, inGroups: inGroups).text(in: .sign)), tightness: .sign)
    case .not(let operand):
      return PythonCode(text: "~" + (try column(operand, inGroups).text(in: .sign)), tightness: .sign)
    case .binary(let sign, let left, let right): return try operation(sign, left, right, expression.type, inGroups)
    case .membership(let operand, let list, let isNegated):
      let test = try column(operand, inGroups).receiver + ".is_in(\(try code(of: list)))"
      return isNegated ? PythonCode(text: "~" + test, tightness: .sign) : PythonCode(text: test)
    case .nullTest(let operand, let isNegated):
      return PythonCode(
        text: try code(operand, inGroups: inGroups).receiver + (isNegated ? ".is_not_null()" : ".is_null()"))
    case .conditional(let condition, let then, let otherwise):
      return try choice(condition, then, otherwise, inGroups)
    case .call(let function, let arguments): return try call(function, arguments, inGroups)
    case .aggregate(let function, let arguments):
      let value = try aggregate(function.name, arguments)
      // Outside of groups, a list of the whole column must be made one value.
      return ["list", "unique"].contains(function.name) && !inGroups
        ? PythonCode(text: value.receiver + ".implode()") : value
    case .window(let function, let arguments, let window): return try self.window(function, arguments, window)
    }
  }

  /// The method that parses a text as a date or time.
  private static func readers(of type: DataType) -> String? {
    switch type {
    case .date: "to_date"
    case .datetime: "to_datetime"
    case .time: "to_time"
    default: nil
    }
  }

  /// An operand that must be a polars expression, so that its operators work.
  private func column(_ expression: BoundExpression, _ inGroups: Bool) throws(PythonGap) -> PythonCode {
    let code = try code(expression, inGroups: inGroups)
    return code.isValue ? PythonCode(text: code.receiver) : code
  }

  /// The elements of a list; a long list must be a variable.
  private func code(of list: ConstantList) throws(PythonGap) -> String {
    if list.elements.count > 12, let name = nameOfList(list.elements) { return PythonSpelling.variable(name) }
    guard list.elements.count <= 1000 else {
      throw PythonGap(reason: "a list of \(list.elements.count) elements has no name here")
    }
    return try self.list(list.elements)
  }

  // MARK: - Operators

  private func operation(
    _ sign: BinaryOperator, _ left: BoundExpression, _ right: BoundExpression, _ type: DataType, _ inGroups: Bool
  ) throws(PythonGap) -> PythonCode {
    switch sign {
    case .and, .or:
      let (symbol, tightness) = sign == .and ? ("&", PythonCode.Tightness.and) : ("|", .or)
      return PythonCode(
        text: try column(left, inGroups).text(in: tightness) + " \(symbol) " + column(right, inGroups).text(in: .and),
        tightness: tightness)
    case .equal, .notEqual, .less, .lessOrEqual, .greater, .greaterOrEqual:
      return .operation(
        try operand(left, beside: right, inGroups), sign.rawValue, try operand(right, beside: left, inGroups),
        .comparison)
    case .add, .subtract:
      if let moved = try movedDays(sign, left, right, inGroups) { return moved }
      if type.isInteger, left.type == .date, right.type == .date {
        let difference = PythonCode.operation(
          try code(left, inGroups: inGroups), "-", try code(right, inGroups: inGroups), .sum)
        return PythonCode(text: difference.receiver + ".dt.total_days()")
      }
      return .operation(
        try operand(left, beside: right, inGroups), sign.rawValue, try operand(right, beside: left, inGroups), .sum)
    case .multiply, .floorDivide, .remainder:
      if sign == .multiply, case .decimal = type, case .decimal = left.type, left.type != type {
        // A product in polars has the digits of its operands, and would be rounded.
        let wide = PythonCode(text: try code(left, inGroups: inGroups).receiver + ".cast(\(typeName(type)))")
        return .operation(wide, "*", try code(right, inGroups: inGroups), .product)
      }
      return .operation(
        try operand(left, beside: right, inGroups), sign.rawValue, try operand(right, beside: left, inGroups), .product)
    case .divide:
      // The quotient of two integers is a float in polars too.
      return .operation(
        try code(left.withoutFloat, inGroups: inGroups), "/", try code(right.withoutFloat, inGroups: inGroups), .product
      )
    case .power:
      return PythonCode(
        text: try column(left, inGroups).text(in: .atom) + " ** " + code(right, inGroups: inGroups).text(in: .power),
        tightness: .power)
    }
  }

  /// An operand without the conversion that polars does automatically.
  private func operand(
    _ expression: BoundExpression, beside other: BoundExpression, _ inGroups: Bool
  ) throws(PythonGap) -> PythonCode {
    if case .cast(let inner, .exact) = expression.node, inner.type.isNumeric, expression.type.isNumeric,
      other.type == expression.type, !other.isConstant
    {
      return try code(inner, inGroups: inGroups)
    }
    if expression.type == .f64, other.type == .f64 { return try code(expression.withoutFloat, inGroups: inGroups) }
    return try code(expression, inGroups: inGroups)
  }

  /// A date plus or minus a number of days.
  private func movedDays(
    _ sign: BinaryOperator, _ left: BoundExpression, _ right: BoundExpression, _ inGroups: Bool
  ) throws(PythonGap) -> PythonCode? {
    guard left.type == .date, right.type.isInteger else { return nil }
    needs.modules.insert(.dates)
    let days = try code(right, inGroups: inGroups)
    let span = days.isValue ? "timedelta(days=\(days.text))" : "pl.duration(days=\(days.text))"
    return .operation(try code(left, inGroups: inGroups), sign.rawValue, PythonCode(text: span), .sum)
  }

  private func choice(
    _ condition: BoundExpression, _ then: BoundExpression, _ otherwise: BoundExpression, _ inGroups: Bool
  ) throws(PythonGap) -> PythonCode {
    // This is how `fill_null` is represented.
    if case .nullTest(let tested, false) = condition.node, tested == otherwise {
      return PythonCode(
        text: try code(tested, inGroups: inGroups).receiver + ".fill_null(\(try code(then, inGroups: inGroups).text))")
    }
    var text =
      "pl.when(\(try code(condition, inGroups: inGroups).expression)).then(\(try code(then, inGroups: inGroups).expression))"
    var rest = otherwise
    while case .conditional(let condition, let then, let otherwise) = rest.node {
      text +=
        ".when(\(try code(condition, inGroups: inGroups).expression)).then(\(try code(then, inGroups: inGroups).expression))"
      rest = otherwise
    }
    if case .constant(.null) = rest.node { return PythonCode(text: text + ".otherwise(None)") }
    return PythonCode(text: text + ".otherwise(\(try code(rest, inGroups: inGroups).expression))")
  }

  // MARK: - Functions

  private func call(
    _ function: Function, _ arguments: [BoundExpression], _ inGroups: Bool
  ) throws(PythonGap) -> PythonCode {
    if let code = try specialCall(function.name, arguments, inGroups) { return code }
    guard let form = PythonFunctions.form(function.name, count: arguments.count, in: PythonFunctions.rows) else {
      throw gap(function.name)
    }
    if let remark = PythonFunctions.remarks[function.name] { remarks.insert("\(function.name): \(remark)") }
    return PythonFunctions.fill(form, try codes(arguments, inGroups))
  }

  /// Translates calls whose form depends on their arguments.
  private func specialCall(
    _ name: String, _ arguments: [BoundExpression], _ inGroups: Bool
  ) throws(PythonGap) -> PythonCode? {
    switch name {
    case "add_months":
      guard case .integer(let months)? = arguments[1].constantValue else {
        return PythonFunctions.fill(
          "{0}.dt.offset_by(pl.format(\"{}mo\", {1e}))".replacing("{}mo", with: "{}mo"),
          try codes(arguments, inGroups))
      }
      return PythonFunctions.fill("{0}.dt.offset_by(\"\(months)mo\")", try codes(arguments, inGroups))
    case "round" where arguments.count == 2:
      if case .integer(let digits)? = arguments[1].constantValue, digits < 0 {
        let unit = (0..<min(18, Int(-digits))).reduce("1") { text, _ in text + "0" }
        return PythonFunctions.fill("({0} / \(unit)).round() * \(unit)", try codes(arguments, inGroups))
      }
      return nil
    case "list_filter", "list_map":
      guard arguments[1].columnIndices.isEmpty else {
        throw PythonGap(
          reason: "`\(name)` that looks at the row's other columns has no equivalent in polars; explode the list")
      }
      return nil
    case "parse_date", "parse_datetime", "try_parse_date", "try_parse_datetime":
      guard case .list(let forms) = arguments[1].node else { return nil }
      // Tries each format; the first that parses wins.
      let method = name.hasSuffix("datetime") ? "to_datetime" : "to_date"
      let text = try code(arguments[0], inGroups: inGroups).receiver
      var tries: [String] = []
      for row in 0..<forms.elements.count {
        tries.append("\(text).str.\(method)(\(try literal(forms.elements[row], .string)), strict=False)")
      }
      return PythonCode(text: "pl.coalesce(\(tries.joined(separator: ", ")))")
    case "date" where arguments.count == 1:
      if case .cast(let moment, _) = arguments[0].node, case .datetime = moment.type {
        return PythonCode(text: try code(moment, inGroups: inGroups).receiver + ".dt.date()")
      }
      return arguments[0].type == .date ? try code(arguments[0], inGroups: inGroups) : nil
    case "hour", "minute", "second":
      return arguments[0].type == .date ? .value("0") : nil
    default: return nil
    }
  }

  private func codes(_ arguments: [BoundExpression], _ inGroups: Bool) throws(PythonGap) -> [PythonCode] {
    var codes: [PythonCode] = []
    for argument in arguments { codes.append(try code(argument, inGroups: inGroups)) }
    return codes
  }

  private func gap(_ function: String) -> PythonGap {
    let nearest = PythonFunctions.nearest[function].map { "; the nearest is \($0)" } ?? ""
    return PythonGap(reason: "`\(function)` has no translation\(nearest)")
  }

  /// An aggregate over some of the rows.
  private func aggregate(_ name: String, _ arguments: [BoundExpression]) throws(PythonGap) -> PythonCode {
    var (name, arguments) = (name, arguments)
    var condition: PythonCode?
    if name.hasSuffix(" where"), let last = arguments.popLast() {
      name.removeLast(" where".count)
      condition = try code(last)
    }
    guard let form = PythonFunctions.form(name, count: arguments.count, in: PythonFunctions.aggregates) else {
      throw gap(name)
    }
    var codes = try codes(arguments, true)
    if let condition {
      if name == "len" { return PythonCode(text: condition.receiver + ".sum()") }
      codes = codes.map { PythonCode(text: $0.receiver + ".filter(\(condition.expression))") }
    }
    return PythonFunctions.fill(form, codes)
  }

  // MARK: - Windows

  private func window(
    _ function: Function, _ arguments: [BoundExpression], _ window: BoundWindow
  ) throws(PythonGap) -> PythonCode {
    var keys: [String] = []
    for key in window.keys { keys.append(try partition(key)) }
    if let frame = window.frame { return try framed(function, arguments, window, frame, keys) }
    let name = function.name
    if ["rank", "dense_rank", "percent_rank"].contains(name) { return try rank(name, window, keys) }
    let value: PythonCode
    if function.kind == .window {
      if name == "ntile" { needs.helpers.insert(.ntile) }
      guard let form = PythonFunctions.form(name, count: arguments.count, in: PythonFunctions.windows) else {
        throw gap(name)
      }
      value = PythonFunctions.fill(form, try codes(arguments, false))
    } else {
      let plain = try aggregate(name, arguments)
      value = ["list", "unique"].contains(name) ? PythonCode(text: plain.receiver + ".implode()") : plain
    }
    return PythonCode(text: try over(value.receiver, keys, window.order))
  }

  private func partition(_ key: BoundExpression) throws(PythonGap) -> String {
    if case .column(_, let name) = key.node { return PythonSpelling.text(name) }
    return try code(key).expression
  }

  /// A value over the rows with the same keys, in an order.
  private func over(_ value: String, _ keys: [String], _ order: [BoundSortKey]) throws(PythonGap) -> String {
    if keys.isEmpty, order.isEmpty { return value }
    // polars has one direction for all order keys, so with mixed directions the descending keys are negated.
    let isMixed = Set(order.map(\.isDescending)).count > 1
    var parts = keys.isEmpty ? ["pl.lit(1)"] : keys
    if keys.count > 1 { parts = ["[" + keys.joined(separator: ", ") + "]"] }
    if !order.isEmpty {
      var columns: [String] = []
      for key in order {
        columns.append(isMixed && key.isDescending ? try turned(key.expression) : try partition(key.expression))
      }
      parts.append("order_by=" + (columns.count == 1 ? columns[0] : "[\(columns.joined(separator: ", "))]"))
      if order[0].isDescending, !isMixed { parts.append("descending=True") }
      parts.append("nulls_last=True")
    }
    return "\(value).over(\(parts.joined(separator: ", ")))"
  }

  /// An expression that ascends when the key descends.
  private func turned(_ key: BoundExpression) throws(PythonGap) -> String {
    let code = try code(key).receiver
    if key.type.isFloat { return "-\(code)" }
    guard key.type.isInteger || key.type.isTemporal else {
      throw PythonGap(reason: "a window order by \(key.type) in two directions; sort the table first")
    }
    return "-\(code).to_physical().cast(pl.Int64)"
  }

  private func rank(_ name: String, _ window: BoundWindow, _ keys: [String]) throws(PythonGap) -> PythonCode {
    guard window.order.count == 1, let key = window.order.first else {
      throw PythonGap(reason: "`\(name)` by several keys; the nearest is `pl.struct(…).rank()` in one direction")
    }
    let method = name == "dense_rank" ? "dense" : "min"
    let descending = key.isDescending ? ", descending=True" : ""
    let value = try code(key.expression).receiver
    // polars gives a null no rank; here it comes last.
    let last = name == "dense_rank" ? "n_unique()" : "count() + 1"
    let ranked = "\(value).rank(\"\(method)\"\(descending)).fill_null(\(value).\(last))"
    if name == "percent_rank" {
      return PythonCode(
        text: try over("((\(ranked) - 1) / (pl.len() - 1))", keys, []))
    }
    return PythonCode(text: try over(ranked, keys, []))
  }

  /// An aggregate over a frame of rows around each row.
  private func framed(
    _ function: Function, _ arguments: [BoundExpression], _ window: BoundWindow, _ frame: Frame, _ keys: [String]
  ) throws(PythonGap) -> PythonCode {
    let methods = [
      "sum": "sum", "mean": "mean", "min": "min", "max": "max", "std": "std", "var": "var", "median": "median",
    ]
    guard let method = methods[function.name], let argument = arguments.first else {
      throw PythonGap(reason: "`\(function.name)` over a frame has no translation; `rolling_map` computes any function")
    }
    let value = try code(argument).receiver
    switch frame {
    case .running where method == "sum":
      return PythonCode(text: try over("\(value).cum_sum()", keys, window.order))
    case .running where ["min", "max"].contains(method):
      return PythonCode(text: try over("\(value).cum_\(method)()", keys, window.order))
    case .running where method == "mean":
      return PythonCode(text: try over("(\(value).cum_sum() / \(value).cum_count())", keys, window.order))
    case .rows(let before, let after) where before != .max && after == 0:
      return PythonCode(
        text: try over("\(value).rolling_\(method)(\(before + 1), min_samples=1)", keys, window.order))
    case .rows(let before, let after) where before == after:
      return PythonCode(
        text: try over(
          "\(value).rolling_\(method)(\(before + after + 1), min_samples=1, center=True)", keys, window.order))
    case .range(.whole(let ticks), .whole(0)) where window.order.count == 1 && !window.order[0].isDescending:
      let key = window.order[0].expression
      let size: String
      switch key.type {
      // The frame includes the row's own day, and both ends.
      case .date: size = "\"\(ticks)d\""
      case .datetime(let unit), .zoned(let unit, _): size = "\"\(ticks)\(unit.rawValue)\""
      default: size = "\"\(ticks)i\""
      }
      return PythonCode(
        text: try over(
          "\(value).rolling_\(method)_by(\(try partition(key)), \(size), closed=\"both\")", keys, []))
    default: throw PythonGap(reason: "this frame has no equivalent among the `rolling_…` functions of polars")
    }
  }
}

extension BoundExpression {
  /// The integer inside a conversion to float, which a division does anyway.
  fileprivate var withoutFloat: BoundExpression {
    if case .cast(let inner, let mode) = node, mode != .lenient, inner.type.isInteger, type == .f64 { return inner }
    return self
  }
}
