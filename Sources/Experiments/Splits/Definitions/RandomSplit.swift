import Diagnostics
import Parallelism
import RandomNumbers
import Tables

extension Split {
  /// Random rows, as drawn by Surprise's `train_test_split(data, test_size, random_state)`.
  public static let random = Split(
    name: "random", summary: "splits rows at random",
    details:
      "Takes the rows of `RandomState(seed).permutation(rows)`: the first ones are the train part, the others the test part, in the drawn order, as in Surprise (scikit-learn takes the test rows first). `order=table` keeps the order of the table in each part.",
    options: ["test=0.2", "seed=0", "order=drawn"]
  ) { (table, options) throws(Diagnostic) in
    let test = try options.testCount(of: table.rowCount, "row")
    var random = RandomState(seed: options.seed)
    let cancellation = Cancellation.current
    var train = try random.permutation(table.rowCount, of: UInt32.self) { () throws(Diagnostic) in
      try cancellation.check()
    }
    let tested = Array(train.suffix(test))
    train.removeLast(test)
    return options.keepsTableOrder
      ? .trainAndTest(train.sorted(), tested.sorted()) : .trainAndTest(train, tested)
  }
}
