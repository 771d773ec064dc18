public import Diagnostics
import Parallelism

extension Column {
  /// Builds a column from chunks of rows on all cores; each chunk is copied to its final place as soon as it is ready.
  ///
  /// - Parameter chunk: makes the rows of the range: a column of that type and length.
  public static func assembled(
    _ type: DataType, count: Int, grain: Int, _ chunk: @Sendable (Range<Int>) throws(Diagnostic) -> Column
  ) throws(Diagnostic) -> Column {
    let pieces = stride(from: 0, to: count, by: max(1, grain)).map { $0..<min(count, $0 + grain) }
    return try assembled(type, pieces: pieces) { (index) throws(Diagnostic) in try chunk(pieces[index]) }
  }

  /// The same for pieces of any length.
  ///
  /// - Parameters:
  ///   - pieces: the rows of each, one after another from 0 on.
  ///   - piece: makes the piece of that index: a column of that type, as long as its range.
  public static func assembled(
    _ type: DataType, pieces: [Range<Int>], _ piece: @Sendable (Int) throws(Diagnostic) -> Column
  ) throws(Diagnostic) -> Column {
    // `concat` would not know the type of no pieces.
    if pieces.last?.upperBound ?? 0 == 0 { return nulls(type, count: 0) }
    return switch type {
    case .i8: try copied(type, pieces, of: Int8.self, piece)
    case .i16: try copied(type, pieces, of: Int16.self, piece)
    case .i32, .date: try copied(type, pieces, of: Int32.self, piece)
    case .i64, .time, .datetime, .zoned, .duration: try copied(type, pieces, of: Int64.self, piece)
    case .u8: try copied(type, pieces, of: UInt8.self, piece)
    case .u16: try copied(type, pieces, of: UInt16.self, piece)
    case .u32: try copied(type, pieces, of: UInt32.self, piece)
    case .u64: try copied(type, pieces, of: UInt64.self, piece)
    case .f32: try copied(type, pieces, of: Float.self, piece)
    case .f64: try copied(type, pieces, of: Double.self, piece)
    case .decimal: try copied(type, pieces, of: Int128.self, piece)
    case .string, .binary: try assembledTexts(type, pieces: pieces, piece)
    case .list(let element): try assembledLists(of: element, pieces: pieces, piece)
    case .null, .bool, .structure:
      try concat(try mapIndices(of: pieces.count) { (index) throws(Diagnostic) in try piece(index) })
    }
  }

  private static func copied<Element: ColumnElement>(
    _ type: DataType, _ pieces: [Range<Int>], of element: Element.Type,
    _ piece: @Sendable (Int) throws(Diagnostic) -> Column
  ) throws(Diagnostic) -> Column {
    try filled(type, pieces: pieces, of: element) { (index, values) throws(Diagnostic) in
      let own = try piece(index)
      guard own.type == type, let buffer = Element.buffer(of: own.values) else {
        throw .differentTypes(type, own.type)
      }
      let source = buffer.span
      for index in source.indices { values[index] = source[index] }
      return own.validity
    }
  }

  /// Builds a column of fixed-width values: the pieces are written directly to their final place, on all cores.
  ///
  /// - Parameters:
  ///   - pieces: the rows of each, one after another from 0 on.
  ///   - fill: writes all values of the piece of that index and returns its validity; nil if no row is null.
  public static func filled<Element: ColumnElement>(
    _ type: DataType, pieces: [Range<Int>], of element: Element.Type,
    _ fill: @Sendable (Int, inout MutableSpan<Element>) throws(Diagnostic) -> Bitmap?
  ) throws(Diagnostic) -> Column {
    var validities: [Bitmap?] = []
    let values = try fillArray(count: pieces.last?.upperBound ?? 0, of: Element.self) { (values) throws(Diagnostic) in
      validities = try mapIndices(of: pieces.count) { (index) throws(Diagnostic) -> Bitmap? in
        try values.withRows(pieces[index]) { (values) throws(Diagnostic) in try fill(index, &values) }
      }
    }
    return Column(type, Element.storage(Buffer(values)), validity: joinedValidity(validities, pieces))
  }

  /// The concatenated validity of pieces; nil if no row is null.
  static func joinedValidity(_ validities: [Bitmap?], _ pieces: [Range<Int>]) -> Bitmap? {
    guard validities.contains(where: { $0 != nil }) else { return nil }
    return concatBits(zip(validities, pieces).map { own, rows in own ?? Bitmap(repeating: true, count: rows.count) })
  }
}
