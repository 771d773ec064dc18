import Diagnostics
import Parallelism
import Tables

/// Distinct numbers and the place of each, by open addressing.
///
/// A slot holds a number's lower half and its place: what is asked for often stays in a core's own cache.
struct HashedIndex: Sendable {
  private(set) var numbers: [Int64] = []
  private var slots: [Slot] = []
  private var shift = 0
  /// Whether lower halves tell the numbers apart, as they do where all lie within 2³² of each other.
  private let isNarrow: Bool

  private struct Slot: BitwiseCopyable {
    var half: UInt32 = 0
    var place: Int32 = -1
  }

  private static let grain = 1 << 20

  /// Places are those in `numbers`, which are distinct.
  init(_ numbers: [Int64], isNarrow: Bool = false) {
    self.numbers = numbers
    self.isNarrow = isNarrow
    makeRoom(for: numbers.count)
  }

  @inline(__always)
  func place(of number: Int64) -> Int32 {
    let place = slots[slot(of: number)].place
    return place >= 0 && numbers[Int(place)] == number ? place : -1
  }

  /// The place of a number that may be new; of a narrow index it is within 2³² of all others.
  @inline(__always)
  mutating func placeInserting(_ number: Int64) -> Int32 {
    let slot = slot(of: number)
    if slots[slot].place >= 0 { return slots[slot].place }
    return insert(number, at: slot)
  }

  private mutating func insert(_ number: Int64, at slot: Int) -> Int32 {
    let place = Int32(truncatingIfNeeded: numbers.count)
    numbers.append(number)
    slots[slot] = Slot(half: UInt32(truncatingIfNeeded: number), place: place)
    if numbers.count * 2 > slots.count { makeRoom(for: numbers.count * 2) }
    return place
  }

  /// At least twice as many slots as numbers.
  private mutating func makeRoom(for count: Int) {
    let width = max(4, Int.bitWidth - (count * 2).leadingZeroBitCount)
    shift = UInt64.bitWidth - width
    slots = [Slot](repeating: Slot(), count: 1 << width)
    for (place, number) in numbers.enumerated() {
      slots[slot(of: number)] = Slot(half: UInt32(truncatingIfNeeded: number), place: Int32(place))
    }
  }

  /// The slot that holds a number, or the empty one where it would be.
  @inline(__always)
  private func slot(of number: Int64) -> Int {
    var slot = Int((UInt64(bitPattern: number) &* 0x9E37_79B9_7F4A_7C15) >> UInt64(shift))
    while true {
      let found = slots[slot]
      if found.place < 0 { return slot }
      if found.half == UInt32(truncatingIfNeeded: number), isNarrow || numbers[Int(found.place)] == number {
        return slot
      }
      slot = (slot + 1) & (slots.count - 1)
    }
  }

  /// The distinct values, ascending, and where each of the values stands: −1 for nulls.
  ///
  /// Chunks number what they find by first appearance; once all are known, those numbers become places.
  static func encoding<Element: FixedWidthInteger & ColumnElement>(
    _ values: Buffer<Element>, validity: Bitmap?, isNarrow: Bool
  ) throws(Diagnostic) -> (index: HashedIndex, places: [Int32]) {
    var found: [[Int64]] = []
    var places = try fillArray(count: values.count, of: Int32.self) { (places) throws(Diagnostic) in
      found = try mapChunks(of: values.count, grain: grain) { (range) throws(Diagnostic) in
        try places.withRows(range) { (places) in
          var index = HashedIndex([], isNarrow: isNarrow)
          let numbers = values.span
          for row in range {
            let isThere = validity.map { $0[row] } ?? true
            places[row - range.lowerBound] =
              isThere ? index.placeInserting(Int64(truncatingIfNeeded: numbers[row])) : -1
          }
          return index.numbers
        }
      }
    }
    var all = HashedIndex([], isNarrow: isNarrow)
    for part in found { for number in part { _ = all.placeInserting(number) } }
    let index = HashedIndex(all.numbers.sorted(), isNarrow: isNarrow)
    let finals = found.map { $0.map(index.place) }
    try updateArray(&places, grain: grain) { (range, places) in
      let final = finals[range.lowerBound / grain]
      let map = final.span
      for row in places.indices where places[row] >= 0 { places[row] = map[Int(places[row])] }
    }
    return (index, places)
  }
}
