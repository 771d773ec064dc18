import Diagnostics
import Parallelism

// Keys. The keys of a sort, a grouping or a join are encoded as one whole number of at most 64 bits per row, the code.
// Codes either order as the values do (for sorting) or are equal exactly if the values are (for grouping and joining).
// The algorithms use only codes, so that each is written once for all types. Codes take no memory: they are computed in
// blocks of rows that fit the first-level cache.

/// A sort key: a column and a direction.
public struct SortKey: Sendable {
  public let column: Column
  public let isDescending: Bool

  public init(_ column: Column, descending: Bool = false) {
    self.column = column
    isDescending = descending
  }
}

/// Packs several keys into one whole number per row, in mixed radix; the first key is the most significant.
///
/// Codes are computed block by block as they are needed and not stored, so a key takes no memory beyond its column. If
/// the product of the ranges exceeds 64 bits, wide keys are first replaced by the ranks of their values. Ranks of any
/// keys can be packed again, so keys of all types fit 64 bits, and kernels need only one implementation.
struct KeyEncoder: Sendable {
  let count: Int
  /// The greatest code.
  let maximum: UInt64
  let parts: [KeyPart]

  /// Whether codes have to order as the keys do, or only to be equal exactly if the keys are.
  enum Purpose { case order, identity }

  /// - Precondition: all keys have `count` rows.
  init(_ keys: [SortKey], count: Int, for purpose: Purpose = .order) throws(Diagnostic) {
    guard count < Int(missingRow) else { throw .tooManyRows(count) }
    var parts: [KeyPart] = []
    for key in keys {
      precondition(key.column.count == count, "keys of different lengths")
      parts += try KeyPart.parts(of: key.column, descending: key.isDescending, for: purpose)
    }
    try self.init(parts, count: count)
  }

  /// Keys encoded for equality only, followed by keys that order rows.
  init(identityOf columns: [Column], order keys: [SortKey], count: Int) throws(Diagnostic) {
    guard count < Int(missingRow) else { throw .tooManyRows(count) }
    var parts: [KeyPart] = []
    for column in columns { parts += try KeyPart.parts(of: column, descending: false, for: .identity) }
    for key in keys { parts += try KeyPart.parts(of: key.column, descending: key.isDescending, for: .order) }
    try self.init(parts, count: count)
  }

  /// Keys encoded for equality only.
  init(identityOf columns: [Column], count: Int) throws(Diagnostic) {
    try self.init(columns.map { SortKey($0) }, count: count, for: .identity)
  }

  private init(_ wide: [KeyPart], count: Int) throws(Diagnostic) {
    var parts = wide
    while true {
      if let maximum = KeyEncoder.packedMaximum(parts) {
        self.init(packed: parts, count: count, maximum: maximum)
        return
      }
      let widest = parts.indices.max { parts[$0].maximum < parts[$1].maximum } ?? 0
      if parts[widest].maximum > UInt64(count) {
        parts[widest] = try KeyEncoder.ranked([parts[widest]], count: count)
        continue
      }
      var leading = 2
      while KeyEncoder.packedMaximum(Array(parts.prefix(leading + 1))) != nil { leading += 1 }
      parts.replaceSubrange(0..<leading, with: [try KeyEncoder.ranked(Array(parts.prefix(leading)), count: count)])
    }
  }

  init(packed parts: [KeyPart], count: Int, maximum: UInt64) {
    self.parts = parts
    self.count = count
    self.maximum = maximum
  }

  /// The greatest code of packed parts; nil if it exceeds 64 bits. The code with all bits set is not used if there are
  /// several parts.
  static func packedMaximum(_ parts: [KeyPart]) -> UInt64? {
    var maximum: UInt64 = 0
    for part in parts {
      if maximum == 0 {
        maximum = part.maximum
        continue
      }
      if part.maximum == .max { return nil }
      let (scaled, overflow) = maximum.multipliedReportingOverflow(by: part.maximum + 1)
      let (sum, overflowToo) = scaled.addingReportingOverflow(part.maximum)
      if overflow || overflowToo { return nil }
      maximum = sum
    }
    return maximum == .max && parts.count > 1 ? nil : maximum
  }

  private static func ranked(_ parts: [KeyPart], count: Int) throws(Diagnostic) -> KeyPart {
    let encoder = KeyEncoder(packed: parts, count: count, maximum: packedMaximum(parts) ?? .max)
    let ranks = try denseRanks(encoder)
    return try KeyPart.parts(.u32(Buffer(ranks)), validity: nil, descending: false, count: count)[0]
  }

  /// The number of bits of the greatest code.
  var bitWidth: Int { 64 - maximum.leadingZeroBitCount }

  /// Writes the codes of a range of rows: the first row's into `codes[0]`.
  func encode(_ rows: Range<Int>, into codes: inout MutableSpan<UInt64>) { encode(.run(rows), into: &codes) }

