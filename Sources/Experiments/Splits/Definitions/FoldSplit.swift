import Diagnostics
import Parallelism
import RandomNumbers
import Tables

extension Split {
  /// Equal parts at random, as Surprise's `KFold(n_splits, random_state)` cuts them.
  public static let folds = Split(
    name: "folds", summary: "equal parts at random",
    details:
      "The rows of `RandomState(seed).permutation(rows)` cut into `n` runs; the first ones are a row longer where they do not come out even. In the order drawn; `order=table` puts each part in the order of the table.",
    options: ["n=5", "seed=0", "order=drawn"]
  ) { (table, options) throws(Diagnostic) in
    let n = options.n ?? 5
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
