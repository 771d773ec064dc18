public import Diagnostics
import LinearAlgebra
import Parallelism

extension Interactions {
  /// Merges rows of (user, item, weight) into cells.
  ///
  /// - `weights`: nil means 1 everywhere. They must be finite.
  /// - `times`: what `last` goes by; nil means the order of the rows, and decides between equal times.
  /// - `keepingRows`: keeps the rows as they came, for models whose declaration says that they read rows.
  /// - Complexity: O(rows + users + items), two counting sorts.
  /// - Throws: indices out of range, weights that are not finite, arrays of different lengths.
  public init(
    users: [Int32], items: [Int32], weights: [Double]? = nil, times: [Int64]? = nil, userCount: Int, itemCount: Int,
    duplicates: DuplicatePolicy = .sum, keepingRows: Bool = false, userSeeds: [Int64]? = nil,
    itemSeeds: [Int64]? = nil
  ) throws(Diagnostic) {
    guard users.count == items.count, weights.map({ $0.count == users.count }) ?? true,
      times.map({ $0.count == users.count }) ?? true
    else { throw .fault("interactions of different lengths") }
    guard users.allSatisfy({ $0 >= 0 && Int($0) < userCount }), items.allSatisfy({ $0 >= 0 && Int($0) < itemCount })
    else { throw .fault("an interaction outside its \(userCount) users and \(itemCount) items") }
    if let weights, let row = weights.firstIndex(where: { !$0.isFinite }) {
      throw .weightNotFinite(weights[row], row: row)
    }
    let sorted = try rowsByUserThenItem(users: users, items: items, userCount: userCount, itemCount: itemCount)
    let merged = try mergeCells(
      sorted, weights: weights, times: duplicates == .last ? times : nil, duplicates: duplicates)
    let matrix = SparseMatrix(
      rowCount: userCount, columnCount: itemCount, offsets: merged.offsets, columns: merged.columns,
      values: merged.values)
    self.init(
      matrix: matrix, transpose: try matrix.transposed(checking: Cancellation.current),
      multiplicities: merged.columns.count == users.count ? nil : merged.multiplicities,
      rows: keepingRows ? InteractionRows(users: users, items: items, weights: weights) : nil,
      rowCount: users.count, duplicates: duplicates, userSeeds: userSeeds, itemSeeds: itemSeeds)
  }
}

/// Rows sorted by user, within a user by item, within both as they came.
private struct SortedRows {
  var rows: [Int32]
  /// The item of each of them.
  var items: [Int32]
  /// Where each user's rows begin.
  var starts: [Int]
}

/// Two stable counting sorts: by item, then by user. The second knows the item of a row from where it found it, so
/// that nothing has to look items up in random order.
private func rowsByUserThenItem(
  users: [Int32], items: [Int32], userCount: Int, itemCount: Int
) throws(Diagnostic) -> SortedRows {
  let byItem = try countingSort(keys: items, keyCount: itemCount)
  try Cancellation.current.check()
  let starts = starts(of: users, keyCount: userCount)
  var next = starts
  var sortedItems = [Int32](repeating: 0, count: users.count)
  let cancellation = Cancellation.current
  let sortedRows = try fillArray(count: users.count, of: Int32.self) { (slots) throws(Diagnostic) in
    try slots.withRows(0..<users.count) { (rows) throws(Diagnostic) in
      var nextSpan = next.mutableSpan
      var itemSpan = sortedItems.mutableSpan
      let userSpan = users.span
      let orderSpan = byItem.order.span
      for item in 0..<itemCount {
        if item & 63 == 0 { try cancellation.check() }
        for place in byItem.starts[item]..<byItem.starts[item + 1] {
          let user = Int(userSpan[Int(orderSpan[place])])
          let target = nextSpan[user]
          rows[target] = orderSpan[place]
          itemSpan[target] = Int32(truncatingIfNeeded: item)
          nextSpan[user] = target + 1
        }
      }
    }
  }
  try Cancellation.current.check()
  return SortedRows(rows: sortedRows, items: sortedItems, starts: starts)
}

/// Where the rows of each key begin once they are sorted by it.
private func starts(of keys: [Int32], keyCount: Int) -> [Int] {
  var starts = [Int](repeating: 0, count: keyCount + 1)
  for key in keys { starts[Int(key) + 1] += 1 }
  for key in 0..<keyCount { starts[key + 1] += starts[key] }
  return starts
}

