import Diagnostics
import LinearAlgebra
import Parallelism

/// Interactions as a rating model reads them: row by row, repeats kept, grouped by user.
///
/// Users and items have numbers in first-occurrence order. Random starts are drawn and epochs run in the order of these
/// numbers, as in Surprise, so that the same seed gives the same results. The number `nil` stands for a user or item
/// without ratings.
struct Ratings: Sendable {
  /// The number here of every user and item of the interactions, or −1.
  let userNumbers: [Int32]
  let itemNumbers: [Int32]
  let userCount: Int
  let itemCount: Int
  /// Rating k of user u, in the order of the rows, is at position `userStarts[u] + k` of `items` and `values`.
  let userStarts: [Int]
  let items: [Int32]
  let values: RatingValues
  /// The ratings of item i, in the order of the rows, are at `itemStarts[i]..<itemStarts[i + 1]` of `raters` and
  /// `ratersValues`. A rater is the number of a user.
  let itemStarts: [Int]
  let raters: [Int32]
  let ratersValues: RatingValues
  let mean: Double

  var count: Int { items.count }

  /// The bytes that it takes in memory.
  var byteCount: Int {
    (userNumbers.count + itemNumbers.count + items.count + raters.count) * 4
      + (userStarts.count + itemStarts.count + values.stored.count + ratersValues.stored.count) * 8
  }

  /// Groups rows by user and, if `byItem`, by item too; otherwise `raters` and `ratersValues` are empty.
  ///
  /// The columns of the rows are freed as soon as they are not needed; for that, no other owner may hold them. The
  /// column of items is freed first: the user of each row and each user's items in order contain the same information.
  init(
    _ rows: consuming InteractionRows, userCount: Int, itemCount: Int, byItem: Bool = true
  ) throws(Diagnostic) {
    var (givenUsers, givenItems, weights) = (rows.users, rows.items, rows.weights)
    _ = consume rows
    let users = try Self.numbers(givenUsers, count: userCount)
    let items = try Self.numbers(givenItems, count: itemCount)
    let userStarts = try Self.starts(givenUsers, users)
    let itemStarts = try Self.starts(givenItems, items)
    let itemsOfUsers = try Self.grouped(givenUsers, users, userStarts, of: Int32.self) { row in
      items.numbers[Int(givenItems[row])]
    }
    givenItems = []
    values = try RatingValues(
      count: givenUsers.count,
      weights.map { weights throws(Diagnostic) in
        try Self.grouped(givenUsers, users, userStarts, of: Double.self) { row in weights[row] }
      })
    weights = nil
    mean = values.sum / Double(givenUsers.count)
    (userNumbers, self.userCount, self.userStarts, self.items) = (users.numbers, users.count, userStarts, itemsOfUsers)
    (itemNumbers, self.itemCount, self.itemStarts) = (items.numbers, items.count, itemStarts)
    guard byItem else {
      (raters, ratersValues) = ([], RatingValues())
      return
    }
    let byItems = try Self.byItem(givenUsers, users, userStarts, itemsOfUsers, itemStarts, values)
    (raters, ratersValues) = byItems
    givenUsers = []
  }

  /// Ratings of rows without weights, from the cells into which they were merged. The order of the rows is not known
  /// and does not matter, so numbers ascend with indices.
  ///
  /// - Precondition: every row counts for 1.
  init(rowsInCellsOf interactions: Interactions, byItem: Bool = true) throws(Diagnostic) {
    let matrix = interactions.matrix
    var rowsOfUsers = [Int](repeating: 0, count: matrix.rowCount)
    var rowsOfItems = [Int](repeating: 0, count: matrix.columnCount)
    try forEachRange(of: matrix.rowCount, by: 1 << 12) { users in
      for user in users {
        for cell in matrix.cells(ofRow: user) {
          let rows = interactions.rows(inCell: cell, of: matrix)
          rowsOfUsers[user] += rows
          rowsOfItems[Int(matrix.columns[cell])] += rows
        }
      }
    }
    (userNumbers, userStarts) = Self.numbersAscending(rowsOfUsers)
    (itemNumbers, itemStarts) = Self.numbersAscending(rowsOfItems)
    (userCount, itemCount) = (userStarts.count - 1, itemStarts.count - 1)
    let (numbers, itemNumbers, count) = (userNumbers, itemNumbers, userStarts[userCount])
    items = try fillArray(count: count, of: Int32.self) { (items) throws(Diagnostic) in
      var place = 0
      try forEachRange(of: matrix.rowCount, by: 1 << 12) { users in
        for cell in matrix.offsets[users.lowerBound]..<matrix.offsets[users.upperBound] {
          for _ in 0..<interactions.rows(inCell: cell, of: matrix) {
            items.store(itemNumbers[Int(matrix.columns[cell])], at: place)
            place += 1
          }
        }
      }
    }
    values = RatingValues(count: count, nil)
    mean = 1
    guard byItem else {
      (raters, ratersValues) = ([], RatingValues())
      return
    }
    var next = itemStarts
    raters = try fillArray(count: count, of: Int32.self) { (raters) throws(Diagnostic) in
      try forEachRange(of: matrix.rowCount, by: 1 << 12) { users in
        for user in users {
          for cell in matrix.cells(ofRow: user) {
            let item = Int(itemNumbers[Int(matrix.columns[cell])])
            for _ in 0..<interactions.rows(inCell: cell, of: matrix) {
              raters.store(numbers[user], at: next[item])
              next[item] += 1
            }
          }
        }
      }
    }
    ratersValues = RatingValues(count: count, nil)
  }

