public import Diagnostics

extension Column {
  /// A column of plain numbers.
  public init<Element: ColumnElement>(_ values: [Element], validity: Bitmap? = nil) {
    self.init(Element.dataType, Element.storage(Buffer(values)), validity: validity)
  }

  /// A column of plain numbers; nil becomes null.
  public init<Element: ColumnElement>(_ values: [Element?]) {
    self.init(values.map { $0 ?? Element.placeholder }, validity: Bitmap(validOf: values))
  }

  /// A column of `i64`.
  public init(_ values: [Int]) { self.init(values.map { Int64($0) }) }

  /// A column of `i64`; nil becomes null.
  public init(_ values: [Int?]) { self.init(values.map { $0.map { Int64($0) } }) }

  public init(_ values: [Bool]) { self.init(.bool, .bool(Bitmap(values))) }

  public init(_ values: [Bool?]) {
    self.init(.bool, .bool(Bitmap(values.map { $0 ?? false })), validity: Bitmap(validOf: values))
  }

  public init(_ values: [String]) {
    self.init(.string, .text(TextValues(values.map { Text($0) })))
  }

  public init(_ values: [String?]) {
    self.init(.string, .text(TextValues(values.map { Text($0 ?? "") })), validity: Bitmap(validOf: values))
  }

  /// A column of lists of one element type; nil becomes null.
  public init(listsOf element: DataType, _ lists: [[Value]?]) throws(Diagnostic) {
    try self.init(.list(element), lists.map { $0.map { .list($0) } ?? .null })
  }

  /// A column of `count` nulls.
  public static func nulls(_ type: DataType, count: Int) -> Column {
    if type == .null { return Column(.null, .null(count: count)) }
    let storage = ColumnValues.placeholders(type, count: count)
    return Column(type, storage, validity: count == 0 ? nil : Bitmap(repeating: false, count: count))
  }

  /// A column with the same value in all `count` rows.
  public init(repeating value: Value, _ type: DataType, count: Int) throws(Diagnostic) {
    let one = try Column(type, [value])
    self = try gather(one, rows: [UInt32](repeating: 0, count: count))
  }

  /// A column of values that must all be of one type.
  ///
  /// Whole numbers must fit the type; they are accepted in columns of floats too.
  ///
  /// - Throws: a diagnostic with the first value of another type.
  public init(_ type: DataType, _ values: [Value]) throws(Diagnostic) {
    let builder = ValueReader(type: type, values: values)
    self.init(type, try builder.storage(), validity: type == .null ? nil : builder.validity)
  }
}

extension Bitmap {
  /// The validity of optional values; nil if none of them is nil.
  init?<Value>(validOf values: [Value?]) {
    guard values.contains(where: { $0 == nil }) else { return nil }
    self.init(values.map { $0 != nil })
  }
}

extension TextValues {
  /// One row per text; equal texts are stored once.
  public init(_ texts: [Text]) {
    var builder = TextDictionaryBuilder()
    let codes = texts.map { builder.code(for: $0.bytes.span) }
    self.init(codes: Buffer(codes), dictionary: builder.dictionary())
  }
}

extension DataType {
  /// The kernel's result for the type in which numbers of this type are stored, which it gets as a buffer without rows;
  /// nil if the values are not numbers.
  @inlinable
  public func run<Kernel: NumberKernel>(_ kernel: Kernel) throws(Kernel.Failure) -> Kernel.Result? {
    try ColumnValues.placeholders(self, count: 0).run(kernel)
  }
}

extension ColumnValues {
  /// The values that null rows of a type hold.
  @usableFromInline
  static func placeholders(_ type: DataType, count: Int) -> ColumnValues {
    switch type {
    case .null: .null(count: count)
    case .bool: .bool(Bitmap(repeating: false, count: count))
    case .i8: .i8(Buffer(repeating: 0, count: count))
    case .i16: .i16(Buffer(repeating: 0, count: count))
    case .i32, .date: .i32(Buffer(repeating: 0, count: count))
    case .i64, .time, .datetime, .zoned, .duration: .i64(Buffer(repeating: 0, count: count))
    case .u8: .u8(Buffer(repeating: 0, count: count))
    case .u16: .u16(Buffer(repeating: 0, count: count))
    case .u32: .u32(Buffer(repeating: 0, count: count))
    case .u64: .u64(Buffer(repeating: 0, count: count))
    case .f32: .f32(Buffer(repeating: 0, count: count))
    case .f64: .f64(Buffer(repeating: 0, count: count))
    case .decimal: .i128(Buffer(repeating: 0, count: count))
    case .string, .binary:
      .text(TextValues(codes: Buffer(repeating: 0, count: count), dictionary: .empty))
    case .list(let element):
      .list(ListValues(offsets: Buffer(repeating: 0, count: count + 1), child: Column.nulls(element, count: 0)))
    case .structure(let fields):
      .structure(fields.map { Column.nulls($0.type, count: count) }, count: count)
    }
  }
}

