public import Diagnostics
import Parallelism

/// The left rows that have a match (semi join); its complement `~` are those without a match (anti join).
///
/// - Complexity: O(left + right) on all cores; for a small range of keys, one bit of memory per possible key.
public func matchedRows(
  left: [Column], count leftCount: Int, right: [Column], count rightCount: Int
) throws(Diagnostic) -> Bitmap {
  let keys = try JoinKeys(left: left, leftCount, right: right, rightCount)
  if keys.maximum < 1 << 28, keys.maximum / 64 < UInt64(leftCount + rightCount) {
    let members = try keys.rightMembers()
    if let rows = try keys.rows(withCodesIn: members) { return rows }
    return try keys.leftBits { (codes, bits) in
      let members = members.span
      // Codes beyond the range, such as `noCode`, read the last word, which has no set bits.
      let last = UInt64(members.count - 1)
      for word in bits.indices {
        let first = word * 64
        var found: UInt64 = 0
        for offset in 0..<64 {
          let code = codes[first + offset]
          found |= (members[Int(min(code >> 6, last))] >> (code & 63) & 1) << UInt64(offset)
        }
        bits[word] = found
      }
    }
  }
  if PartitionedKeys.suit(keys) { return try PartitionedKeys(keys).matchedRows() }
  let index = try KeyIndex(keys)
  return try keys.leftBits { (codes, bits) in
    for word in bits.indices {
      let first = word * 64
      var found: UInt64 = 0
      for offset in 0..<64 where index.contains(codes[first + offset]) { found |= 1 << UInt64(offset) }
      bits[word] = found
    }
  }
}

extension JoinKeys {
  /// A bitmap of the left rows; `test` computes the bits of a block of codes.
  @inline(__always)
  fileprivate func leftBits(
    _ test: @Sendable (_ codes: borrowing MutableSpan<UInt64>, _ bits: inout MutableSpan<UInt64>) -> Void
  ) throws(Diagnostic) -> Bitmap {
    let words = try buildArray(count: Bitmap.wordCount(leftCount), grain: rowGrain / 64, of: UInt64.self) {
      (range, words) throws(Diagnostic) in
      var block = [UInt64](repeating: 0, count: codeBlock / 64)
      try forEachLeftBlock(of: range.lowerBound * 64..<min(leftCount, range.upperBound * 64)) { (rows, codes) in
        var bits = block.mutableSpan
        test(codes, &bits)
        let first = rows.lowerBound / 64 - range.lowerBound
        for word in 0..<Bitmap.wordCount(rows.count) { words[first + word] = bits[word] }
        // Clears the bits past the last row: they come from codes of the previous block.
        if rows.count & 63 != 0 { words[first + rows.count / 64] &= Bitmap.tailMask(rows.count) }
      }
    }
    return Bitmap(words: Buffer(words), count: leftCount)
  }
}

extension JoinKeys {
  /// The left rows whose code is a member, for a key that is one column of integers: the values are looked up without
  /// computing codes first. Nil for other keys.
  ///
  /// - Parameter members: a bitmap of codes, followed by a word without set bits.
  fileprivate func rows(withCodesIn members: [UInt64]) throws(Diagnostic) -> Bitmap? {
    guard let part = onlyLeftPart else { return nil }
    let members = MemberNumbers(
      members: members, bounds: part.offset...part.offset + part.maximumOfValues, validity: part.validity)
    return switch part.source {
    case .i8(let buffer): try members.rows(of: buffer)
    case .i16(let buffer): try members.rows(of: buffer)
    case .i32(let buffer): try members.rows(of: buffer)
    case .i64(let buffer): try members.rows(of: buffer)
    case .u8(let buffer): try members.rows(of: buffer)
    case .u16(let buffer): try members.rows(of: buffer)
    case .u32(let buffer): try members.rows(of: buffer)
    case .u64(let buffer): try members.rows(of: buffer)
    case .bool, .f32, .f64, .mapped, .nullness: nil
    }
  }
}

/// A set of whole numbers as a bitmap over their range.
private struct MemberNumbers: Sendable {
  /// One bit for every number from the least on, followed by a word without set bits.
  let members: [UInt64]
  /// The ordered bits of the least and the greatest possible member.
  let bounds: ClosedRange<UInt64>
  let validity: Bitmap?

  /// The rows that hold a member; nil if a bound does not fit this integer type.
  func rows<Number: OrderedBits & FixedWidthInteger>(of buffer: Buffer<Number>) throws(Diagnostic) -> Bitmap? {
    let least = Number(orderedBits: bounds.lowerBound)
    let greatest = Number(orderedBits: bounds.upperBound)
    guard least.orderedBits(descending: false) == bounds.lowerBound,
      greatest.orderedBits(descending: false) == bounds.upperBound
    else { return nil }
    let count = buffer.count
    let words = try buildArray(count: Bitmap.wordCount(count), grain: rowGrain / 64, of: UInt64.self) {
      (range, words) throws(Diagnostic) in
      let values = buffer.span
      let members = members.span
      let last = Number.Magnitude(truncatingIfNeeded: greatest &- least)
      for word in range {
        let first = word &* 64
        let found =
          first &+ 64 <= count
          ? MemberNumbers.bits(of: values, from: first, members, least, last)
          : MemberNumbers.bits(of: values, first..<count, members, least, last)
        words[word &- range.lowerBound] = found & (validity?.words[word] ?? ~0)
      }
    }
    return Bitmap(words: Buffer(words), count: count)
  }

  /// The members among 64 numbers, as bits. If no number is within the bounds, nothing is looked up.
  @inline(__always)
  private static func bits<Number: FixedWidthInteger & BitwiseCopyable>(
    of values: Span<Number>, from first: Int, _ members: Span<UInt64>, _ least: Number, _ last: Number.Magnitude
  ) -> UInt64 {
    // Checked before the loops, so that they need no bounds checks and vectorise.
    precondition(first >= 0 && first < 1 << 40 && first &+ 64 <= values.count, "rows outside the column")
    var nearest = Number.Magnitude.max
    for offset in 0..<64 {
      nearest = min(nearest, Number.Magnitude(truncatingIfNeeded: values[first &+ offset] &- least))
    }
    return nearest <= last ? bits(of: values, first..<first &+ 64, members, least, last) : 0
  }

  @inline(__always)
  private static func bits<Number: FixedWidthInteger & BitwiseCopyable>(
    of values: Span<Number>, _ rows: Range<Int>, _ members: Span<UInt64>, _ least: Number, _ last: Number.Magnitude
  ) -> UInt64 {
    // Numbers outside the bounds read the word without set bits.
    let none = UInt64(last) &+ 64
    var found: UInt64 = 0
    for row in rows {
      let place = Number.Magnitude(truncatingIfNeeded: values[row] &- least)
      let code = place <= last ? UInt64(place) : none
      found |= (members[Int(truncatingIfNeeded: code &>> 6)] &>> (code & 63) & 1) &<< UInt64(row &- rows.lowerBound)
    }
    return found
  }
}
