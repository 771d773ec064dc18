import Diagnostics
import Parallelism

/// One key of a sort, a grouping or a join as whole numbers: each row has a code in `0...maximum`, and codes order as
/// the key's values do.
///
/// The code of an integer is its distance from the least value; that of a float is its ordered bits less the least
/// ones. The code of a text is its rank in the dictionary; if only equality matters, it is the dictionary's code. Null
/// has the greatest code, ascending and descending.
struct KeyPart: Sendable {
  enum Source: Sendable {
    case bool(Bitmap)
    case i8(Buffer<Int8>)
    case i16(Buffer<Int16>)
    case i32(Buffer<Int32>)
    case i64(Buffer<Int64>)
    case u8(Buffer<UInt8>)
    case u16(Buffer<UInt16>)
    case u32(Buffer<UInt32>)
    case u64(Buffer<UInt64>)
    case f32(Buffer<Float>)
    case f64(Buffer<Double>)
    /// Codes that are mapped to other numbers: texts to their ranks.
    case mapped(Buffer<UInt32>, [UInt32])
    /// Only which rows are null.
    case nullness
  }

  let source: Source
  let validity: Bitmap?
  let isDescending: Bool
  /// The ordered bits that code 0 stands for.
  let offset: UInt64
  /// The greatest code of a row that is not null.
  let maximumOfValues: UInt64
  let nullCode: UInt64
  /// The greatest code.
  let maximum: UInt64

  /// - Parameter flagsNulls: whether null has a code of its own; if not, null rows have code 0, and another part
  ///   distinguishes them.
  private init(
    _ source: Source, validity: Bitmap?, isDescending: Bool, bounds: (least: UInt64, greatest: UInt64)?,
    flagsNulls: Bool
  ) {
    self.source = source
    self.validity = validity
    self.isDescending = isDescending
    offset = bounds?.least ?? 0
    maximumOfValues = bounds.map { $0.greatest - $0.least } ?? 0
    nullCode = flagsNulls ? bounds == nil ? 0 : maximumOfValues + 1 : 0
    maximum = max(maximumOfValues, nullCode)
  }

  /// The parts of a key that is stored as `source`: one, or two if the code of null would exceed 64 bits.
  static func parts(_ source: Source, validity: Bitmap?, descending: Bool, count: Int) throws(Diagnostic) -> [KeyPart] {
    let bounds = try source.bounds(validity, descending: descending, count: count)
    let isFull = bounds.map { $0.greatest - $0.least == .max } ?? false
    let values = KeyPart(
      source, validity: validity, isDescending: descending, bounds: bounds, flagsNulls: validity != nil && !isFull)
    return validity != nil && isFull ? [.nulls(validity), values] : [values]
  }

  /// A part that encodes only which rows are null.
  static func nulls(_ validity: Bitmap?) -> KeyPart {
    KeyPart(.nullness, validity: validity, isDescending: false, bounds: (0, 0), flagsNulls: validity != nil)
  }

  /// The same encoding applied to another column, for the other side of a join.
  func reading(_ source: Source, validity: Bitmap?) -> KeyPart { KeyPart(self, source, validity) }

  private init(_ model: KeyPart, _ source: Source, _ validity: Bitmap?) {
    self.source = source
    self.validity = validity
    isDescending = model.isDescending
    offset = model.offset
    maximumOfValues = model.maximumOfValues
    nullCode = model.nullCode
    maximum = model.maximum
  }

  /// Multiplies the codes so far by `maximum + 1` and adds this part's code; the first part overwrites them.
  func append(_ rows: CodedRows, to codes: inout MutableSpan<UInt64>, isFirst: Bool) {
    switch source {
    case .bool(let bits):
      append(rows, &codes, isFirst) { (bits[$0] != isDescending ? 1 : 0) &- offset }
    case .i8(let buffer): append(buffer, rows, &codes, isFirst)
    case .i16(let buffer): append(buffer, rows, &codes, isFirst)
    case .i32(let buffer): append(buffer, rows, &codes, isFirst)
    case .i64(let buffer): append(buffer, rows, &codes, isFirst)
    case .u8(let buffer): append(buffer, rows, &codes, isFirst)
    case .u16(let buffer): append(buffer, rows, &codes, isFirst)
    case .u32(let buffer): append(buffer, rows, &codes, isFirst)
    case .u64(let buffer): append(buffer, rows, &codes, isFirst)
    case .f32(let buffer): append(buffer, rows, &codes, isFirst)
    case .f64(let buffer): append(buffer, rows, &codes, isFirst)
    case .mapped(let buffer, let map):
      append(rows, &codes, isFirst) { map[Int(buffer[$0])].orderedBits(descending: isDescending) &- offset }
    case .nullness: append(rows, &codes, isFirst) { _ in 0 }
    }
  }

