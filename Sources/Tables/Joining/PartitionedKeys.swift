import Diagnostics
import Parallelism

/// The keys of a join, radix-partitioned by the hash of their codes. The keys of one partition fit the second-level
/// cache, and partitions are matched on all cores.
///
/// Without partitions, one core would build a table of all right keys, and every lookup would miss the cache.
///
/// - Complexity: O(left + right) on all cores; 12 bytes per row of both sides.
struct PartitionedKeys: Sendable {
  private let left: Side
  private let right: Side
  private let partitionBits: Int

  /// The rows of one side, partition by partition and ascending within each.
  private struct Side: Sendable {
    let codes: [UInt64]
    let rows: [UInt32]
    /// The start of every partition, then the total count.
    let starts: [Int]

    subscript(partition: Int) -> Range<Int> { starts[partition]..<starts[partition + 1] }
  }

  /// Whether there are so many right keys that a hash table of all of them would not fit the cache.
  static func suit(_ keys: JoinKeys) -> Bool { keys.rightCount >= 1 << 17 && !KeyIndex.isDirect(keys) }

  init(_ keys: JoinKeys) throws(Diagnostic) {
    partitionBits = min(11, max(1, bitWidth(of: keys.rightCount) - 13))
    right = try PartitionedKeys.side(count: keys.rightCount, partitionBits) { keys.encodeRight($0, into: &$1) }
    left = try PartitionedKeys.side(count: keys.leftCount, partitionBits) { keys.encodeLeft($0, into: &$1) }
  }

  private static func side(
    count: Int, _ partitionBits: Int, _ read: @Sendable (Range<Int>, inout MutableSpan<UInt64>) -> Void
  ) throws(Diagnostic) -> Side {
    let shift = UInt64(64 - partitionBits)
    let plan = try partitioningPlan(count: count, partitions: 1 << partitionBits, read) {
      Int(truncatingIfNeeded: hashed($0) &>> shift)
    }
    var rows: [UInt32] = []
    let codes = try fillArray(count: count, of: UInt64.self, scattered: true) { (allCodes) throws(Diagnostic) in
      rows = try fillArray(count: count, of: UInt32.self, scattered: true) { (allRows) throws(Diagnostic) in
        try forEachChunk(of: count, grain: partitioningGrain) { (range) throws(Diagnostic) in
          var cursors = plan.cursors[range.lowerBound / partitioningGrain]
          var next = cursors.mutableSpan
          var block = [UInt64](repeating: 0, count: codeBlock)
          for start in stride(from: range.lowerBound, to: range.upperBound, by: codeBlock) {
            var codes = block.mutableSpan
            let own = start..<min(range.upperBound, start + codeBlock)
            read(own, &codes)
            for row in own {
              let code = codes[row - start]
              let partition = Int(truncatingIfNeeded: hashed(code) &>> shift)
              let position = Int(next[partition])
              allCodes.store(code, at: position)
              allRows.store(UInt32(truncatingIfNeeded: row), at: position)
              next[partition] &+= 1
            }
          }
        }
      }
    }
    return Side(codes: codes, rows: rows, starts: plan.starts)
  }

  /// The left rows that have a match.
  func matchedRows() throws(Diagnostic) -> Bitmap {
    let isMatched = try fillArray(count: left.rows.count, of: UInt8.self, scattered: true) {
      (isMatched) throws(Diagnostic) in
      try forEachIndex(of: 1 << partitionBits) { (partition) throws(Diagnostic) in
        if left[partition].isEmpty { return }
        var table = PartitionTable(rows: right[partition].count, partitionBits)
        for position in right[partition] { table.insert(right.codes[position]) }
        for position in left[partition] {
          isMatched.store(table.contains(left.codes[position]) ? 1 : 0, at: Int(left.rows[position]))
        }
      }
    }
    return try Bitmap.ofRows(isMatched.count) { isMatched[$0] != 0 }
  }

