public import Diagnostics
import Parallelism

// Grouping. Rows with equal codes are a group; groups are numbered in the order of their first rows, so that results do
// not depend on the algorithm or on the number of cores. Small ranges of codes use a direct-address table
// (`DirectCounter`). Few distinct codes use one hash table per row range, merged in row order (`HashCounter`). Many are
// radix-partitioned first (`CodePartitions`), so that every partition's table fits the second-level cache. Time is
// linear in the number of rows; each algorithm states its memory.

/// Rows with equal keys gathered into groups, numbered in the order of their first rows.
///
/// Null is a group of its own, NaN equals NaN, −0 equals 0, and texts are equal byte by byte.
public struct Grouping: Sendable {
  public let rowCount: Int
  public let groupCount: Int
  /// The first row of every group, ascending; empty unless requested.
  public let firstRows: [UInt32]
  /// The number of rows in every group; empty unless requested.
  public let counts: [UInt32]
  /// The group of every row; empty unless requested.
  public private(set) var groupOfRow: [UInt32]

  /// What to compute in addition to the number of groups. If there are nearly as many groups as rows, each part takes 4
  /// bytes per row.
  public struct Parts: OptionSet, Sendable {
    public let rawValue: Int

    public init(rawValue: Int) { self.rawValue = rawValue }

    public static let firstRows = Parts(rawValue: 1)
    public static let counts = Parts(rawValue: 2)
    public static let groupOfRow = Parts(rawValue: 4)
    public static let all: Parts = [.firstRows, .counts, .groupOfRow]
  }

  /// Groups rows by the values of `keys`; without keys all rows are one group.
  ///
  /// The choice of the algorithm depends only on the codes: first on their range, then on the number of distinct codes
  /// in a sample.
  ///
  /// - Parameter parts: what to compute; if there are few groups, more may be computed.
  /// - Complexity: O(rows) on all cores. Scratch memory: at most 4 bytes per row if the range of keys is small, 8 if
  ///   there are many groups.
  public init(by keys: [Column], count: Int, finding parts: Parts = .all) throws(Diagnostic) {
    let encoder = try KeyEncoder(identityOf: keys, count: count)
    if count == 0 {
      self.init(rowCount: 0, firstRows: [], counts: [], groupOfRow: [])
    } else if DirectCounter.suits(encoder) {
      let (firstRows, counts, places) = try DirectCounter(encoder).occurrences()
      let groupOfRow =
        parts.contains(.groupOfRow) ? try encoder.mapped { places[Int(truncatingIfNeeded: $0)] } : []
      self.init(rowCount: count, firstRows: firstRows, counts: counts, groupOfRow: groupOfRow)
    } else if !parts.contains(.counts), encoder.isCountedByBits {
      try self.init(byBits: encoder, finding: parts)
    } else if try encoder.hasFewCodes() {
      try self.init(counting: encoder, finding: parts)
    } else {
      let partitioning = RadixPartitioning(encoder)
      self =
        partitioning.isNarrow
        ? try Grouping(encoder, partitioning, wordsOf: UInt32.self, finding: parts)
        : try Grouping(encoder, partitioning, wordsOf: UInt64.self, finding: parts)
      if parts.contains(.groupOfRow) { Grouping.releaseScratch(groupCount: groupCount, rowCount: count) }
    }
  }

