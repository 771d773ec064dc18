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
  /// Rating k of user u, in the order of the rows, is at `userStarts[u] + k` of the next two.
  let userStarts: [Int]
  let items: [Int32]
  let values: RatingValues
  /// The ratings of item i, in the order of the rows, are at `itemStarts[i]...` of these.
  let itemStarts: [Int]
  let raters: [Int32]
  let ratersValues: RatingValues
  let mean: Double

  var count: Int { items.count }

  /// - `byItem`: whether somebody will look at the ratings of an item; without, `raters` and `ratersValues` are empty.
  init(_ interactions: Interactions, byItem: Bool = true) throws(Diagnostic) {
    let rows = interactions.rows ?? InteractionRows(cellsOf: interactions)
    let users = try Self.numbers(rows.users, count: interactions.userCount)
    let items = try Self.numbers(rows.items, count: interactions.itemCount)
    userNumbers = users.numbers
    itemNumbers = items.numbers
    userCount = users.count
    itemCount = items.count
    let ofUsers = try Self.grouped(rows.users, users.numbers, count: users.count)
    userStarts = ofUsers.starts
    self.items = try Self.picked(rows.items, items.numbers, at: ofUsers.order)
    values = try RatingValues(rows.weights, at: ofUsers.order)
    mean = values.sum / Double(rows.count)
    guard byItem else {
      itemStarts = try Self.starts(rows.items, items.numbers, count: items.count)
      (raters, ratersValues) = ([], RatingValues())
      return
    }
    let ofItems = try Self.grouped(rows.items, items.numbers, count: items.count)
    itemStarts = ofItems.starts
    raters = try Self.picked(rows.users, users.numbers, at: ofItems.order)
    ratersValues = try RatingValues(rows.weights, at: ofItems.order)
  }

  func number(ofUser user: Int32?) -> Int? { Self.number(user, in: userNumbers) }
  func number(ofItem item: Int32?) -> Int? { Self.number(item, in: itemNumbers) }

  /// The item of every number.
  var itemIndices: [Int32] {
    var indices = [Int32](repeating: 0, count: itemCount)
    for (index, number) in itemNumbers.enumerated() where number >= 0 { indices[Int(number)] = Int32(index) }
    return indices
  }

  /// The indices of a user's and an item's numbers, for a walk.
  func subjects(user: Int, item: Int? = nil) -> [StepReport.Selection] {
    let user = userNumbers.firstIndex(of: Int32(user)).map { [StepReport.Selection.users([Int32($0)])] } ?? []
    guard let item else { return user }
    return user + (itemNumbers.firstIndex(of: Int32(item)).map { [.items([Int32($0)])] } ?? [])
  }

  /// The positions of a user's ratings.
  func ratings(ofUser user: Int) -> Range<Int> { userStarts[user]..<userStarts[user + 1] }
  func ratings(ofItem item: Int) -> Range<Int> { itemStarts[item]..<itemStarts[item + 1] }

  /// How many ratings the busiest user has.
  var mostOfAUser: Int { (0..<userCount).reduce(0) { max($0, ratings(ofUser: $1).count) } }

  /// The users from one on who have about so many ratings together; at least one.
  func users(from first: Int, withRatings count: Int) -> Range<Int> {
    var end = first
    repeat { end += 1 } while end < userCount && userStarts[end] - userStarts[first] < count
    return first..<min(end, userCount)
  }

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

  /// The numbers of the indices at some places.
  private static func picked(
    _ indices: [Int32], _ numbers: [Int32], at places: [Int32]
  ) throws(Diagnostic) -> [Int32] {
    try buildArray(count: places.count, grain: 1 << 16) { (rows, picked) in
      for row in rows { picked[row - rows.lowerBound] = numbers[Int(indices[Int(places[row])])] }
    }
  }

  /// How many rows have numbers below each number.
  private static func starts(
    _ indices: [Int32], _ numbers: [Int32], count: Int
  ) throws(Diagnostic) -> [Int] {
    var starts = [Int](repeating: 0, count: count + 1)
    try forEachStretch(of: indices.count) { rows in
      for row in rows { starts[Int(numbers[Int(indices[row])]) + 1] += 1 }
    }
    for number in 0..<count { starts[number + 1] += starts[number] }
    return starts
  }

  /// The rows by their numbers, those of one as they came: a stable counting sort.
  private static func grouped(
    _ indices: [Int32], _ numbers: [Int32], count: Int
  ) throws(Diagnostic) -> (starts: [Int], order: [Int32]) {
    let starts = try starts(indices, numbers, count: count)
    var next = starts
    var order = [Int32](repeating: 0, count: indices.count)
    try forEachStretch(of: indices.count) { rows in
      for row in rows {
        let number = Int(numbers[Int(indices[row])])
        order[next[number]] = Int32(truncatingIfNeeded: row)
        next[number] += 1
      }
    }
    return (starts, order)
  }
}

/// The values of ratings, where all are 1 none is kept.
struct RatingValues: Sendable {
  /// Empty: all are 1.
  let stored: [Double]
  let count: Int

  /// Of no ratings.
  init() { (stored, count) = ([], 0) }

  init(_ stored: [Double]) { (self.stored, count) = (stored, stored.count) }

  /// Of the rows at some places; without weights each is 1.
  init(_ weights: [Double]?, at places: [Int32]) throws(Diagnostic) {
    count = places.count
    guard let weights else {
      stored = []
      return
    }
    stored = try buildArray(count: places.count, grain: 1 << 16) { (rows, picked) in
      for row in rows { picked[row - rows.lowerBound] = weights[Int(places[row])] }
    }
  }

  subscript(place: Int) -> Double { stored.isEmpty ? 1 : stored[place] }

  var sum: Double { stored.isEmpty ? Double(count) : stored.reduce(0, +) }

  /// Each of them.
  var all: [Double] { stored.isEmpty ? [Double](repeating: 1, count: count) : stored }

  /// The least and the greatest.
  var bounds: ClosedRange<Double>? {
    if stored.isEmpty { return count > 0 ? 1...1 : nil }
    guard let least = stored.min(), let most = stored.max(), least <= most else { return nil }
    return least...most
  }
}

extension InteractionRows {
  /// Rows for each cell, as many as became it, users ascending: where the rows themselves were not kept.
  init(cellsOf interactions: Interactions) {
    let matrix = interactions.matrix
    var users: [Int32] = []
    var items: [Int32] = []
    var weights: [Double]? = interactions.weightsAreCounts ? nil : []
    for user in 0..<matrix.rowCount {
      for cell in matrix.cells(ofRow: user) {
        for _ in 0..<interactions.rows(inCell: cell) {
          users.append(Int32(user))
          items.append(matrix.columns[cell])
          weights?.append(Double(matrix.values[cell]))
        }
      }
    }
    (self.users, self.items, self.weights) = (users, items, weights)
  }
}
