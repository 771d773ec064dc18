public import Diagnostics
import LinearAlgebra
import Parallelism

extension Interactions {
  /// Merges rows of (user, item, weight) into cells.
  ///
  /// - `weights`: nil means 1 everywhere. They must be finite.
  /// - `times`: what `last` goes by; nil means the order of the rows, and decides between equal times.
  /// - `keepingRows`: keeps the rows as they came, for models whose declaration says that they read rows.
  /// - Complexity: O(rows + users + items).
  /// - Throws: indices out of range, weights that are not finite, arrays of different lengths.
  public init(
    users: [Int32], items: [Int32], weights: [Double]? = nil, times: [Int64]? = nil, userCount: Int, itemCount: Int,
    duplicates: DuplicatePolicy = .sum, keepingRows: Bool = false, userSeeds: [Int64]? = nil,
    itemSeeds: [Int64]? = nil
  ) throws(Diagnostic) {
    guard users.count == items.count, weights.map({ $0.count == users.count }) ?? true,
      times.map({ $0.count == users.count }) ?? true
    else { throw .fault("interactions of different lengths") }
    if let weights, let row = weights.firstIndex(where: { !$0.isFinite }) {
      throw .weightNotFinite(weights[row], row: row)
    }
    let merged: MergedCells
    if let weights, duplicates != .binary {
      let times = duplicates == .last ? times : nil
      merged = try MergedCells(
        SortedRows<UInt64>(users: users, items: items, userCount: userCount, itemCount: itemCount), userCount: userCount
      ) { (rows) in mergedWeight(of: rows, weights: weights, times: times, duplicates: duplicates) }
    } else {
      merged = try MergedCells(
        SortedRows<UInt32>(users: users, items: items, userCount: userCount, itemCount: itemCount), userCount: userCount
      ) { (rows) in duplicates == .sum ? Float(rows.count) : 1 }
    }
    let matrix = SparseMatrix(
      rowCount: userCount, columnCount: itemCount, offsets: merged.offsets, columns: merged.columns,
      values: merged.values)
    self.init(
      matrix: matrix, transpose: try matrix.transposedOnAllCores(),
      multiplicities: merged.columns.count == users.count ? nil : merged.multiplicities,
      rows: keepingRows ? InteractionRows(users: users, items: items, weights: weights) : nil,
      rowCount: users.count, duplicates: duplicates, userSeeds: userSeeds, itemSeeds: itemSeeds)
  }
}

private struct MergedCells {
  let offsets: [Int]
  let columns: [Int32]
  let values: [Float]
  let multiplicities: [Int32]

  /// Counts the distinct items of every user, then fills their cells, buckets of users in parallel.
  ///
  /// - `weight`: of a cell, from the keys of its rows, which stand in their own order.
  @inline(__always)
  init<Key: FixedWidthInteger & UnsignedInteger & BitwiseCopyable & Sendable>(
    _ sorted: SortedRows<Key>, userCount: Int, weight: @Sendable (Span<Key>) -> Float
  ) throws(Diagnostic) {
    let distinct = try fillArray(count: userCount, of: Int32.self) { (counts) throws(Diagnostic) in
      try forEachIndex(of: sorted.bucketCount) { (bucket) throws(Diagnostic) in
        try counts.withRows(sorted.users(ofBucket: bucket)) { (counts) in
          for place in counts.indices { counts[place] = 0 }
          let keys = sorted.keys.span
          let start = sorted.starts[bucket]
          for place in start..<sorted.starts[bucket + 1]
          where place == start || sorted.cell(of: keys[place]) != sorted.cell(of: keys[place - 1]) {
            counts[sorted.user(of: keys[place])] += 1
          }
        }
      }
    }
    var offsets = [Int](repeating: 0, count: userCount + 1)
    for user in 0..<userCount { offsets[user + 1] = offsets[user] + Int(distinct[user]) }
    let (cellCount, starts) = (offsets[userCount], offsets)
    var columns: [Int32] = []
    var values: [Float] = []
    multiplicities = try fillArray(count: cellCount) { (multiplicityRows) throws(Diagnostic) in
      values = try fillArray(count: cellCount) { (valueRows) throws(Diagnostic) in
        columns = try fillArray(count: cellCount) { (columnRows) throws(Diagnostic) in
          try forEachIndex(of: sorted.bucketCount) { (bucket) in
            let keys = sorted.keys.span
            var cell = starts[sorted.users(ofBucket: bucket).lowerBound]
            var place = sorted.starts[bucket]
            let end = sorted.starts[bucket + 1]
            while place < end {
              let start = place
              let first = keys[start]
              while place < end, sorted.cell(of: keys[place]) == sorted.cell(of: first) { place += 1 }
              columnRows.store(sorted.item(of: first), at: cell)
              multiplicityRows.store(Int32(truncatingIfNeeded: place - start), at: cell)
              valueRows.store(weight(keys.extracting(start..<place)), at: cell)
              cell += 1
            }
          }
        }
      }
    }
    self.offsets = offsets
    self.columns = columns
    self.values = values
  }
}

/// The weight of one cell from its rows, whose places are the lower halves of the keys.
private func mergedWeight(
  of keys: Span<UInt64>, weights: [Double], times: [Int64]?, duplicates: DuplicatePolicy
) -> Float {
  func row(_ place: Int) -> Int { Int(keys[place] & 0xFFFF_FFFF) }
  switch duplicates {
  case .binary: return 1
  case .sum:
    var sum = 0.0
    for place in keys.indices { sum += weights[row(place)] }
    return Float(sum)
  case .max:
    var most = -Double.infinity
    for place in keys.indices { most = Swift.max(most, weights[row(place)]) }
    return Float(most)
  case .last:
    var latest = row(keys.count - 1)
    if let times {
      for place in keys.indices.reversed() where times[row(place)] > times[latest] { latest = row(place) }
    }
    return Float(weights[latest])
  }
}
