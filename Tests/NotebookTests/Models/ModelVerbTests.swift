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
    #expect(test.diagnostics.first?.message == "`\(path)` exists already")
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
    #expect(tuned.contains("best: `train | fit iALS factors="))
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
    #expect(flat.contains("every item has the same score for all of 3 users looked at"))
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
    #expect(said.contains("interrupted: the model is as of iteration 2; `step` continues"))
    #expect(test.run("m | history | agg n = len()").contains("2"))
    #expect(test.run("longer = m | step 1; longer | history | agg n = len()").contains("3"))
  }

  @Test func usersOfWhomNothingIsLeftAreCounted() {
    let test = TestSession()
    let said = test.run("m = table user_id = [1, 1, 2], item_id = [5, 6, null] | fit TopPopular")
    #expect(said.contains("1 row without `item_id` dropped"))
    #expect(said.contains("1 user left out: nothing is left of their rows"))
  }

  /// `weight=` is honoured by models that count, or it is said that it changes nothing.
  @Test func namedWeightsAreHonoured() {
    let test = TestSession()
    test.run(
      "w = table user_id = [1, 1, 2, 3], product_id = [10, 10, 20, 30], quantity = [1, 1, 7, -2], rating = [5, 5, 5, 5]"
    )
    let popular = test.run("m = w | fit TopPopular weight=quantity; m | recommend top=1")
    #expect(rows(popular).last?.contains("20 ┆   7.0") == true, "\(popular)")
    #expect(popular.contains("1 cell of a user and an item with a negative weight, which counts against the item"))
    #expect(rows(test.run("m | parameters")).contains { $0.contains("by") && $0.contains("weight") })
    // A column that is merely called rating is not counted by.
    let plain = test.run("w | fit TopPopular | recommend top=1")
    #expect(rows(plain).last?.contains("10 ┆   2.0") == true, "\(plain)")
    #expect(plain.contains("1 repeated (user, item) row counted"))
    #expect(test.run("w | fit TopPopular by=weight | recommend top=1").contains("10.0"))
    #expect(
      test.run("m = w | fit Random weight=quantity").contains(
        "`weight=quantity` changes nothing: with these parameters Random does not look at weights"))
    #expect(test.run("m = w | fit TopPopular by=rows weight=quantity").contains("`weight=quantity` changes nothing"))
    test.run("train | fit TopPopular by=weight")
    #expect(test.diagnostics.first?.message == "`by=weight` needs a column of weights")
    #expect(
      rows(test.run("w | fit PersonalTopPopular weight=quantity | recommend user=2")).last?.contains("7.0") == true)
  }

  @Test func aBasketsOwnItemsAreDropped() {
    let test = TestSession()
    test.run("als = train | fit iALS factors=4 iterations=1")
    for model in ["ease", "tp", "als"] {
      let list = test.run("\(model) | recommend basket=[11, 12] seen=drop top=4")
      #expect(test.diagnostics.isEmpty && rows(list).count == 4, "\(list)")
      #expect(!rows(list).contains { $0.contains(" 11 ") || $0.contains(" 12 ") }, "\(list)")
    }
  }

  /// Scores are of single precision, and so is what is said of them.
  @Test func scoresHaveSevenDigitsWhereverTheyArePrinted() {
    let test = TestSession()
    let said = test.run("ease | explain user=100 item=13")
    let score = said.split(separator: "\n").last?.split(separator: " ").last ?? ""
    #expect(said.contains("f32") && (1...7).contains(score.filter(\.isNumber).drop { $0 == "0" }.count), "\(said)")
    let named = test.run("s = ease | recommend user=100 top=1 | select score | value")
    #expect(named.hasSuffix(" f32") && named.filter(\.isNumber).count <= 2 + 2 + 9, "\(named)")
    #expect(test.run("table a = [0.1] | select cast(cast(a, f32), str) | value") == "0.1")
    #expect(test.run("table a = [0.1] | select a = cast(a, f32) | describe | select min | value") == "0.1")
  }
}
