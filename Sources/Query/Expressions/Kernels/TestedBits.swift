import Tables

// Tests that give one bit per row. The loops work on blocks of 64 rows, one word of bits each. The compiler knows the
// length of a block, so the inner loop has no bounds checks and vectorises on every CPU.

/// A bitmap of the values for which `test` is true, or false if `isNegated`.
@inline(__always)
func bits<Element: BitwiseCopyable>(
  of values: Span<Element>, isNegated: Bool = false, _ test: (Element) -> Bool
) -> Bitmap {
  words(count: values.count, isNegated: isNegated) { first, count in
    if count < 64 { return word(count: count) { test(values[first + $0]) } }
    let block = values.extracting(first..<first + 64)
    return fullWord(bytesPerRow: MemoryLayout<Element>.size) { test(block[$0]) }
  }
}

/// A bitmap of the rows of two columns for which `test` is true, or false if `isNegated`.
@inline(__always)
func bits<Element: BitwiseCopyable, Other: BitwiseCopyable>(
  of values: Span<Element>, and others: Span<Other>, isNegated: Bool = false, _ test: (Element, Other) -> Bool
) -> Bitmap {
  precondition(values.count == others.count, "operands of different lengths")
  return words(count: values.count, isNegated: isNegated) { first, count in
    if count < 64 { return word(count: count) { test(values[first + $0], others[first + $0]) } }
    let (left, right) = (values.extracting(first..<first + 64), others.extracting(first..<first + 64))
    return fullWord(bytesPerRow: MemoryLayout<Element>.size) { test(left[$0], right[$0]) }
  }
}

/// A bitmap of the rows for which `test` is true: for values that are not in one buffer of numbers.
@inline(__always)
func bits(count: Int, _ test: (Int) -> Bool) -> Bitmap {
  words(count: count, isNegated: false) { first, count in word(count: count) { test(first + $0) } }
}

/// A bitmap of the words that `word` computes for the rows from `first` on: 64 rows each, fewer at the end.
@inline(__always)
private func words(count: Int, isNegated: Bool, _ word: (_ first: Int, _ count: Int) -> UInt64) -> Bitmap {
  var words = [UInt64](repeating: 0, count: Bitmap.wordCount(count))
  var output = words.mutableSpan
  let flip: UInt64 = isNegated ? ~0 : 0
  for index in 0..<count >> 6 { output[index] = word(index << 6, 64) ^ flip }
  if count & 63 != 0 {
    output[count >> 6] = (word(count & ~63, count & 63) ^ flip) & Bitmap.tailMask(count)
  }
  return Bitmap(words: Buffer(words), count: count)
}

/// The bits of 64 rows. Values of at most four bytes are tested in 32-bit lanes, because a register holds twice as many
/// of these.
@inline(__always)
private func fullWord(bytesPerRow: Int, _ test: (Int) -> Bool) -> UInt64 {
  guard bytesPerRow <= 4 else { return word(count: 64, test) }
  var halves: (UInt32, UInt32) = (0, 0)
  for bit in 0..<32 { halves.0 |= (test(bit) ? 1 : 0) << UInt32(bit) }
  for bit in 0..<32 { halves.1 |= (test(32 + bit) ? 1 : 0) << UInt32(bit) }
  return UInt64(halves.0) | UInt64(halves.1) << 32
}

@inline(__always)
private func word(count: Int, _ test: (Int) -> Bool) -> UInt64 {
  var word: UInt64 = 0
  for bit in 0..<count { word |= (test(bit) ? 1 : 0) << UInt64(bit) }
  return word
}
