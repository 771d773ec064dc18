import Diagnostics

extension Ratings {
  func store(in archive: inout ModelArchive) {
    archive.store("userNumbers", userNumbers)
    archive.store("itemNumbers", itemNumbers)
    archive.store("userStarts", userStarts)
    archive.store("items", items)
    if !values.stored.isEmpty { archive.store("values", values.stored) }
    guard !raters.isEmpty else { return }
    archive.store("raters", raters)
    if !ratersValues.stored.isEmpty { archive.store("ratersValues", ratersValues.stored) }
  }

  /// - Throws: numbers that repeat or are out of range; ratings that overlap; items whose ratings do not match those of
  ///   the users.
  init(restoring archive: ModelArchive, userCount: Int, itemCount: Int) throws(Diagnostic) {
    let userNumbers = try archive.numbering("userNumbers", count: userCount)
    let itemNumbers = try archive.numbering("itemNumbers", count: itemCount)
    let (users, rated) = (userNumbers.count { $0 >= 0 }, itemNumbers.count { $0 >= 0 })
    let userStarts = try archive.longs("userStarts", count: users + 1).map { Int($0) }
    let items = try archive.indices("items", in: 0..<rated)
    guard userStarts[0] == 0, userStarts[users] == items.count,
      zip(userStarts, userStarts.dropFirst()).allSatisfy({ $0 <= $1 })
    else { throw .damagedModel("the ratings of users overlap") }
    var itemStarts = [Int](repeating: 0, count: rated + 1)
    for item in items { itemStarts[Int(item) + 1] += 1 }
    for item in 0..<rated { itemStarts[item + 1] += itemStarts[item] }
    func values(_ name: String) throws(Diagnostic) -> RatingValues {
      let stored = archive.has(name) ? try archive.doubles(name, count: items.count) : nil
      guard stored?.allSatisfy(\.isFinite) ?? true else { throw .damagedModel("there are ratings without a value") }
      return RatingValues(count: items.count, stored)
    }
    let isByItem = archive.has("raters")
    let raters = isByItem ? try archive.indices("raters", count: items.count, in: 0..<users) : []
    if isByItem, !Self.agree(userStarts, items, itemStarts, raters) {
      throw .damagedModel("its items have other ratings than its users have")
    }
    self.init(
      userNumbers: userNumbers, itemNumbers: itemNumbers, userStarts: userStarts, items: items,
      values: try values("values"), itemStarts: itemStarts,
      raters: raters, ratersValues: isByItem ? try values("ratersValues") : RatingValues())
  }

  /// Whether the raters of every item are the users who have a rating of it, each as often. Models rely on it: they
  /// count positions on one side and fill them from the other.
  ///
  /// - Complexity: O(ratings + users).
  private static func agree(_ userStarts: [Int], _ items: [Int32], _ itemStarts: [Int], _ raters: [Int32]) -> Bool {
    // The users of every item in ascending order; then how often each of them is among its raters.
    var expected = [Int32](repeating: 0, count: items.count)
    var next = itemStarts
    for user in userStarts.indices.dropLast() {
      for place in userStarts[user]..<userStarts[user + 1] {
        let item = Int(items[place])
        expected[next[item]] = Int32(user)
        next[item] += 1
      }
    }
    var counts = [Int32](repeating: 0, count: userStarts.count - 1)
    for item in itemStarts.indices.dropLast() {
      let places = itemStarts[item]..<itemStarts[item + 1]
      for place in places { counts[Int(expected[place])] += 1 }
      for place in places {
        counts[Int(raters[place])] -= 1
        // Both sides have the same length, so if no rater occurs too often, both are equal.
        if counts[Int(raters[place])] < 0 { return false }
      }
    }
    return true
  }

  /// Whether both are equal in everything that models read.
  func isSame(as other: Ratings) -> Bool {
    userNumbers == other.userNumbers && itemNumbers == other.itemNumbers && userStarts == other.userStarts
      && items == other.items && values.stored == other.values.stored && raters == other.raters
      && ratersValues.stored == other.ratersValues.stored
  }
}

extension ModelArchive {
  /// A numbering: the numbers 0, 1, 2, …, each once, and −1 for an index without a number.
  fileprivate func numbering(_ name: String, count: Int) throws(Diagnostic) -> [Int32] {
    let numbers = try indices(name, count: count, in: -1..<count)
    let numbered = numbers.count { $0 >= 0 }
    var isTaken = [Bool](repeating: false, count: numbered)
    for number in numbers where number >= 0 {
      guard number < numbered, !isTaken[Int(number)] else { throw .damagedModel("`\(name)` is not a valid numbering") }
      isTaken[Int(number)] = true
    }
    return numbers
  }
}
