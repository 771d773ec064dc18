public import Diagnostics

/// An operation on a buffer of numbers of any type. The type is dispatched once per buffer, outside the loop.
public protocol NumberKernel {
  associatedtype Result
  /// Whole numbers, temporal values in ticks and decimals without their point.
  func integers<Number: ColumnElement & FixedWidthInteger>(_ buffer: Buffer<Number>) throws(Diagnostic) -> Result
  func floats<Number: ColumnElement & BinaryFloatingPoint>(_ buffer: Buffer<Number>) throws(Diagnostic) -> Result
}

extension ColumnValues {
  /// The kernel's result for the numbers; nil if the values are not numbers.
  @inlinable
  public func run<Kernel: NumberKernel>(_ kernel: Kernel) throws(Diagnostic) -> Kernel.Result? {
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

/// A kernel for what is stored in whole numbers of up to 64 bits; nil of all else.
protocol WholeNumberKernel: NumberKernel where Result == Output? {
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