  /// The groups and the rows of each: what `init` and `slices()` give together, but faster if there are many groups.
  ///
  /// - Parameter parts: what to compute of `groups` in addition to the slices; `groupOfRow` is never computed.
  public static func withSlices(
    by keys: [Column], count: Int, finding parts: Parts = [.firstRows, .counts]
  ) throws(Diagnostic) -> (groups: Grouping, slices: GroupSlices) {
    let encoder = try KeyEncoder(identityOf: keys, count: count)
    if count == 0 {
      let grouping = try Grouping(by: keys, count: count)
      return (grouping, try grouping.slices())
    }
    if DirectCounter.suits(encoder) {
      let (firstRows, counts, places) = try DirectCounter(encoder).occurrences()
      let grouping = Grouping(rowCount: count, firstRows: firstRows, counts: counts, groupOfRow: [])
      return (grouping, try grouping.slices(encoder) { places[Int(truncatingIfNeeded: $0)] })
    }
    if try encoder.hasFewCodes() {
      let counter = try encoder.hashCounter()
      let entries = try counter.entries()
      let grouping = Grouping(
        rowCount: count, firstRows: counter.firstRows, counts: try counter.counts(), groupOfRow: [])
      return (grouping, try grouping.slices(encoder) { entries[counter.slot(of: $0)] })
    }
    let partitioning = RadixPartitioning(encoder)
    let found =
      partitioning.isNarrow
      ? try slices(encoder, partitioning, wordsOf: UInt32.self, finding: parts)
      : try slices(encoder, partitioning, wordsOf: UInt64.self, finding: parts)
    releaseScratch(groupCount: found.groups.groupCount, rowCount: count)
    return found
  }

  /// Returns freed scratch memory to the system if there are many groups: its pieces do not fit the next, larger
  /// buffers.
  private static func releaseScratch(groupCount: Int, rowCount: Int) {
    if rowCount >= 1 << 22, groupCount > rowCount / 4 { releaseFreedMemory() }
  }

  private static func slices<Word: PartitionedWord>(
    _ encoder: KeyEncoder, _ partitioning: RadixPartitioning, wordsOf: Word.Type, finding parts: Parts
  ) throws(Diagnostic) -> (groups: Grouping, slices: GroupSlices) {
    let count = encoder.count
    var partitions = try CodePartitions<Word>(encoder, partitioning)
    var occurrences = try FirstOccurrences(
      try partitions.group(mapsRows: true, finding: [.firstRows, .counts]), ranges: partitions.rangeCount,
      of: partitions.rangeLength,
      finding: parts.union([.counts, .groupOfRow]))
    releaseScratch(groupCount: occurrences.groupCount, rowCount: count)
    let offsets = Grouping.offsets(occurrences.counts)
    if !parts.contains(.counts) { occurrences.counts = [] }
    let grouping = Grouping(
      rowCount: count, groupCount: occurrences.groupCount, firstRows: occurrences.firstRows, counts: occurrences.counts,
      groupOfRow: [])
    let grouped = partitions
    let numbers = occurrences.numbers
    let rows = try fillArray(count: count, of: UInt32.self, scattered: true) { (rows) throws(Diagnostic) in
      try forEachIndex(of: grouped.count) { (partition) throws(Diagnostic) in
        var next = numbers[partition].array.map { offsets[Int($0)] }
        grouped.forEachRow(of: partition) { row, group in
          rows.store(UInt32(truncatingIfNeeded: row), at: next[group])
          next[group] += 1
        }
      }
    }
    partitions.forget(groupCount: grouping.groupCount)
    return (grouping, GroupSlices(rows: rows, offsets: Buffer(offsets)))
  }

  /// Moves `groupOfRow` out, so that the caller can change it in place.
  mutating func takeGroups() -> [UInt32] {
    defer { groupOfRow = [] }
    return groupOfRow
  }

  /// The start of every group's slice, then the total count.
  var offsets: [Int] { Grouping.offsets(counts) }

  static func offsets(_ counts: [UInt32]) -> [Int] {
    var offsets = [0]
    offsets.reserveCapacity(counts.count + 1)
    var end = 0
    for count in counts {
      end += Int(count)
      offsets.append(end)
    }
    return offsets
  }

  /// - Parameter groupCount: by default the number of first rows.
  init(rowCount: Int, groupCount: Int? = nil, firstRows: [UInt32], counts: [UInt32], groupOfRow: [UInt32]) {
    self.rowCount = rowCount
    self.groupCount = groupCount ?? firstRows.count
    self.firstRows = firstRows
    self.counts = counts
    self.groupOfRow = groupOfRow
  }

