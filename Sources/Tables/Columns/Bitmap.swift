/// One bit per row: the validity of a column (1 is a value, 0 is null), the values of a bool column, or the rows that a
/// filter keeps.
///
/// Bits past `count` in the last word are zero, so that words can be counted and combined whole.
public struct Bitmap: Sendable {
  /// Bit `row & 63` of word `row >> 6`.
  public let words: Buffer<UInt64>
  public let count: Int

  /// - Precondition: `words` holds `count` bits, and those past `count` are zero.
  @inlinable public init(words: Buffer<UInt64>, count: Int) {
    precondition(words.count == Bitmap.wordCount(count), "a bitmap's words must fit its rows")
    self.words = words
    self.count = count
  }

  public init(repeating bit: Bool, count: Int) {
    var words = [UInt64](repeating: bit ? ~0 : 0, count: Bitmap.wordCount(count))
    if bit, count & 63 != 0 { words[words.count - 1] = Bitmap.tailMask(count) }
    self.init(words: Buffer(words), count: count)
  }

  /// A bitmap of a sequence, bit by bit.
  public init(_ bits: some Sequence<Bool>) {
    var words: [UInt64] = []
    var count = 0
    for bit in bits {
      if count & 63 == 0 { words.append(0) }
      if bit { words[count >> 6] |= 1 << UInt64(count & 63) }
      count += 1
    }
    self.init(words: Buffer(words), count: count)
  }

  /// How many words hold `count` bits.
  @inlinable public static func wordCount(_ count: Int) -> Int { (count + 63) >> 6 }

  /// A mask of the bits in the last word that belong to rows.
  @inlinable public static func tailMask(_ count: Int) -> UInt64 {
    count & 63 == 0 ? ~0 : (1 << UInt64(count & 63)) - 1
  }

  /// Whether the bit of a row is set.
  @inlinable public subscript(row: Int) -> Bool { words[row >> 6] >> UInt64(row & 63) & 1 == 1 }

  /// How many bits are set.
  public var setCount: Int {
    let span = words.span
    var total = 0
    for index in span.indices { total += span[index].nonzeroBitCount }
    return total
  }

  /// Whether some bit of `range` is set.
  public func hasSetBits(in range: Range<Int>) -> Bool {
    guard !range.isEmpty else { return false }
    let span = words.span
    let last = (range.upperBound - 1) >> 6
    for index in range.lowerBound >> 6...last {
      var word = span[index]
      if index == range.lowerBound >> 6 { word &= ~0 << UInt64(range.lowerBound & 63) }
      if index == last { word &= Bitmap.tailMask(range.upperBound) }
      if word != 0 { return true }
    }
    return false
  }

  /// The rows of `range`; without a copy where it starts at a multiple of 64 and ends at one or at the end.
  public subscript(range: Range<Int>) -> Bitmap {
    let shift = UInt64(range.lowerBound & 63)
    let wanted = Bitmap.wordCount(range.count)
    if range.isEmpty { return Bitmap(words: Buffer([]), count: 0) }
    let first = range.lowerBound >> 6
    if shift == 0, range.count & 63 == 0 || range.upperBound == count {
      return Bitmap(words: words[first..<first + wanted], count: range.count)
    }
    let source = words.span
    var moved = [UInt64](repeating: 0, count: wanted)
    for index in 0..<wanted {
      let low = source[first + index] >> shift
      let high = shift > 0 && first + index + 1 < source.count ? source[first + index + 1] << (64 - shift) : 0
      moved[index] = low | high
    }
    moved[wanted - 1] &= Bitmap.tailMask(range.count)
    return Bitmap(words: Buffer(moved), count: range.count)
  }

  /// Combines two bitmaps of the same length word by word.
  @inlinable @inline(__always)
  public func combined(with other: Bitmap, _ operation: (UInt64, UInt64) -> UInt64) -> Bitmap {
    precondition(count == other.count, "bitmaps of different lengths")
    let left = words.span
    let right = other.words.span
    var result = [UInt64](repeating: 0, count: left.count)
    for index in left.indices { result[index] = operation(left[index], right[index]) }
    if let last = result.indices.last { result[last] &= Bitmap.tailMask(count) }
    return Bitmap(words: Buffer(result), count: count)
  }

  public static func & (left: Bitmap, right: Bitmap) -> Bitmap { left.combined(with: right, &) }
  public static func | (left: Bitmap, right: Bitmap) -> Bitmap { left.combined(with: right, |) }
  public static prefix func ~ (bits: Bitmap) -> Bitmap { bits.combined(with: bits) { word, _ in ~word } }

  /// The rows that are valid in both, where nil means that all rows are valid.
  public static func intersection(_ left: Bitmap?, _ right: Bitmap?) -> Bitmap? {
    switch (left, right) {
    case (nil, nil): nil
    case (let only?, nil), (nil, let only?): only
    case (let left?, let right?): left & right
    }
  }
}

extension Bitmap: Equatable {
  /// Compares whole words, because the bits past `count` are zero.
  public static func == (left: Bitmap, right: Bitmap) -> Bool { left.count == right.count && left.words == right.words }
}
