package import Diagnostics
package import Query
import Tables

extension SparkEngine: FactorizingEngine {
  package func factorize(
    _ plan: Plan, _ settings: FactorizationSettings
  ) throws(Diagnostic) -> Factorization {
    let estimator = SparkEstimator(
      "org.apache.spark.ml.recommendation.ALS", id: "lectern-als",
      parameters: [
        "rank": .integer(Int32(clamping: settings.factors)), "maxIter": .integer(Int32(clamping: settings.iterations)),
        "regParam": .double(settings.regularization), "alpha": .double(settings.alpha),
        "implicitPrefs": .bool(settings.isImplicit), "seed": .long(Int64(settings.seed)), "userCol": .text("user"),
        "itemCol": .text("item"), "ratingCol": .text("rating"),
      ])
    let model = try fitted(estimator, plan, columns: [("user", .integer), ("item", .integer), ("rating", .float)])
    defer { forget(model) }
    return Factorization(
      users: try factors("userFactors", of: model), items: try factors("itemFactors", of: model))
  }

  private func factors(_ method: String, of model: String) throws(Diagnostic) -> Table {
    let schema = Schema([Field("id", .i32), Field("features", .list(.f32))])
    let rows = ReceivedRows(schema.types)
    try fetch(.ofModel(model, method: method), into: rows)
    return try rows.table(schema)
  }
}