  /// Groups with one bit per possible code; the rank of a code among the occurring codes leads to its group.
  private init(byBits encoder: KeyEncoder, finding parts: Parts) throws(Diagnostic) {
    let firstRows = try encoder.edgeRows()
    var groupOfRow: [UInt32] = []
    if parts.contains(.groupOfRow) {
      let ranks = try BitmapRanks(try encoder.occurringCodes())
      var groups = [UInt32](repeating: 0, count: firstRows.count)
      try encoder.forEachListedBlock(of: firstRows, from: 0) { place, _, code in
        groups[ranks[Int(code)]] = UInt32(truncatingIfNeeded: place)
      }
      let groupOfRank = groups
      groupOfRow = try encoder.mapped { groupOfRank[ranks[Int(truncatingIfNeeded: $0)]] }
    }
    self.init(rowCount: encoder.count, firstRows: firstRows, counts: [], groupOfRow: groupOfRow)
  }

  private init(counting encoder: KeyEncoder, finding parts: Parts) throws(Diagnostic) {
    let counter = try encoder.hashCounter()
    var groupOfRow: [UInt32] = []
    if parts.contains(.groupOfRow) {
      let entries = try counter.entries()
      groupOfRow = try encoder.mapped { entries[counter.slot(of: $0)] }
    }
    self.init(
      rowCount: encoder.count, firstRows: counter.firstRows, counts: try counter.counts(), groupOfRow: groupOfRow)
  }

  private init<Word: PartitionedWord>(
    _ encoder: KeyEncoder, _ partitioning: RadixPartitioning, wordsOf: Word.Type, finding parts: Parts
  ) throws(Diagnostic) {
    let count = encoder.count
    let mapsRows = parts.contains(.groupOfRow)
    var partitions = try CodePartitions<Word>(encoder, partitioning)
    let groups = try partitions.group(
      mapsRows: mapsRows, finding: parts.contains(.counts) ? [.firstRows, .counts] : .firstRows)
    let (rangeCount, rangeLength) = (partitions.rangeCount, partitions.rangeLength)
    if !mapsRows {
      partitions.forget(groupCount: groups.reduce(0) { $0 + ($1.ends.last ?? 0) })
    }
    var groupOfRow: [UInt32] = []
    let occurrences = try FirstOccurrences(groups, ranges: rangeCount, of: rangeLength, finding: parts)
    if mapsRows {
      Grouping.releaseScratch(groupCount: occurrences.groupCount, rowCount: count)
      let grouped = partitions
      groupOfRow = try fillArray(count: count, scattered: true) { (groupOfRow) throws(Diagnostic) in
        try forEachIndex(of: grouped.count) { (partition) throws(Diagnostic) in
          let numbers = occurrences.numbers[partition]
          grouped.forEachRow(of: partition) { row, group in groupOfRow.store(numbers[group], at: row) }
        }
      }
    }
    self.init(
      rowCount: count, groupCount: occurrences.groupCount, firstRows: occurrences.firstRows, counts: occurrences.counts,
      groupOfRow: groupOfRow)
  }
}

/// The groups of all partitions, merged in first-occurrence order.
struct FirstOccurrences {
  let groupCount: Int
  /// Each of these arrays is empty unless it was requested.
  let firstRows: [UInt32]
  var counts: [UInt32]
  /// For every partition, the merged number of each of its groups.
  let numbers: [Buffer<UInt32>]

