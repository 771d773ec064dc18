import Diagnostics
import RandomNumbers
import Tables

extension Split {
  /// Users at random, with all their rows.
  public static let users = Split(
    name: "users", summary: "users at random, with all their rows",
    details:
      "The last of `RandomState(seed).permutation(users)`, users ascending by id, test with all their rows. Parts keep the order of the table; rows without a user are left out and counted.",
    options: ["test=0.2", "seed=0", "user=user_id"]
  ) { (table, options) throws(Diagnostic) in
    let (vocabulary, users) = try Vocabulary.encoding(table.requireColumn(options.user), role: "user")
    let test = try options.testCount(of: vocabulary.count, "user")
    var random = RandomState(seed: options.seed)
    var isTested = [Bool](repeating: false, count: vocabulary.count)
    for user in random.permutation(vocabulary.count).suffix(test) { isTested[user] = true }
    let owned = users.indices.filter { users[$0] >= 0 }
    let missing = table.rowCount - owned.count
    return .trainAndTest(
      owned.filter { !isTested[Int(users[$0])] }.map { UInt32($0) },
      owned.filter { isTested[Int(users[$0])] }.map { UInt32($0) },
      notes: missing > 0 ? ["\(counted(missing, "row")) without `\(options.user)` left out"] : [])
  }
}
