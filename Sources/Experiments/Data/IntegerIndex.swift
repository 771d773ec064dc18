import Diagnostics
import Parallelism
import Tables

/// Distinct whole numbers in ascending order, with a lookup of the position of each.
///
/// Numbers of a small range (such as the user ids of a shop) are bits of a bitmap; the position of a number is the
/// count of bits before it. Other numbers (such as product ids from 31M to 1.6G) are in a hash table. Either way a
/// lookup reads one or two cache lines.
enum IntegerIndex: Sendable {
  case dense(DenseIndex)
  case hashed(HashedIndex)

  /// The distinct numbers, their index, and the position of every row's number among them: −1 for nulls.
  static func encoding<Element: FixedWidthInteger & ColumnElement>(
    _ values: Buffer<Element>, validity: Bitmap?
  ) throws(Diagnostic) -> (numbers: [Int64], index: IntegerIndex, places: [Int32]) {
    let bounds = try range(of: values, validity: validity)
    guard let bounds else { return ([], .hashed(HashedIndex([])), [Int32](repeating: -1, count: values.count)) }
    let extent = bounds.upperBound.subtractingReportingOverflow(bounds.lowerBound)
    if !extent.overflow, extent.partialValue < min(1 << 28, max(1 << 16, Int64(values.count) * 64)) {
      let dense = try DenseIndex(values, validity: validity, bounds: bounds)
      let index = IntegerIndex.dense(dense)
      return (dense.numbers, index, try index.places(of: values, validity: validity))
    }
    let isNarrow = !extent.overflow && extent.partialValue < 1 << 32
    let (index, places) = try HashedIndex.encoding(values, validity: validity, isNarrow: isNarrow)
    return (index.numbers, .hashed(index), places)
  }

  /// The position of a number, or −1.
  func place(of number: Int64) -> Int32 {
    switch self {
    case .dense(let index): index.place(of: number)
    case .hashed(let index): index.place(of: number)
    }
  }

  /// The position of every row's number; −1 for nulls and unknown numbers.
  func places<Element: FixedWidthInteger & ColumnElement>(
    of values: Buffer<Element>, validity: Bitmap?
  ) throws(Diagnostic) -> [Int32] {
    switch self {
    case .dense(let index):
      try IntegerIndex.places(of: values, validity: validity) { index.place(of: $0) }
    case .hashed(let index):
      try IntegerIndex.places(of: values, validity: validity) { index.place(of: $0) }
    }
  }

  @inline(__always)
  private static func places<Element: FixedWidthInteger & ColumnElement>(
    of values: Buffer<Element>, validity: Bitmap?, _ place: @Sendable (Int64) -> Int32
  ) throws(Diagnostic) -> [Int32] {
    try buildArray(count: values.count, grain: grain) { (range, places) in
      let numbers = values.span
      for row in range {
        let number = Int64(exactly: numbers[row])
        let isThere = validity.map { $0[row] } ?? true
        places[row - range.lowerBound] = isThere ? number.map(place) ?? -1 : -1
      }
    }
  }

  private static func range<Element: FixedWidthInteger & ColumnElement>(
    of values: Buffer<Element>, validity: Bitmap?
  ) throws(Diagnostic) -> ClosedRange<Int64>? {
    let ranges = try mapChunks(of: values.count, grain: grain) { (range) throws(Diagnostic) -> ClosedRange<Int64>? in
      let numbers = values.span
      var least = Element.max
      var most = Element.min
      for row in range where validity.map({ $0[row] }) ?? true {
        least = min(least, numbers[row])
        most = max(most, numbers[row])
      }
      if least > most { return nil }
      guard let lower = Int64(exactly: least), let upper = Int64(exactly: most) else { throw .idTooLarge(UInt64(most)) }
      return lower...upper
    }
    return ranges.compactMap { $0 }.reduce(nil) { joined, range in
      joined.map { min($0.lowerBound, range.lowerBound)...max($0.upperBound, range.upperBound) } ?? range
    }
  }

  static let grain = 1 << 16
}

/// Numbers as bits of a bitmap that begins at `lowest`. Every word has its rank: the number of bits set before it.
struct DenseIndex: Sendable {
  private let lowest: Int64
  private let words: [Word]

  private struct Word: BitwiseCopyable {
    var bits: UInt64
    var rank: Int32
  }

  init<Element: FixedWidthInteger & ColumnElement>(
    _ values: Buffer<Element>, validity: Bitmap?, bounds: ClosedRange<Int64>
  ) throws(Diagnostic) {
    lowest = bounds.lowerBound
    let wordCount = Int(bounds.upperBound - bounds.lowerBound) / 64 + 1
    // Every part of the rows has its own bitmap, which should be small compared with the part.
    let parts = max(1, min(8, values.count / (4 * wordCount)))
    let bitmaps = try mapChunks(of: values.count, grain: (values.count + parts - 1) / parts) {
      (range) throws(Diagnostic) -> [UInt64] in
      var words = [UInt64](repeating: 0, count: wordCount)
      var present = words.mutableSpan
      let numbers = values.span
      let cancellation = Cancellation.current
      for start in stride(from: range.lowerBound, to: range.upperBound, by: IntegerIndex.grain) {
        try cancellation.check()
        for row in start..<min(range.upperBound, start + IntegerIndex.grain)
        where validity.map({ $0[row] }) ?? true {
          let bit = UInt64(bitPattern: Int64(truncatingIfNeeded: numbers[row]) &- bounds.lowerBound)
          present[Int(bit >> 6)] |= 1 << (bit & 63)
        }
      }
      return words
    }
    var count: Int32 = 0
    words = (0..<wordCount).map { index in
      let bits = bitmaps.reduce(0) { $0 | $1[index] }
      defer { count += Int32(bits.nonzeroBitCount) }
      return Word(bits: bits, rank: count)
    }
  }

  var numbers: [Int64] {
    var numbers: [Int64] = []
    numbers.reserveCapacity(words.last.map { Int($0.rank) + $0.bits.nonzeroBitCount } ?? 0)
    for (index, word) in words.enumerated() {
      var left = word.bits
      while left != 0 {
        numbers.append(lowest + Int64(index * 64 + left.trailingZeroBitCount))
        left &= left - 1
      }
    }
    return numbers
  }

  @inline(__always)
  func place(of number: Int64) -> Int32 {
    let (distance, overflow) = number.subtractingReportingOverflow(lowest)
    guard !overflow, distance >= 0, distance >> 6 < words.count else { return -1 }
    let word = words[Int(distance >> 6)]
    let bit = UInt64(1) << UInt64(distance & 63)
    return word.bits & bit == 0 ? -1 : word.rank + Int32((word.bits & (bit - 1)).nonzeroBitCount)
  }
}