  /// Works on one row range at a time: a bitmap that fits the first-level cache ranks the groups whose first row is in
  /// the range.
  init(
    _ groups: [PartitionGroups], ranges: Int, of rangeLength: Int, finding parts: Grouping.Parts
  ) throws(Diagnostic) {
    let findsFirstRows = parts.contains(.firstRows)
    let countsRows = parts.contains(.counts)
    let numbersGroups = parts.contains(.groupOfRow)
    var starts = [0]
    for range in 0..<ranges {
      starts.append(groups.reduce(starts[range]) { $0 + $1.firstOccurring(in: range).count })
    }
    let partitionStarts = groups.reduce(into: [0]) { $0.append($0[$0.count - 1] + $1.firstRows.count) }
    let rangeStarts = starts
    let groupCount = starts[ranges]
    self.groupCount = groupCount
    var counts: [UInt32] = []
    var numbers: [UInt32] = []
    firstRows = try fillArray(count: findsFirstRows ? groupCount : 0) { (firstRows) throws(Diagnostic) in
      counts = try fillArray(count: countsRows ? groupCount : 0) { (counts) throws(Diagnostic) in
        numbers = try fillArray(count: numbersGroups ? groupCount : 0) { (numbers) throws(Diagnostic) in
          try forEachIndex(of: ranges) { (range) throws(Diagnostic) in
            let firstRow = UInt32(range * rangeLength)
            var occurs = [UInt64](repeating: 0, count: max(1, rangeLength / 64))
            for own in groups {
              for group in own.firstOccurring(in: range) {
                let offset = own.firstRows[group] - firstRow
                occurs[Int(offset >> 6)] |= 1 << UInt64(offset & 63)
              }
            }
            var before = [Int](repeating: rangeStarts[range], count: max(1, rangeLength / 64))
            for word in 1..<before.count { before[word] = before[word - 1] + occurs[word - 1].nonzeroBitCount }
            for (partition, own) in groups.enumerated() {
              for group in own.firstOccurring(in: range) {
                let offset = own.firstRows[group] - firstRow
                let word = Int(offset >> 6)
                let earlier = occurs[word] & (1 &<< UInt64(offset & 63) - 1)
                let number = before[word] + earlier.nonzeroBitCount
                if findsFirstRows { firstRows.store(own.firstRows[group], at: number) }
                if countsRows { counts.store(own.counts[group], at: number) }
                if numbersGroups { numbers.store(UInt32(number), at: partitionStarts[partition] + group) }
              }
            }
          }
        }
      }
    }
    self.counts = counts
    let all = Buffer(numbers)
    self.numbers = numbersGroups ? groups.indices.map { all[partitionStarts[$0]..<partitionStarts[$0 + 1]] } : []
  }
}

/// The number of distinct rows; null counts as a value, as in `Grouping`.
///
/// - Complexity: O(rows) on all cores; for a small range of keys, one bit of memory per possible key and row range.
public func distinctCount(of columns: [Column], count: Int) throws(Diagnostic) -> Int {
  let encoder = try KeyEncoder(identityOf: columns, count: count)
  if count == 0 { return 0 }
  if encoder.isCountedByBits { return try encoder.occurringCodes().setCount }
  if DirectCounter.suits(encoder) { return try DirectCounter(encoder).distinctCount }
  if try encoder.hasFewCodes() { return try encoder.hashCounter().count }
  return try encoder.partitionGroups(finding: .firstRows).reduce(0) { $0 + $1.firstRows.count }
}

extension KeyEncoder {
  /// Whether hash tables of all distinct codes are likely to fit the cache, estimated from a sample of the rows.
  ///
  /// - Source: the estimator is that of Chao, *Nonparametric Estimation of the Number of Classes in a Population*,
  ///   1984.
  func hasFewCodes() throws(Diagnostic) -> Bool {
    if count < 1 << 15 { return true }
    let samples = 1 << 14
    var seen = HashCounter(maximum: maximum)
    var one = [UInt64](repeating: 0, count: 1)
    for sample in 0..<samples {
      let row = sample * (count / samples)
      var span = one.mutableSpan
      encode(row..<row + 1, into: &span)
      try seen.add(span, rows: row..<row + 1)
    }
    let counts = try seen.counts()
    // Chao's estimate of all distinct codes: d + f₁² / (2·f₂), where d codes are in the sample, f₁ of them once and f₂
    // twice.
    let (once, twice) = (counts.count { $0 == 1 }, counts.count { $0 == 2 })
    // The first test refuses samples in which more than 13/16 of the codes are distinct, the second a high estimate.
    return seen.count < samples / 16 * 13 && seen.count + once * once / (2 * max(1, twice)) < samples * 8
  }

