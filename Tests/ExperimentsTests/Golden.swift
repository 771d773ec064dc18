import Generators

/// What `Scripts/reference/metrics.py` found.
struct Golden: Decodable {
  struct Splits: Decodable {
    var train: [UInt32]
    var test: [UInt32]
    var folds: [[UInt32]]
  }

  var train: [[Int64]]
  var truth: [[Int64]]
  var lists: [[Int64]]
  var rated: [[Double]]
  var values: [String: Double]
  /// Held-out items as rows, some of them several, and what is said of those; `items` are all there are.
  var repeated: [[Int64]]
  var rows: [String: Double]
  var items: Int64
  var ratings: [String: Double]
  var splits: Splits

  static func read() throws -> Golden { try Checkout.json("Tests/ExperimentsTests/Goldens/metrics.json") }
}

/// What `Scripts/reference/metric-dialects.py` found for one case.
struct GoldenDialects: Decodable {
  struct Figure: Decodable {
    var dialect: String
    var metric: String
    /// Nil where no user counts.
    var value: Double?
  }

  var top: Int
  var train: [[Int64]]
  var truth: [[Int64]]
  var lists: [[Int64]?]
  var values: [Figure]

  static func read() throws -> [GoldenDialects] {
    try Checkout.json("Tests/ExperimentsTests/Goldens/metric-dialects.json")
  }
}
