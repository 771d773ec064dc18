public import Diagnostics
import Parallelism
import Recommenders
public import Tables

/// Finds data leakage: test data that the models may have learned from.
public enum Leakage {
  /// Notes about a pair of tables, one sentence each: rows of `test` that are in `train` too, and a `train` that ends
  /// after `test` begins.
  ///
  /// Two rows are equal if their users, their items and, if both tables have times, their times are equal.
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
        ? "warning: \(counted(shared, "row")) of test (\(share)) are also in train: models have seen the answers"
        : "warning: \(counted(shared, "row")) of test (\(share)) are of a user and an item that are in train: repeats, or answers that models have seen",
      at: 0)
    return notes
  }

  /// A note if train ends after test begins, with the share of test rows before the end of train.
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
      "warning: train ends \(train[last]), but test begins \(test[first]): "
      + "\(percentage(early, of: testRows.count)) of the test rows are not later than train, so models may know the future"
  }

  static func percentage(_ part: Int, of whole: Int) -> String {
    let share = 100 * Double(part) / Double(max(1, whole))
    return share < 1 ? "under 1 %" : "\(Int(share.rounded())) %"
  }
}

extension Evaluation {
  /// With fewer users than this, a 95 % interval is unreliable.
  static let fewestUsers = 50

  func fewUsersNote(_ scores: EvaluationScores, _ what: String) -> [String] {
    guard scores.userCount > 0, scores.userCount < Self.fewestUsers else { return [] }
    return ["warning: \(what) are unreliable with only \(counted(scores.userCount, "user"))"]
  }

  /// A note if every held-out item is in its user's train data, as it is when models are tested on train itself.
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
