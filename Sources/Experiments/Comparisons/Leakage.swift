public import Diagnostics
import Parallelism
import Recommenders
public import Tables

/// Ways in which what is tested on may have been learned from.
public enum Leakage {
  /// What is wrong with a pair of tables, a sentence each: rows of `test` that stand in `train` too, and a `train` that
  /// goes on after `test` has begun.
  ///
  /// Rows are the same where user, item and, if both have one, time are.
  ///
  /// - Throws: columns that are missing, or ids of two kinds.
  public static func notes(train: Table, test: Table, roles: ColumnRoles = ColumnRoles()) throws(Diagnostic) -> [String]
  {
    let (learned, held) = (try roles.resolved(in: train.schema), try roles.resolved(in: test.schema))
    var (left, right) = (
      [try test.requireColumn(held.user), try test.requireColumn(held.item)],
      [try train.requireColumn(learned.user), try train.requireColumn(learned.item)]
    )
    var notes: [String] = []
    var isTimed = false
    if let testTime = held.time.flatMap(test.column), let trainTime = learned.time.flatMap(train.column),
      testTime.type == trainTime.type
    {
      left.append(testTime)
      right.append(trainTime)
      isTimed = true
      if let note = try overlap(trainTime, testTime) { notes.append(note) }
    }
    let shared = try matchedRows(left: left, count: test.rowCount, right: right, count: train.rowCount).setCount
    guard shared > 0 else { return notes }
    let share = percentage(shared, of: test.rowCount)
    notes.insert(
      isTimed
        ? "warning: \(counted(shared, "row")) of test (\(share)) stand in train too: models have seen the answers"
        : "warning: \(counted(shared, "row")) of test (\(share)) are of a user and an item that are in train: repeats, or answers that models have seen",
      at: 0)
    return notes
  }

  /// That train ends after test begins, and how much of test is before that.
  private static func overlap(_ train: Column, _ test: Column) throws(Diagnostic) -> String? {
    guard train.type.isTemporal || train.type.isInteger else { return nil }
    let (learned, held) = (try train.ticks(named: "time"), try test.ticks(named: "time"))
    let trainRows = learned.indices.filter { !train.isNull($0) }
    let testRows = held.indices.filter { !test.isNull($0) }
    guard let last = trainRows.max(by: { learned[$0] < learned[$1] }),
      let first = testRows.min(by: { held[$0] < held[$1] }), held[first] <= learned[last]
    else { return nil }
    let early = testRows.count { held[$0] <= learned[last] }
    return
      "warning: train ends \(train[last]), test begins \(test[first]): of \(percentage(early, of: testRows.count)) of test models may know what came later"
  }

  static func percentage(_ part: Int, of whole: Int) -> String {
    let share = 100 * Double(part) / Double(max(1, whole))
    return share < 1 ? "under 1 %" : "\(Int(share.rounded())) %"
  }
}

extension Evaluation {
  /// Fewer users than this, and an interval is wide of what it claims.
  static let fewestUsers = 50

  func fewUsersNote(_ scores: EvaluationScores, _ what: String) -> [String] {
    guard scores.userCount > 0, scores.userCount < Self.fewestUsers else { return [] }
    return ["warning: \(what) of only \(counted(scores.userCount, "user")) are rough"]
  }

  /// That all held-out items are ones that their users have in train, which is so where models are tested on it.
  func seenAnswersNote(_ table: Table, in train: Dataset?) throws(Diagnostic) -> [String] {
    guard let train, let column = table.column(user), let truth = table.column(truth),
      case .list(let lists) = truth.values, table.rowCount > 0
    else { return [] }
    let users = try train.users.indices(of: column)
    let first = lists.offsets[0]
    let items = try train.items.indices(of: lists.child[first..<lists.offsets[lists.count]])
    guard !items.isEmpty else { return [] }
    for row in 0..<table.rowCount where !truth.isNull(row) {
      let held = items[lists.offsets[row] - first..<lists.offsets[row + 1] - first]
      guard !held.isEmpty else { continue }
      guard users[row] >= 0 else { return [] }
      let own = train.interactions.items(of: users[row])
      guard held.allSatisfy({ $0 >= 0 && own.contains($0) }) else { return [] }
    }
    return ["warning: every held-out item is one that its user has in train: models have seen the answers"]
  }
}
