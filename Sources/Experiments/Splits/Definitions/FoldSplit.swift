import Diagnostics
import Parallelism
import RandomNumbers
import Tables

extension Split {
  /// Equal random parts, as made by Surprise's `KFold(n_splits, random_state)`.
  public static let folds = Split(
    name: "folds", summary: "splits rows, or users, into equal parts at random",
    details:
      "Cuts the rows of `RandomState(seed).permutation(rows)` into `n` parts of consecutive rows; if they are not equal, the first ones have one row more. Rows are in the drawn order; `order=table` keeps the order of the table. `by=user_id` shuffles and cuts the ascending values of that column instead, each with all its rows, in the order of the table. Rows without a value are left out, and a note counts them.",
    options: ["n=5", "seed=0", "order=drawn", "by=user_id"]
  ) { (table, options) throws(Diagnostic) in
    let n = options.n ?? 5
    if let by = options.by { return try foldsOfValues(of: table, by: by, n: n, seed: options.seed) }
    guard n >= 2, n <= table.rowCount else { throw .badFolds(n, rows: table.rowCount) }
    var random = RandomState(seed: options.seed)
    let cancellation = Cancellation.current
    let drawn = try random.permutation(table.rowCount, of: UInt32.self) { () throws(Diagnostic) in
      try cancellation.check()
    }
    var folds: [[UInt32]] = []
    var start = 0
    for fold in 0..<n {
      let end = start + table.rowCount / n + (fold < table.rowCount % n ? 1 : 0)
      folds.append(options.keepsTableOrder ? drawn[start..<end].sorted() : Array(drawn[start..<end]))
      start = end
    }
    return SplitParts(names: (1...n).map { "fold\($0)" }, rows: folds)
  }
}

/// Divides the values of a column into folds, each value with all its rows.
private func foldsOfValues(of table: Table, by: String, n: Int, seed: UInt32) throws(Diagnostic) -> SplitParts {
  let (rows, missing) = try SplitParts.rows(of: table.requireColumn(by), role: by)
  guard n >= 2, n <= rows.count else { throw .badFoldsOfValues(n, values: rows.count, of: by) }
  var random = RandomState(seed: seed)
  let drawn = random.permutation(rows.count)
  var folds: [[UInt32]] = []
  var start = 0
  for fold in 0..<n {
    let end = start + rows.count / n + (fold < rows.count % n ? 1 : 0)
    folds.append(drawn[start..<end].flatMap { rows[Int($0)] }.sorted())
    start = end
  }
  return SplitParts(
    names: (1...n).map { "fold\($0)" }, rows: folds,
    notes: missing > 0 ? ["\(counted(missing, "row")) without `\(by)` left out"] : [])
}
