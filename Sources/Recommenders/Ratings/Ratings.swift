import Diagnostics
import LinearAlgebra
import Parallelism

/// Interactions as a rating model reads them: row by row, repeats kept, grouped by user.
///
/// Users and items are numbered by first appearance, which is also the order in which random starts are drawn and
/// epochs run: as in Surprise, so that the same seed gives the same numbers. `nil` stands for somebody who is not there.
struct Ratings: Sendable {
  /// The number here of every user and item of the interactions, or −1.
  let userNumbers: [Int32]
  let itemNumbers: [Int32]
  let userCount: Int
  let itemCount: Int
  /// Rating k of user u, in the order of the rows, is at `userStarts[u] + k` of the three arrays.
  let userStarts: [Int]
  let users: [Int32]
  let items: [Int32]
  let values: [Double]
  /// The ratings of item i, in the order of the rows, are at `itemStarts[i]...` of these.
  let itemStarts: [Int]
  let raters: [Int32]
  let ratersValues: [Double]
  let mean: Double

  var count: Int { values.count }

  init(_ interactions: Interactions) throws(Diagnostic) {
    let rows = interactions.rows ?? InteractionRows(cellsOf: interactions.matrix)
    let users = try Self.numbers(rows.users, count: interactions.userCount)
    let items = try Self.numbers(rows.items, count: interactions.itemCount)
    userNumbers = users.numbers
    itemNumbers = items.numbers
    userCount = users.count
    itemCount = items.count
    let weights = rows.weights ?? [Double](repeating: 1, count: rows.count)
    let rowUsers = try Self.gathered(users.numbers, at: rows.users)
    let rowItems = try Self.gathered(items.numbers, at: rows.items)
    let byUser = try Self.grouped(rowUsers, count: users.count)
    userStarts = byUser.starts
    self.users = try Self.gathered(rowUsers, at: byUser.order)
    self.items = try Self.gathered(rowItems, at: byUser.order)
    values = try Self.gathered(weights, at: byUser.order)
    let byItem = try Self.grouped(rowItems, count: items.count)
    itemStarts = byItem.starts
    raters = try Self.gathered(rowUsers, at: byItem.order)
    ratersValues = try Self.gathered(weights, at: byItem.order)
    mean = values.reduce(0, +) / Double(values.count)
  }

  func number(ofUser user: Int32?) -> Int? { Self.number(user, in: userNumbers) }
  func number(ofItem item: Int32?) -> Int? { Self.number(item, in: itemNumbers) }

  /// The item of every number.
  var itemIndices: [Int32] {
    var indices = [Int32](repeating: 0, count: itemCount)
    for (index, number) in itemNumbers.enumerated() where number >= 0 { indices[Int(number)] = Int32(index) }
    return indices
  }

  /// The positions of a user's ratings.
  func ratings(ofUser user: Int) -> Range<Int> { userStarts[user]..<userStarts[user + 1] }
  func ratings(ofItem item: Int) -> Range<Int> { itemStarts[item]..<itemStarts[item + 1] }

  /// Mean rating of every user; cut to whole numbers first if asked for.
  func userMeans(truncating: Bool = false) -> [Double] {
    (0..<userCount).map { user in
      ratings(ofUser: user).reduce(0.0) { $0 + (truncating ? values[$1].rounded(.towardZero) : values[$1]) }
        / Double(ratings(ofUser: user).count)
    }
  }

  /// Mean rating of every item.
  func itemMeans(truncating: Bool = false) -> [Double] {
    (0..<itemCount).map { item in
      ratings(ofItem: item).reduce(0.0) {
        $0 + (truncating ? ratersValues[$1].rounded(.towardZero) : ratersValues[$1])
      } / Double(ratings(ofItem: item).count)
    }
  }

  private static func number(_ index: Int32?, in numbers: [Int32]) -> Int? {
    guard let index, numbers.indices.contains(Int(index)), numbers[Int(index)] >= 0 else { return nil }
    return Int(numbers[Int(index)])
  }

  private static func numbers(
    _ indices: [Int32], count: Int
  ) throws(Diagnostic) -> (numbers: [Int32], count: Int) {
    var numbers = [Int32](repeating: -1, count: count)
    var next: Int32 = 0
    try forEachStretch(of: indices.count) { rows in
      for row in rows where numbers[Int(indices[row])] < 0 {
        numbers[Int(indices[row])] = next
        next += 1
      }
    }
    return (numbers, Int(next))
  }

  private static func gathered<Element: BitwiseCopyable & Sendable>(
    _ values: [Element], at places: [Int32]
  ) throws(Diagnostic) -> [Element] {
    try buildArray(count: places.count, grain: 1 << 16) { (rows, gathered) in
      for row in rows { gathered[row - rows.lowerBound] = values[Int(places[row])] }
    }
  }

  /// A stable counting sort.
  private static func grouped(_ keys: [Int32], count: Int) throws(Diagnostic) -> (starts: [Int], order: [Int32]) {
    var starts = [Int](repeating: 0, count: count + 1)
    try forEachStretch(of: keys.count) { rows in
      for row in rows { starts[Int(keys[row]) + 1] += 1 }
    }
    for key in 0..<count { starts[key + 1] += starts[key] }
    var next = starts
    var order = [Int32](repeating: 0, count: keys.count)
    try forEachStretch(of: keys.count) { rows in
      for row in rows {
        let key = Int(keys[row])
        order[next[key]] = Int32(truncatingIfNeeded: row)
        next[key] += 1
      }
    }
    return (starts, order)
  }
}

extension InteractionRows {
  /// A row for each cell, users ascending: where the rows themselves were not kept.
  init(cellsOf matrix: SparseMatrix) {
    users = (0..<matrix.rowCount).flatMap { [Int32](repeating: Int32($0), count: matrix.cells(ofRow: $0).count) }
    items = matrix.columns
    weights = matrix.values.map { Double($0) }
  }
}
