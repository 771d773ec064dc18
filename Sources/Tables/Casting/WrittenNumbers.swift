import Diagnostics
import Parallelism

// Whole numbers written as text.

extension Column {
  /// The texts of whole numbers in a narrow range. They stand in ascending order, so that the code of a row is the rank
  /// of its number, and no row has to be looked up. Nil for other columns.
  ///
  /// - Complexity: O(rows + range) on all cores.
  var rankedTexts: Column? {
    get throws(Diagnostic) {
      guard type.isInteger else { return nil }
      let encoder = try KeyEncoder(identityOf: [self], count: count)
      guard encoder.isCountedByBits, encoder.parts.count == 1 else { return nil }
      let occurring = try encoder.occurringCodes()
      let ranks = try BitmapRanks(occurring)
      // If there are nulls, their code is the last one.
      let numbers = try encoder.parts[0].numbers(of: selectedRows(occurring), isSigned: type.isSignedInteger)
      guard let written = try numbers.wholeNumberTexts(areDistinct: true)?.values.text else { return nil }
      let codes = try encoder.mapped { UInt32(truncatingIfNeeded: ranks[Int(truncatingIfNeeded: $0)]) }
      return Column(
        .string, .text(TextValues(codes: Buffer(codes), dictionary: written.dictionary)), validity: validity)
    }
  }

  /// Writes whole numbers as texts, one per row, also if they are equal: writing is faster than a lookup. Nil for other
  /// types.
  func wholeNumberTexts(areDistinct: Bool) throws(Diagnostic) -> Column? {
    guard type.isInteger, count > 0 else { return nil }
    return try values.run(WrittenNumbers(validity: validity, areDistinct: areDistinct)) ?? nil
  }
}

extension KeyPart {
  /// The whole numbers that have these codes; null for the code of null.
  fileprivate func numbers(of codes: [UInt32], isSigned: Bool) -> Column {
    let bits = codes.map { $0 > maximumOfValues ? nil : UInt64($0) + offset }
    return isSigned
      ? Column(bits.map { $0.map { Int64(orderedBits: $0) } }) : Column(bits.map { $0.map { UInt64(orderedBits: $0) } })
  }
}

/// Writes numbers in two passes, so that all cores can write: their lengths first, then their digits.
private struct WrittenNumbers: WholeNumberKernel {
  let validity: Bitmap?
  let areDistinct: Bool

  func whole<Number: ColumnElement & FixedWidthInteger>(_ buffer: Buffer<Number>) throws(Diagnostic) -> Column? {
    let count = buffer.count
    let lengths = try buildArray(count: count, grain: rowGrain, of: UInt8.self) { (rows, lengths) in
      let numbers = buffer.span
      for row in rows { lengths[row - rows.lowerBound] = isNull(row) ? 0 : WrittenNumbers.length(of: numbers[row]) }
    }
    var offsets = [0]
    offsets.reserveCapacity(count + 1)
    for length in lengths { offsets.append(offsets[offsets.count - 1] + Int(length)) }
    let ends = offsets
    let bytes = try fillArray(count: ends[count], of: UInt8.self) { (bytes) throws(Diagnostic) in
      try forEachChunk(of: count, grain: rowGrain) { (rows) throws(Diagnostic) in
        let start = ends[rows.lowerBound]
        try bytes.withRows(start..<ends[rows.upperBound]) { text in
          let numbers = buffer.span
          for row in rows where !isNull(row) {
            WrittenNumbers.write(numbers[row], from: ends[row] - start, to: ends[row + 1] - start, of: &text)
          }
        }
      }
    }
    let dictionary = TextDictionary(offsets: Buffer(ends), bytes: Buffer(bytes), isUnique: areDistinct)
    let codes = Buffer((0..<UInt32(count)).map { $0 })
    return Column(.string, .text(TextValues(codes: codes, dictionary: dictionary)), validity: validity)
  }

  @inline(__always)
  private func isNull(_ row: Int) -> Bool { validity.map { !$0[row] } ?? false }

  @inline(__always)
  private static func length(of number: some FixedWidthInteger) -> UInt8 {
    var rest = UInt64(number.magnitude)
    var length: UInt8 = number < 0 ? 2 : 1
    while rest >= 10 {
      rest /= 10
      length += 1
    }
    return length
  }

  @inline(__always)
  private static func write(
    _ number: some FixedWidthInteger, from start: Int, to end: Int, of text: inout MutableSpan<UInt8>
  ) {
    var rest = UInt64(number.magnitude)
    var place = end
    repeat {
      place -= 1
      text[place] = 0x30 + UInt8(truncatingIfNeeded: rest % 10)
      rest /= 10
    } while rest > 0
    if place > start { text[start] = 0x2D }
  }
}
