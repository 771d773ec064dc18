public import Diagnostics
import LinearAlgebra
import Parallelism

extension Interactions {
  /// Merges rows of (user, item, weight) into cells.
  ///
  /// - `weights`: nil means 1 everywhere. They must be finite.
  /// - `times`: by which `duplicates: .last` finds the last row. The later row wins if times are equal or nil.
  /// - `baskets`: the time and basket of each row, for models that read times (`Model.readsTimes`).
  /// - `keepingRows`: keeps the rows in their order, for models that read rows (`Model.readsRows`).
  /// - Complexity: O(rows + users + items).
  /// - Throws: indices out of range, weights that are not finite, arrays of different lengths.
  public init(
    users givenUsers: consuming [Int32], items givenItems: consuming [Int32], weights: [Double]? = nil,
    times: [Int64]? = nil, baskets rowTimes: RowTimes? = nil,
    userCount: Int, itemCount: Int,
    duplicates: DuplicatePolicy = .sum, keepingRows: Bool = false, weightsAreNamed: Bool = false,
    userSeeds: [Int64]? = nil, itemSeeds: [Int64]? = nil
  ) throws(Diagnostic) {
    var users = consume givenUsers
    var items = consume givenItems
    guard users.count == items.count, weights.map({ $0.count == users.count }) ?? true,
      times.map({ $0.count == users.count }) ?? true, rowTimes?.ticks.map({ $0.count == users.count }) ?? true,
      rowTimes?.baskets.map({ $0.count == users.count }) ?? true
    else { throw .fault("interactions of different lengths") }
    if let weights { try Interactions.require(weights) }
    let rowCount = users.count
    let baskets = try rowTimes.map { (times) throws(Diagnostic) in
      guard users.allSatisfy({ $0 >= 0 && $0 < userCount }), items.allSatisfy({ $0 >= 0 && $0 < itemCount }) else {
        throw .fault("an interaction outside its \(userCount) users and \(itemCount) items")
      }
      return try Baskets(
        users: users, items: items, weights: weights, times: times, userCount: userCount, itemCount: itemCount)
    }
    // A `Float` is exact as a count of up to 2²⁴ rows.
    let isCounting = weights == nil && duplicates == .sum
    if isCounting, keepingRows {
      let cellCount = try SortedRows<UInt32>(
        users: users, items: items, userCount: userCount, itemCount: itemCount
      ).cellCount
      self.init(
        counting: InteractionRows(users: users, items: items, weights: nil), userCount: userCount,
        itemCount: itemCount, cellCount: cellCount, userSeeds: userSeeds, itemSeeds: itemSeeds)
      self.baskets = baskets
      return
    }
    let matrix: SparseMatrix
    var multiplicities: [Int32]?
    if let weights, duplicates != .binary {
      let times = duplicates == .last ? times : nil
      let rows = try SortedRows<UInt64>(users: users, items: items, userCount: userCount, itemCount: itemCount)
      if !keepingRows { (users, items) = ([], []) }
      matrix = try rows.merged(itemCount: itemCount, counting: &multiplicities) { (rows) in
        mergedWeight(of: rows, weights: weights, times: times, duplicates: duplicates)
      }
      guard matrix.values.allSatisfy(\.isFinite) else { throw .weightsTooLarge }
    } else {
      let rows = try SortedRows<UInt32>(users: users, items: items, userCount: userCount, itemCount: itemCount)
      // Frees the rows first, so that the cells can use their memory.
      if !keepingRows { (users, items) = ([], []) }
      if isCounting {
        matrix = try rows.merged(itemCount: itemCount) { (rows) in Float(rows.count) }
      } else {
        matrix = try rows.merged(itemCount: itemCount, counting: &multiplicities) { (_) in 1 }
      }
    }
    self.init(
      matrix: matrix, multiplicities: multiplicities, weightsAreCounts: isCounting && matrix.cellCount < rowCount,
      rows: keepingRows ? InteractionRows(users: users, items: items, weights: weights) : nil,
      rowCount: rowCount, duplicates: duplicates, weightsAreNamed: weightsAreNamed, userSeeds: userSeeds,
      itemSeeds: itemSeeds)
    self.baskets = baskets
  }

  /// - Throws: a weight that is not finite, or greater than a `Float`.
  private static func require(_ weights: [Double]) throws(Diagnostic) {
    if let row = weights.firstIndex(where: { !$0.isFinite }) { throw .weightNotFinite(weights[row], row: row) }
    let most = Double(Float.greatestFiniteMagnitude)
    if let row = weights.firstIndex(where: { abs($0) > most }) { throw .weightTooLarge(weights[row], row: row) }
  }
}

