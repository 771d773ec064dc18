import Diagnostics
import Foundation
import Notebook
import Parallelism
import Recommenders
import Testing

/// Verbs of models: keeping, going on, measuring, searching.
@Suite struct ModelVerbTests {
  private let folder = FileManager.default.temporaryDirectory.path

  private func rows(_ text: String) -> [Substring] { text.split(separator: "\n").filter { $0.hasPrefix("│") } }

  @Test func aModelIsSavedAndLoaded() {
    let test = TestSession()
    let path = "\(folder)/lectern-\(UUID().uuidString).lectern"
    defer { try? FileManager.default.removeItem(atPath: path) }
    let saved = test.run("als = train | fit iALS factors=4 iterations=2 seed=1; als | save \"\(path)\"")
    #expect(saved.contains("wrote iALS, 5 users × 4 items, 12 interactions to \(path) ("))
    #expect(test.run("back = load \"\(path)\"") == "back: iALS, 5 users × 4 items, 12 interactions")
    for code in ["recommend user=200", "recommend basket=[11, 12] seen=drop", "similar 11", "parameters"] {
      #expect(test.run("back | \(code)") == test.run("als | \(code)"))
      #expect(test.diagnostics.isEmpty)
    }
    test.run("further = back | step 2; straight = train | fit iALS factors=4 iterations=4 seed=1")
    #expect(test.run("further | recommend") == test.run("straight | recommend"))
    test.run("als | save \"\(path)\"")
    #expect(test.diagnostics.first?.message == "`\(path)` is there already")
    test.run("als | save \"\(path)\" format=csv overwrite=true")
    #expect(test.diagnostics.first?.message == "a model is saved in a format of its own")
    test.run("load \"\(path)\" columns=[user_id]")
    #expect(test.diagnostics.first?.message == "a model is loaded as it is")
  }

  @Test func aDamagedFileIsRefusedAndNothingChanges() throws {
    let test = TestSession()
    let path = "\(folder)/lectern-\(UUID().uuidString).lectern"
    defer { try? FileManager.default.removeItem(atPath: path) }
    test.run("ease | save \"\(path)\"")
    var bytes = [UInt8](try Data(contentsOf: URL(fileURLWithPath: path)))
    bytes[bytes.count - 5] ^= 1
    try Data(bytes).write(to: URL(fileURLWithPath: path))
    test.run("tp = load \"\(path)\"")
    #expect(test.diagnostics.first?.message.hasPrefix("this model file is damaged: ") == true)
    #expect(test.run("tp").contains("TopPopular"))
    bytes[8] = 9
    try Data(bytes).write(to: URL(fileURLWithPath: path))
    test.run("load \"\(path)\"")
    #expect(test.diagnostics.first?.message == "this model file has format 9, and this Lectern reads up to 3")
  }

  @Test func historyHasTrainAndValidation() {
    let test = TestSession()
    let fitted = test.run("als = train | fit iALS factors=4 iterations=2 valid=test")
    #expect(fitted.contains("valid: NDCG@10 of 3 users, seen items kept: 1 user had a held-out item before"))
    test.run("als = als | step 2")
    let history = test.run("als | history | select iteration, known = not is_nan(`valid_ndcg@10`)")
    #expect(rows(history).suffix(4).map { $0.contains("true") } == [true, true, false, false])
    let ratings = test.run(
      """
      rated = train | with rating = product_id % 5 + 1
      svd = rated | fit SVD factors=2 epochs=3 valid=rated
      svd | history | schema
      """)
    #expect(ratings.contains("valid: RMSE of 12 ratings"))
    #expect(ratings.contains("train_rmse") && ratings.contains("valid_rmse"))
    test.run("train | fit EASE valid=test")
    #expect(test.diagnostics.first?.message == "EASE has no iterations to measure `valid` after")
  }

