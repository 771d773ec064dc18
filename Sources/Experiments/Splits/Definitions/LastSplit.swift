import Diagnostics
import Tables

extension Split {
  /// The last rows of every user go to test, the others to train.
  public static let last = Split(
    name: "last", summary: "puts the last rows of each user into the test part",
    details:
      "The test part has the last `n` rows of each user by time; equal or missing times go by the order of the table. A user with at most `n` rows stays in the train part. Parts keep the order of the table. Rows without a user are left out, and a note counts them.",
    options: ["n=1", "user=user_id", "time=date"]
  ) { (table, options) throws(Diagnostic) in
    let n = options.n ?? 1
    guard n >= 1 else { throw .badCount("n", n) }
    let (vocabulary, users) = try Vocabulary.encoding(table.requireColumn(options.user), role: "user")
    let hasTime = options.time != nil || ColumnRoles.timeNames.contains { table.schema.index(of: $0) != nil }
    let ticks = hasTime ? try options.times(of: table).ticks(named: options.time ?? "time") : nil
    var rows = [[UInt32]](repeating: [], count: vocabulary.count)
    for row in users.indices where users[row] >= 0 { rows[Int(users[row])].append(UInt32(row)) }
    var isTest = [Bool](repeating: false, count: table.rowCount)
    for own in rows where own.count > n {
      let inTime = ticks.map { ticks in own.sorted { (ticks[Int($0)], $0) < (ticks[Int($1)], $1) } } ?? own
      for row in inTime.suffix(n) { isTest[Int(row)] = true }
    }
    let owned = users.indices.filter { users[$0] >= 0 }
    let few = rows.count { $0.count <= n }
    let missing = table.rowCount - owned.count
    return .trainAndTest(
      owned.filter { !isTest[$0] }.map { UInt32($0) }, owned.filter { isTest[$0] }.map { UInt32($0) },
      notes: (few > 0 ? ["\(counted(few, "user")) with no more than \(counted(n, "row")) stay in train"] : [])
        + (missing > 0 ? ["\(counted(missing, "row")) without `\(options.user)` left out"] : []))
  }
}