  /// Writes the codes of rows: the first row's into `codes[0]`.
  func encode(_ rows: CodedRows, into codes: inout MutableSpan<UInt64>) {
    if parts.isEmpty { for index in 0..<rows.count { codes[index] = 0 } }
    for place in parts.indices { parts[place].append(rows, to: &codes, isFirst: place == 0) }
  }

  /// Writes the codes of `rows[positions]`; without `rows`, positions are rows.
  func encode(_ positions: Range<Int>, of rows: [UInt32]?, into codes: inout MutableSpan<UInt64>) {
    encode(rows.map { .list($0[positions]) } ?? .run(positions), into: &codes)
  }

  /// The codes of all rows: 8 bytes per row.
  func allCodes() throws(Diagnostic) -> [UInt64] {
    try buildArray(count: count, grain: rowGrain) { (rows, codes) throws(Diagnostic) in encode(rows, into: &codes) }
  }
}

/// How many rows are encoded at a time: their codes fit the first-level cache.
let codeBlock = 2048

extension KeyPart {
  /// The parts of a column's key, the most significant first.
  static func parts(
    of column: Column, descending: Bool, for purpose: KeyEncoder.Purpose
  ) throws(Diagnostic) -> [KeyPart] {
    let source: Source
    switch column.values {
    case .null: return []
    case .text(let text):
      switch purpose {
      case .order: source = .mapped(text.codes, try text.dictionary.ranks())
      case .identity where text.dictionary.isUnique: source = .u32(text.codes)
      case .identity: source = .mapped(text.codes, try text.dictionary.identities())
      }
    case .i128(let buffer): return try halves(buffer, column.validity, descending)
    case .list(let lists): source = .u32(Buffer(try listRanks(lists)))
    case .structure(let members, _):
      var parts = [KeyPart.nulls(column.validity)]
      for member in members {
        let masked = Column(
          member.type, member.values,
          validity: member.type == .null
            ? nil : Bitmap.intersection(member.validity, column.validity))
        parts += try KeyPart.parts(of: masked, descending: descending, for: purpose)
      }
      return parts
    default:
      guard let numbers = column.values.keySource else { throw .fault("a key of another storage") }
      source = numbers
    }
    return try parts(source, validity: column.validity, descending: descending, count: column.count)
  }

  /// A 128-bit number as two parts, its high and its low 64 bits; as one part if all numbers fit 64 bits.
  private static func halves(
    _ buffer: Buffer<Int128>, _ validity: Bitmap?, _ descending: Bool
  ) throws(Diagnostic) -> [KeyPart] {
    let isNarrow = try mapChunks(of: buffer.count, grain: rowGrain) { (rows) throws(Diagnostic) in
      rows.allSatisfy { Int64(exactly: buffer[$0]) != nil }
    }
    if isNarrow.allSatisfy({ $0 }) {
      let narrow = try buildArray(count: buffer.count, grain: rowGrain, of: Int64.self) {
        (rows, narrow) throws(Diagnostic) in
        for row in rows { narrow[row - rows.lowerBound] = Int64(truncatingIfNeeded: buffer[row]) }
      }
      return try parts(.i64(Buffer(narrow)), validity: validity, descending: descending, count: buffer.count)
    }
    let high = try buildArray(count: buffer.count, grain: rowGrain, of: Int64.self) { (rows, high) throws(Diagnostic) in
      for row in rows { high[row - rows.lowerBound] = Int64(truncatingIfNeeded: buffer[row] >> 64) }
    }
    let low = try buildArray(count: buffer.count, grain: rowGrain, of: UInt64.self) { (rows, low) throws(Diagnostic) in
      for row in rows {
        low[row - rows.lowerBound] = validity.map { $0[row] } ?? true ? UInt64(truncatingIfNeeded: buffer[row]) : 0
      }
    }
    return try parts(.i64(Buffer(high)), validity: validity, descending: descending, count: buffer.count)
      + parts(.u64(Buffer(low)), validity: nil, descending: descending, count: buffer.count)
  }

  /// The rank of every list in lexicographic order: a list comes before longer lists that begin with it.
  ///
  /// - Complexity: O(n log n) comparisons of lists.
  private static func listRanks(_ lists: ListValues) throws(Diagnostic) -> [UInt32] {
    let elements = lists.elements
    let encoder = try KeyEncoder([SortKey(elements)], count: elements.count)
    let codes = try encoder.allCodes()
    let start = lists.offsets[0]
    let offsets = lists.offsets.array.map { $0 - start }
    @Sendable func precedes(_ a: Int, _ b: Int) -> Bool {
      codes[offsets[a]..<offsets[a + 1]].lexicographicallyPrecedes(codes[offsets[b]..<offsets[b + 1]])
    }
    let order = try mergeSortedPositions(count: lists.count, precedes)
    return try fillArray(count: lists.count) { (ranks) throws(Diagnostic) in
      var rank: UInt32 = 0
      try forEachRange(of: order.count) { range in
        for position in range {
          if position > 0, precedes(Int(order[position - 1]), Int(order[position])) { rank += 1 }
          ranks.store(rank, at: Int(order[position]))
        }
      }
    }
  }
}
