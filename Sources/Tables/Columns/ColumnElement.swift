public import Diagnostics

/// A fixed-width Swift type in which column values are stored.
///
/// Kernels that do the same for every width are generic over this type; the type is chosen once per column, outside
/// their loops.
public protocol ColumnElement: BitwiseCopyable, Sendable, Comparable, Hashable {
  /// The plain data type of this storage: `i32` for `Int32`, although dates are stored as `Int32` too.
  static var dataType: DataType { get }
  /// The value that a null row holds.
  static var placeholder: Self { get }
  static func storage(_ buffer: Buffer<Self>) -> ColumnValues
  /// The buffer, if the values are stored as this type; else nil. For `UInt32` also the codes of text.
  static func buffer(of values: ColumnValues) -> Buffer<Self>?
}

extension ColumnElement where Self: Numeric {
  public static var placeholder: Self { 0 }
}

extension Int8: ColumnElement {
  public static var dataType: DataType { .i8 }
  public static func storage(_ buffer: Buffer<Int8>) -> ColumnValues { .i8(buffer) }
  public static func buffer(of values: ColumnValues) -> Buffer<Int8>? {
    if case .i8(let buffer) = values { buffer } else { nil }
  }
}

extension Int16: ColumnElement {
  public static var dataType: DataType { .i16 }
  public static func storage(_ buffer: Buffer<Int16>) -> ColumnValues { .i16(buffer) }
  public static func buffer(of values: ColumnValues) -> Buffer<Int16>? {
    if case .i16(let buffer) = values { buffer } else { nil }
  }
}

extension Int32: ColumnElement {
  public static var dataType: DataType { .i32 }
  public static func storage(_ buffer: Buffer<Int32>) -> ColumnValues { .i32(buffer) }
  public static func buffer(of values: ColumnValues) -> Buffer<Int32>? {
    if case .i32(let buffer) = values { buffer } else { nil }
  }
}

extension Int64: ColumnElement {
  public static var dataType: DataType { .i64 }
  public static func storage(_ buffer: Buffer<Int64>) -> ColumnValues { .i64(buffer) }
  public static func buffer(of values: ColumnValues) -> Buffer<Int64>? {
    if case .i64(let buffer) = values { buffer } else { nil }
  }
}

extension UInt8: ColumnElement {
  public static var dataType: DataType { .u8 }
  public static func storage(_ buffer: Buffer<UInt8>) -> ColumnValues { .u8(buffer) }
  public static func buffer(of values: ColumnValues) -> Buffer<UInt8>? {
    if case .u8(let buffer) = values { buffer } else { nil }
  }
}

extension UInt16: ColumnElement {
  public static var dataType: DataType { .u16 }
  public static func storage(_ buffer: Buffer<UInt16>) -> ColumnValues { .u16(buffer) }
  public static func buffer(of values: ColumnValues) -> Buffer<UInt16>? {
    if case .u16(let buffer) = values { buffer } else { nil }
  }
}

extension UInt32: ColumnElement {
  public static var dataType: DataType { .u32 }
  public static func storage(_ buffer: Buffer<UInt32>) -> ColumnValues { .u32(buffer) }
  public static func buffer(of values: ColumnValues) -> Buffer<UInt32>? {
    switch values {
    case .u32(let buffer): buffer
    case .text(let text): text.codes
    default: nil
    }
  }
}

extension UInt64: ColumnElement {
  public static var dataType: DataType { .u64 }
  public static func storage(_ buffer: Buffer<UInt64>) -> ColumnValues { .u64(buffer) }
  public static func buffer(of values: ColumnValues) -> Buffer<UInt64>? {
    if case .u64(let buffer) = values { buffer } else { nil }
  }
}

extension Float: ColumnElement {
  public static var dataType: DataType { .f32 }
  public static func storage(_ buffer: Buffer<Float>) -> ColumnValues { .f32(buffer) }
  public static func buffer(of values: ColumnValues) -> Buffer<Float>? {
    if case .f32(let buffer) = values { buffer } else { nil }
  }
}

extension Double: ColumnElement {
  public static var dataType: DataType { .f64 }
  public static func storage(_ buffer: Buffer<Double>) -> ColumnValues { .f64(buffer) }
  public static func buffer(of values: ColumnValues) -> Buffer<Double>? {
    if case .f64(let buffer) = values { buffer } else { nil }
  }
}

extension Int128: ColumnElement {
  public static var dataType: DataType { .decimal(precision: 38, scale: 0) }
  public static func storage(_ buffer: Buffer<Int128>) -> ColumnValues { .i128(buffer) }
  public static func buffer(of values: ColumnValues) -> Buffer<Int128>? {
    if case .i128(let buffer) = values { buffer } else { nil }
  }
}

