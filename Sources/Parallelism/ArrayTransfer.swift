public import Diagnostics

/// Arrays on their way to a temporary file or back from it, one after the other.
///
/// Whoever owns the arrays names them once, in one order, and the transfer does with each what it is for.
public struct ArrayTransfer: Sendable {
  public enum Direction: Sendable {
    /// Adds up what the arrays take.
    case measuring
    case toFile(TemporaryFile)
    /// Gives each array what it had when it went to the file.
    case fromFile(TemporaryFile)
  }

  private let direction: Direction
  /// How many elements the arrays had that went to the file, in their order.
  public private(set) var counts: [Int]
  private var index = 0
  /// The bytes of the arrays so far.
  public private(set) var byteCount = 0

  /// - Parameter counts: for the way back, what it was on the way there.
  public init(_ direction: Direction, counts: [Int] = []) {
    self.direction = direction
    self.counts = counts
  }

  /// - Throws: what the disk says; `Diagnostic.interrupted`, upon which an array on its way back is half there.
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

  /// The same with a single value.
  public mutating func move<Value: BitwiseCopyable & Sendable>(_ value: inout Value) throws(Diagnostic) {
    var array = [value]
    try move(&array)
    value = array[0]
  }

  /// The bytes that one thread moves at a time.
  private static let grain = 1 << 20
}
