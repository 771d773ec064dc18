import Diagnostics
import Parallelism

/// A conversion from or to a date, time, datetime or duration.
func convertedTemporal(_ column: Column, to type: DataType, isExact: Bool) throws(Diagnostic) -> Column {
  switch (column.type, type) {
  case (.date, .datetime(let unit)):
    let perDay = 86_400 * unit.ticksPerSecond
    guard let days = Int32.buffer(of: column.values) else { break }
    return try mapped(column, days, to: type) { day -> Int64? in
      let (ticks, overflow) = Int64(day).multipliedReportingOverflow(by: perDay)
      return overflow ? nil : ticks
    }
  case (.datetime(let unit), .date):
    let perDay = 86_400 * unit.ticksPerSecond
    guard let ticks = Int64.buffer(of: column.values) else { break }
    return try mapped(column, ticks, to: type) { tick -> Int32? in
      isExact && tick % perDay != 0 ? nil : Int32(exactly: floorDivided(tick, perDay))
    }
  case (.datetime(let unit), .time):
    let perDay = 86_400 * unit.ticksPerSecond
    guard let ticks = Int64.buffer(of: column.values) else { break }
    return try mapped(column, ticks, to: type) { floorRemainder($0, perDay) * (1_000_000_000 / unit.ticksPerSecond) }
  case (.zoned, .date), (.zoned, .time):
    return try convertedTemporal(column.localTimes(), to: type, isExact: isExact)
  case (.zoned(let own, _), .zoned(let wanted, _)):
    guard let ticks = Int64.buffer(of: column.values) else { break }
    return try mapped(column, ticks, to: type) { rescaled($0, from: own, to: wanted) }
  case (.datetime(let own), .datetime(let wanted)), (.duration(let own), .duration(let wanted)):
    guard let ticks = Int64.buffer(of: column.values) else { break }
    return try mapped(column, ticks, to: type) { rescaled($0, from: own, to: wanted) }
  case (.date, _) where type.isInteger || type.isFloat:
    return try cast(Column(.i32, column.values, validity: column.validity), to: type, .lenient)
  case (.time, _) where type.isInteger || type.isFloat, (.datetime, _) where type.isInteger || type.isFloat,
    (.zoned, _) where type.isInteger || type.isFloat, (.duration, _) where type.isInteger || type.isFloat:
    return try cast(Column(.i64, column.values, validity: column.validity), to: type, .lenient)
  case (_, .date) where column.type.isInteger:
    let days = try cast(column, to: .i32, .lenient)
    return Column(.date, days.values, validity: days.validity)
  case (_, .time) where column.type.isInteger:
    let ticks = try cast(column, to: .i64, .lenient)
    guard let nanoseconds = Int64.buffer(of: ticks.values) else { break }
    return try mapped(ticks, nanoseconds, to: type) { 0..<86_400_000_000_000 ~= $0 ? $0 : nil }
  case (_, .datetime) where column.type.isInteger, (_, .zoned) where column.type.isInteger,
    (_, .duration) where column.type.isInteger:
    let ticks = try cast(column, to: .i64, .lenient)
    return Column(type, ticks.values, validity: ticks.validity)
  default: break
  }
  throw .noCast(from: column.type, to: type)
}

/// Converts a buffer value by value; nil becomes null.
private func mapped<Source: ColumnElement, Element: ColumnElement>(
  _ column: Column, _ buffer: Buffer<Source>, to type: DataType, _ convert: @Sendable (Source) -> Element?
) throws(Diagnostic) -> Column {
  let values = try buildArray(count: buffer.count, grain: rowGrain, of: Element.self) {
    (range, values) throws(Diagnostic) in
    let source = buffer.span
    for row in range { values[row - range.lowerBound] = convert(source[row]) ?? Element.placeholder }
  }
  let isKnown = try Bitmap.ofRows(buffer.count) { convert(buffer[$0]) != nil }
  return Column(
    type, Element.storage(Buffer(values)), validity: Bitmap.intersection(column.validity, isKnown.unlessAllSet))
}