/// An operation on a buffer of numbers of any type. The type is dispatched once per buffer, outside the loop.
public protocol NumberKernel {
  associatedtype Result
  associatedtype Failure: Error = Diagnostic
  /// Whole numbers, temporal values in ticks and decimals without their point.
  func integers<Number: ColumnElement & FixedWidthInteger>(_ buffer: Buffer<Number>) throws(Failure) -> Result
  func floats<Number: ColumnElement & BinaryFloatingPoint>(_ buffer: Buffer<Number>) throws(Failure) -> Result
}

extension ColumnValues {
  /// The kernel's result for the numbers; nil if the values are not numbers.
  @inlinable
  public func run<Kernel: NumberKernel>(_ kernel: Kernel) throws(Kernel.Failure) -> Kernel.Result? {
    switch self {
    case .i8(let buffer): try kernel.integers(buffer)
    case .i16(let buffer): try kernel.integers(buffer)
    case .i32(let buffer): try kernel.integers(buffer)
    case .i64(let buffer): try kernel.integers(buffer)
    case .u8(let buffer): try kernel.integers(buffer)
    case .u16(let buffer): try kernel.integers(buffer)
    case .u32(let buffer): try kernel.integers(buffer)
    case .u64(let buffer): try kernel.integers(buffer)
    case .i128(let buffer): try kernel.integers(buffer)
    case .f32(let buffer): try kernel.floats(buffer)
    case .f64(let buffer): try kernel.floats(buffer)
    case .null, .bool, .text, .list, .structure: nil
    }
  }
}

/// A kernel that does the same for whole numbers and for floats.
protocol ElementKernel: NumberKernel {
  // Declared again, so that it is inferred from `run`.
  associatedtype Result
  func run<Element: ColumnElement>(_ buffer: Buffer<Element>) throws(Failure) -> Result
}

extension ElementKernel {
  @inline(__always)
  func integers<Number: ColumnElement & FixedWidthInteger>(_ buffer: Buffer<Number>) throws(Failure) -> Result {
    try run(buffer)
  }

  @inline(__always)
  func floats<Number: ColumnElement & BinaryFloatingPoint>(_ buffer: Buffer<Number>) throws(Failure) -> Result {
    try run(buffer)
  }
}

/// A kernel whose result is stored in the same type.
protocol BufferTransform: ElementKernel where Result == ColumnValues {
  func apply<Element: ColumnElement>(_ buffer: Buffer<Element>) throws(Failure) -> Buffer<Element>
}

extension BufferTransform {
  @inline(__always)
  func run<Element: ColumnElement>(_ buffer: Buffer<Element>) throws(Failure) -> ColumnValues {
    Element.storage(try apply(buffer))
  }
}

extension ColumnValues {
  /// The storage with its buffer transformed (the codes, for text); nil if it does not consist of one buffer.
  func transformed<Transform: BufferTransform>(by transform: Transform) throws(Transform.Failure) -> ColumnValues? {
    guard case .text(let text) = self else { return try run(transform) }
    return .text(TextValues(codes: try transform.apply(text.codes), dictionary: text.dictionary))
  }
}

/// A kernel for what is stored in whole numbers of up to 64 bits; nil of all else.
protocol WholeNumberKernel: NumberKernel where Result == Output?, Failure == Diagnostic {
  associatedtype Output
  func whole<Number: ColumnElement & FixedWidthInteger>(_ buffer: Buffer<Number>) throws(Diagnostic) -> Output?
}

extension WholeNumberKernel {
  @inline(__always)
  func integers<Number: ColumnElement & FixedWidthInteger>(_ buffer: Buffer<Number>) throws(Diagnostic) -> Output? {
    Number.bitWidth > 64 ? nil : try whole(buffer)
  }

  func floats<Number: ColumnElement & BinaryFloatingPoint>(_ buffer: Buffer<Number>) throws(Diagnostic) -> Output? {
    nil
  }
}

/// The nearest float of a whole number of up to 64 bits, by one instruction.
@inline(__always)
func float<Number: FixedWidthInteger>(_ number: Number) -> Double {
  Number.isSigned ? Double(Int64(truncatingIfNeeded: number)) : Double(UInt64(truncatingIfNeeded: number))
}

/// Rows per chunk of a cheap loop: enough to make the overhead of a chunk negligible, few enough to react to a
/// cancellation quickly.
let rowGrain = 1 << 16
