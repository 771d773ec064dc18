public import Diagnostics
import Parallelism

/// Refuses a result before it is made that the machine could not hold: the kernel would end the program, and everything
/// the session knows with it.
///
/// - Throws: how many rows it would be, where they take more than three quarters of what the process may have.
public func requireMemory(rows: Int, bytesPerRow: Int) throws(Diagnostic) {
  let bytes = Double(rows) * Double(bytesPerRow)
  guard bytes < Double(availableMemory) * 0.75 else { throw .tooLarge(rows: rows, bytes: bytes) }
}

/// Refuses to read whole columns that would not fit.
///
/// - Throws: how much they take, where that is more than three quarters of what the process may have.
public func requireMemory(toRead fields: [Field], rows: Int) throws(Diagnostic) {
  let bytes = Double(rows) * Double(fields.reduce(0) { $0 + $1.type.bytesPerValue })
  guard bytes < Double(availableMemory) * 0.75 else { throw .tooLargeToRead(fields.count, rows: rows, bytes: bytes) }
}

extension DataType {
  /// About what a value takes in memory; texts and lists count by their codes and offsets alone.
  public var bytesPerValue: Int {
    switch self {
    case .null, .bool: 1
    case .i8, .u8: 1
    case .i16, .u16: 2
    case .i32, .u32, .f32, .date, .string, .binary: 4
    case .decimal: 16
    case .structure(let fields): fields.reduce(0) { $0 + $1.type.bytesPerValue }
    default: 8
    }
  }
}