  @Test func aHistoryIsDrawnByItsLoss() {
    let test = TestSession()
    let drawing = test.run("train | fit iALS factors=4 iterations=3 | history | plot line")
    #expect(drawing.contains("loss") && drawing.contains("iteration") && !drawing.contains("seconds"))
    let both = test.run("train | fit iALS factors=4 iterations=3 valid=test | history | plot line")
    #expect(both.contains("train_ndcg@10") && both.contains("valid_ndcg@10"))
  }

  @Test func tuneTriesEveryCombination() {
    let test = TestSession()
    let tuned = test.run(
      "train | tune iALS factors=[2, 4] alpha=[1, 10.5] weighting=[hu] iterations=2 on=test by=recall top=2")
    #expect(test.diagnostics.isEmpty)
    #expect(rows(tuned).count == 6)
    #expect(tuned.contains("weighting") && tuned.contains("recall@2"))
    #expect(tuned.contains("best: `fit iALS factors="))
    let rated = test.run(
      """
      rated = train | with rating = product_id % 5 + 1
      rated | tune SVD epochs=[1, 5] on=rated by=rmse
      """)
    #expect(rated.contains("rmse") && test.diagnostics.isEmpty)
    for (code, message) in [
      ("train | tune iALS factors=4 on=test", "there is nothing to try"),
      ("train | tune iALS factors=[2, 4]", "`tune` scores on held-out interactions"),
      ("train | tune iALS factors=[2, 0] on=test", "`factors` of iALS is 0, and has to be 1…2048"),
      ("train | tune iALS factor=[2, 3] on=test", "unknown parameter `factor` of iALS"),
    ] {
      test.run(code)
      #expect(test.diagnostics.first?.message == message)
    }
  }

  @Test func modelsThatLearnedNothingSaySo() {
    let test = TestSession()
    #expect(test.run("b = train | fit Baseline").contains("all ratings are equal"))
    let flat = test.run("flat = table user_id = [1, 1, 2, 3], item_id = [5, 6, 5, 6] | fit TopPopular")
    #expect(flat.contains("every item has the same score: lists are in the order of the ids and mean nothing"))
    let dead = test.run("mf = train | fit MatrixFactorization batch=1 epochs=400 learning_rate=0.05 weight_decay=1")
    #expect(dead.contains("all ratings are 1: the constant alone predicts them"))
    #expect(dead.contains("items have decayed to zero; see `help MatrixFactorization`"))
    let misnamed = test.run("train | with rating = 3 + product_id % 2 | fit SVD rating=rating")
    #expect(misnamed.contains("`weight=` names the column of ratings or weights"))
  }

  /// Ctrl-C after the second iteration: the name is bound to the model of that iteration, which goes on.
  @Test(arguments: Models.all.filter { $0.isIterative }.map { $0.name })
  func anInterruptedFitHasItsName(name: String) {
    let test = TestSession()
    let cancellation = Cancellation()
    let measurement = IterationMeasurement(columns: []) { model in
      if model.history.iterations.count == 2 { cancellation.request() }
      return []
    }
    let kind = Models.all.first { $0.name == name }
    let limit = kind?.parameterDeclarations.contains { $0.name == "epochs" } == true ? "epochs" : "iterations"
    let more = name == "MatrixFactorization" ? " batch=4" : ""
    let said = IterationMeasurement.$current.withValue(measurement) {
      Cancellation.$current.withValue(cancellation) { test.run("m = train | fit \(name) \(limit)=40\(more)") }
    }
    #expect(said.contains("interrupted: the model is as of iteration 2; `step` goes on"))
    #expect(test.run("m | history | agg n = len()").contains("2"))
    #expect(test.run("longer = m | step 1; longer | history | agg n = len()").contains("3"))
  }

  @Test func usersOfWhomNothingIsLeftAreCounted() {
    let test = TestSession()
    let said = test.run("m = table user_id = [1, 1, 2], item_id = [5, 6, null] | fit TopPopular")
    #expect(said.contains("1 row without `item_id` dropped"))
    #expect(said.contains("1 user left out: nothing is left of their rows"))
  }
}
