import Tables

// A test of every row gives a bit a row. The loops run over blocks of 64 rows, one word of bits each: a block's length is
// known to the compiler, so the loop within has no checks of its own, and vectorises on every CPU.

/// Which of the values `test` holds for, or does not where that is wanted.
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

/// Which rows of two columns `test` holds for, or does not where that is wanted.
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

/// Which rows `test` holds for: for what is not a column of numbers, or looks further than the row.
@inline(__always)
func bits(count: Int, _ test: (Int) -> Bool) -> Bitmap {
  words(count: count, isNegated: false) { first, count in word(count: count) { test(first + $0) } }
}

/// A bitmap of the words that `word` makes of the rows from `first` on: 64 of them, or what is left at the end.
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

/// The bits of 64 rows. Rows of up to four bytes are tested in lanes of 32 bits, of which a register holds twice as many.
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
