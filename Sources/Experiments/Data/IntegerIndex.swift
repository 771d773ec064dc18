import Diagnostics
import Parallelism
import Tables

/// Distinct whole numbers in ascending order, and where each stands.
///
/// Numbers that lie close (users of a shop) are bits of a bitmap, and a number's place is the count of bits before it;
/// others (product ids of 31M to 1.6G) are in a hash table. Either way a lookup touches one or two cache lines.
enum IntegerIndex: Sendable {
  case dense(DenseIndex)
  case hashed(HashedIndex)

  /// The distinct values of some numbers.
  static func distinct<Element: FixedWidthInteger & ColumnElement>(
    of values: Buffer<Element>, validity: Bitmap?
  ) throws(Diagnostic) -> (numbers: [Int64], index: IntegerIndex) {
    let bounds = try range(of: values, validity: validity)
    guard let bounds else { return ([], .hashed(HashedIndex([]))) }
    let extent = bounds.upperBound.subtractingReportingOverflow(bounds.lowerBound)
    if !extent.overflow, extent.partialValue < min(1 << 28, max(1 << 16, Int64(values.count) * 64)) {
      let index = try DenseIndex(values, validity: validity, bounds: bounds)
      return (index.numbers, .dense(index))
    }
    let numbers = try HashedIndex.distinct(of: values, validity: validity)
    return (numbers, .hashed(HashedIndex(numbers)))
  }

  /// Where a number stands, or −1.
  func place(of number: Int64) -> Int32 {
    switch self {
    case .dense(let index): index.place(of: number)
    case .hashed(let index): index.place(of: number)
    }
  }

  /// Where each of some numbers stands; −1 for nulls and numbers that are not there.
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

/// Numbers as bits from `lowest` on, with the number of bits before every word.
struct DenseIndex: Sendable {
  private let lowest: Int64
  private let words: [UInt64]
  private let ranks: [Int32]

  init<Element: FixedWidthInteger & ColumnElement>(
    _ values: Buffer<Element>, validity: Bitmap?, bounds: ClosedRange<Int64>
  ) throws(Diagnostic) {
    lowest = bounds.lowerBound
    let wordCount = Int(bounds.upperBound - bounds.lowerBound) / 64 + 1
    // Every part of the rows has a bitmap to itself, which should be small beside the part.
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
    let words = try buildArray(count: wordCount, grain: IntegerIndex.grain, of: UInt64.self) { (range, words) in
      for place in range {
        words[place - range.lowerBound] = bitmaps.reduce(0) { $0 | $1[place] }
      }
    }
    var count: Int32 = 0
    ranks = words.map { word in
      defer { count += Int32(word.nonzeroBitCount) }
      return count
    }
    self.words = words
  }

  var numbers: [Int64] {
    var numbers: [Int64] = []
    for (index, word) in words.enumerated() {
      var left = word
      while left != 0 {
        numbers.append(lowest + Int64(index * 64 + left.trailingZeroBitCount))
        left &= left - 1
      }
    }
    return numbers
  }

  func place(of number: Int64) -> Int32 {
    let (distance, overflow) = number.subtractingReportingOverflow(lowest)
    guard !overflow, distance >= 0, distance >> 6 < words.count else { return -1 }
    let word = words[Int(distance >> 6)]
    let bit = UInt64(1) << UInt64(distance & 63)
    return word & bit == 0 ? -1 : ranks[Int(distance >> 6)] + Int32((word & (bit - 1)).nonzeroBitCount)
  }
}

/// Numbers in a table of at least twice as many slots, open addressing.
struct HashedIndex: Sendable {
  private var slots: [Slot]
  private var shift: Int

  private struct Slot: BitwiseCopyable {
    var number: Int64 = 0
    var place: Int32 = -1
  }

  /// Places are those in `numbers`, which are distinct.
  init(_ numbers: [Int64]) {
    let width = max(4, Int.bitWidth - (numbers.count * 2).leadingZeroBitCount)
    shift = UInt64.bitWidth - width
    slots = [Slot](repeating: Slot(), count: 1 << width)
    for (place, number) in numbers.enumerated() {
      let slot = self.slot(of: number)
      slots[slot] = Slot(number: number, place: Int32(place))
    }
  }

  func place(of number: Int64) -> Int32 { slots[slot(of: number)].place }

  /// The slot that holds a number, or the empty one where it would be.
  private func slot(of number: Int64) -> Int {
    var slot = Int((UInt64(bitPattern: number) &* 0x9E37_79B9_7F4A_7C15) >> UInt64(shift))
    while slots[slot].place >= 0, slots[slot].number != number { slot = (slot + 1) & (slots.count - 1) }
    return slot
  }

  /// The distinct values, ascending: a table a chunk, then one of all.
  static func distinct<Element: FixedWidthInteger & ColumnElement>(
    of values: Buffer<Element>, validity: Bitmap?
  ) throws(Diagnostic) -> [Int64] {
    let parts = try mapChunks(of: values.count, grain: 1 << 20) { (range) in
      let numbers = values.span
      var found = GrowingSet()
      for row in range where validity.map({ $0[row] }) ?? true { found.insert(Int64(truncatingIfNeeded: numbers[row])) }
      return found.numbers
    }
    var all = GrowingSet()
    for part in parts { for number in part { all.insert(number) } }
    return all.numbers.sorted()
  }

  private struct GrowingSet {
    var numbers: [Int64] = []
    var index = HashedIndex([])

    mutating func insert(_ number: Int64) {
      let slot = index.slot(of: number)
      guard index.slots[slot].place < 0 else { return }
      index.slots[slot] = Slot(number: number, place: Int32(numbers.count))
      numbers.append(number)
      if numbers.count * 2 > index.slots.count { index = HashedIndex(numbers) }
    }
  }
}
