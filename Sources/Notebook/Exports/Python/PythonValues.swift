import Tables

// Translates values and types to Python and polars.

extension PythonTranslator {
  /// A value as a Python literal.
  func literal(_ value: Value, _ type: DataType) throws(PythonGap) -> String {
    switch value {
    case .null: return "None"
    case .bool(let value): return value ? "True" : "False"
    case .integer(let value): return "\(value)"
    // A number beside f32 is written as short as it was: Python has one width.
    case .float(let value): return type == .f32 && value.isFinite ? "\(Float(value))" : PythonSpelling.float(value)
    case .text(let value): return PythonSpelling.text(value.string)
    case .binary: throw PythonGap(reason: "bytes are not written out")
    case .date(let days):
      needs.modules.insert(.dates)
      let text = value.text(as: type).split(separator: "-").compactMap { Int($0) }
      guard text.count == 3, (1...9999).contains(text[0]) else {
        throw PythonGap(reason: "Python has no date \(days) days after 1970")
      }
      return "date(\(text[0]), \(text[1]), \(text[2]))"
    case .datetime(let ticks, let unit):
      needs.modules.insert(.dates)
      let perSecond = unit.ticksPerSecond
      let (seconds, part) = (ticks.flooredDivision(by: perSecond), ticks.flooredRemainder(by: perSecond))
      let micros = part * 1_000_000 / perSecond
      guard unit != .nanoseconds || part % 1000 == 0 else {
        throw PythonGap(reason: "Python's datetime has no nanoseconds")
      }
      let day = Value.date(Int32(clamping: seconds.flooredDivision(by: 86_400))).text(as: .date).split(separator: "-")
        .compactMap { Int($0) }
      guard day.count == 3, (1...9999).contains(day[0]) else {
        throw PythonGap(reason: "Python's datetime has the years 1 to 9999")
      }
      let clock = seconds.flooredRemainder(by: 86_400)
      var parts = [day[0], day[1], day[2], Int(clock / 3600), Int(clock / 60 % 60)]
      if clock % 60 != 0 || micros != 0 { parts.append(Int(clock % 60)) }
      if micros != 0 { parts.append(Int(micros)) }
      return "datetime(\(parts.map { "\($0)" }.joined(separator: ", ")))"
    case .zoned: throw PythonGap(reason: "moments of time zones are not written out")
    case .time(let nanoseconds):
      needs.modules.insert(.dates)
      let seconds = nanoseconds / 1_000_000_000
      var parts = [Int(seconds / 3600), Int(seconds / 60 % 60), Int(seconds % 60)]
      if nanoseconds % 1_000_000_000 != 0 { parts.append(Int(nanoseconds % 1_000_000_000 / 1000)) }
      return "time(\(parts.map { "\($0)" }.joined(separator: ", ")))"
    case .duration(let ticks, let unit):
      needs.modules.insert(.dates)
      let perSecond = unit.ticksPerSecond
      if ticks % (86_400 * perSecond) == 0 { return "timedelta(days=\(ticks / (86_400 * perSecond)))" }
      if ticks % perSecond == 0 { return "timedelta(seconds=\(ticks / perSecond))" }
      return "timedelta(seconds=\(Double(ticks) / Double(perSecond)))"
    case .decimal:
      needs.modules.insert(.decimals)
      return "Decimal(\(PythonSpelling.text(value.text(as: type))))"
    case .list(let values):
      let element = if case .list(let element) = type { element } else { DataType.null }
      var items: [String] = []
      for value in values { items.append(try literal(value, element)) }
      return "[\(items.joined(separator: ", "))]"
    case .structure(let names, let values):
      var items: [String] = []
      for (index, name) in names.enumerated() {
        let field = if case .structure(let fields) = type { fields[index].type } else { DataType.null }
        items.append("\(PythonSpelling.text(name)): \(try literal(values[index], field))")
      }
      return "{\(items.joined(separator: ", "))}"
    }
  }

  /// The polars name of a type.
  func typeName(_ type: DataType) -> String {
    switch type {
    case .null: "pl.Null"
    case .bool: "pl.Boolean"
    case .i8: "pl.Int8"
    case .i16: "pl.Int16"
    case .i32: "pl.Int32"
    case .i64: "pl.Int64"
    case .u8: "pl.UInt8"
    case .u16: "pl.UInt16"
    case .u32: "pl.UInt32"
    case .u64: "pl.UInt64"
    case .f32: "pl.Float32"
    case .f64: "pl.Float64"
    case .string: "pl.String"
    case .binary: "pl.Binary"
    case .date: "pl.Date"
    case .time: "pl.Time"
    case .datetime(let unit): "pl.Datetime(\"\(unit.rawValue)\")"
    case .zoned(let unit, let zone): "pl.Datetime(\"\(unit.rawValue)\", \(PythonSpelling.text(zone.name)))"
    case .duration(let unit): "pl.Duration(\"\(unit.rawValue)\")"
    case .decimal(let precision, let scale): "pl.Decimal(\(precision), \(scale))"
    case .list(let element): "pl.List(\(typeName(element)))"
    case .structure(let fields):
      "pl.Struct({\(fields.map { "\(PythonSpelling.text($0.name)): \(typeName($0.type))" }.joined(separator: ", "))})"
    }
  }

  /// The values of a column as a Python list.
  func list(_ column: Column, indent: Int = 0) throws(PythonGap) -> String {
    var items: [String] = []
    for row in 0..<column.count { items.append(try literal(column[row], column.type)) }
    return PythonSpelling.list(items, indent: indent)
  }

  /// A table as a polars data frame made from lists.
  func frame(_ table: Table) throws(PythonGap) -> String {
    guard table.rowCount <= 500 else { throw PythonGap(reason: "a table of \(table.rowCount) rows is not written out") }
    needs.modules.insert(.polars)
    var lines: [String] = []
    var types: [String] = []
    for (field, column) in zip(table.schema.fields, table.columns) {
      let name = PythonSpelling.text(field.name)
      lines.append("    \(name): \(try list(column, indent: 4)),")
      // Types that polars infers by itself are not written.
      let isUsual = [.i64, .f64, .string, .bool, .date].contains(field.type) && column.nullCount < column.count
      if !isUsual { types.append("\(name): \(typeName(field.type))") }
    }
    let body = "{\n" + lines.map { $0 + "\n" }.joined() + "}"
    return types.isEmpty
      ? "pl.DataFrame(\(body))" : "pl.DataFrame(\(body), schema_overrides={\(types.joined(separator: ", "))})"
  }
}

extension Int64 {
  fileprivate func flooredDivision(by divisor: Int64) -> Int64 {
    let quotient = self / divisor
    return self % divisor < 0 ? quotient - 1 : quotient
  }

  fileprivate func flooredRemainder(by divisor: Int64) -> Int64 {
    let rest = self % divisor
    return rest < 0 ? rest + divisor : rest
  }
}
