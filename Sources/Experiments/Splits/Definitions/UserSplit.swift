import Diagnostics
import RandomNumbers
import Tables

extension Split {
  /// Random users go to test, with all their rows. With `hold`, their rows are divided into those that a model is given
  /// and those that it has to predict.
  ///
  /// - Source: Marlin, *Collaborative Filtering: A Machine Learning Perspective*, 2004, for strong generalisation.
  public static let users = Split(
    name: "users", summary: "splits users at random, each with all rows",
    details:
      "The last users of `RandomState(seed).permutation(users)`, with users ascending by id, form the test part with all their rows. `hold=0.2` makes three parts: the rows of the other users; the rows of held-out users that a model is given (`recommend … basket=`); and their last fifth by time, rounded up, that it has to find. At least one row is given, and a held-out user with a single row stays with the others. Parts keep the order of the table. Rows without a user are left out, and a note counts them.",
    options: ["test=0.2", "seed=0", "user=user_id", "hold=0.2", "time=date"]
  ) { (table, options) throws(Diagnostic) in
    let (vocabulary, users) = try Vocabulary.encoding(table.requireColumn(options.user), role: "user")
    let test = try options.testCount(of: vocabulary.count, "user")
    var random = RandomState(seed: options.seed)
    var isTested = [Bool](repeating: false, count: vocabulary.count)
    for user in random.permutation(vocabulary.count).suffix(test) { isTested[user] = true }
    if let hold = options.hold {
      return try stronglyHeld(table, users, isTested, hold: hold, options)
    }
    let owned = users.indices.filter { users[$0] >= 0 }
    let missing = table.rowCount - owned.count
    return .trainAndTest(
      owned.filter { !isTested[Int(users[$0])] }.map { UInt32($0) },
      owned.filter { isTested[Int(users[$0])] }.map { UInt32($0) },
      notes: missing > 0 ? ["\(counted(missing, "row")) without `\(options.user)` left out"] : [])
  }
}

/// The rows of the users in train, and the rows of held-out users in two parts: those that a model is given, and those
/// that it has to predict.
private func stronglyHeld(
  _ table: Table, _ users: [Int32], _ isTested: [Bool], hold: Double, _ options: SplitOptions
) throws(Diagnostic) -> SplitParts {
  guard hold > 0, hold < 1 else { throw .badHold(hold) }
  let ticks = try options.timesIfThere(of: table)?.ticks(named: options.time ?? "time")
  var rows = [[UInt32]](repeating: [], count: isTested.count)
  for row in users.indices where users[row] >= 0 && isTested[Int(users[row])] {
    rows[Int(users[row])].append(UInt32(row))
  }
  /// The part of every row: 0 train, 1 input, 2 truth; nil for a row without a user.
  var parts: [Int?] = users.map { $0 >= 0 ? 0 : nil }
  var single = 0
  for own in rows where !own.isEmpty {
    guard own.count > 1 else {
      single += 1
      continue
    }
    let inTime = ticks.map { ticks in own.sorted { (ticks[Int($0)], $0) < (ticks[Int($1)], $1) } } ?? own
    let held = min(own.count - 1, Int((hold * Double(own.count)).rounded(.up)))
    for (place, row) in inTime.enumerated() { parts[Int(row)] = place < own.count - held ? 1 : 2 }
  }
  let missing = parts.count { $0 == nil }
  return SplitParts(
    names: ["train", "input", "truth"],
    rows: (0..<3).map { part in parts.indices.filter { parts[$0] == part }.map { UInt32($0) } },
    notes: (single > 0 ? ["\(counted(single, "held-out user")) with a single row stay in train"] : [])
      + (missing > 0 ? ["\(counted(missing, "row")) without `\(options.user)` left out"] : []))
}
