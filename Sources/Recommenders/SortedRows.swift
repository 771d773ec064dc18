import Diagnostics
import Parallelism

/// The rows of a table of interactions, sorted by user, within a user by item, within both as they came.
///
/// Rows are packed into 64-bit keys and dealt out to buckets of neighbouring users, which are small enough to be
/// sorted where the processor's cache is. Both are done on all cores; the result does not depend on how many.
struct SortedRows {
  /// A row of the table, and whose it is: the bits of the user within the bucket, of the item, and of the row.
  struct Key: BitwiseCopyable, Sendable {
    var bits: UInt64

    /// Where the row was in the table.
    var row: Int { Int(bits & 0xFFFF_FFFF) }
    /// The user and the item together.
    var cell: UInt64 { bits >> 32 }
  }

  /// All rows, bucket after bucket.
  let keys: [Key]
  /// Bucket b holds the keys from `starts[b]` up to `starts[b + 1]`.
  let starts: [Int]
  private let layout: Layout
  private let userCount: Int

  var bucketCount: Int { starts.count - 1 }

  /// The users of a bucket.
  func users(ofBucket bucket: Int) -> Range<Int> {
    bucket << layout.userBits..<min(userCount, (bucket + 1) << layout.userBits)
  }

  /// The place of a key's user among the users of its bucket.
  func user(of key: Key) -> Int { Int(key.cell >> UInt64(layout.itemBits)) }

  func item(of key: Key) -> Int32 { Int32(truncatingIfNeeded: key.cell & (1 << UInt64(layout.itemBits) - 1)) }

  /// - Complexity: O(rows).
  /// - Throws: an index out of range.
  init(users: [Int32], items: [Int32], userCount: Int, itemCount: Int) throws(Diagnostic) {
    let layout = Layout(rowCount: users.count, userCount: userCount, itemCount: itemCount)
    let bucketCount = max(1, (userCount + (1 << layout.userBits) - 1) >> layout.userBits)
    let counts = try mapChunks(of: users.count, grain: Layout.grain) { (range) throws(Diagnostic) -> [Int] in
      var counts = [Int](repeating: 0, count: bucketCount)
      let (users, items) = (users.span, items.span)
      var isOutside = false
      for row in range {
        let (user, item) = (Int(users[row]), Int(items[row]))
        if user < 0 || user >= userCount || item < 0 || item >= itemCount {
          isOutside = true
        } else {
          counts[user >> layout.userBits] += 1
        }
      }
      if isOutside { throw .fault("an interaction outside its \(userCount) users and \(itemCount) items") }
      return counts
    }
    var starts = [0]
    var cursors = counts
    for bucket in 0..<bucketCount {
      var next = starts[bucket]
      for chunk in counts.indices {
        cursors[chunk][bucket] = next
        next += counts[chunk][bucket]
      }
      starts.append(next)
    }
    let (firstPlaces, bounds) = (cursors, starts)
    var keys = try fillArray(count: users.count, of: Key.self) { (keys) throws(Diagnostic) in
      try forEachChunk(of: users.count, grain: Layout.grain) { (range) in
        var places = firstPlaces[range.lowerBound / Layout.grain]
        let (users, items) = (users.span, items.span)
        for row in range {
          let bucket = Int(users[row]) >> layout.userBits
          keys.store(layout.key(user: users[row], item: items[row], row: row), at: places[bucket])
          places[bucket] += 1
        }
      }
    }
    try withDisjointRows(of: &keys) { (keys) throws(Diagnostic) in
      try forEachIndex(of: bucketCount) { (bucket) throws(Diagnostic) in
        try keys.withRows(bounds[bucket]..<bounds[bucket + 1]) { (keys) in layout.sort(&keys) }
      }
    }
    self.keys = keys
    self.starts = starts
    self.layout = layout
    self.userCount = userCount
  }
}

/// How many bits of a key say what.
private struct Layout: Sendable {
  let userBits: Int
  let itemBits: Int

  static let grain = 1 << 20
  private static let digitBits = 9

  /// Buckets of about 32,768 rows; what is left of 32 bits beside the item limits how many users one can have.
  init(rowCount: Int, userCount: Int, itemCount: Int) {
    itemBits = Int.bitWidth - max(1, itemCount - 1).leadingZeroBitCount
    let usersWanted = max(1, userCount * 32768 / max(1, rowCount))
    userBits = min(32 - itemBits, Int.bitWidth - usersWanted.leadingZeroBitCount)
  }

  @inline(__always)
  func key(user: Int32, item: Int32, row: Int) -> SortedRows.Key {
    let inBucket = UInt64(UInt32(bitPattern: user)) & (1 << UInt64(userBits) - 1)
    let cell = inBucket << UInt64(itemBits) | UInt64(UInt32(bitPattern: item))
    return SortedRows.Key(bits: cell << 32 | UInt64(truncatingIfNeeded: row))
  }

  /// A stable radix sort by user and item.
  func sort(_ keys: inout MutableSpan<SortedRows.Key>) {
    let buckets = 1 << Self.digitBits
    var other = [SortedRows.Key](repeating: SortedRows.Key(bits: 0), count: keys.count)
    var places = [Int](repeating: 0, count: buckets)
    for shift in stride(from: 32, to: 32 + userBits + itemBits, by: Self.digitBits) {
      let digit = { (key: SortedRows.Key) -> Int in Int(key.bits >> UInt64(shift)) & (buckets - 1) }
      for bucket in 0..<buckets { places[bucket] = 0 }
      for place in keys.indices { places[digit(keys[place])] += 1 }
      var next = 0
      for bucket in 0..<buckets { (places[bucket], next) = (next, next + places[bucket]) }
      for place in keys.indices {
        let bucket = digit(keys[place])
        other[places[bucket]] = keys[place]
        places[bucket] += 1
      }
      for place in keys.indices { keys[place] = other[place] }
    }
  }
}