  /// An index of the right rows by key, and the entry of every left row's key; `missingRow` if no right row has that
  /// key.
  ///
  /// The entries of a partition are numbered from the position of its first right row on. If keys repeat, some numbers
  /// are unused.
  func index() throws(Diagnostic) -> (index: KeyIndex, entries: [UInt32]) {
    let count = right.rows.count
    var starts: [UInt32] = []
    var entries: [UInt32] = []
    var repeated: [Int] = []
    let rows = try fillArray(count: count, of: UInt32.self, scattered: true) { (rows) throws(Diagnostic) in
      starts = try fillArray(count: count + 1, of: UInt32.self, scattered: true) { (starts) throws(Diagnostic) in
        entries = try fillArray(count: left.rows.count, of: UInt32.self, scattered: true) {
          (entries) throws(Diagnostic) in
          repeated = try mapIndices(of: 1 << partitionBits) { (partition) throws(Diagnostic) in
            let table = index(partition, rows, starts)
            let first = UInt32(truncatingIfNeeded: right.starts[partition])
            for position in left[partition] {
              let entry = table.entry(of: left.codes[position])
              entries.store(entry.map { first + $0 } ?? missingRow, at: Int(left.rows[position]))
            }
            return table.keyedRows - table.entryCount
          }
        }
        starts.store(UInt32(truncatingIfNeeded: count), at: count)
      }
    }
    return (KeyIndex(rows: rows, starts: starts, repeatedRows: repeated.reduce(0, +)), entries)
  }

  /// Writes the right rows of a partition entry by entry, and the start of every entry.
  private func index(
    _ partition: Int, _ rows: DisjointRows<UInt32>, _ starts: DisjointRows<UInt32>
  ) -> PartitionTable {
    let range = right[partition]
    var table = PartitionTable(rows: range.count, partitionBits)
    var entryOfRow = [UInt32](repeating: missingRow, count: range.count)
    var counts = [UInt32](repeating: 0, count: range.count)
    for position in range {
      guard let entry = table.insert(right.codes[position]) else { continue }
      entryOfRow[position - range.lowerBound] = entry
      counts[Int(entry)] += 1
    }
    var next = UInt32(truncatingIfNeeded: range.lowerBound)
    for entry in counts.indices {
      let own = counts[entry]
      starts.store(next, at: range.lowerBound + entry)
      counts[entry] = next
      next += own
    }
    // Rows with a null key come last; they belong to no entry.
    for position in range {
      let entry = entryOfRow[position - range.lowerBound]
      if entry == missingRow {
        rows.store(right.rows[position], at: Int(next))
        next += 1
      } else {
        rows.store(right.rows[position], at: Int(counts[Int(entry)]))
        counts[Int(entry)] += 1
      }
    }
    return table
  }
}

/// A hash table (linear probing) of the distinct codes of a partition, numbered in first-occurrence order.
private struct PartitionTable {
  /// The code in each slot; `noCode` marks an empty slot.
  private var codes: [UInt64]
  private var entries: [UInt32]
  private(set) var entryCount = 0
  /// The number of rows whose code was inserted.
  private(set) var keyedRows = 0
  private let skippedBits: UInt64
  private let shift: UInt64

  /// - Parameter skippedBits: the number of hash bits that chose the partition: they are equal for all of its codes.
  init(rows: Int, _ skippedBits: Int) {
    let slotBits = bitWidth(of: max(2, rows * 2))
    codes = [UInt64](repeating: JoinKeys.noCode, count: 1 << slotBits)
    entries = [UInt32](repeating: 0, count: 1 << slotBits)
    self.skippedBits = UInt64(skippedBits)
    shift = UInt64(64 - slotBits)
  }

  /// Adds a code if it is new. Returns its entry, or nil for `noCode`.
  @discardableResult
  mutating func insert(_ code: UInt64) -> UInt32? {
    if code == JoinKeys.noCode { return nil }
    keyedRows += 1
    let slot = slot(of: code)
    if codes[slot] != code {
      codes[slot] = code
      entries[slot] = UInt32(truncatingIfNeeded: entryCount)
      entryCount += 1
    }
    return entries[slot]
  }

  func contains(_ code: UInt64) -> Bool { code != JoinKeys.noCode && codes[slot(of: code)] == code }

  func entry(of code: UInt64) -> UInt32? {
    if code == JoinKeys.noCode { return nil }
    let slot = slot(of: code)
    return codes[slot] == code ? entries[slot] : nil
  }

  /// The slot that holds a code, or the empty slot where it belongs.
  private func slot(of code: UInt64) -> Int {
    let mask = codes.count - 1
    var slot = Int(truncatingIfNeeded: (hashed(code) &<< skippedBits) &>> shift)
    while codes[slot] != code, codes[slot] != JoinKeys.noCode { slot = (slot + 1) & mask }
    return slot
  }
}