private func countingSort(
  keys: [Int32], keyCount: Int
) throws(Diagnostic) -> (order: [Int32], starts: [Int]) {
  let starts = starts(of: keys, keyCount: keyCount)
  var next = starts
  let order = try fillArray(count: keys.count, of: Int32.self) { (slots) throws(Diagnostic) in
    try slots.withRows(0..<keys.count) { (order) throws(Diagnostic) in
      var nextSpan = next.mutableSpan
      let keySpan = keys.span
      let cancellation = Cancellation.current
      for start in stride(from: 0, to: keys.count, by: 1 << 16) {
        try cancellation.check()
        for row in start..<min(keys.count, start + (1 << 16)) {
          let key = Int(keySpan[row])
          order[nextSpan[key]] = Int32(truncatingIfNeeded: row)
          nextSpan[key] += 1
        }
      }
    }
  }
  return (order, starts)
}

private struct MergedCells {
  var offsets: [Int]
  var columns: [Int32]
  var values: [Float]
  var multiplicities: [Int32]
}

/// Counts the distinct items of every user, then fills their cells, users in parallel.
private func mergeCells(
  _ sorted: SortedRows, weights: [Double]?, times: [Int64]?, duplicates: DuplicatePolicy
) throws(Diagnostic) -> MergedCells {
  let userCount = sorted.starts.count - 1
  let grain = 4096
  let distinct = try buildArray(count: userCount, grain: grain, of: Int32.self) { (range, counts) throws(Diagnostic) in
    let items = sorted.items.span
    for user in range {
      var count: Int32 = 0
      var previous: Int32 = -1
      for place in sorted.starts[user]..<sorted.starts[user + 1] {
        let item = items[place]
        if item != previous { count += 1 }
        previous = item
      }
      counts[user - range.lowerBound] = count
    }
  }
  var offsets = [Int](repeating: 0, count: userCount + 1)
  for user in 0..<userCount { offsets[user + 1] = offsets[user] + Int(distinct[user]) }
  let cellCount = offsets[userCount]
  var columns = [Int32](repeating: 0, count: cellCount)
  var values = [Float](repeating: 0, count: cellCount)
  var multiplicities = [Int32](repeating: 0, count: cellCount)
  let finalOffsets = offsets
  try withDisjointRows(of: &columns) { (columnRows) throws(Diagnostic) in
    try withDisjointRows(of: &values) { (valueRows) throws(Diagnostic) in
      try withDisjointRows(of: &multiplicities) { (multiplicityRows) throws(Diagnostic) in
        try forEachChunk(of: userCount, grain: grain) { (range) throws(Diagnostic) in
          for user in range {
            var cell = finalOffsets[user]
            var place = sorted.starts[user]
            let end = sorted.starts[user + 1]
            while place < end {
              let start = place
              let item = sorted.items[place]
              while place < end, sorted.items[place] == item { place += 1 }
              columnRows.store(item, at: cell)
              multiplicityRows.store(Int32(truncatingIfNeeded: place - start), at: cell)
              valueRows.store(
                mergedWeight(of: sorted.rows[start..<place], weights: weights, times: times, duplicates: duplicates),
                at: cell)
              cell += 1
            }
          }
        }
      }
    }
  }
  return MergedCells(offsets: offsets, columns: columns, values: values, multiplicities: multiplicities)
}

/// The weight of one cell from its rows, which stand in their own order.
private func mergedWeight(
  of rows: ArraySlice<Int32>, weights: [Double]?, times: [Int64]?, duplicates: DuplicatePolicy
) -> Float {
  switch duplicates {
  case .binary: return 1
  case .sum:
    guard let weights else { return Float(rows.count) }
    return Float(rows.reduce(0.0) { $0 + weights[Int($1)] })
  case .max:
    guard let weights else { return 1 }
    return Float(rows.reduce(-Double.infinity) { Swift.max($0, weights[Int($1)]) })
  case .last:
    guard let weights else { return 1 }
    guard var latest = rows.last else { return 0 }
    if let times { for row in rows.reversed() where times[Int(row)] > times[Int(latest)] { latest = row } }
    return Float(weights[Int(latest)])
  }
}