extension InteractionRows {
  /// How many rows every user has of every item.
  func counts(userCount: Int, itemCount: Int) throws(Diagnostic) -> SparseMatrix {
    try SortedRows<UInt32>(users: users, items: items, userCount: userCount, itemCount: itemCount)
      .merged(itemCount: itemCount) { (rows) in Float(rows.count) }
  }

  /// The items of every user: half of the memory that `counts` takes.
  func itemsOfUsers(userCount: Int, itemCount: Int) throws(Diagnostic) -> ItemsOfUsers {
    let rows = try SortedRows<UInt32>(users: users, items: items, userCount: userCount, itemCount: itemCount)
    return ItemsOfUsers(offsets: rows.offsets, items: try rows.distinctItems())
  }
}

/// The items of every user, without counts.
struct ItemsOfUsers: Sendable {
  /// The items of user u, ascending, are `items[offsets[u]..<offsets[u + 1]]`.
  let offsets: [Int]
  let items: [Int32]

  func has(user: Int32, item: Int32) -> Bool {
    var range = offsets[Int(user)]..<offsets[Int(user) + 1]
    while !range.isEmpty {
      let middle = range.lowerBound + range.count / 2
      if items[middle] == item { return true }
      range = items[middle] < item ? middle + 1..<range.upperBound : range.lowerBound..<middle
    }
    return false
  }
}

extension SortedRows {
  /// The item of every cell.
  fileprivate func distinctItems() throws(Diagnostic) -> [Int32] {
    try fillArray(count: cellCount, of: Int32.self) { (items) throws(Diagnostic) in
      try forEachIndex(of: bucketCount) { (bucket) in
        let keys = self.keys.span
        var cell = offsets[users(ofBucket: bucket).lowerBound]
        for place in starts[bucket]..<starts[bucket + 1]
        where place == starts[bucket] || self.cell(of: keys[place]) != self.cell(of: keys[place - 1]) {
          items.store(item(of: keys[place]), at: cell)
          cell += 1
        }
      }
    }
  }

  /// Merges the rows of the same user and item into one cell.
  ///
  /// - `multiplicities`: is set to the number of rows of each cell, if any cell has more than one.
  /// - `weight`: the weight of a cell from the keys of its rows, which are in the order of the table.
  @inline(__always)
  fileprivate func merged(
    itemCount: Int, counting multiplicities: inout [Int32]?, weight: @Sendable (Span<Key>) -> Float
  ) throws(Diagnostic) -> SparseMatrix {
    var matrix: SparseMatrix?
    let counts = try fillArray(count: cellCount, of: Int32.self) { (counts) throws(Diagnostic) in
      matrix = try merged(itemCount: itemCount) { cell, rows in
        counts.store(Int32(truncatingIfNeeded: rows.count), at: cell)
        return weight(rows)
      }
    }
    if cellCount < keys.count { multiplicities = counts }
    guard let matrix else { throw .fault("rows were not merged") }
    return matrix
  }

  @inline(__always)
  fileprivate func merged(itemCount: Int, weight: @Sendable (Span<Key>) -> Float) throws(Diagnostic) -> SparseMatrix {
    try merged(itemCount: itemCount) { _, rows in weight(rows) }
  }

  /// Fills the cells of buckets of users in parallel.
  @inline(__always)
  private func merged(
    itemCount: Int, weight: @Sendable (_ cell: Int, Span<Key>) -> Float
  ) throws(Diagnostic) -> SparseMatrix {
    var values: [Float] = []
    let columns = try fillArray(count: cellCount, of: Int32.self) { (columnRows) throws(Diagnostic) in
      values = try fillArray(count: cellCount) { (valueRows) throws(Diagnostic) in
        try forEachIndex(of: bucketCount) { (bucket) in
          let keys = self.keys.span
          var cell = offsets[users(ofBucket: bucket).lowerBound]
          var place = starts[bucket]
          let end = starts[bucket + 1]
          while place < end {
            let start = place
            let first = self.cell(of: keys[start])
            place += 1
            while place < end, self.cell(of: keys[place]) == first { place += 1 }
            columnRows.store(item(of: keys[start]), at: cell)
            valueRows.store(weight(cell, keys.extracting(start..<place)), at: cell)
            cell += 1
          }
        }
      }
    }
    return SparseMatrix(
      rowCount: offsets.count - 1, columnCount: itemCount, offsets: offsets, columns: columns, values: values)
  }
}

/// The weight of one cell from its rows. The lower 32 bits of a key are the position of its row in the table.
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
