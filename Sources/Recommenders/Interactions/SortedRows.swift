import Diagnostics
import Parallelism

/// The rows of a table of interactions, sorted by user, then by item, then by their position in the table.
///
/// Rows are packed into integer keys and radix-partitioned into buckets of consecutive users; a bucket is small enough
/// to be sorted in the processor's cache. Both steps run on all cores; the result does not depend on their number.
///
/// The upper 32 bits of a key are its cell: the user within the bucket, and the item. A `UInt64` has the position of
/// the row in the lower 32 bits. A `UInt32` has only the cell, and is sorted in half the time.
struct SortedRows<Key: FixedWidthInteger & UnsignedInteger & BitwiseCopyable & Sendable> {
  /// All rows, bucket after bucket.
  let keys: [Key]
  /// Bucket b holds the keys `starts[b]..<starts[b + 1]`.
  let starts: [Int]
  /// User u has `offsets[u + 1] − offsets[u]` distinct items; all users before u have `offsets[u]` of them together.
  let offsets: [Int]
  private let layout: KeyLayout<Key>
  private let userCount: Int

  var bucketCount: Int { starts.count - 1 }

  /// The number of distinct pairs of a user and an item.
  var cellCount: Int { offsets[userCount] }

  /// The users of a bucket.
  func users(ofBucket bucket: Int) -> Range<Int> {
    bucket << layout.userBits..<min(userCount, (bucket + 1) << layout.userBits)
  }

  func item(of key: Key) -> Int32 { Int32(truncatingIfNeeded: cell(of: key) & (1 << UInt32(layout.itemBits) - 1)) }

  /// The user and the item together.
  func cell(of key: Key) -> UInt32 { UInt32(truncatingIfNeeded: key >> Key(KeyLayout<Key>.rowBits)) }

  /// - Complexity: O(rows).
  /// - Throws: an index out of range.
  init(users: [Int32], items: [Int32], userCount: Int, itemCount: Int) throws(Diagnostic) {
    let layout = KeyLayout<Key>(rowCount: users.count, userCount: userCount, itemCount: itemCount)
    let bucketCount = max(1, (userCount + (1 << layout.userBits) - 1) >> layout.userBits)
    let counts = try mapChunks(of: users.count, grain: KeyLayout<Key>.grain) { (range) throws(Diagnostic) -> [Int] in
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
      try forEachChunk(of: users.count, grain: KeyLayout<Key>.grain) { (range) in
        var places = firstPlaces[range.lowerBound / KeyLayout<Key>.grain]
        let (users, items) = (users.span, items.span)
        for row in range {
          let bucket = Int(users[row]) >> layout.userBits
          keys.store(layout.key(user: users[row], item: items[row], row: row), at: places[bucket])
          places[bucket] += 1
        }
      }
    }
    let itemCounts = try fillArray(count: userCount, of: Int32.self) { (counts) throws(Diagnostic) in
      try withDisjointRows(of: &keys) { (keys) throws(Diagnostic) in
        try forEachIndex(of: bucketCount) { (bucket) throws(Diagnostic) in
          let users = bucket << layout.userBits..<min(userCount, (bucket + 1) << layout.userBits)
          let counted = try keys.withRows(bounds[bucket]..<bounds[bucket + 1]) { (keys) -> [Int32] in
            layout.sort(&keys)
            return layout.itemCounts(keys.span, userCount: users.count)
          }
          for (user, count) in zip(users, counted) { counts.store(count, at: user) }
        }
      }
    }
    var offsets = [Int](repeating: 0, count: userCount + 1)
    for user in 0..<userCount { offsets[user + 1] = offsets[user] + Int(itemCounts[user]) }
    self.offsets = offsets
    self.keys = keys
    self.starts = starts
    self.layout = layout
    self.userCount = userCount
  }
}

/// How the bits of a key are used.
private struct KeyLayout<Key: FixedWidthInteger & UnsignedInteger & BitwiseCopyable & Sendable>: Sendable {
  let userBits: Int
  let itemBits: Int

  static var grain: Int { 1 << 20 }
  static var rowBits: Int { Key.bitWidth - 32 }

  /// Chooses buckets of about 32,768 rows. The item and the user within the bucket share 32 bits, which limits the
  /// number of users in a bucket.
  init(rowCount: Int, userCount: Int, itemCount: Int) {
    itemBits = Int.bitWidth - max(1, itemCount - 1).leadingZeroBitCount
    let usersWanted = max(1, userCount * 32768 / max(1, rowCount))
    userBits = min(32 - itemBits, Int.bitWidth - usersWanted.leadingZeroBitCount)
  }

  @inline(__always)
  func key(user: Int32, item: Int32, row: Int) -> Key {
    let inBucket = UInt32(bitPattern: user) & (1 << UInt32(userBits) - 1)
    let cell = inBucket << UInt32(itemBits) | UInt32(bitPattern: item)
    return Key(cell) << Key(Self.rowBits) | (Self.rowBits > 0 ? Key(truncatingIfNeeded: row) : 0)
  }

  /// How many distinct items each user of a bucket has, from its sorted keys.
  func itemCounts(_ keys: Span<Key>, userCount: Int) -> [Int32] {
    var counts = [Int32](repeating: 0, count: userCount)
    var last: UInt32?
    for place in keys.indices {
      let cell = UInt32(truncatingIfNeeded: keys[place] >> Key(Self.rowBits))
      if cell != last { counts[Int(cell >> UInt32(itemBits))] += 1 }
      last = cell
    }
    return counts
  }

  /// A stable radix sort by user and item, in two or four passes: an even number, so that the result is in `keys`
  /// again.
  func sort(_ keys: inout MutableSpan<Key>) {
    let bits = userBits + itemBits
    let passes = bits <= 24 || keys.count >= 1 << 14 && bits <= 26 ? 2 : 4
    let digitBits = (bits + passes - 1) / passes
    var other = [Key](repeating: 0, count: keys.count)
    var places = [Int32](repeating: 0, count: 1 << digitBits)
    var spare = other.mutableSpan
    var next = places.mutableSpan
    for pass in stride(from: 0, to: passes, by: 2) {
      let shift = Self.rowBits + pass * digitBits
      deal(keys.span, by: shift, digitBits, into: &spare, &next)
      deal(spare.span, by: shift + digitBits, digitBits, into: &keys, &next)
    }
  }

  /// One pass of the radix sort: sorts keys stably by one digit. `places` is scratch memory for the counts.
  @inline(__always)
  private func deal(
    _ keys: Span<Key>, by shift: Int, _ digitBits: Int, into sorted: inout MutableSpan<Key>,
    _ places: inout MutableSpan<Int32>
  ) {
    let mask = Key(1 << digitBits - 1)
    for digit in places.indices { places[digit] = 0 }
    for key in keys.indices { places[Int(truncatingIfNeeded: keys[key] >> Key(shift) & mask)] += 1 }
    var next: Int32 = 0
    for digit in places.indices { (places[digit], next) = (next, next + places[digit]) }
    for place in keys.indices {
      let key = keys[place]
      let digit = Int(truncatingIfNeeded: key >> Key(shift) & mask)
      sorted[Int(places[digit])] = key
      places[digit] += 1
    }
  }
}
