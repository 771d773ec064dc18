import Diagnostics
import Tables

extension Split {
  /// The last baskets of every user go to test, the others to train.
  ///
  /// - Source: the protocol of next-basket papers, such as Li et al., *A Next Basket Recommendation Reality Check*, ACM
  ///   TOIS 41, 2023.
  public static let baskets = Split(
    name: "baskets", summary: "puts the last baskets of each user into the test part",
    details:
      "A basket is all rows of one user and one time; they stay together. The test part has the last `n` baskets of each user. A user with at most `n` baskets stays in the train part. Parts keep the order of the table. Rows without a user or a time are left out, and a note counts them.",
    options: ["n=1", "user=user_id", "time=date"]
  ) { (table, options) throws(Diagnostic) in
    let n = options.n ?? 1
    guard n >= 1 else { throw .badCount("n", n) }
    let column = try options.times(of: table)
    let ticks = try column.ticks(named: options.time ?? "time")
    let (rows, missing) = try SplitParts.rows(of: table.requireColumn(options.user), role: "user")
    var (isTrain, isTest) = (
      [Bool](repeating: false, count: table.rowCount), [Bool](repeating: false, count: table.rowCount)
    )
    var few = 0
    for own in rows {
      let dated = own.filter { !column.isNull(Int($0)) }
      let baskets = Set(dated.map { ticks[Int($0)] }).sorted()
      // The time at which the test part begins; nil if all rows of the user are in train.
      let border = baskets.count > n ? baskets[baskets.count - n] : nil
      if border == nil, !dated.isEmpty { few += 1 }
      for row in dated {
        if let border, ticks[Int(row)] >= border { isTest[Int(row)] = true } else { isTrain[Int(row)] = true }
      }
    }
    let parts = [isTrain, isTest].map { chosen in (0..<UInt32(table.rowCount)).filter { chosen[Int($0)] } }
    let undated = table.rowCount - missing - parts[0].count - parts[1].count
    return .trainAndTest(
      parts[0], parts[1],
      notes: (few > 0 ? ["\(counted(few, "user")) with no more than \(counted(n, "basket")) stay in train"] : [])
        + (missing > 0 ? ["\(counted(missing, "row")) without `\(options.user)` left out"] : [])
        + (undated > 0 ? ["\(counted(undated, "row")) without a time left out"] : []))
  }
}
