import Diagnostics
import Parallelism

/// Encodes the keys of both sides of a join as codes that are equal exactly if the keys match.
///
/// The encoding is that of the right side's values. A left key outside their range, and a null on either side, have the
/// code `noCode`.
struct JoinKeys: Sendable {
  let leftCount: Int
  let rightCount: Int
  /// The greatest code.
  let maximum: UInt64
  private let left: Side
  private let right: Side

  static let noCode = UInt64.max

  private enum Side: Sendable {
    case parts([MatchedPart])
    case codes([UInt64])
  }

  init(left: [Column], _ leftCount: Int, right: [Column], _ rightCount: Int) throws(Diagnostic) {
    precondition(left.count == right.count && !left.isEmpty, "as many keys on the left as on the right")
    guard leftCount < Int(missingRow) else { throw .tooManyRows(leftCount) }
    guard rightCount < Int(missingRow) else { throw .tooManyRows(rightCount) }
    self.leftCount = leftCount
    self.rightCount = rightCount
    var pairs: [(Column, Column)] = []
    for (a, b) in zip(left, right) { pairs.append(try JoinKeys.unified(a, b)) }
    var leftParts: [MatchedPart] = []
    var rightParts: [MatchedPart] = []
    for (a, b) in pairs {
      guard let (own, other) = try MatchedPart.parts(a, b) else { break }
      leftParts.append(own)
      rightParts.append(other)
    }
    if leftParts.count == pairs.count, let maximum = KeyEncoder.packedMaximum(rightParts.map(\.part)), maximum < .max {
      self.maximum = maximum
      self.left = .parts(leftParts)
      self.right = .parts(rightParts)
    } else {
      let (a, b, maximum) = try JoinKeys.grouped(pairs, leftCount, rightCount)
      self.maximum = maximum
      self.left = .codes(a)
      self.right = .codes(b)
    }
  }

  /// Converts both columns to one type; integers of the same signedness need no conversion. A value that the type
  /// cannot hold exactly cannot equal any value of the other side: it becomes null, which matches nothing.
  private static func unified(_ a: Column, _ b: Column) throws(Diagnostic) -> (Column, Column) {
    if a.type == b.type { return (a, b) }
    if a.type.isInteger, b.type.isInteger, a.type.isSignedInteger == b.type.isSignedInteger { return (a, b) }
    guard let type = DataType.ofEqualValues(a.type, b.type) else { throw .differentTypes(a.type, b.type) }
    return (try cast(a, to: type, .exact), try cast(b, to: type, .exact))
  }

  /// The slow path for keys that do not fit 64 bits: groups the rows of both sides together and uses the group numbers
  /// as codes.
  private static func grouped(
    _ pairs: [(Column, Column)], _ leftCount: Int, _ rightCount: Int
  ) throws(Diagnostic) -> ([UInt64], [UInt64], maximum: UInt64) {
    var keys: [Column] = []
    for (a, b) in pairs {
      let type = DataType.common(a.type, b.type) ?? a.type
      keys.append(try concat([try cast(a, to: type), try cast(b, to: type)]))
    }
    let grouping = try Grouping(by: keys, count: leftCount + rightCount)
    let complete = keys
    let codes = try buildArray(count: leftCount + rightCount, grain: rowGrain, of: UInt64.self) {
      (rows, codes) throws(Diagnostic) in
      for row in rows {
        let isNull = complete.contains { $0.isNull(row) }
        codes[row - rows.lowerBound] = isNull ? noCode : UInt64(grouping.groupOfRow[row])
      }
    }
    return (Array(codes[..<leftCount]), Array(codes[leftCount...]), UInt64(max(0, grouping.groupCount - 1)))
  }

  func forEachLeftBlock(
    of range: Range<Int>, _ body: (Range<Int>, inout MutableSpan<UInt64>) -> Void
  ) throws(Diagnostic) {
    try JoinKeys.forEachBlock(left, range, body)
  }

  func forEachRightBlock(
    of range: Range<Int>, _ body: (Range<Int>, inout MutableSpan<UInt64>) -> Void
  ) throws(Diagnostic) {
    try JoinKeys.forEachBlock(right, range, body)
  }

  /// The left part, if the key is a single column; else nil.
  var onlyLeftPart: KeyPart? {
    if case .parts(let parts) = left, parts.count == 1 { parts[0].part } else { nil }
  }

  /// A bitmap of the codes that occur on the right side, followed by a word without set bits.
  func rightMembers() throws(Diagnostic) -> [UInt64] {
    var words = try repeatedArray(UInt64(0), count: Bitmap.wordCount(Int(maximum) + 1) + 1)
    try forEachRightBlock(of: 0..<rightCount) { (block, codes) in
      for index in 0..<block.count where codes[index] != JoinKeys.noCode {
        words[Int(codes[index] >> 6)] |= 1 << (codes[index] & 63)
      }
    }
    return words
  }

  @inline(__always)
  private static func forEachBlock(
    _ side: Side, _ range: Range<Int>, _ body: (Range<Int>, inout MutableSpan<UInt64>) -> Void
  ) throws(Diagnostic) {
    let cancellation = Cancellation.current
    var codes = [UInt64](repeating: 0, count: codeBlock)
    for start in stride(from: range.lowerBound, to: range.upperBound, by: codeBlock) {
      if start & 0xffff == 0 { try cancellation.check() }
      let block = start..<min(range.upperBound, start + codeBlock)
      var span = codes.mutableSpan
      encode(side, block, into: &span)
      body(block, &span)
    }
  }

