public import Diagnostics
import Parallelism

extension Column {
  /// A column of which chunks of rows are made one by one on all cores, each put in its place as soon as it is there.
  ///
  /// - Parameter chunk: a column of that type, of as many rows as the range has.
  public static func assembled(
    _ type: DataType, count: Int, grain: Int, _ chunk: @Sendable (Range<Int>) throws(Diagnostic) -> Column
  ) throws(Diagnostic) -> Column {
    // Of no chunks the last case would not know the type.
    if count == 0 { return nulls(type, count: 0) }
    return switch type {
    case .i8: try filled(type, count, grain, of: Int8.self, chunk)
    case .i16: try filled(type, count, grain, of: Int16.self, chunk)
    case .i32, .date: try filled(type, count, grain, of: Int32.self, chunk)
    case .i64, .time, .datetime, .duration: try filled(type, count, grain, of: Int64.self, chunk)
    case .u8: try filled(type, count, grain, of: UInt8.self, chunk)
    case .u16: try filled(type, count, grain, of: UInt16.self, chunk)
    case .u32: try filled(type, count, grain, of: UInt32.self, chunk)
    case .u64: try filled(type, count, grain, of: UInt64.self, chunk)
    case .f32: try filled(type, count, grain, of: Float.self, chunk)
    case .f64: try filled(type, count, grain, of: Double.self, chunk)
    case .decimal: try filled(type, count, grain, of: Int128.self, chunk)
    case .string, .binary: try assembledTexts(type, count: count, grain: grain, chunk)
    case .list(let element): try assembledLists(of: element, count: count, grain: grain, chunk)
    case .null, .bool, .structure:
      try concat(try mapChunks(of: count, grain: grain) { (rows) throws(Diagnostic) in try chunk(rows) })
    }
  }

  private static func filled<Element: ColumnElement>(
    _ type: DataType, _ count: Int, _ grain: Int, of element: Element.Type,
    _ chunk: @Sendable (Range<Int>) throws(Diagnostic) -> Column
  ) throws(Diagnostic) -> Column {
    var validities: [Bitmap?] = []
    let values = try fillArray(count: count, of: Element.self) { (values) throws(Diagnostic) in
      validities = try mapChunks(of: count, grain: grain) { (rows) throws(Diagnostic) -> Bitmap? in
        let own = try chunk(rows)
        guard own.type == type, let buffer = Element.buffer(of: own.values) else {
          throw .differentTypes(type, own.type)
        }
        try values.withRows(rows) { (values) throws(Diagnostic) in
          let source = buffer.span
          for index in source.indices { values[index] = source[index] }
        }
        return own.validity
      }
    }
    return Column(
      type, Element.storage(Buffer(values)), validity: joinedValidity(validities, count: count, grain: grain))
  }
}