  private func append<Element: OrderedBits>(
    _ buffer: Buffer<Element>, _ rows: CodedRows, _ codes: inout MutableSpan<UInt64>, _ isFirst: Bool
  ) {
    // The first part avoids the multiplication: few CPUs have a vector instruction for 64-bit products.
    let radix = maximum &+ 1
    switch rows {
    case .run(let rows):
      let values = buffer[rows].span
      if isFirst {
        for index in values.indices { codes[index] = values[index].orderedBits(descending: isDescending) &- offset }
      } else {
        for index in values.indices {
          codes[index] = codes[index] &* radix &+ (values[index].orderedBits(descending: isDescending) &- offset)
        }
      }
    case .list:
      let values = buffer.span
      rows.forEach { place, row in
        let before = isFirst ? 0 : codes[place] &* radix
        codes[place] = before &+ (values[row].orderedBits(descending: isDescending) &- offset)
      }
    }
    guard let validity else { return }
    rows.forEach { place, row in
      if validity[row] { return }
      let wrong = buffer[row].orderedBits(descending: isDescending) &- offset
      codes[place] = codes[place] &- wrong &+ nullCode
    }
  }

  @inline(__always)
  private func append(
    _ rows: CodedRows, _ codes: inout MutableSpan<UInt64>, _ isFirst: Bool, _ code: (Int) -> UInt64
  ) {
    let radix = maximum &+ 1
    rows.forEach { place, row in
      let own = validity.map { $0[row] } ?? true ? code(row) : nullCode
      codes[place] = (isFirst ? 0 : codes[place] &* radix) &+ own
    }
  }
}

extension ColumnValues {
  /// The values as the source of a key, if they have a fixed width of at most 64 bits; else nil.
  var keySource: KeyPart.Source? {
    switch self {
    case .bool(let bits): .bool(bits)
    case .i8(let buffer): .i8(buffer)
    case .i16(let buffer): .i16(buffer)
    case .i32(let buffer): .i32(buffer)
    case .i64(let buffer): .i64(buffer)
    case .u8(let buffer): .u8(buffer)
    case .u16(let buffer): .u16(buffer)
    case .u32(let buffer): .u32(buffer)
    case .u64(let buffer): .u64(buffer)
    case .f32(let buffer): .f32(buffer)
    case .f64(let buffer): .f64(buffer)
    case .null, .text, .i128, .list, .structure: nil
    }
  }
}

extension KeyPart.Source {
  /// The least and greatest ordered bits of the rows that are not null; nil if there is no such row.
  fileprivate func bounds(
    _ validity: Bitmap?, descending: Bool, count: Int
  ) throws(Diagnostic) -> (least: UInt64, greatest: UInt64)? {
    switch self {
    case .bool: return (0, 1)
    case .i8(let buffer): return try orderedBounds(buffer, validity, descending)
    case .i16(let buffer): return try orderedBounds(buffer, validity, descending)
    case .i32(let buffer): return try orderedBounds(buffer, validity, descending)
    case .i64(let buffer): return try orderedBounds(buffer, validity, descending)
    case .u8(let buffer): return try orderedBounds(buffer, validity, descending)
    case .u16(let buffer): return try orderedBounds(buffer, validity, descending)
    case .u32(let buffer): return try orderedBounds(buffer, validity, descending)
    case .u64(let buffer): return try orderedBounds(buffer, validity, descending)
    case .f32(let buffer): return try orderedBounds(buffer, validity, descending)
    case .f64(let buffer): return try orderedBounds(buffer, validity, descending)
    case .mapped(_, let map): return try orderedBounds(Buffer(map), nil, descending)
    case .nullness: return (0, 0)
    }
  }
}

private func orderedBounds<Element: OrderedBits>(
  _ buffer: Buffer<Element>, _ validity: Bitmap?, _ descending: Bool
) throws(Diagnostic) -> (least: UInt64, greatest: UInt64)? {
  let bounds = try mapChunks(of: buffer.count, grain: rowGrain) { (range) throws(Diagnostic) in
    let values = buffer.span.extracting(range)
    guard let validity else { return Element.bounds(of: values, descending: descending) }
    var least = UInt64.max
    var greatest: UInt64 = 0
    for index in values.indices where validity[range.lowerBound + index] {
      let bits = values[index].orderedBits(descending: descending)
      least = min(least, bits)
      greatest = max(greatest, bits)
    }
    return (least, greatest)
  }
  var least = UInt64.max
  var greatest: UInt64 = 0
  for bound in bounds {
    least = min(least, bound.least)
    greatest = max(greatest, bound.greatest)
  }
  return least <= greatest ? (least, greatest) : nil
}
