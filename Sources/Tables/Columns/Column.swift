// Columns. A column is a type, a buffer of values of one fixed width, and a bitmap of the rows that have a value. Text
// is one code per row into a dictionary of bytes; lists are offsets into a child column; structs are one column per
// field. Buffers are immutable and shared: a slice of a column costs nothing, and a copy of a table copies references.
// In memory, a value takes its width, a text 4 bytes and its share of the dictionary, and validity one bit per row.

/// A column: a type, its values, and which rows have one.
///
/// A null row holds some value too (zero, code 0, an empty list). Kernels may compute with it but must not use the
/// result.
public struct Column: Sendable {
  public let type: DataType
  public let values: ColumnValues
  /// A set bit means that the row has a value; nil means that all rows have one.
  public let validity: Bitmap?

  /// - Precondition: `values` is the storage of `type` and as long as `validity`.
  public init(_ type: DataType, _ values: ColumnValues, validity: Bitmap? = nil) {
    precondition(values.stores(type), "values of another type")
    precondition(validity.map { $0.count == values.count } ?? true, "a validity of another length")
    self.type = type
    self.values = values
    self.validity = validity
  }

  public var count: Int { values.count }

  @inlinable public func isNull(_ row: Int) -> Bool {
    if case .null = values { return true }
    return validity.map { !$0[row] } ?? false
  }

  /// - Complexity: O(rows / 64).
  public var nullCount: Int {
    if case .null(let count) = values { return count }
    return validity.map { $0.count - $0.setCount } ?? 0
  }

  /// The rows of `range`, sharing memory.
  public subscript(range: Range<Int>) -> Column {
    Column(type, values[range], validity: validity?[range])
  }
}

/// How the values of a column are stored. Several types share one storage: a date is stored as `i32`, a datetime as
/// `i64`.
public indirect enum ColumnValues: Sendable {
  case null(count: Int)
  case bool(Bitmap)
  case i8(Buffer<Int8>)
  case i16(Buffer<Int16>)
  /// `i32` and `date`.
  case i32(Buffer<Int32>)
  /// `i64`, `time`, `datetime` and `duration`.
  case i64(Buffer<Int64>)
  case u8(Buffer<UInt8>)
  case u16(Buffer<UInt16>)
  case u32(Buffer<UInt32>)
  case u64(Buffer<UInt64>)
  case f32(Buffer<Float>)
  case f64(Buffer<Double>)
  /// `decimal`: the integer before the division by 10^scale.
  case i128(Buffer<Int128>)
  /// `string` and `binary`.
  case text(TextValues)
  case list(ListValues)
  /// One column per field.
  case structure([Column], count: Int)
}

/// Text as codes into a dictionary.
public struct TextValues: Sendable {
  public let codes: Buffer<UInt32>
  public let dictionary: TextDictionary

  /// - Precondition: every code is below the dictionary's count (null rows included), so a column with rows needs a
  ///   dictionary with at least one entry.
  public init(codes: Buffer<UInt32>, dictionary: TextDictionary) {
    self.codes = codes
    self.dictionary = dictionary
  }

  /// The text of a row; for a null row, some entry of the dictionary.
  public subscript(row: Int) -> Text { dictionary[Int(codes[row])] }
}

/// Lists as slices of one child column: row `i` is `child[offsets[i]..<offsets[i + 1]]`.
public struct ListValues: Sendable {
  /// `count + 1` ascending offsets; they need not start at 0 nor end at the child's end.
  public let offsets: Buffer<Int>
  public let child: Column

  public init(offsets: Buffer<Int>, child: Column) {
    precondition(offsets.count >= 1 && offsets[0] >= 0 && offsets[offsets.count - 1] <= child.count, "bad offsets")
    self.offsets = offsets
    self.child = child
  }

  public var count: Int { offsets.count - 1 }
  /// The range of a row's elements in `child`.
  public func range(_ row: Int) -> Range<Int> { offsets[row]..<offsets[row + 1] }
}

private struct BufferCount: ElementKernel {
  typealias Failure = Never
  func run<Element: ColumnElement>(_ buffer: Buffer<Element>) -> Int { buffer.count }
}

private struct Slicing: BufferTransform {
  typealias Failure = Never
  let range: Range<Int>
  func apply<Element: ColumnElement>(_ buffer: Buffer<Element>) -> Buffer<Element> { buffer[range] }
}

extension ColumnValues {
  public var count: Int {
    switch self {
    case .null(let count), .structure(_, let count): count
    case .bool(let bits): bits.count
    case .text(let text): text.codes.count
    case .list(let lists): lists.count
    default: run(BufferCount()) ?? 0
    }
  }

  subscript(range: Range<Int>) -> ColumnValues {
    switch self {
    case .null: .null(count: range.count)
    case .bool(let bits): .bool(bits[range])
    case .list(let lists):
      .list(ListValues(offsets: lists.offsets[range.lowerBound..<range.upperBound + 1], child: lists.child))
    case .structure(let columns, _): .structure(columns.map { $0[range] }, count: range.count)
    default: transformed(by: Slicing(range: range)) ?? self
    }
  }

  /// Whether values of `type` are stored like this.
  public func stores(_ type: DataType) -> Bool {
    switch (self, type) {
    case (.null, .null), (.bool, .bool), (.i8, .i8), (.i16, .i16), (.i32, .i32), (.i32, .date), (.i64, .i64),
      (.i64, .time), (.i64, .datetime), (.i64, .zoned), (.i64, .duration), (.u8, .u8), (.u16, .u16), (.u32, .u32),
      (.u64, .u64), (.f32, .f32), (.f64, .f64), (.i128, .decimal), (.text, .string), (.text, .binary):
      true
    case (.list(let lists), .list(let element)): lists.child.type == element
    case (.structure(let columns, _), .structure(let fields)): columns.map(\.type) == fields.map(\.type)
    default: false
    }
  }
}
