public import Diagnostics
import Parallelism

/// Throws before a result is computed that would not fit in memory: the kernel would end the program, and the session
/// would be lost.
///
/// - Throws: how many rows it would be, where they take more than three quarters of what the process may have.
public func requireMemory(
  rows: Int, bytesPerRow: Int, hint: String = "keys that repeat on both sides multiply rows: group or `filter` first"
) throws(Diagnostic) {
  let bytes = Double(rows) * Double(bytesPerRow)
  guard bytes < Double(availableMemory) * 0.75 else { throw .tooLarge(rows: rows, bytes: bytes, hint: hint) }
}

/// Throws before whole columns are read that would not fit in memory.
///
/// - Throws: a diagnostic with their size, if that is more than three quarters of `availableMemory`.
public func requireMemory(toRead fields: [Field], rows: Int) throws(Diagnostic) {
  let bytes = Double(rows) * Double(fields.reduce(0) { $0 + $1.type.bytesPerValue })
  guard bytes < Double(availableMemory) * 0.75 else { throw .tooLargeToRead(fields.count, rows: rows, bytes: bytes) }
}

extension DataType {
  /// The approximate bytes of a value in memory; for texts and lists only their codes and offsets.
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