  /// Writes the codes of a range of left rows: the first row's into `codes[0]`.
  func encodeLeft(_ rows: Range<Int>, into codes: inout MutableSpan<UInt64>) {
    JoinKeys.encode(left, rows, into: &codes)
  }

  /// Writes the codes of a range of right rows: the first row's into `codes[0]`.
  func encodeRight(_ rows: Range<Int>, into codes: inout MutableSpan<UInt64>) {
    JoinKeys.encode(right, rows, into: &codes)
  }

  @inline(__always)
  private static func encode(_ side: Side, _ rows: Range<Int>, into codes: inout MutableSpan<UInt64>) {
    switch side {
    case .parts(let parts):
      for index in 0..<rows.count { codes[index] = 0 }
      for part in parts { part.append(rows, to: &codes) }
    case .codes(let all):
      for row in rows { codes[row - rows.lowerBound] = all[row] }
    }
  }
}

/// One key of a join, encoded by the values of the right side; `noCode` for any other value.
struct MatchedPart: Sendable {
  /// The encoding of the right side's values.
  let part: KeyPart

  /// The parts of a pair of keys; nil if they need the slow path.
  static func parts(_ left: Column, _ right: Column) throws(Diagnostic) -> (left: MatchedPart, right: MatchedPart)? {
    if let a = left.values.text, let b = right.values.text {
      let (own, other) = try sharedCodes(a, b)
      return try pair(
        .u32(own), left.validity, .u32(other), right.validity, count: right.count)
    }
    guard let own = left.values.keySource, let other = right.values.keySource else { return nil }
    return try pair(own, left.validity, other, right.validity, count: right.count)
  }

  private static func pair(
    _ left: KeyPart.Source, _ leftValidity: Bitmap?, _ right: KeyPart.Source, _ rightValidity: Bitmap?, count: Int
  ) throws(Diagnostic) -> (left: MatchedPart, right: MatchedPart)? {
    let parts = try KeyPart.parts(right, validity: rightValidity, descending: false, count: count)
    guard parts.count == 1 else { return nil }
    return (MatchedPart(part: parts[0].reading(left, validity: leftValidity)), MatchedPart(part: parts[0]))
  }

  /// The codes of both sides in the right side's dictionary; texts that are not in it get codes past its end.
  private static func sharedCodes(
    _ left: TextValues, _ right: TextValues
  ) throws(Diagnostic) -> (left: Buffer<UInt32>, right: Buffer<UInt32>) {
    if left.dictionary === right.dictionary, left.dictionary.isUnique { return (left.codes, right.codes) }
    let right = try right.interned()
    var builder = TextDictionaryBuilder()
    for code in 0..<right.dictionary.count { _ = builder.code(for: right.dictionary[code].bytes.span) }
    let map = (0..<left.dictionary.count).map { builder.code(for: left.dictionary[$0].bytes.span) }
    return (try remap(left.codes, by: map), right.codes)
  }

  /// Multiplies the codes so far by the radix and adds this part's code. If either of them is `noCode`, the result is
  /// `noCode`.
  func append(_ rows: Range<Int>, to codes: inout MutableSpan<UInt64>) {
    switch part.source {
    case .bool(let bits): append(rows, &codes) { bits[$0] ? 1 : 0 }
    case .i8(let buffer): append(buffer, rows, &codes)
    case .i16(let buffer): append(buffer, rows, &codes)
    case .i32(let buffer): append(buffer, rows, &codes)
    case .i64(let buffer): append(buffer, rows, &codes)
    case .u8(let buffer): append(buffer, rows, &codes)
    case .u16(let buffer): append(buffer, rows, &codes)
    case .u32(let buffer): append(buffer, rows, &codes)
    case .u64(let buffer): append(buffer, rows, &codes)
    case .f32(let buffer): append(buffer, rows, &codes)
    case .f64(let buffer): append(buffer, rows, &codes)
    case .mapped, .nullness: append(rows, &codes) { _ in .max }
    }
  }

  private func append<Element: OrderedBits>(
    _ buffer: Buffer<Element>, _ rows: Range<Int>, _ codes: inout MutableSpan<UInt64>
  ) {
    let values = buffer[rows].span
    let radix = part.maximum &+ 1
    for index in values.indices {
      let code = values[index].orderedBits(descending: false) &- part.offset
      let isKnown = code <= part.maximumOfValues && codes[index] != JoinKeys.noCode
      codes[index] = isKnown ? codes[index] &* radix &+ code : JoinKeys.noCode
    }
    guard let validity = part.validity else { return }
    for row in rows where !validity[row] { codes[row - rows.lowerBound] = JoinKeys.noCode }
  }

  @inline(__always)
  private func append(_ rows: Range<Int>, _ codes: inout MutableSpan<UInt64>, _ bits: (Int) -> UInt64) {
    let radix = part.maximum &+ 1
    for row in rows {
      let code = bits(row) &- part.offset
      let isValid = part.validity.map { $0[row] } ?? true
      let before = codes[row - rows.lowerBound]
      let isKnown = isValid && code <= part.maximumOfValues && before != JoinKeys.noCode
      codes[row - rows.lowerBound] = isKnown ? before &* radix &+ code : JoinKeys.noCode
    }
  }
}