  /// Numbers the indices that have rows, in ascending order. `starts` has the number of rows before each of them.
  private static func numbersAscending(_ rowCounts: [Int]) -> (numbers: [Int32], starts: [Int]) {
    var numbers = [Int32](repeating: -1, count: rowCounts.count)
    var starts = [0]
    for (index, rows) in rowCounts.enumerated() where rows > 0 {
      numbers[index] = Int32(starts.count - 1)
      starts.append(starts[starts.count - 1] + rows)
    }
    return (numbers, starts)
  }

  /// Restores ratings from stored arrays.
  ///
  /// - Precondition: the arrays describe ratings as above; `raters` may be empty.
  init(
    userNumbers: [Int32], itemNumbers: [Int32], userStarts: [Int], items: [Int32], values: RatingValues,
    itemStarts: [Int], raters: [Int32], ratersValues: RatingValues
  ) {
    precondition(userStarts.last == items.count && itemStarts.last == items.count && values.count == items.count)
    (self.userNumbers, self.itemNumbers) = (userNumbers, itemNumbers)
    (userCount, itemCount) = (userStarts.count - 1, itemStarts.count - 1)
    (self.userStarts, self.items, self.values) = (userStarts, items, values)
    (self.itemStarts, self.raters, self.ratersValues) = (itemStarts, raters, ratersValues)
    mean = values.sum / Double(items.count)
  }

  func number(ofUser user: Int32?) -> Int? { Self.number(user, in: userNumbers) }
  func number(ofItem item: Int32?) -> Int? { Self.number(item, in: itemNumbers) }

  /// The index of the item with each number.
  var itemIndices: [Int32] {
    var indices = [Int32](repeating: 0, count: itemCount)
    for (index, number) in itemNumbers.enumerated() where number >= 0 { indices[Int(number)] = Int32(index) }
    return indices
  }

  /// The positions of a user's ratings.
  func ratings(ofUser user: Int) -> Range<Int> { userStarts[user]..<userStarts[user + 1] }
  func ratings(ofItem item: Int) -> Range<Int> { itemStarts[item]..<itemStarts[item + 1] }

  /// The largest number of ratings that one user has.
  var mostOfAUser: Int { (0..<userCount).reduce(0) { max($0, ratings(ofUser: $1).count) } }

  /// The users from `first` that together have at least `count` ratings, or the rest of the users; at least one user.
  func users(from first: Int, withRatings count: Int) -> Range<Int> {
    var end = first
    repeat { end += 1 } while end < userCount && userStarts[end] - userStarts[first] < count
    return first..<min(end, userCount)
  }

  /// The mean rating of every user; if `truncating`, ratings are truncated to whole numbers first.
  func userMeans(truncating: Bool = false) -> [Double] {
    (0..<userCount).map { user in
      ratings(ofUser: user).reduce(0.0) { $0 + (truncating ? values[$1].rounded(.towardZero) : values[$1]) }
        / Double(ratings(ofUser: user).count)
    }
  }

