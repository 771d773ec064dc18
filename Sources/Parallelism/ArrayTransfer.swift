public import Diagnostics

/// Moves arrays to a temporary file and back, one after the other.
///
/// The owner of the arrays calls `move` for each of them, always in the same order. The direction decides what `move`
/// does, so that the list of arrays is written once.
public struct ArrayTransfer: Sendable {
  public enum Direction: Sendable {
    /// Only adds up the sizes of the arrays.
    case measuring
    case toFile(TemporaryFile)
    /// Restores each array from the file.
    case fromFile(TemporaryFile)
  }

  private let direction: Direction
  /// The element count of each array that was written to the file, in order.
  public private(set) var counts: [Int]
  private var index = 0
  /// The total size of the arrays so far, in bytes.
  public private(set) var byteCount = 0

  /// - Parameter counts: for `.fromFile`: the `counts` of the transfer that wrote the file.
  public init(_ direction: Direction, counts: [Int] = []) {
    self.direction = direction
    self.counts = counts
  }

  /// - Throws: what the system reports about the disk; `Diagnostic.interrupted`, after which an array that was being
  ///   restored is incomplete.
  /// Measures, writes or restores one array.
  public mutating func move<Value: BitwiseCopyable & Sendable>(_ array: inout [Value]) throws(Diagnostic) {
    let (offset, size) = (byteCount, MemoryLayout<Value>.stride)
    switch direction {
    case .measuring: break
    case .toFile(let file):
      counts.append(array.count)
      let values = array
      try forEachChunk(of: values.count, grain: Self.grain / size) { (range) throws(Diagnostic) in
        try file.write(values.span.extracting(range), at: offset + range.lowerBound * size)
      }
    case .fromFile(let file):
      if array.count == counts[index] {
        try updateArray(&array, grain: Self.grain / size) { (range, window) throws(Diagnostic) in
          try file.read(&window, at: offset + range.lowerBound * size)
        }
      } else {
        array = []
        array = try buildArray(count: counts[index], grain: Self.grain / size) { (range, window) throws(Diagnostic) in
          try file.read(&window, at: offset + range.lowerBound * size)
        }
      }
      index += 1
    }
    byteCount += array.count * size
  }

  /// The same for a single value.
  public mutating func move<Value: BitwiseCopyable & Sendable>(_ value: inout Value) throws(Diagnostic) {
    var array = [value]
    try move(&array)
    value = array[0]
  }

  /// The bytes that one thread moves at a time.
  private static let grain = 1 << 20
}
