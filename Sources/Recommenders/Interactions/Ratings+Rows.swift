import Diagnostics
import LinearAlgebra
import Parallelism

extension Ratings {
  /// The ratings as rows, user by user, users in first-occurrence order.
  var rows: InteractionRows {
    var users = [Int32](repeating: 0, count: count)
    for (index, number) in userNumbers.enumerated() where number >= 0 {
      for place in ratings(ofUser: Int(number)) { users[place] = Int32(index) }
    }
    let indices = itemIndices
    return InteractionRows(
      users: users, items: items.map { indices[Int($0)] }, weights: values.stored.isEmpty ? nil : values.stored)
  }

  /// The number of ratings of every user and item, as a matrix of users × items of the interactions.
  func counts() throws(Diagnostic) -> SparseMatrix {
    let indices = itemIndices
    let grain = 1 << 10
    let cellCounts = try buildArray(count: userNumbers.count, grain: grain, of: Int32.self) { (users, counts) in
      var runs = ItemRuns()
      for user in users { counts[user - users.lowerBound] = Int32(runs.take(ofUser: user, self, indices)) }
    }
    var offsets = [0]
    offsets.reserveCapacity(cellCounts.count + 1)
    for count in cellCounts { offsets.append(offsets[offsets.count - 1] + Int(count)) }
    let (starts, cellCount) = (offsets, offsets[offsets.count - 1])
    var values: [Float] = []
    let columns = try fillArray(count: cellCount, of: Int32.self) { (columns) throws(Diagnostic) in
      values = try fillArray(count: cellCount, of: Float.self) { (values) throws(Diagnostic) in
        try forEachChunk(of: userNumbers.count, grain: grain) { (users) in
          var runs = ItemRuns()
          for user in users {
            for run in 0..<runs.take(ofUser: user, self, indices) {
              columns.store(runs.items[run], at: starts[user] + run)
              values.store(runs.lengths[run], at: starts[user] + run)
            }
          }
        }
      }
    }
    return SparseMatrix(
      rowCount: userNumbers.count, columnCount: itemNumbers.count, offsets: offsets, columns: columns, values: values)
  }
}

/// The items of a user, ascending, and how often the user rated each.
private struct ItemRuns {
  private(set) var items: [Int32] = []
  private(set) var lengths: [Float] = []
  private var sorted: [Int32] = []

  /// Counts the items of a user; returns how many distinct ones there are.
  mutating func take(ofUser user: Int, _ ratings: Ratings, _ indices: [Int32]) -> Int {
    items.removeAll(keepingCapacity: true)
    lengths.removeAll(keepingCapacity: true)
    guard let number = ratings.number(ofUser: Int32(user)) else { return 0 }
    sorted.removeAll(keepingCapacity: true)
    for place in ratings.ratings(ofUser: number) { sorted.append(indices[Int(ratings.items[place])]) }
    sorted.sort()
    for item in sorted {
      if item == items.last {
        lengths[lengths.count - 1] += 1
      } else {
        items.append(item)
        lengths.append(1)
      }
    }
    return items.count
  }
}