  /// The mean rating of every item; `truncating` as for users.
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
    try forEachRange(of: indices.count) { rows in
      for row in rows where numbers[Int(indices[row])] < 0 {
        numbers[Int(indices[row])] = next
        next += 1
      }
    }
    return (numbers, Int(next))
  }

  /// For each number, how many rows have smaller ones.
  private static func starts(
    _ indices: [Int32], _ numbering: (numbers: [Int32], count: Int)
  ) throws(Diagnostic) -> [Int] {
    var starts = [Int](repeating: 0, count: numbering.count + 1)
    let numbers = numbering.numbers
    try forEachRange(of: indices.count) { rows in
      for row in rows { starts[Int(numbers[Int(indices[row])]) + 1] += 1 }
    }
    for number in 0..<numbering.count { starts[number + 1] += starts[number] }
    return starts
  }

  /// The elements of rows, grouped by the numbers of the rows: a stable counting sort.
  private static func grouped<Element: BitwiseCopyable & Sendable>(
    _ indices: [Int32], _ numbering: (numbers: [Int32], count: Int), _ starts: [Int], of type: Element.Type,
    _ element: (_ row: Int) -> Element
  ) throws(Diagnostic) -> [Element] {
    var next = starts.dropLast().map { Int32(truncatingIfNeeded: $0) }
    let numbers = numbering.numbers
    return try fillArray(count: indices.count, of: Element.self) { (grouped) throws(Diagnostic) in
      try forEachRange(of: indices.count) { rows in
        for row in rows {
          let number = Int(numbers[Int(indices[row])])
          grouped.store(element(row), at: Int(next[number]))
          next[number] += 1
        }
      }
    }
  }

  /// The raters and ratings of each item, in the order of the rows. It goes through the rows by `users` and takes the
  /// next rating of each user.
  private static func byItem(
    _ users: [Int32], _ numbering: (numbers: [Int32], count: Int), _ userStarts: [Int], _ items: [Int32],
    _ itemStarts: [Int], _ values: RatingValues
  ) throws(Diagnostic) -> (raters: [Int32], values: RatingValues) {
    let numbers = numbering.numbers
    func grouped<Element: BitwiseCopyable & Sendable>(
      _ element: (_ user: Int32, _ place: Int) -> Element
    ) throws(Diagnostic) -> [Element] {
      var read = userStarts.dropLast().map { Int32(truncatingIfNeeded: $0) }
      var next = itemStarts.dropLast().map { Int32(truncatingIfNeeded: $0) }
      return try fillArray(count: users.count, of: Element.self) { (grouped) throws(Diagnostic) in
        try forEachRange(of: users.count) { rows in
          for row in rows {
            let user = numbers[Int(users[row])]
            let place = Int(read[Int(user)])
            read[Int(user)] += 1
            let item = Int(items[place])
            grouped.store(element(user, place), at: Int(next[item]))
            next[item] += 1
          }
        }
      }
    }
    let raters = try grouped { user, _ in user }
    let stored = values.stored.isEmpty ? nil : try grouped { _, place in values.stored[place] }
    return (raters, RatingValues(count: users.count, stored))
  }
}

/// The values of ratings. If all are 1, none is stored.
struct RatingValues: Sendable {
  /// Empty: all are 1.
  let stored: [Double]
  let count: Int

  /// The values of no ratings.
  init() { (stored, count) = ([], 0) }

  init(_ stored: [Double]) { (self.stored, count) = (stored, stored.count) }

  /// Nil: all are 1.
  init(count: Int, _ stored: [Double]?) {
    self.stored = stored ?? []
    self.count = count
  }

  subscript(place: Int) -> Double { stored.isEmpty ? 1 : stored[place] }

  var sum: Double { stored.isEmpty ? Double(count) : stored.reduce(0, +) }

  /// The values at a range of positions.
  subscript(places: Range<Int>) -> RatingSlice {
    RatingSlice(stored: stored.isEmpty ? [] : stored[places], count: places.count)
  }

  /// The smallest and the largest value.
  var bounds: ClosedRange<Double>? {
    if stored.isEmpty { return count > 0 ? 1...1 : nil }
    guard let least = stored.min(), let most = stored.max(), least <= most else { return nil }
    return least...most
  }
}

/// A slice of the values of ratings, with indices from 0. If all are 1, none is stored.
struct RatingSlice: RandomAccessCollection, Sendable {
  fileprivate let stored: ArraySlice<Double>
  let count: Int

  fileprivate init(stored: ArraySlice<Double>, count: Int) {
    self.stored = stored
    self.count = count
  }

  init(_ values: [Double]) { self.init(stored: values[...], count: values.count) }

  var startIndex: Int { 0 }
  var endIndex: Int { count }

  subscript(place: Int) -> Double { stored.isEmpty ? 1 : stored[stored.startIndex + place] }
}

extension InteractionRows {
  /// Makes rows from cells, for interactions that did not keep their rows: as many rows for each cell as were merged
  /// into it, users ascending.
  init(cellsOf interactions: Interactions) {
    let matrix = interactions.matrix
    var users: [Int32] = []
    var items: [Int32] = []
    var weights: [Double]? = interactions.weightsAreCounts ? nil : []
    users.reserveCapacity(interactions.rowCount)
    items.reserveCapacity(interactions.rowCount)
    weights?.reserveCapacity(interactions.rowCount)
    for user in 0..<matrix.rowCount {
      for cell in matrix.cells(ofRow: user) {
        for _ in 0..<interactions.rows(inCell: cell, of: matrix) {
          users.append(Int32(user))
          items.append(matrix.columns[cell])
          weights?.append(Double(matrix.values[cell]))
        }
      }
    }
    (self.users, self.items, self.weights) = (users, items, weights)
  }
}