/// Reads values into the storage of a type.
private struct ValueReader {
  let type: DataType
  let values: [Value]

  var validity: Bitmap? {
    values.contains(.null) ? Bitmap(values.map { !$0.isNull }) : nil
  }

  func storage() throws(Diagnostic) -> ColumnValues {
    switch type {
    case .null:
      _ = try read(placeholder: 0) { (_) -> Int? in nil }
      return .null(count: values.count)
    case .bool: return .bool(Bitmap(try read(placeholder: false) { if case .bool(let bit) = $0 { bit } else { nil } }))
    case .i8, .i16, .i32, .i64, .u8, .u16, .u32, .u64:
      guard let numbers = try type.run(WholeValues(reader: self)) ?? nil else { throw .fault("numbers as \(type)") }
      return numbers
    case .f32: return .f32(Buffer(try read(placeholder: 0) { $0.floating.map { Float($0) } }))
    case .f64: return .f64(Buffer(try read(placeholder: 0) { $0.floating }))
    case .date: return .i32(Buffer(try read(placeholder: 0) { if case .date(let days) = $0 { days } else { nil } }))
    case .time: return .i64(Buffer(try read(placeholder: 0) { if case .time(let ticks) = $0 { ticks } else { nil } }))
    case .datetime(let unit):
      return .i64(
        Buffer(
          try read(placeholder: 0) {
            if case .datetime(let ticks, let own) = $0 { rescaled(ticks, from: own, to: unit) } else { nil }
          }))
    case .zoned(let unit, let zone):
      return .i64(
        Buffer(
          try read(placeholder: 0) {
            guard case .zoned(let ticks, let own, zone) = $0 else { return nil }
            return rescaled(ticks, from: own, to: unit)
          }))
    case .duration(let unit):
      return .i64(
        Buffer(
          try read(placeholder: 0) {
            if case .duration(let ticks, let own) = $0 { rescaled(ticks, from: own, to: unit) } else { nil }
          }))
    case .decimal(let precision, let scale):
      return .i128(Buffer(try read(placeholder: 0) { $0.unscaled(precision: precision, scale: scale) }))
    case .string:
      let texts = try read(placeholder: Text("")) { if case .text(let text) = $0 { text } else { nil } }
      return .text(TextValues(texts))
    case .binary:
      let texts = try read(placeholder: Text("")) { if case .binary(let bytes) = $0 { bytes } else { nil } }
      return .text(TextValues(texts))
    case .list(let element):
      let lists = try read(placeholder: [Value]()) { if case .list(let elements) = $0 { elements } else { nil } }
      var offsets = [0]
      for list in lists { offsets.append((offsets.last ?? 0) + list.count) }
      return .list(ListValues(offsets: Buffer(offsets), child: try Column(element, lists.flatMap { $0 })))
    case .structure(let fields):
      let names = fields.map(\.name)
      let empty = [Value](repeating: .null, count: fields.count)
      let rows = try read(placeholder: empty) { value -> [Value]? in
        guard case .structure(let own, let members) = value, own == names else { return nil }
        return members
      }
      var columns: [Column] = []
      for (index, field) in fields.enumerated() { columns.append(try Column(field.type, rows.map { $0[index] })) }
      return .structure(columns, count: values.count)
    }
  }

  private func read<Result>(placeholder: Result, _ body: (Value) -> Result?) throws(Diagnostic) -> [Result] {
    var results: [Result] = []
    results.reserveCapacity(values.count)
    for value in values {
      if value.isNull {
        results.append(placeholder)
      } else if let result = body(value) {
        results.append(result)
      } else {
        throw .valueOfAnotherType(value, type)
      }
    }
    return results
  }

  fileprivate func integers<Element: ColumnElement & FixedWidthInteger>() throws(Diagnostic) -> Buffer<Element> {
    Buffer(try read(placeholder: 0) { if case .integer(let value) = $0 { Element(exactly: value) } else { nil } })
  }
}

/// Reads whole numbers in the width of the kernel's buffer.
private struct WholeValues: WholeNumberKernel {
  let reader: ValueReader

  func whole<Number: ColumnElement & FixedWidthInteger>(_: Buffer<Number>) throws(Diagnostic) -> ColumnValues? {
    Number.storage(try reader.integers())
  }
}

extension Value {
  /// A float, or a whole number converted to a float.
  fileprivate var floating: Double? {
    switch self {
    case .float(let value): value
    case .integer(let value): Double(value)
    default: nil
    }
  }

  /// A decimal or whole number times 10^scale; nil if that is not exact or does not fit.
  fileprivate func unscaled(precision: Int, scale: Int) -> Int128? {
    let rescaled: Int128? =
      switch self {
      case .decimal(let unscaled, let own): rescaledDecimal(unscaled, from: own, to: scale)
      case .integer(let value): rescaledDecimal(value, from: 0, to: scale)
      default: nil
      }
    return rescaled.flatMap { fits($0, precision: precision) ? $0 : nil }
  }
}
