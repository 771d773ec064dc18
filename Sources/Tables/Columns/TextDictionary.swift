import Diagnostics
import Parallelism

/// The texts (or byte strings) of a column, stored end to end, with the offset of each.
///
/// A column of text holds codes into a dictionary. So grouping, joining and comparing work on integers, and a text is
/// hashed once however often it occurs. A file without a dictionary page gives one entry per row, and entries may
/// repeat: `isUnique` says whether equal texts always have equal codes.
public final class TextDictionary: Sendable {
  /// `count + 1` offsets into `bytes`.
  public let offsets: Buffer<Int>
  public let bytes: Buffer<UInt8>
  /// No two entries are the same bytes.
  public let isUnique: Bool

  private let cachedRanks = Mutex<[UInt32]?>(nil)

  public init(offsets: Buffer<Int>, bytes: Buffer<UInt8>, isUnique: Bool) {
    precondition(offsets.count >= 1 && offsets[offsets.count - 1] <= bytes.count, "offsets outside the bytes")
    self.offsets = offsets
    self.bytes = bytes
    self.isUnique = isUnique
  }

  public var count: Int { offsets.count - 1 }

  /// The bytes of an entry, sharing memory.
  public subscript(code: Int) -> Text { Text(bytes[offsets[code]..<offsets[code + 1]]) }

  /// The rank of every entry in byte order; equal entries have the same rank.
  ///
  /// - Complexity: O(n log n) on all cores the first time; the result is cached.
  /// - Throws: `Diagnostic.interrupted`.
  func ranks() throws(Diagnostic) -> [UInt32] {
    if let known = cachedRanks.withLock({ $0 }) { return known }
    let computed = try computeRanks()
    cachedRanks.withLock { $0 = computed }
    return computed
  }

  private func computeRanks() throws(Diagnostic) -> [UInt32] {
    // The first eight bytes decide most comparisons; here they are contiguous in memory.
    let prefixes = try buildArray(count: count, grain: rowGrain, of: UInt64.self) { (range, prefixes) in
      for code in range { prefixes[code - range.lowerBound] = prefix(of: code) }
    }
    let order = try mergeSortedPositions(count: count) { a, b in
      prefixes[a] == prefixes[b] ? self[a] < self[b] : prefixes[a] < prefixes[b]
    }
    return try fillArray(count: count) { (ranks) throws(Diagnostic) in
      var rank: UInt32 = 0
      try forEachRange(of: order.count) { range in
        for position in range {
          let code = Int(order[position])
          if position > 0 {
            let before = Int(order[position - 1])
            if prefixes[code] != prefixes[before] || self[code] != self[before] { rank += 1 }
          }
          ranks.store(rank, at: code)
        }
      }
    }
  }

  /// The first eight bytes of an entry as a big-endian number, padded with zeros: numbers order as the bytes do.
  private func prefix(of code: Int) -> UInt64 {
    var prefix: UInt64 = 0
    let (start, end) = (offsets[code], offsets[code + 1])
    for place in 0..<8 {
      prefix = prefix << 8 | (start + place < end ? UInt64(bytes[start + place]) : 0)
    }
    return prefix
  }
}

/// UTF-8 text that is compared, ordered and hashed by its bytes.
///
/// Swift's `String` treats canonically equivalent texts as equal; files and other engines do not.
public struct Text: Sendable, Hashable, Comparable {
  public let bytes: Buffer<UInt8>

  public init(_ bytes: Buffer<UInt8>) { self.bytes = bytes }
  public init(_ string: String) { bytes = Buffer(Array(string.utf8)) }

  public var count: Int { bytes.count }

  /// The text as a `String`; invalid UTF-8 becomes U+FFFD.
  public var string: String { String(decoding: bytes.slice, as: UTF8.self) }

  public static func == (left: Text, right: Text) -> Bool { left.bytes == right.bytes }
  public static func < (left: Text, right: Text) -> Bool {
    left.bytes.slice.lexicographicallyPrecedes(right.bytes.slice)
  }
  public func hash(into hasher: inout Hasher) { bytes.slice.withUnsafeBytes { hasher.combine(bytes: $0) } }
}

extension Text: ExpressibleByStringLiteral, CustomStringConvertible {
  public init(stringLiteral value: String) { self.init(value) }
  public var description: String { string }
}
