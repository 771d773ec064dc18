import Synchronization

/// The distinct texts (or byte strings) of a column: bytes end to end, and where each starts.
///
/// Columns of text hold codes into one; so grouping, joining and comparing work on integers, and a text is hashed once
/// however often it stands in the table. A file without a dictionary page gives one text a row, not known to be
/// distinct: `isUnique` says whether equal codes are the only way to be equal.
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

  /// The position of every entry in byte order; equal entries share one.
  ///
  /// - Complexity: O(n log n) the first time, then kept.
  public var ranks: [UInt32] {
    cachedRanks.withLock { cached in
      if let cached { return cached }
      let computed = computeRanks()
      cached = computed
      return computed
    }
  }

  private func computeRanks() -> [UInt32] {
    let order = (0..<count).sorted { self[$0] < self[$1] }
    var ranks = [UInt32](repeating: 0, count: count)
    var rank: UInt32 = 0
    for position in order.indices {
      if position > 0, self[order[position]] != self[order[position - 1]] { rank += 1 }
      ranks[order[position]] = rank
    }
    return ranks
  }
}

/// Some bytes, read as UTF-8 text: compared, ordered and hashed byte by byte, as data must be.
///
/// Swift's `String` takes canonically equal texts for equal, which files and other engines do not.
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