  /// The groups of rows with equal codes, partition by partition.
  func partitionGroups(finding parts: PartitionGroups.Parts) throws(Diagnostic) -> [PartitionGroups] {
    let partitioning = RadixPartitioning(self)
    return partitioning.isNarrow
      ? try partitionGroups(partitioning, wordsOf: UInt32.self, finding: parts)
      : try partitionGroups(partitioning, wordsOf: UInt64.self, finding: parts)
  }

  private func partitionGroups<Word: PartitionedWord>(
    _ partitioning: RadixPartitioning, wordsOf: Word.Type, finding parts: PartitionGroups.Parts
  ) throws(Diagnostic) -> [PartitionGroups] {
    var partitions = try CodePartitions<Word>(self, partitioning)
    let groups = try partitions.group(mapsRows: false, finding: parts)
    partitions.forget(groupCount: groups.reduce(0) { $0 + ($1.ends.last ?? 0) })
    return groups
  }

  /// The distinct codes with their counts, counted in parallel in up to 8 row ranges and merged in row order.
  func hashCounter() throws(Diagnostic) -> HashCounter {
    let ranges = min(8, count / (1 << 17) + 1)
    let length = (count + ranges - 1) / ranges
    let counters = try mapChunks(of: count, grain: length) { (range) throws(Diagnostic) in
      var counter = HashCounter(maximum: maximum)
      try forEachBlock(of: range) { (block, codes) throws(Diagnostic) in try counter.add(codes, rows: block) }
      return counter
    }
    guard var all = counters.first else { return HashCounter(maximum: maximum) }
    for counter in counters.dropFirst() { try all.merge(counter) }
    return all
  }

  /// Maps the code of every row to a number.
  @inline(__always)
  func mapped<Number: FixedWidthInteger & BitwiseCopyable & Sendable>(
    to: Number.Type = UInt32.self, _ number: @Sendable (UInt64) -> UInt32
  ) throws(Diagnostic) -> [Number] {
    try buildArray(count: count, grain: rowGrain) { (rows, numbers) throws(Diagnostic) in
      try forEachBlock(of: rows) { (block, codes) in
        for index in 0..<block.count {
          numbers[block.lowerBound - rows.lowerBound + index] = Number(truncatingIfNeeded: number(codes[index]))
        }
      }
    }
  }

  /// A bitmap of the codes that occur.
  func occurringCodes() throws(Diagnostic) -> Bitmap {
    let ranges = min(4, count / (1 << 17) + 1)
    let length = (count + ranges - 1) / ranges
    let codeCount = Int(maximum) + 1
    let bitmaps = try mapChunks(of: count, grain: length) { (range) throws(Diagnostic) in
      var words = [UInt64](repeating: 0, count: Bitmap.wordCount(codeCount))
      try forEachBlock(of: range) { (block, codes) in
        var words = words.mutableSpan
        for index in 0..<block.count { words[Int(codes[index] >> 6)] |= 1 << (codes[index] & 63) }
      }
      return Bitmap(words: Buffer(words), count: codeCount)
    }
    return bitmaps.dropFirst().reduce(bitmaps[0], |)
  }

  /// Encodes a range of rows block by block in one scratch buffer; checks for cancellation every 256 blocks.
  @inline(__always)
  func forEachBlock(
    of range: Range<Int>, _ body: (Range<Int>, inout MutableSpan<UInt64>) throws(Diagnostic) -> Void
  ) throws(Diagnostic) {
    let cancellation = Cancellation.current
    var codes = [UInt64](repeating: 0, count: min(codeBlock, range.count))
    var blocks = 0
    for start in stride(from: range.lowerBound, to: range.upperBound, by: codeBlock) {
      let block = start..<min(range.upperBound, start + codeBlock)
      blocks += 1
      if blocks & 255 == 0 { try cancellation.check() }
      var span = codes.mutableSpan
      encode(block, into: &span)
      try body(block, &span)
    }
  }
}
